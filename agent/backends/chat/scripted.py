"""Models that answer by script: for tests, demonstrations and trying out an interface without weights."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from agent.backends.chat.fitting import check_room
from agent.backends.generation.batch_decode import StreamedAnswer
from agent.backends.protocols import DEFAULT_OPTIONS, GenerateOptions
from agent.errors import MediaError, ModelError
from retrieval.items import Description, Span

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from agent.backends.protocols import Chat, PictureFeatures
    from agent.media.decoded import Picture, Sound, Transcript

_PIECE = re.compile(r"\s*\S+|\s+\Z")  # a word with the blanks before it: what the script calls a token
_IN_CHAT, _NOT_IN_CHAT = 0.5, 0.01  # probability of a word that stands in the chat, and of one that does not


@dataclass(frozen=True, slots=True)
class ScriptedCall:
    """What a scripted model was asked.

    Attributes:
        method: Which of its methods was called.
        chats: With these chats.
        continuations: Of `score`, one per chat.
        first_tokens: Of `first_token`, what an answer may begin with.
        options: Of `generate` and `stream`.
    """

    method: Literal["generate", "stream", "score", "first_token"]
    chats: tuple[Chat, ...]
    continuations: tuple[str, ...] = ()
    first_tokens: tuple[str, ...] = ()
    options: GenerateOptions = DEFAULT_OPTIONS


class ScriptedChat:
    """A chat model that answers from a queue or by a rule, and remembers what it was asked.

    Without a rule of its own it scores a continuation by how many of its words stand in the chat. A word counts as a
    token. A form is filled in as the script says, and drawing by a seed gives what the script says.

    Args:
        answers: Answers in the order in which they are used up, or a rule that makes each from its chat.
        score: Mean log-probability of a continuation as the answer to a chat.
        name: Identity shown to people.
        context_tokens: How many words a chat and its answer may have together.
    """

    def __init__(
        self,
        answers: Sequence[str] | Callable[[Chat], str] = (),
        *,
        score: Callable[[Chat, str], float] | None = None,
        name: str = "scripted",
        context_tokens: int = 8_192,
    ) -> None:
        self._answer = answers if callable(answers) else _queue(answers)
        self._score = score or words_in_chat
        self._name = name
        self._context_tokens = context_tokens
        self.calls: list[ScriptedCall] = []

    @property
    def name(self) -> str:
        """Identity shown to people."""
        return self._name

    @property
    def context_tokens(self) -> int:
        """How many words a chat and its answer may have together."""
        return self._context_tokens

    def count_tokens(self, text: str) -> int:
        """Number of words of a text."""
        return len(_PIECE.findall(text))

    def generate(self, chats: Sequence[Chat], options: GenerateOptions = DEFAULT_OPTIONS) -> list[str]:
        """Answer all chats.

        Raises:
            ModelError: the queue has run out, or a chat is too long.
        """
        self.calls.append(ScriptedCall("generate", tuple(chats), options=options))
        texts = [""] * len(chats)
        for row, piece in self._pieces(chats, options):
            texts[row] += piece
        return texts

    def stream(self, chats: Sequence[Chat], options: GenerateOptions = DEFAULT_OPTIONS) -> Iterator[tuple[int, str]]:
        """Like `generate`, word by word, all chats in turn; an empty piece ends each."""
        self.calls.append(ScriptedCall("stream", tuple(chats), options=options))
        yield from self._pieces(chats, options)

    def score(self, chats: Sequence[Chat], continuations: Sequence[str]) -> NDArray[np.float64]:
        """Score by the rule.

        Raises:
            ModelError: a chat is too long.
            ValueError: a continuation is empty, or there is not one for each chat.
        """
        self.calls.append(ScriptedCall("score", tuple(chats), tuple(continuations)))
        if not all(continuations):
            raise ValueError("A continuation has no text to score.")
        pairs = list(zip(chats, continuations, strict=True))
        for chat, text in pairs:
            self._check_room(chat, self.count_tokens(text))
        return np.array([self._score(chat, text) for chat, text in pairs], dtype=np.float64)

    def first_token(self, chats: Sequence[Chat], options: Sequence[str]) -> NDArray[np.float64]:
        """Score the first word of each option by the rule, as if an answer began with one of them for certain.

        Raises:
            ModelError: a chat is too long.
            ValueError: two options begin with the same word, or there are fewer than two.
        """
        self.calls.append(ScriptedCall("first_token", tuple(chats), first_tokens=tuple(options)))
        words = list(dict.fromkeys(piece for option in options for piece in _PIECE.findall(option)[:1]))
        if len(words) < max(2, len(options)):
            raise ValueError("At least two options are needed, each beginning with a word of its own.")
        for chat in chats:
            self._check_room(chat, 1)
        scores = np.array([[self._score(chat, word) for word in words] for chat in chats]).reshape(-1, len(words))
        with np.errstate(invalid="ignore"):  # a rule may give no number, or say that nothing is possible
            return scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)

    def _check_room(self, chat: Chat, room: int) -> None:
        check_room(self, sum(self.count_tokens(message.text) for message in chat), room)

    def _pieces(self, chats: Sequence[Chat], options: GenerateOptions) -> Iterator[tuple[int, str]]:
        for chat in chats:
            self._check_room(chat, options.max_new_tokens)
        scripts = [_PIECE.findall(self._answer(chat))[: options.max_new_tokens] for chat in chats]
        open_rows = {
            row: (script, StreamedAnswer(_speller(script), options.stop, ())) for row, script in enumerate(scripts)
        }
        position = 0
        while open_rows:
            for row, (script, answer) in tuple(open_rows.items()):
                piece = answer.add(position) if position < len(script) else answer.finish()
                if piece:
                    yield row, piece
                if answer.finished:
                    del open_rows[row]
                    yield row, ""
            position += 1


def words_in_chat(chat: Chat, continuation: str) -> float:
    """Mean log-probability per word when words that stand in the chat are likely and all others are not."""
    chat_words = set(_words(" ".join(message.text for message in chat)))
    in_chat = [word in chat_words for word in _words(continuation)]
    return float(np.mean(np.log(np.where(in_chat, _IN_CHAT, _NOT_IN_CHAT)))) if in_chat else float(np.log(_NOT_IN_CHAT))


class ScriptedDescriber:
    """A describer that says what a rule says of each picture.

    Args:
        rule: Text for a picture; a text for all of them.
    """

    origin = "scripted"
    version = "1"

    def __init__(self, rule: Callable[[Picture], str] | str) -> None:
        self._rule = rule
        self.seen: list[Picture] = []

    def describe(self, pictures: Sequence[Picture], features: PictureFeatures) -> list[Description]:  # noqa: ARG002
        """Describe each picture by the rule."""
        self.seen.extend(pictures)
        return [self._description(picture) for picture in pictures]

    def _description(self, picture: Picture) -> Description:
        text = self._rule(picture) if callable(self._rule) else self._rule
        spans = (Span("caption", text, start_s=picture.start_s),) if text else ()
        return Description(picture.sha256, "image", self.origin, self.version, text, spans)


class ScriptedTranscriber:
    """A transcriber that hears what was put on its list.

    Args:
        transcripts: What each sound says, by the SHA-256 of its file.
    """

    origin = "scripted"
    version = "1"

    def __init__(self, transcripts: dict[str, Transcript]) -> None:
        self._transcripts = dict(transcripts)
        self.vocabularies: list[tuple[str, ...]] = []

    def transcribe(self, sound: Sound, *, vocabulary: Sequence[str] = ()) -> Transcript:
        """Look the sound up.

        Raises:
            MediaError: it is not on the list.
        """
        self.vocabularies.append(tuple(vocabulary))
        if sound.sha256 not in self._transcripts:
            raise MediaError("No speech was heard in the recording.", "Record it again, closer to the microphone.")
        return self._transcripts[sound.sha256]


def _queue(answers: Sequence[str]) -> Callable[[Chat], str]:
    waiting = deque(answers)

    def answer(_: Chat) -> str:
        if not waiting:
            raise ModelError(f"The script of {len(answers)} answers has run out.", "Script more answers, or a rule.")
        return waiting.popleft()

    return answer


def _speller(script: Sequence[str]) -> Callable[[list[int]], str]:
    return lambda ids: "".join(script[i] for i in ids)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


__all__ = ["ScriptedCall", "ScriptedChat", "ScriptedDescriber", "ScriptedTranscriber", "words_in_chat"]
