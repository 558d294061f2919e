"""Arrays on disk, one behind the other in a file of which only they are told."""

from __future__ import annotations

import errno
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Stored:
    """An array on disk; can be sent to another process.

    Attributes:
        begin: At which byte of its file it begins.
        count: How many numbers it holds.
        dtype: What kind of numbers, as NumPy spells it.
    """

    begin: int
    count: int
    dtype: str

    def load(self, path: Path) -> Array:
        """Return the array.

        Raises:
            OSError: The file cannot be read, or ends before the array does.
        """
        found: Array = np.fromfile(path, self.dtype, self.count, offset=self.begin)
        if len(found) < self.count:
            raise OSError(errno.EIO, "a file that was just written has another size", path)
        return found


def store(file: BinaryIO, array: Array) -> Stored:
    """Append an array of one dimension to a file."""
    stored = Stored(file.tell(), len(array), array.dtype.str)
    file.write(np.ascontiguousarray(array).data)
    return stored
