"""The lane of websites: addresses in an alphabet that the standard's serialisation leaves alone, and common repairs.

Capitals are spelled out in every pattern: a case-insensitive one folds U+212A and U+017F to ASCII letters.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none
import pyarrow.compute as pc  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]

from schemas.lanes.cells import Bools, Bytes, Cells, Column, Longs, column_from, matches
from schemas.lanes.deciding import Codes, Lane, Said, Values, decide
from schemas.lanes.website_refusals import refuse

_arrow: Any = pa
_compute: Any = pc

_HTTP = "[Hh][Tt][Tt][Pp]"
# Every label of a host of one of our patterns is a label of RFC 1123 but for its length. The last one begins with a
# letter: the standard never takes such a host for a number.
_HOST = r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])"

# Ports as the standard writes them, without the one that it leaves out, and short of 60000.
_NOT_80 = "[1-9]|[1-79][0-9]|8[1-9]|[1-9][0-9]{2,3}|[1-5][0-9]{4}"
_NOT_443 = "[1-9][0-9]?|[1-35-9][0-9]{2}|4(?:[0-35-9][0-9]|4[0-24-9])|[1-9][0-9]{3}|[1-5][0-9]{4}"

# Characters outside the standard's percent-encode sets; a segment does not begin with a dot, and no dot is written as
# %2e, so none is "." or "..". Separators that could part several addresses are not among them.
_IN_PATH = "A-Za-z0-9_~!$&()*+:=@-"
_TRIPLE = "%(?:[013-9A-Fa-f][0-9A-Fa-f]|2[0-9A-DFa-df])"
_BEHIND = "[A-Za-z0-9._~!$&()*+/:=@?%-]*"
TAIL = rf"(?:/(?:(?:[{_IN_PATH}]|{_TRIPLE})(?:[.{_IN_PATH}]|{_TRIPLE})*)?)*(?:\?{_BEHIND})?(?:#{_BEHIND})?"

_WEBSITE = rf"^(?:{_HTTP}://{_HOST}(?::(?:{_NOT_80}))?|(?:{_HTTP}[Ss]://)?{_HOST}(?::(?:{_NOT_443}))?){TAIL}$"
# One that stays as it is, if its host is not too long. Two hyphens side by side can mean Punycode.
_USUAL = rf"^https?://(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z][a-z0-9]+{TAIL}$"
_DEFAULT_PORT = rf"^(?:({_HTTP}://{_HOST}):80|((?:{_HTTP}[Ss]://)?{_HOST}):443)([/?#]|$)"
_HOST_OF_63 = rf"^(?:{_HTTP}[Ss]?://[A-Za-z0-9.-]{{4,63}}(?:[:/?#]|$)|[A-Za-z0-9.-]{{4,63}}(?::[0-9]|[/?#]|$))"
_LONGEST_LABEL = 63
_LONGEST = 2_000
"""Bytes of the longest text that a lane looks at, safely below the longest website with a scheme put before it."""

# What the judge strips from a text that it would refuse, as far as it is printable ASCII.
_CLOSING = ";,.:!> )]}\"'"
_OPENING = ";,< ([{\"'"
# Punctuation behind a host makes a bad host of it. A colon does not: the standard leaves an empty port out.
_ENDED = rf"^(?:{_HTTP}[Ss]?://)?{_HOST}[;,.!> )\]}}\"']+$"

_FEW = 100
"""Fewer texts cost their judge less than it costs to compile the patterns of `_decide_others`."""

_PARTING = np.zeros(256, dtype=np.bool_)
_PARTING[[*b"/?#"]] = True


def website_lane() -> Lane:
    """Return the lane of websites.

    It decides printable ASCII alone, and no host with a label that begins with `xn--`.
    """
    return partial(decide, step=_decide)


def _decide(cells: Cells, is_open: Bools, said: Said, values: Values) -> None:
    usual = is_open & matches(cells.text, _USUAL) & (cells.lengths <= _LONGEST_LABEL)
    said.say(usual)
    rest = np.flatnonzero(is_open & ~usual & (cells.lengths <= _LONGEST))
    if rest.size:
        _decide_unusual(rest, cells.take(rest), said, values)


def _decide_unusual(rows: Longs, cells: Cells, said: Said, values: Values) -> None:
    """Decide texts that are not usual: their k positions, and the texts."""
    looked_at = cells.plain
    looked_at[_with_punycode(cells)] = False
    matched = looked_at & matches(cells.text, _WEBSITE)
    accepted = _with_short_host(cells, matched)
    has_capitals = cells.holding(cells.places(_are_capitals))
    for chosen in (accepted & ~has_capitals, accepted & has_capitals):
        places = np.flatnonzero(chosen)
        if places.size:
            _spell(rows[places], cells.take(places), said, values)
    others = np.flatnonzero(looked_at & ~matched)
    if others.size >= _FEW:
        _decide_others(rows[others], cells.text.take(_arrow.array(others)), said, values)


def _decide_others(rows: Longs, texts: Column, said: Said, values: Values) -> None:
    """Decide texts of printable ASCII that are no address of the lane's alphabet as they stand.

    The judge strips punctuation from a text that it refuses, and reads what is left. That it refuses the whole is
    certain if the text begins with punctuation, which then is part of the host, or if punctuation alone follows a host.
    """
    closed = _compute.ascii_rtrim(texts, _CLOSING)
    bare = Cells(_compute.ascii_ltrim(closed, _OPENING))
    lengths = Cells(texts).lengths
    is_bare = bare.lengths < lengths
    is_opened = bare.lengths < Cells(closed).lengths
    ended = np.flatnonzero(is_bare & ~is_opened)
    reads_bare = is_opened.copy()
    reads_bare[ended[matches(texts.take(_arrow.array(ended)), _ENDED)]] = True
    may_have_port = bare.holding(_may_begin_default_port(bare.data))
    # As a text that is not bare is no address of the alphabet, only another without its port can be one.
    asked = np.flatnonzero(is_bare | may_have_port)
    is_readable = np.zeros(len(rows), dtype=np.bool_)
    if asked.size:
        with_port = bare.take(asked)
        cells = _without_default_port(with_port, np.flatnonzero(may_have_port[asked]))
        lost_port = cells.lengths < with_port.lengths
        readable = matches(cells.text, _WEBSITE)
        is_readable[asked] = readable
        was_bare = is_bare[asked]
        accepted = _with_short_host(cells, readable & (reads_bare[asked] | ~was_bare))
        for lost in (False, True):
            for repairs, chosen in ((("W201",), accepted & was_bare), ((), accepted & ~was_bare)):
                places = np.flatnonzero(chosen & (lost_port == lost))
                if places.size:
                    _spell(rows[asked[places]], cells.take(places), said, values, repairs, is_other=lost)
    rest = np.flatnonzero(~is_readable)
    if rest.size:
        refuse(rows[rest], bare.take(rest), is_bare[rest], said)


def _without_default_port(cells: Cells, rows: Longs) -> Cells:
    """Return k texts, those of the chosen ones that begin like an address without the port of their scheme."""
    if not rows.size:
        return cells
    values = Values(cells.text)
    values.put(rows, _compute.replace_substring_regex(cells.text.take(_arrow.array(rows)), _DEFAULT_PORT, r"\1\2\3"))
    return Cells(values.column())


def _spell(
    rows: Longs, cells: Cells, said: Said, values: Values, repairs: Codes = (), *, is_other: bool = False
) -> None:
    """Accept addresses: write scheme and host in lower case, and put https:// where there is no scheme.

    Args:
        rows: Their k positions.
        cells: Their texts, matched by `_WEBSITE`.
        said: Takes the codes.
        values: Takes the addresses.
        repairs: Codes of repairs that each of them took.
        is_other: Whether each is spelled otherwise even if nothing is written in lower case.
    """
    lacks_scheme = ~_with_scheme(cells)
    is_lowered, texts = _in_lower_case(cells, lacks_scheme)
    is_lowered |= is_other
    for lacks in (False, True):
        chosen = np.flatnonzero(lacks_scheme == lacks)
        if not chosen.size:
            continue
        kept = texts if chosen.size == len(rows) else texts.take(_arrow.array(chosen))
        values.put(rows[chosen], _compute.binary_replace_slice(kept, 0, 0, b"https://") if lacks else kept)
        for lowered in (False, True):
            codes = (*(("W002",) if lacks else ()), *(("W001",) if lowered else ()), *repairs)
            said.say(rows[chosen[is_lowered[chosen] == lowered]], *codes)


def _in_lower_case(cells: Cells, lacks_scheme: Bools) -> tuple[Bools, Column]:
    """Return which addresses have capitals in scheme or host, and all k of them without these."""
    capitals = _are_capitals(cells.data)
    if not capitals.any():
        return np.zeros(len(cells), dtype=np.bool_), cells.text
    stops = np.flatnonzero(_PARTING[cells.data])
    # Behind the two slashes of a scheme, which stand at 5 and 6 or at 6 and 7.
    hosts = cells.starts + np.where(lacks_scheme, 0, 8)
    behind = np.append(stops, len(cells.data))[np.searchsorted(stops, hosts)]
    capitals &= np.arange(len(cells.data)) < np.repeat(np.minimum(behind, cells.ends), cells.lengths)
    lower = cells.data | (capitals.view(np.uint8) << np.uint8(5))
    return cells.holding(capitals), column_from(lower, cells.lengths)


def _may_begin_default_port(data: Bytes) -> Bools:
    """Return which bytes are a colon before an 8 or a 4."""
    found: Bools = data == ord(":")
    found[:-1] &= (data[1:] == ord("8")) | (data[1:] == ord("4"))
    return found


def _are_capitals(data: Bytes) -> Bools:
    # Bytes below "A" wrap around to large numbers.
    found: Bools = data - np.uint8(ord("A")) < 26
    return found


def _with_scheme(cells: Cells) -> Bools:
    """Return which texts begin with a scheme, where they are matched by `_WEBSITE`; nothing is said of others.

    Without a scheme, the first four bytes are the host's; what follows it is a port's digit, or no colon.
    """
    # The shortest such address is http://a.bc.
    held = cells.lengths >= len("http://a.bc")
    if not held.any():
        return held
    fourth, fifth, sixth = (cells.data.take(cells.starts + place, mode="clip") for place in (4, 5, 6))
    slash, colon = ord("/"), ord(":")
    is_http = (fourth == colon) & (fifth == slash)
    is_https = ((fourth | 0x20) == ord("s")) & (fifth == colon) & (sixth == slash)
    found: Bools = held & (is_http | is_https)
    return found


def _with_short_host(cells: Cells, matched: Bools) -> Bools:
    """Return which of the addresses have a host of 63 characters at most, so that no label is longer."""
    long = np.flatnonzero(matched & (cells.lengths > _LONGEST_LABEL))
    if not long.size:
        return matched
    found = matched.copy()
    found[long] = matches(cells.text.take(_arrow.array(long)), _HOST_OF_63)
    return found


def _with_punycode(cells: Cells) -> Longs:
    """Return the positions of texts that hold `xn--`, in any case."""
    hyphens = cells.places(lambda data: data == ord("-"))
    rows = np.flatnonzero(cells.holding(hyphens[:-1][np.diff(hyphens) == 1]))
    return rows[matches(cells.text.take(_arrow.array(rows)), "[Xx][Nn]--")] if rows.size else rows
