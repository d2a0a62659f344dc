"""Why the server does not do what was asked, though nothing is wrong with it."""

from __future__ import annotations

from retrieval.errors import TastemakerError


class NotReady(TastemakerError):
    """The workspace or the models are not loaded yet, or there is nothing to recommend."""


class Busy(TastemakerError):
    """Too many turns are waiting.

    Attributes:
        retry_after_s: When a place is likely to be free.
    """

    def __init__(self, what: str, hint: str, retry_after_s: int) -> None:
        super().__init__(what, hint)
        self.retry_after_s = retry_after_s


class TooOften(Busy):
    """A person or an address has said as much as may be said in a while."""


class NotFound(TastemakerError):
    """What was asked for is not there, or is somebody else's."""


class UnknownAddress(NotFound):
    """There is nothing at the address that was called."""


class WrongMethod(TastemakerError):
    """The address is there, but not for this method.

    Attributes:
        allowed: The methods that it takes, as `GET, POST`.
    """

    def __init__(self, what: str, hint: str, allowed: str) -> None:
        super().__init__(what, hint)
        self.allowed = allowed


class Gone(TastemakerError):
    """It was there, and has expired."""


class TooLarge(TastemakerError):
    """More was sent than one call may send."""


class HeadersTooLarge(TastemakerError):
    """The headers of a call are larger than they may be."""


class TooSlow(TastemakerError):
    """The headers or the body of a call did not arrive in time."""


class TurnTimeout(TastemakerError):
    """A turn took too long."""


class JobRunning(TastemakerError):
    """Another long job is running."""


class InWork(TastemakerError):
    """The same call is being answered already."""


class Forbidden(TastemakerError):
    """The caller may not do this."""


class OperatorOnly(Forbidden):
    """The caller is a visitor, and it is the operator's to do."""


class Unauthorized(TastemakerError):
    """It is not known who calls."""


def too_large(what: str, limit_bytes: int) -> TooLarge:
    """The refusal of what is beyond a limit."""
    return TooLarge(f"{what} is larger than {limit_bytes / 2**20:.3g} MiB.", "Send a smaller one.")
