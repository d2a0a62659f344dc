"""Local features: points of a picture that are found again in another picture of the same thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

MOST_POINTS = 250  # of a picture of an item
MOST_PICTURES = 4  # of an item, whose points are kept: 135 kB at most
DESCRIPTOR = 128  # numbers that describe what lies around one
UNIT = 512  # the length of a descriptor, in steps of its bytes

_RECORD = np.dtype([("x", "<f2"), ("y", "<f2"), ("size", "<f2"), ("turn", "<f2"), ("around", "u1", (DESCRIPTOR,))])

POINT_BYTES = _RECORD.itemsize
"""What one takes on disk; a picture of an item takes at most `MOST_POINTS` of them, 34 kB."""


@dataclass(frozen=True, slots=True, eq=False)
class LocalPoints:
    """The points of one picture.

    Attributes:
        height: Of the picture, in lengths of its longer side.
        width: The same.
        places: x and y from the left and the top, in lengths of the longer side, float32, shape (n, 2).
        sizes: Logarithms to base 2 of how large what they show is, in lengths of the longer side, float32, shape (n,).
        turns: Degrees that it is turned by, float32, shape (n,).
        descriptors: What lies around each, uint8, shape (n, 128), about `UNIT` long.
    """

    height: float
    width: float
    places: NDArray[np.float32]
    sizes: NDArray[np.float32]
    turns: NDArray[np.float32]
    descriptors: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.places)

    def to_bytes(self) -> bytes:
        """They as bytes: the picture's form, then one record after the other."""
        records = np.empty(len(self), _RECORD)
        records["x"], records["y"] = self.places.T
        records["size"], records["turn"], records["around"] = self.sizes, self.turns, self.descriptors
        return np.array([self.height, self.width], "<f4").tobytes() + records.tobytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """What `to_bytes` wrote.

        Raises:
            ValueError: it did not write this.
        """
        height, width = np.frombuffer(data, "<f4", count=2).tolist()
        records = np.frombuffer(data, _RECORD, offset=8)
        return cls(
            height,
            width,
            np.stack([records["x"], records["y"]], axis=1).astype(np.float32),
            records["size"].astype(np.float32),
            records["turn"].astype(np.float32),
            np.array(records["around"]),
        )


__all__ = ["DESCRIPTOR", "MOST_PICTURES", "MOST_POINTS", "POINT_BYTES", "UNIT", "LocalPoints"]
