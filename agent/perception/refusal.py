"""Why the decoding process turns a file down, said so that the parent can put the file's name before it."""

from __future__ import annotations


class Refused(Exception):
    """A file is not decoded.

    Args:
        what: End of the sentence "The picture 'x.jpg' ...", without the full stop.
        hint: One sentence saying what to do.
    """

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what, hint)
        self.what = what
        self.hint = hint


DAMAGED_HINT = "It is probably damaged: save or download it again."
SHORTER_HINT = "Use a shorter or smaller file."
