"""What every kind asks first: does the cell hold anything, and is it text at all?

Three things count as nothing: an empty cell, a cell in which nothing can be seen, and a placeholder that people type
where they have no value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Set

from schemas.verdicts import Verdict

DEFAULT_PLACEHOLDERS: frozenset[str] = frozenset({"n/a", "(blank)", "null", "none", "-", "--", ".", "#n/a"})
"""Case-folded texts that stand for no value. `#N/A` and `(blank)` are what spreadsheets put there by themselves."""

_UNDECODABLE = Verdict(None, ("T102",))

# Scripts and symbols in which a joiner between two characters has a meaning: everything from Hebrew on (Arabic, the
# Indic scripts, ...), symbols, emoji and their variation selectors; neither Latin, Greek, Cyrillic nor punctuation.
_JOINED = r"\u0590-\u1FFF\u2100-\u2BFF\u2E80-\uD7FF\uF900-\uFE0F\uFE70-\uFEFE\U00010000-\U0001FFFD\U00020000-\U0003FFFD"

# Controls without those that part words (tab, line breaks, 0x1C to 0x1F, next line), and the code points that Unicode
# calls default-ignorable without those that alter the character before them (variation selectors, U+034F, U+17B4-5).
_INVISIBLE = (
    r"\x00-\x08\x0E-\x1B\x7F-\x84\x86-\x9F"
    r"\u00AD\u061C\u115F\u1160\u180E\u200B-\u200F\u202A-\u202E\u2060-\u206F\u3164\uFEFF\uFFA0\uFFF0-\uFFFB"
    r"\U0001BCA0-\U0001BCA3\U0001D173-\U0001D17A\U000E0000-\U000E00FF"
)

_JOINERS = r"\u200C\u200D"
_OTHER = _INVISIBLE.replace(r"\u200B-\u200F", r"\u200B\u200E\u200F")

_UNSEEN = re.compile(rf"[{_OTHER}]+|(?<![{_JOINED}])[{_JOINERS}]|[{_JOINERS}](?![{_JOINED}])")
_ANY_VISIBLE = re.compile(rf"[^\s{_INVISIBLE}]")
_ANY_INVISIBLE = re.compile(f"[{_INVISIBLE}]")
# A regional flag is spelled in tags behind a black flag.
_FLAG = re.compile(r"(\U0001F3F4[\U000E0020-\U000E007E]+\U000E007F)")

LONGEST_SEARCHED = 1_000
"""In a longer cell no placeholder is looked for among invisible characters: removing these takes its time."""


def remove_invisible(text: str) -> str:
    r"""Return the text without characters that show nothing and part no words.

    Removed are control characters (tab and line breaks apart) and invisible format characters: zero-width blanks,
    byte-order marks, soft hyphens, directional marks, fillers. A zero-width joiner or non-joiner stays where it has a
    meaning, between two characters of a script from Hebrew on or of an emoji; so do the tags of a regional flag.

    >>> remove_invisible("acme\u200b.com\ufeff")
    'acme.com'
    >>> remove_invisible("\u0646\u200c\u0647") == "\u0646\u200c\u0647"
    True

    Source: Unicode Standard, DerivedCoreProperties, Default_Ignorable_Code_Point; section 23.2, "Layout Controls", and
    Unicode Technical Standard 51 for the sequences that are kept.
    """
    if (text.isascii() and text.isprintable()) or not _ANY_INVISIBLE.search(text):
        return text
    parts = _FLAG.split(text)
    parts[::2] = [_UNSEEN.sub("", part) for part in parts[::2]]
    return "".join(parts)


def fold_placeholders(texts: Iterable[str]) -> tuple[str, ...]:
    """Return placeholders as they are compared: without regard to case, blanks around and unseen characters; sorted.

    Raises:
        ValueError: One of them holds nothing that can be seen (such a cell is blank by itself), or they are one text.

    >>> fold_placeholders([" TBD", "tbd", "Unknown"])
    ('tbd', 'unknown')
    """
    if isinstance(texts, str):
        raise ValueError(f"placeholders are several texts, not one: say ({texts!r},)")
    folded = {remove_invisible(text).strip().casefold() for text in texts}
    if "" in folded:
        raise ValueError("a placeholder holds something to be seen; a cell without it is blank by itself")
    return tuple(sorted(folded))


def judge_blank(text: str, placeholders: Set[str] = DEFAULT_PLACEHOLDERS) -> Verdict | None:
    """Return the verdict of a cell that holds nothing, or None if it holds something.

    Args:
        text: The cell, as it was read.
        placeholders: Case-folded texts that stand for no value. They are compared with the trimmed cell, without
            regard to case and to characters that cannot be seen.

    Returns:
        For "" no code. For a cell in which nothing can be seen C002, for a placeholder C003; the value is None.

    >>> judge_blank("")
    Verdict(value=None, codes=())
    >>> judge_blank("  "), judge_blank(" N/A ")
    (Verdict(value=None, codes=('C002',)), Verdict(value=None, codes=('C003',)))
    >>> judge_blank("Norm") is None
    True
    """
    if not text:
        return Verdict(None)
    if not _ANY_VISIBLE.search(text):
        return Verdict(None, ("C002",))
    seen = remove_invisible(text) if len(text) <= LONGEST_SEARCHED else text
    if seen.strip().casefold() in placeholders:
        return Verdict(None, ("C003",))
    return None


def judge_undecodable(text: str) -> Verdict | None:
    r"""Return the verdict T102 of a cell with bytes that are no text, or None.

    A reader keeps such bytes as lone surrogates (`surrogateescape`), which no encoding can write.

    >>> judge_undecodable("Andr\udce9")
    Verdict(value=None, codes=('T102',))
    """
    if text.isascii():
        return None
    try:
        text.encode()
    except UnicodeEncodeError:
        return _UNDECODABLE
    return None


def is_blank(text: str, placeholders: Set[str] = DEFAULT_PLACEHOLDERS) -> bool:
    """Return whether a cell counts as empty: "", nothing to be seen, or a placeholder.

    >>> [is_blank(text, DEFAULT_PLACEHOLDERS) for text in ("", " ", "(Blank)", "#N/A", "none of these")]
    [True, True, True, True, False]
    """
    return judge_blank(text, placeholders) is not None


def settle(value: str, codes: tuple[str, ...], placeholders: Set[str]) -> Verdict:
    """Return the verdict of an accepted value, unless its normal form turns out to be a placeholder (then C003).

    Without this a second run over the result could judge a value otherwise than the first.
    """
    if value.casefold() in placeholders:
        return Verdict(None, ("C003",))
    return Verdict(value, codes)
