"""Which texts of a website column are certainly refused, and why.

The judge reads a text without the punctuation around it if it refuses the whole. Every refusal here is told from such a
bare text, by what stays true of the whole, so that this is refused too: punctuation in front becomes part of a host,
and punctuation behind leaves a scheme, an @, a blank or a bad label where it is.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it ships none
import pyarrow.compute as pc  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]

from schemas.kinds.misplaced import NUMBERED_HOST, PHONE
from schemas.lanes.cells import Bools, Cells, Column, Longs, matches_plain
from schemas.lanes.deciding import Said

_arrow: Any = pa
_compute: Any = pc

# All patterns are of lower case: so are the texts that they are asked of.
_SCHEME = "(?:https?://)?"
_LABEL = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_HOST = rf"(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]*[a-z0-9])"
# A port of four digits belongs to no scheme by default. No path, query or fragment makes the standard refuse a text;
# one without separators holds no second address.
_REST = r"(?::[1-9][0-9]{3})?(?:[/?#][!-+\--:<-{}~]*)?$"
_BETWEEN = "[ ,;|]+"

# The standard takes a host for a number if its last label is digits or begins with 0x.
_SINGLE_LABEL = rf"^{_SCHEME}(?:[a-z]|[1-9][0-9-]*[a-z])(?:[a-z0-9-]*[a-z0-9])?{_REST}"
_GOOD_HOST = rf"^{_SCHEME}{_HOST}{_REST}"
# Characters that stay in a host as they are or make the standard refuse it. Percent signs would be decoded.
_ANY = r"[a-z0-9!\"$&-+<=>^_`{}~-]"
# A last label of digits makes a number of the host, and that is none if another label holds such a letter.
_NO_NUMBER = r"[a-z0-9.-]*[g-wyz][a-z0-9.-]*\.[0-9]+"
_ANY_HOST = (
    rf"^{_SCHEME}(?:(?:{_ANY}*\.)*[a-z]{_ANY}*|{_NO_NUMBER}){_REST}|^https?://[a-z0-9.-]+:[0-9]*[a-z][a-z0-9.-]*$"
)
_BYTE = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_NUMBER = rf"^{_SCHEME}(?:{_BYTE}\.){{3}}{_BYTE}{_REST}"
_LONGEST_LABEL = 63

# Behind the colon stands no port.
_OTHER_SCHEME = r"^[a-z][a-z0-9+.-]*:(?://|[^0-9/?#@][^@]*$)"
_EMAIL = r"^(?:[^ @/?#:\\]+|mailto:[^ @/?#]+)@[^ @/?#:\\]+$"
_USER_INFO = r"^https?://[^/\\?# ,;|@]*@[^ ,;|]*$"
# A blank where a host should be. With a dot at most there is one address at most.
_REMARK = r"^[^@:/\\?#]* [^@:]*$"
_SECOND_WEBSITE = rf"^{_SCHEME}{_HOST}(?:/[a-z0-9._~/-]*)?{_BETWEEN}(?:https?:|www\.)[^@?]*$"
_SEVERAL_HOSTS = rf"^(?:(?:[a-z0-9-]+\.)+[a-z]{{2,}}{_BETWEEN})+(?:[a-z0-9-]+\.)+[a-z]{{2,}}$"


def refuse(rows: Longs, cells: Cells, is_bare: Bools, said: Said) -> None:
    """Decide those texts of which a refusal is certain.

    Args:
        rows: Their k positions.
        cells: Their texts of printable ASCII without the punctuation around them; no addresses of the lane's alphabet.
        is_bare: Which of them had punctuation around them.
        said: Takes the codes.
    """
    text = _compute.ascii_lower(cells.text)

    def say(code: str, chosen: Bools, pattern: str) -> None:
        said.say(rows[_among(text, chosen, pattern)], code)

    with_at, with_colon = _holding(cells, "@"), _holding(cells, ":")
    is_parted = _holding(cells, " ,;|")
    with_http, with_https = starting(text, "http://"), starting(text, "https://")
    has_slashes = with_http | with_https
    has_http = has_slashes | (with_colon & (starting(text, "http:") | starting(text, "https:")))
    say("W102", with_colon & ~has_http, _OTHER_SCHEME)
    say("W106", with_at, _EMAIL)
    say("W105", with_at & has_slashes, _USER_INFO)
    remark = is_parted & ~with_at
    dots = cells.counts(cells.data == ord("."))
    say("W101", remark & ~with_colon & (dots <= 1), _REMARK)
    say("W109", remark, _SECOND_WEBSITE)
    say("W109", remark & ~with_colon, _SEVERAL_HOSTS)
    # The standard reads http:8080 as the host 8080.
    word = ~is_parted & (has_slashes | ~has_http) & (cells.lengths <= _LONGEST_LABEL)
    say("W103", word & (dots >= 3), _NUMBER)
    single = np.zeros_like(word)
    single[_among(text, word, _SINGLE_LABEL)] = True
    said.say(rows[single], "W104")
    bad = np.zeros_like(word)
    bad[_among(text, word & ~single, _ANY_HOST)] = True
    bad[_among(text, bad, _GOOD_HOST)] = False
    said.say(rows[bad], "W108")
    is_scheme = (with_http & (cells.lengths == len("http://"))) | (with_https & (cells.lengths == len("https://")))
    said.say(rows[is_scheme & ~is_bare], "W101")
    # Without a letter no host has an ending, so that the whole is refused too.
    numbers = _among(text, cells.ends_in_digit, f"^(?:{PHONE})$")
    hosts = _among(text.take(_arrow.array(numbers)), np.ones(len(numbers), dtype=np.bool_), f"^{NUMBERED_HOST}$")
    said.say(rows[np.delete(numbers, hosts)], "W110")


def _among(text: Column, chosen: Bools, pattern: str) -> Longs:
    """Return those of the chosen positions whose text is matched."""
    places = np.flatnonzero(chosen)
    if not places.size:
        return places
    return places[matches_plain(text.take(_arrow.array(places)), pattern)]


def _holding(cells: Cells, characters: str) -> Bools:
    chosen = np.zeros(len(cells.data), dtype=np.bool_)
    for character in characters.encode():
        chosen |= cells.data == character
    return cells.holding(chosen)


def starting(text: Column, prefix: str) -> Bools:
    """Return which texts begin so."""
    found: Bools = _compute.starts_with(text, prefix).to_numpy(zero_copy_only=False)
    return found
