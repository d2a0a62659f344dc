"""What an answer is likely to go on with: the words that followed, in its prompt or in itself, where it stood as now.

Answers that word given facts copy most of them. A guess costs little, since a model takes hardly longer to read a few
tokens than one; a wrong one changes nothing, since only what the model would have chosen itself is kept.

Source: prompt lookup decoding (Saxena 2023), after speculative decoding (Leviathan et al. 2023, algorithm 1).
"""

from __future__ import annotations

from collections.abc import Sequence

SPAN = 2  # tokens that must be alike for what followed them to be guessed
MOST = 8  # tokens guessed for one answer
PASS_TOKENS = 16  # of all answers of a batch; with more, a pass on a CPU takes longer than it saves


class Copying:
    """One prompt and its answer as far as it goes.

    Args:
        prompt: Token ids.
    """

    def __init__(self, prompt: Sequence[int]) -> None:
        self._ids: list[int] = []
        self._behind: dict[tuple[int, ...], int] = {}  # spans, and the last place behind each
        self._match_end: int | None = None
        self.add(prompt)

    def add(self, tokens: Sequence[int]) -> None:
        """Take what comes next in the answer."""
        for token in tokens:
            self._ids.append(token)
            span = tuple(self._ids[-SPAN:])
            self._match_end = self._behind.get(span)
            self._behind[span] = len(self._ids)

    def guess(self, most: int) -> list[int]:
        """Up to `most` tokens that may come next; none where nothing like the end stood before."""
        return [] if self._match_end is None else self._ids[self._match_end : self._match_end + most]


def width(rows: int) -> int:
    """How many tokens are guessed for each answer of a batch."""
    return max(0, min(MOST, PASS_TOKENS // rows - 1))


def confirmed(guess: Sequence[int], chosen: Sequence[int]) -> list[int]:
    """The tokens that the model chose itself: as far as the guess went right, and the one behind it.

    Args:
        guess: What was guessed.
        chosen: What the model would put in the place of each guessed token, and behind the last.
    """
    right = next((at for at, token in enumerate(guess) if token != chosen[at]), len(guess))
    return list(chosen[: right + 1])


__all__ = ["Copying", "confirmed", "width"]
