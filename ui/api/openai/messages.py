"""Messages of a chat as exchanges: what a person wrote, showed and spoke, and what they were answered."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress

from agent.answers import UserTurn
from agent.errors import MediaError, RequestError, TastemakerError
from ui.api.files import PICTURE, SOUND
from ui.api.openai.schema import AudioPart, ImagePart, Message, Part, TextPart
from ui.errors.refusals import Gone, NotFound
from ui.service.chat_history import PastExchange
from ui.service.remote_files import remote
from ui.service.service import Service
from ui.service.uploads import Kind, Upload

K = 3  # items of an answer: a chat is read from top to bottom
MOST_REMEMBERED = 10_000


class SentBefore:
    """Files that come again with each call of a chat, looked at once: the same file keeps the same path."""

    def __init__(self, service: Service) -> None:
        service.traces.register("files sent with chats", self)
        self._service = service
        self._lock = threading.Lock()
        self._ids: OrderedDict[str, tuple[str | None, str]] = OrderedDict()  # whose a file is, and its id

    def path(self, content: str, user: str | None, allowed: frozenset[Kind]) -> str:
        """Where a file lies that is given as Base64, as a `data:` URL, or by its address where these are fetched.

        Raises:
            MediaError: it cannot be used.
            TooLarge: it is larger than one may be.
            Busy: the server keeps too many files at present.
        """
        key = hashlib.sha256(f"{user}\n{sorted(allowed)}\n{content}".encode()).hexdigest()
        with self._lock:
            _, known = self._ids.get(key, (user, None))
        if known is not None:
            with suppress(NotFound, Gone):  # it may have expired: here it is again
                return str(self._service.uploads.find(known, user).path)
        upload = self._keep(content, user, allowed)
        with self._lock:
            self._ids[key] = (user, upload.id)
            while len(self._ids) > MOST_REMEMBERED:
                self._ids.popitem(last=False)
        return str(upload.path)

    def forget(self, user: str) -> int:
        """Drop what is known of a user's files. Returns: of how many."""
        with self._lock:
            theirs = [key for key, (owner, _) in self._ids.items() if owner == user]
            for key in theirs:
                del self._ids[key]
        return len(theirs)

    def _keep(self, content: str, user: str | None, allowed: frozenset[Kind]) -> Upload:
        uploads = self._service.uploads
        if content.startswith(("http://", "https://")):
            return uploads.keep(remote(self._service.limits)(content), user, "upload", allowed)
        return uploads.keep_encoded(content, user, "upload", allowed)


def exchanges(messages: Sequence[Message], user: str | None, files: SentBefore) -> tuple[list[PastExchange], UserTurn]:
    """What was said and answered before, and what is asked now. What people say in one go is one turn.

    Raises:
        RequestError: the last message is not a person's, or holds what cannot be used.
        MediaError: a file of the last turn cannot be used.
    """
    talk = [message for message in messages if message.role in ("user", "assistant")]
    if not talk or talk[-1].role != "user":
        raise RequestError("The last message is not a person's.", "End the messages with one whose role is `user`.")
    past, unanswered = list[PastExchange](), list[Part]()
    for message in talk:
        if message.role == "user":
            unanswered += parts(message)
        elif unanswered:
            exchange = _exchange(unanswered, words(message), user, files)
            past += [exchange] if exchange else []
            unanswered = []
    return past, _turn(unanswered, user, files)


def parts(message: Message) -> list[Part]:
    """The parts of a message."""
    if message.content is None or isinstance(message.content, str):
        return [TextPart(type="text", text=message.content or "")]
    return message.content


def words(message: Message) -> str:
    """The words of a message."""
    return "\n".join(part.text for part in parts(message) if isinstance(part, TextPart))


def _exchange(turn: Sequence[Part], answer: str, user: str | None, files: SentBefore) -> PastExchange | None:
    """An exchange of before; None where its turn could not be used then either."""
    try:
        return PastExchange(_turn(turn, user, files), answer)
    except TastemakerError:
        return None


def _turn(parts: Sequence[Part], user: str | None, files: SentBefore) -> UserTurn:
    strange = next((part.type for part in parts if not isinstance(part, TextPart | ImagePart | AudioPart)), None)
    if strange is not None:
        raise MediaError(
            f"A part of the message is of type {strange[:40]!r}, or incomplete.",
            "Send text, image_url with a data: URL, or input_audio with Base64.",
        )
    images = tuple(files.path(part.image_url.url, user, PICTURE) for part in parts if isinstance(part, ImagePart))
    sounds = [files.path(part.input_audio.data, user, SOUND) for part in parts if isinstance(part, AudioPart)]
    if len(sounds) > 1:
        raise MediaError("The message holds more than one recording.", "Send one recording with each message.")
    text = "\n".join(part.text for part in parts if isinstance(part, TextPart)).strip()
    return UserTurn(text=text, images=images, audio=next(iter(sounds), None), user=user, k=K)
