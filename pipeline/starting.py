"""What a process of our own settles before it loads anything: the memory, the search for garbage, what Pandera loads.

A program that imports `pipeline` keeps its own settings.
"""

from __future__ import annotations

import gc
import os
import sys

_KEPT_BYTES = 8 << 20
"""More than the text of a batch. Source: measured; twice as much takes 10 MiB more at the peak, and no less time."""


def settle() -> None:
    """Settle how this process deals with memory and threads, before Arrow and numpy are loaded, here and beside it."""
    # Arrow's own allocators keep what they were given, a fifth more memory in all, and cost the kernel twice the time.
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    # glibc gives blocks of more than 128 KiB back to the system at once, and a batch's are larger: each time that costs
    # a fault a page. Having freed one of this size it keeps such blocks. Source: mallopt(3), M_MMAP_THRESHOLD.
    bytearray(_KEPT_BYTES)
    # numpy's linear algebra, which nothing here asks for, starts a thread for each core, and they spin for a while.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # What is imported stays, some 200,000 objects: looking through it for garbage would take a sixth of the time to
    # start.
    gc.set_threshold(300_000, 50, 100)


def load_pandera() -> None:
    """Load Pandera without the part that makes up data, which would load Hypothesis where that is installed.

    That takes a tenth of the time to start, and 5 MiB. Whoever imports Hypothesis later gets it.
    """
    if "hypothesis" in sys.modules or "pandera" in sys.modules:
        return
    sys.modules["hypothesis"] = None  # type: ignore[assignment]  # to the import system: there is none
    try:
        import pandera.strategies.base_strategies  # noqa: F401  # pyright: ignore[reportUnusedImport]
    finally:
        del sys.modules["hypothesis"]
