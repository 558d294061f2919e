"""The kernels: loops over bytes, in C, for what takes too long as steps of NumPy and Arrow.

A kernel sees columns as their buffers (bytes, and where each text begins) and fills arrays that the caller made. It
calls nothing, keeps nothing and allocates nothing; it reads and writes within the lengths that it is given. What it
says is held equal to the judges by differential tests, and its reads and writes to their bounds by the same tests under
the address sanitizer (`make sanitize`).

What is said here stands in `schemas.native` once more: neither package is to need the other for its kernels.

The C files beside this one are compiled when the package is installed (`hatch_build.py`).
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

_LIBRARY = Path(__file__).with_name("kernels.so")


def _load() -> ctypes.CDLL:
    try:
        compiled = _LIBRARY.stat().st_mtime_ns
        sources = [path for pattern in ("*.c", "*.h") for path in _LIBRARY.parent.glob(pattern)]
        # An installed package holds none. In a checkout, another kernel of the same name may have other parameters.
        stale = any(path.stat().st_mtime_ns > compiled for path in sources)
        if not stale:
            return ctypes.CDLL(str(_LIBRARY))
    except OSError as error:
        raise ImportError(
            f"the compiled part of contactprep is missing ({_LIBRARY}): install it again, "
            "in a checkout with `pip install -e .`"
        ) from error
    raise ImportError(f"the compiled part of contactprep ({_LIBRARY}) is older than its sources: `make kernels`")


_loaded = _load()
_NOTHING = ctypes.c_char * 0
_LETTERS: dict[str, Any] = {"p": ctypes.c_void_p, "l": ctypes.c_int64}


def kernel(name: str, parameters: str) -> Callable[..., int]:
    """Return a function of the library; other threads run while it is at work.

    Args:
        name: Its name in C.
        parameters: A letter for each: p a pointer (`pointer_to`) or bytes, l an integer of 64 bits. It returns such an
            integer.
    """
    function = _loaded[name]
    function.argtypes = [_LETTERS[letter] for letter in parameters]
    function.restype = ctypes.c_int64
    return function


def pointer_to(memory: object) -> int | None:
    """Return where the first byte of a NumPy array or an Arrow buffer lies; None if there is none.

    Whoever asks keeps the memory alive until the kernel has returned.
    """
    if memory is None:
        return None
    array: Any = memory
    if not isinstance(memory, np.ndarray):
        return int(array.address)
    # What numpy says itself takes six times as long.
    return ctypes.addressof(_NOTHING.from_buffer(array)) if memory.flags.writeable else int(array.ctypes.data)
