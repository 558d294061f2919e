"""The lane of texts against its judge: every letter of its alphabet, every pair, and edited texts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from schemas.kinds.texts import judge_text
from schemas.lanes import texts as lane_of_texts
from schemas.lanes.texts import text_lane
from schemas.verdicts import Verdict
from tests.lanes.comparing import compare, compare_many
from tests.lanes.kinds import KINDS

# Basic Latin to Latin Extended-B, spacing modifiers, combining marks.
LATIN = [chr(point) for point in range(0x370)]
SETTINGS = [(None, False), (None, True), (2, False), (2, True)]


def judge(max_length: int | None, flatten: bool) -> Callable[[str], Verdict]:
    return lambda text: judge_text(text, max_length=max_length, flatten=flatten)


@pytest.mark.parametrize(("max_length", "flatten"), SETTINGS)
def test_every_character_alone_and_among_others(max_length: int | None, flatten: bool) -> None:
    others = ["\u1e9b", "\u2028", "\u3000", "\uac00", "\ufb01", "\ufeff", "\U0001f600", "\U000e0041"]
    framed = [
        form.format(letter) for letter in (*LATIN, *others) for form in ("{}", "a{}", "{}a", "a{}a", " {}", "{} ")
    ]
    assert compare(text_lane(max_length), judge(max_length, flatten), framed) > 1_400


def test_white_space_at_an_end() -> None:
    """Every character that is white space, and those beside it in Unicode; alone, twice, and around a text."""
    near = [chr(ord(letter) + step) for letter in map(chr, range(0x3001)) if letter.isspace() for step in (-1, 0, 1)]
    forms = ("{}", "{}{}", "{}a", "a{}", "\u00a0{}a{} ", "{}n/a", "n/a{}", "\u00e9{}")
    framed = [form.format(letter, letter) for letter in near if letter > "\0" for form in forms]
    assert compare(text_lane(None), judge(None, flatten=False), framed) > len(framed) / 2


@pytest.mark.parametrize("flatten", [False, True])
def test_every_pair_of_the_alphabet(flatten: bool) -> None:
    alphabet = LATIN[0x20:0x180]
    pairs = [first + second for first in alphabet for second in alphabet]
    assert compare(text_lane(None), judge(None, flatten), pairs) > 90_000


def test_long_texts_with_blanks_at_an_end() -> None:
    framed = [form.format(letter * 1_200) for letter in "a\u00e9" for form in ("{}", " {}", "{} ", "{}\u00a0", "{}\t")]
    assert compare(text_lane(None), judge(None, flatten=False), framed) == 10


def test_letters_before_combining_marks() -> None:
    pairs = [f"A{letter}{mark}b" for letter in LATIN[0x20:0x250] for mark in LATIN[0x300:0x370:5]]
    compare(text_lane(None), judge(None, flatten=False), pairs)


@pytest.mark.parametrize("name", ["text", "text-flat", "text-short", "text-short-flat"])
def test_the_lane_agrees_with_the_judge_on_edited_texts(name: str) -> None:
    assert compare_many(KINDS[name], 30_000, seed=5) > 9_000


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("_LOW", 0xC280),  # controls are removed
        ("_UNSEEN", 0xC2A1),  # U+00AD is removed
        ("_HIGH", 0xCC81),  # combining marks
    ],
)
def test_a_lane_with_a_larger_alphabet_is_caught(name: str, broken: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lane_of_texts, name, broken)
    with pytest.raises(AssertionError, match="the lane says"):
        compare_many(KINDS["text"], 30_000, seed=5)


def test_a_lane_that_overlooks_formulas_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lane_of_texts, "_MAY_BE_FORMULA", lane_of_texts._MAY_BE_FORMULA & False)
    with pytest.raises(AssertionError, match="the lane says"):
        compare_many(KINDS["text"], 30_000, seed=5)
