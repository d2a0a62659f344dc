"""Clarifying questions: which attribute, if it were known, would tell most of which candidate is meant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from agent.answers import Option, Question
from agent.language.beside import field_note
from agent.language.messages import Note, in_language
from agent.rerank import Scored
from agent.understand.rules import named
from retrieval.filters import parse_filter
from retrieval.schema import Field, Schema
from retrieval.text.values import as_text

if TYPE_CHECKING:
    from agent.dialogue.step import Step
    from agent.pipeline import Pipeline

LEAST_BITS = 1.0  # an answer that tells less than one even choice is not worth a question
LEAST_CANDIDATES = 12
MOST_OPTIONS = 4
LEAST_COVERED = 0.6  # share of the candidates that the options name
MOST_VALUES = 30  # in the whole catalog, of a field that people can be asked about
MOST_LABEL = 30  # characters
EVEN_BITS = 1.0  # that a yes or no tells where nothing is known of which it will be
TEMPERATURE = 0.1  # of the scores, as a belief which candidate is meant

Parts = Mapping[str, list[int]]  # by filter the positions of the candidates that meet it


def question_for(pipeline: Pipeline, step: Step, candidates: Sequence[Scored]) -> Question | None:
    """A question worth asking; never after another one, unless two readings of what was said differ."""
    state, schema = step.state, pipeline.schema
    if step.understood.disputed and step.rows is None:
        return disputed_question(pipeline, step, candidates)
    if state.question is not None or step.rows is not None:
        return None
    settled = {parse_filter(must_have.filter, schema).field for must_have in state.must_haves} | set(state.asked)
    # Of a field that is about nothing people have a word for nobody would know what to answer.
    open_ = [known.field for known in pipeline.vocabulary.fields if known.about and known.name not in settled]
    return clarifying_question(candidates, open_, state.language)


def disputed_question(pipeline: Pipeline, step: Step, candidates: Sequence[Scored]) -> Question:
    """Whether the first of the conditions is insisted on that only a language model read in the words."""
    reading = step.understood.disputed[0]
    met = pipeline.snapshot.allowed((reading.filter,))
    n_items = sum(met is None or bool(met[scored.candidate.row]) for scored in candidates)
    condition = str(reading.filter)
    text = Note("insists", words=reading.words, must=condition).text_in(step.state.language)
    return Question(text, reading.filter.field, (Option(condition, condition, n_items),), EVEN_BITS)


def clarifying_question(candidates: Sequence[Scored], fields: Sequence[Field], language: str) -> Question | None:
    """The question with the highest expected information gain; None where none is worth asking.

    The gain of asking for a field is the entropy of its value over the candidates, each weighed by its score: every
    candidate gives its own answer, so that nothing of the answer is noise.

    Args:
        candidates: Best first.
        fields: What may be asked about.

    Source: Lindley, On a Measure of the Information Provided by an Experiment, 1956; for questions about items
    Zhang et al., Towards Conversational Search and Recommendation, CIKM 2018.
    """
    if len(candidates) < LEAST_CANDIDATES:
        return None
    belief = _belief([candidate.score for candidate in candidates])
    questions = (
        _question(field, parts, belief, language)
        for field in fields
        if not field.hidden
        for parts in [_parts(field, candidates)]
        if parts
    )
    worth_asking = [question for question in questions if question and question.gain_bits >= LEAST_BITS]
    # By name where two gain the same, so that the same candidates always lead to the same question.
    return max(worth_asking, key=lambda question: (question.gain_bits, question.field), default=None)


def chosen(reply: str, question: Question) -> Option | None:
    """The option that a short reply names; None where it names none or several."""
    letters = _letters(reply.strip(" .!?。！？"))
    # `Red` is meant by `red`, though `dark red` is an option too.
    exact = [option for option in question.options if _letters(option.label) == letters]
    options = exact or [option for option in question.options if letters and _letters(option.label) in letters]
    return options[0] if len(options) == 1 and len(letters) <= len(options[0].label) + MOST_LABEL else None


def _letters(text: str) -> str:
    return "".join(text.casefold().split())


def _belief(scores: Sequence[float]) -> np.ndarray:
    # The highest score is taken off first: the exponentials stay finite, and the shares are the same.
    raised = np.exp((np.asarray(scores, dtype=np.float64) - max(scores)) / TEMPERATURE)
    return np.asarray(raised / raised.sum())


def _parts(field: Field, candidates: Sequence[Scored]) -> Parts:
    """The candidates by what they have in a field; empty where it is no field that people could answer about."""
    items = [scored.candidate.item for scored in candidates]
    if field.type == "category" and (field.values is None or len(field.values) > MOST_VALUES):
        return {}
    if field.type in ("category", "boolean"):
        parts: defaultdict[str, list[int]] = defaultdict(list)
        for at, item in enumerate(items):
            value = item.value(field.name)
            if isinstance(value, str | bool) and len(as_text(value)) <= MOST_LABEL:
                text = named(as_text(value)) if isinstance(value, str) else as_text(value)
                parts[f"{named(field.name)}={text}"].append(at)
        return parts
    return _halves(field, [item.value(field.name) for item in items]) if field.type in ("number", "integer") else {}


def _halves(field: Field, values: Sequence[object]) -> Parts:
    known = [(float(value), at) for at, value in enumerate(values) if isinstance(value, int | float)]
    if not known:
        return {}
    # Half of the candidates lie on either side of the median: no other bound tells more.
    middle = _round(float(np.median([value for value, _ in known])))
    parts = {"<": [at for value, at in known if value < middle], ">=": [at for value, at in known if value >= middle]}
    return {f"{named(field.name)}{op}{as_text(middle)}": positions for op, positions in parts.items() if positions}


def _round(value: float) -> float:
    """To two digits that count: a bound that people would name."""
    if value == 0 or 1000 <= value <= 2100:
        return float(round(value))
    return float(f"{value:.2g}")


def _question(field: Field, parts: Parts, belief: np.ndarray, language: str) -> Question | None:
    shares = {text: float(belief[positions].sum()) for text, positions in parts.items()}
    unknown = max(0.0, 1.0 - sum(shares.values()))
    best = sorted(shares, key=lambda text: (-shares[text], text))[:MOST_OPTIONS]
    if len(best) < 2 or sum(len(parts[text]) for text in best) < LEAST_COVERED * len(belief):
        return None
    # Candidates that tell nothing are one more outcome: what is asked of a field that few tell gains little.
    gain = -sum(share * np.log2(share) for share in (*shares.values(), unknown) if share > 0)
    labels = in_language((_label(text) for text in best), language)
    options = tuple(Option(label, text, len(parts[text])) for label, text in zip(labels, best, strict=True))
    text = Note("which", field=field_note(field.name), options=labels).text_in(language)
    return Question(text, field.name, options, round(float(gain), 3))


def _label(text: str) -> str:
    """The value of an equality, the comparison of a bound."""
    _, _, value = text.partition("=") if ">=" not in text else ("", "", "")
    if value:
        return value.strip('"').replace('""', '"')
    _, op, bound = text.partition("<") if "<" in text else text.partition(">=")
    return Note("under" if op == "<" else "from", bound=bound)


def canonical(option: Option, schema: Schema) -> str:
    """The must-have of an option, in canonical form."""
    return str(parse_filter(option.filter, schema))


__all__ = ["canonical", "chosen", "clarifying_question", "disputed_question", "question_for"]
