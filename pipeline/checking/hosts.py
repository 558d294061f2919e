"""Hosts of whole columns, cut out of e-mail and web addresses without making a Python text of each."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none
import pyarrow.compute as pc  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]

from pipeline.checking.hits import Longs

_arrow: Any = pa
_compute: Any = pc

Column = Any
"""An Arrow array of `large_string`."""

Bools = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]

_HTTP, _HTTPS, _WWW = (int.from_bytes(text, "little") for text in (b"http://", b"https://", b"www."))
_ODD: Bools = np.ones(256, dtype=np.bool_)
_ODD[0x21:0x7F] = False
_ODD[[*b"@[]"]] = True
_OTHER_LETTERS: Bools = np.arange(256) >= 0x80
_OTHER_LETTERS[[*range(ord("A"), ord("Z") + 1)]] = True


class Bounds:
    """Where n texts of a column stand.

    Attributes:
        column: The texts; some may be missing.
        data: The bytes that its positions count.
        starts: n positions, the first byte of each text.
        ends: n positions, the byte after each.
    """

    def __init__(self, column: Column) -> None:
        self.column = column
        _, offsets, data = column.buffers()
        borders: Longs = np.frombuffer(offsets, dtype=np.int64)[column.offset : column.offset + len(column) + 1]
        self.data: Bytes = np.empty(0, dtype=np.uint8) if data is None else np.frombuffer(data, dtype=np.uint8)
        self.starts = borders[:-1]
        self.ends = borders[1:]

    def holding(self, chosen: Bools) -> Bools:
        """Return which texts hold a byte of a mask over `held`."""
        found = np.zeros(len(self.starts), dtype=np.bool_)
        places = np.flatnonzero(chosen) + self.starts[0]
        if places.size:
            found[np.searchsorted(self.ends, places, side="right")] = True
        return found

    def words(self, size: int, places: Longs) -> npt.NDArray[Any]:
        """Return the little-endian number of so many bytes at each of some places, the last such number behind it."""
        last = len(self.data) - size
        # Not by `take`, which copies all that are possible.
        return np.ndarray((last + 1,), f"<u{size}", self.data, strides=(1,))[np.minimum(places, last)]

    @property
    def held(self) -> Bytes:
        """The bytes from the first text's to the last's."""
        return self.data[self.starts[0] : self.ends[-1]]

    def cut(self, begins: Longs, ends: Longs) -> Column:
        """Return a part of each text, n texts without missing ones."""
        borders = np.empty(2 * len(begins), dtype=np.int64)
        borders[::2], borders[1::2] = begins, ends
        buffers = [None, _arrow.py_buffer(borders), _arrow.py_buffer(self.data)]
        # Between two parts lies what nobody wants.
        parts = _arrow.Array.from_buffers(_arrow.large_string(), len(borders) - 1, buffers)
        return parts.take(_arrow.array(np.arange(0, len(borders), 2)))


def column_of(texts: pd.Series[Any]) -> Column:
    """Return a column of text as one Arrow array."""
    column = _arrow.array(texts.array, _arrow.large_string(), from_pandas=True)
    return column.combine_chunks() if isinstance(column, _arrow.ChunkedArray) else column


def email_hosts(emails: Column) -> Column:
    """Return what stands behind the last @ of each of n > 0 texts, the whole text where there is none."""
    bounds = Bounds(emails)
    at = np.flatnonzero(bounds.held == ord("@")) + bounds.starts[0]
    if not at.size:
        return bounds.cut(bounds.starts, bounds.ends)
    # Most have one, if they are not missing.
    rows = np.flatnonzero(bounds.ends > bounds.starts)
    if len(at) == len(rows) and (at >= bounds.starts[rows]).all() and (at < bounds.ends[rows]).all():
        last = bounds.starts - 1
        last[rows] = at
    else:
        last = at[np.maximum(np.searchsorted(at, bounds.ends) - 1, 0)]
        last = np.where((last >= bounds.starts) & (last < bounds.ends), last, bounds.starts - 1)
    return bounds.cut(last + 1, bounds.ends)


def has_host(websites: Column, hosts: Column, *, without_www: bool) -> Bools:
    """Return which of n > 0 web addresses have a given host, or www. before it; some that have it may be left out.

    Args:
        websites: n addresses, some missing.
        hosts: n texts, taken for no host unless they are visible ASCII without brackets and what ends a host.
        without_www: Whether www. is passed over.
    """
    bounds, wanted = Bounds(websites), Bounds(hosts)
    if len(bounds.data) < len("https://"):
        return np.zeros(len(websites), dtype=np.bool_)
    head = bounds.words(8, bounds.starts)
    is_https = head == _HTTPS
    is_usual = is_https | (head & np.uint64(0xFF_FFFF_FFFF_FFFF) == _HTTP)
    begins = bounds.starts + len("http://") + is_https
    if without_www:
        begins += len("www.") * (bounds.words(4, begins) == _WWW)
    # What was read may have been another text's: then this one is at its end already.
    begins = np.minimum(begins, bounds.ends)
    stops = begins + (wanted.ends - wanted.starts)
    behind = bounds.data.take(stops, mode="clip")
    # A colon may part a user from a password as well as a host from a port.
    ends_there = (behind == ord("/")) | (behind == ord("?")) | (behind == ord("#"))
    fits = is_usual & ((stops == bounds.ends) | ((stops < bounds.ends) & ends_there))
    # What hosts consist of is asked for by its range: a table takes a byte at a time.
    held = wanted.held
    odd = (held - np.uint8(ord("-")) > ord("z") - ord("-")) | (held == ord("/"))
    odd |= (held - np.uint8(ord(":")) <= ord("@") - ord(":")) | (held - np.uint8(ord("[")) <= ord("]") - ord("["))
    if odd.any():
        fits &= ~wanted.holding(odd)
    equal = _compute.equal(bounds.cut(begins, np.minimum(stops, bounds.ends)), hosts)
    found: Bools = fits & equal.to_numpy(zero_copy_only=False)
    return found


def may_end_with(hosts: Column, domains: Column) -> Bools:
    """Return which of n > 0 hosts end with a given domain, or may do so in the domain's letters."""
    bounds, wanted = Bounds(hosts), Bounds(domains)
    begins = np.maximum(bounds.ends - (wanted.ends - wanted.starts), bounds.starts)
    found: Bools = _compute.equal(bounds.cut(begins, bounds.ends), domains).to_numpy(zero_copy_only=False)
    found |= bounds.holding(_OTHER_LETTERS[bounds.held])
    found |= _compute.ends_with(hosts, ".").to_numpy(zero_copy_only=False)
    return found


def website_hosts(websites: Column) -> Column:
    """Return the host of each of n > 0 web addresses, none missing; nothing is said of one that is odd."""
    bounds = Bounds(websites)
    lengths = np.where(_beginning(websites, "http://"), len("http://"), len("https://"))
    begins = np.minimum(bounds.starts + lengths, bounds.ends)
    data = bounds.held
    stops = np.flatnonzero((data == ord("/")) | (data == ord(":")) | (data == ord("?")) | (data == ord("#")))
    stops = np.append(stops + bounds.starts[0], bounds.ends[-1])
    return bounds.cut(begins, np.minimum(stops[np.searchsorted(stops, begins)], bounds.ends))


def is_odd(websites: Column) -> Bools:
    """Return which of n > 0 texts may have a host elsewhere than between their scheme and the next of / ? # and colon.

    Those are texts that do not begin with http:// or https://, hold an @, which may part a user from a host, a bracket,
    or anything but visible ASCII.
    """
    bounds = Bounds(websites)
    is_usual = _beginning(websites, "http://") | _beginning(websites, "https://")
    return ~is_usual | bounds.holding(_ODD[bounds.held])


def _beginning(texts: Column, prefix: str) -> Bools:
    """Return which texts begin so; a missing one does not."""
    found: Bools = _compute.fill_null(_compute.starts_with(texts, prefix), False).to_numpy(zero_copy_only=False)
    return found
