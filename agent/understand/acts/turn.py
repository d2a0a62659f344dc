"""Reading a turn's acts: it is cut where it does something else; each piece is told by words or by the classifier."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from agent.language.detection import detect_language
from agent.language.patterns import patterns
from agent.understand.acts.act import ACTS, SEEKING, SOCIAL, Act, TurnContext
from agent.understand.acts.certain import certain_act, without_rules
from agent.understand.acts.features import ActEncoders, features
from agent.understand.acts.model import ActModel, shipped
from agent.understand.references import pointed_at
from agent.understand.tokens import flat

MOST_PIECES = 12  # of a turn; in a longer one the last do not stand for themselves
MOST_REPLY_WORDS = 4  # of a turn that may merely answer what was offered
DETACHED = 0.6  # least probability at which a piece between commas does something of its own
DOUBT = 0.55  # below it nobody should act without asking or saying so
UNSEEN = 0.1  # what an act of a piece still counts where the whole turn does not look like it
SEEKS = 0.5  # least probability of looking for something at which a short turn is no reply to what was offered
CERTAINLY = 0.9  # that words which the catalog knows are about nothing in it all the same
LIKELY = 0.45  # of an act, for a turn that points at nothing to be taken for no wish
MAYBE = 0.05  # that a turn looks for something, for its words to be searched where nothing else is likely
KNOWN = 0.3  # share of words that the catalog knows, from which strange words may well be a request

# What may stand beside something else in one sentence and is then an act of its own.
DETACHABLE: frozenset[Act] = frozenset(
    {"greet", "thanks", "bye", "chat", "none", "undo", "restart", "forget", "agree", "owned", "like", "dislike", "more"}
)
# What is no reply to an offer where it would surely be done if nothing had been offered.
_NO_REPLIES: frozenset[Act] = frozenset(
    {"like", "dislike", "owned", "ask_item", "ask_catalog", "ask_shop", "again", "forget", "help", "bye"}
)
# Acts that are answered alike: doubt between them is none.
_FAMILIES: tuple[frozenset[Act], ...] = (
    SEEKING | {"more"},
    frozenset({"like", "choose"}),
    frozenset({"dislike", "none"}),
    frozenset({"greet", "thanks", "bye", "chat", "agree"}),
    frozenset({"out_of_scope", "unclear", "chat"}),
    frozenset({"undo", "restart", "forget"}),
)
_WORD = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+")
_SENTENCE = re.compile(r"(?<=[!?。！？；;\n])\s*|(?<=\.)\s+(?=\D)|(?<=\.\.\.)\s*|\s+[-–—]\s+(?=[^\W\d])|\n+")
_COMMA = re.compile(r"(?<=[,，、])(?!\d)\s*")
_ADDRESS = re.compile(rf"^\W*(?:{patterns('agent.understand.acts', 'certain').words('address')})[\s,.!，。！~]+")

SURE_TALK = 0.6  # that a word or two are talk
SURELY_ASKING = 0.7  # that a clause asks for something, before it counts more than the talk beside it
_REQUESTS: tuple[Act, ...] = ("request", "several")
_ASKING: tuple[Act, ...] = (*_REQUESTS, "ask_catalog", "ask_item", "ask_shop")
_TALK: tuple[Act, ...] = ("chat", "greet", "help", "out_of_scope", "thanks", "unclear")


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of a turn that does one thing.

    Attributes:
        text: Its words.
        start: Where it begins in the turn, in characters.
        act: What it most likely does.
        sure: How likely, in [0, 1]; 1 where the words leave no doubt.
        among: Every act with its probability.
        rest: What of it is still to be read, where its words say what it does and something more.
    """

    text: str
    start: int
    act: Act
    sure: float
    among: Mapping[Act, float]
    rest: str = ""

    @property
    def seeking(self) -> float:
        """How likely its words say what is looked for."""
        return sum(self.among.get(act, 0.0) for act in SEEKING)

    @property
    def guessed(self) -> bool:
        """Whether so little speaks for its act that a word or two of the catalog's are rather looked for."""
        return self.sure < SURE_TALK

    @property
    def doubtful(self) -> bool:
        """Whether acts that are answered otherwise are as likely."""
        families = [family for family in _FAMILIES if self.act in family] or [frozenset({self.act})]
        return max(sum(self.among.get(act, 0.0) for act in family) for family in families) < DOUBT


@dataclass(frozen=True, slots=True)
class TurnActs:
    """What a turn does, piece by piece.

    Attributes:
        clauses: From left to right.
        rules: Whether words that try to change how the assistant works were left out.
        at: Which clause says what the turn is for.
    """

    clauses: tuple[Clause, ...]
    rules: bool = False
    at: int = 0

    @property
    def main(self) -> Clause:
        """What the turn is for."""
        return self.clauses[self.at]

    def as_wish(self) -> Self:
        """The same where what the turn is for is likely something; else what it is for counts as a wish.

        A search says where nothing is like what is asked; nothing else should be done on a mere guess.
        """
        main = self.main
        if main.sure >= LIKELY or main.act in SEEKING or main.seeking < MAYBE or any(pointed_at(flat(main.text))):
            return self
        return self.being("request")

    def being(self, act: Act) -> Self:
        """The same, for something else."""
        main = self.main
        return replace(self, clauses=tuple(replace(part, act=act) if part is main else part for part in self.clauses))

    def seeking_first(self) -> Self:
        """The same for what it asks, where it is for talk and asks something too: `do you ship? I need boots`."""
        wanted = {"ask_catalog": _REQUESTS, "ask_shop": _REQUESTS}.get(self.main.act, _ASKING)
        if self.main.act not in (*_TALK, "ask_catalog", "ask_shop"):
            return self
        asking = [
            (clause.act in _REQUESTS, clause.sure, at)
            for at, clause in enumerate(self.clauses)
            if clause.act in wanted and clause.sure >= SURELY_ASKING
        ]
        return replace(self, at=max(asking)[-1]) if asking else self

    def does(self, *acts: Act) -> bool:
        """Whether the turn does one of these."""
        return any(clause.act in acts for clause in self.clauses)


class ActReader:
    """Tells what turns do.

    Args:
        encoders: Those that the classifier was trained with.
        known: Tells which share of a text's words a catalog knows, in [0, 1]; None where that is not to count.
    """

    def __init__(
        self, encoders: ActEncoders, known: Callable[[str], float] | None = None, model: ActModel | None = None
    ) -> None:
        self._encoders = encoders
        self._known = known
        self._model = model or shipped()

    def read(self, text: str, context: TurnContext) -> TurnActs:
        """What a turn does.

        Args:
            text: Clean text, not empty.
        """
        plain = without_rules(text)
        if context.offered:
            # A longer turn says by itself what it does, and a short one that answers no offer as well.
            short = len(_WORD.findall(plain)) <= MOST_REPLY_WORDS
            reply = self._read(plain, text, context) if short else None
            if reply is not None and reply.main.act in ("agree", "choose", "none"):
                return reply
        return self._read(plain, text, replace(context, offered=False))

    def _read(self, plain: str, text: str, context: TurnContext) -> TurnActs:
        """What a turn does without words that try to change how the assistant works."""
        if not plain:
            return TurnActs((_certain(text, "out_of_scope"),), rules=True)
        if certain := certain_act(plain, context):
            return TurnActs((_certain(plain, certain.act, certain.rest),), rules=plain != text)
        pieces = list(_pieces(plain))
        if not pieces:  # nothing but signs
            return TurnActs((_certain(plain, "unclear"),))
        texts = [piece for group in pieces for piece, _ in group]
        sentences = [_joined(group) for group in pieces]
        told = self._tell([*texts, *sentences, plain], context)
        clauses = [
            clause for at, group in enumerate(pieces) for clause in self._cut(group, sentences[at], told, context)
        ]
        return _for_what(clauses, told[plain], rules=plain != text)

    def _cut(
        self,
        group: Sequence[tuple[str, int]],
        sentence: str,
        told: Mapping[str, Clause],
        context: TurnContext,
    ) -> Iterator[Clause]:
        """A sentence cut where a piece of it does something of its own; as one clause where none does."""
        whole = told[sentence]
        seeking = any(told[piece].act in SEEKING and told[piece].sure >= DETACHED for piece, _ in group)
        if whole.act in SOCIAL and whole.sure >= DETACHED and not seeking:
            yield replace(whole, start=group[0][1])
            return
        runs = list[list[tuple[str, int]]]()
        alone = list[bool]()
        for piece, start in group:
            detached = len(group) > 1 and told[piece].act in DETACHABLE and told[piece].sure >= DETACHED
            if runs and not detached and not alone[-1]:
                runs[-1].append((piece, start))
            else:
                runs.append([(piece, start)])
                alone.append(detached)
        joined = [_joined(run) for run in runs]
        fresh = self._tell([text for text in joined if text not in told], context)
        for run, text in zip(runs, joined, strict=True):
            clause = fresh.get(text) or told[text]
            yield replace(clause, text=text, start=run[0][1])

    def _tell(self, texts: Sequence[str], context: TurnContext) -> dict[str, Clause]:
        """By text what it does on its own."""
        distinct = list(dict.fromkeys(texts))
        clauses = {
            text: _certain(text, found.act, found.rest) for text in distinct if (found := certain_act(text, context))
        }
        left = [text for text in distinct if text not in clauses]
        if left:
            english = detect_language(" ".join(left)) == "en"
            table = self._model.probabilities(features(left, context, self._encoders, english=english))
            for text, row in zip(left, table, strict=True):
                clauses[text] = self._likeliest(text, row, context)
        if context.offered:
            clauses |= self._no_replies([text for text in left if clauses[text].act == "agree"], context)
        return clauses

    def _no_replies(self, texts: Sequence[str], context: TurnContext) -> dict[str, Clause]:
        """Those of short texts that answer no offer: `cheaper` looks for something, `I love the second` judges."""
        alone = self._tell(texts, replace(context, offered=False)) if texts else {}
        return {
            text: clause
            for text, clause in alone.items()
            if clause.seeking >= SEEKS or (clause.act in _NO_REPLIES and clause.sure >= CERTAINLY)
        }

    def _likeliest(self, text: str, row: np.ndarray, context: TurnContext) -> Clause:
        among = {act: float(share) for act, share in zip(ACTS, row, strict=True)}
        if not context.shown:  # there is nothing yet that could be refined
            among["request"] += among.pop("refine")
            among["refine"] = 0.0
        act = max(among, key=among.__getitem__)
        # Words of the catalog's own are seldom chatter: a bare `merino crew 250` is a request.
        strange = among[act] < (CERTAINLY if act in ("unclear", "out_of_scope") else DETACHED)
        if act in SOCIAL and strange and self._known is not None and self._known(text) >= KNOWN:
            act = max(SEEKING, key=among.__getitem__)
        return Clause(text, 0, act, among[act], among)


def _for_what(clauses: list[Clause], whole: Clause, *, rules: bool) -> TurnActs:
    """The clauses of a turn, and which of them it is for: the likeliest one that the turn as a whole looks like too."""
    if len(clauses) == 1:
        return TurnActs(tuple(clauses), rules)
    at = max(range(len(clauses)), key=lambda at: clauses[at].sure * (whole.among.get(clauses[at].act, 0.0) + UNSEEN))
    clauses[at] = _seen_whole(clauses[at], whole)
    return TurnActs(tuple(clauses), rules, at)


def _seen_whole(clause: Clause, whole: Clause) -> Clause:
    """A clause as likely as its words and those of the whole turn together make it."""
    among = {act: (clause.among.get(act, 0.0) + whole.among.get(act, 0.0)) / 2 for act in ACTS}
    return replace(clause, among=among, sure=among[clause.act])


def _certain(text: str, act: Act, rest: str = "") -> Clause:
    return Clause(text, 0, act, 1.0, {act: 1.0}, rest)


def _pieces(text: str) -> Iterator[list[tuple[str, int]]]:
    """The sentences of a text as their pieces between commas, each with where it begins."""
    n_pieces = 0
    for sentence, start in _split(_SENTENCE, text, 0):
        address = _ADDRESS.match(sentence.lower())
        cut = address.end() if address and address.end() < len(sentence) else 0
        head = [(sentence[:cut].strip(), start)] if cut else []
        group = [*head, *_split(_COMMA, sentence[cut:], start + cut)]
        n_pieces += len(group)
        yield group if n_pieces <= MOST_PIECES else [(sentence.strip(), start)]


def _split(pattern: re.Pattern[str], text: str, offset: int) -> Iterator[tuple[str, int]]:
    at = 0
    for match in (*pattern.finditer(text), None):
        end = match.start() if match else len(text)
        piece = text[at:end]
        if re.search(r"\w", piece) or (piece.strip() and at == 0 and match is None):
            yield piece.strip(), offset + at + len(piece) - len(piece.lstrip())
        at = match.end() if match else end


def _joined(run: Sequence[tuple[str, int]]) -> str:
    return " ".join(piece for piece, _ in run)


__all__ = ["ActReader", "Clause", "TurnActs"]
