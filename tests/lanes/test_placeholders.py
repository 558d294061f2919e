"""Placeholders of a schema, a field and a run: whole columns say what the judge says of each cell."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.judging import FEWEST_IN_LANE, judge_column
from schemas.kinds.blanks import DEFAULT_PLACEHOLDERS, fold_placeholders
from schemas.kinds.emails import judge_email
from schemas.kinds.phones import judge_phone
from schemas.kinds.texts import judge_text
from schemas.kinds.websites import judge_website
from schemas.specs import FieldSpec, Kind, Policy, Target, placeholders_of, strict_of
from schemas.verdicts import Verdict
from tests.lanes.email_values import email_value
from tests.lanes.phone_values import phone_value
from tests.lanes.text_values import text_value
from tests.lanes.website_values import website_value

TARGET = Target("my.contact", "Mine")

Judge = Callable[[str, frozenset[str]], Verdict]
KINDS: dict[Kind, tuple[Callable[[Random], str], Judge]] = {
    "email": (email_value, lambda text, blank: judge_email(text, placeholders=blank)),
    "phone": (phone_value, lambda text, blank: judge_phone(text, region="US", placeholders=blank)),
    "text": (text_value, lambda text, blank: judge_text(text, max_length=None, placeholders=blank)),
    "website": (website_value, lambda text, blank: judge_website(text, placeholders=blank)),
}

DRESSES: tuple[Callable[[str], str], ...] = (
    str,
    str.upper,
    lambda text: f"  {text}\t",
    lambda text: f"\u00a0{text}\n",
    lambda text: f"\u200b{text}\ufeff",
    lambda text: f"{text[:1]}\u00ad{text[1:]}",
    lambda text: text.replace("ss", "ß"),
)


def says(field: FieldSpec, policy: Policy, texts: list[str]) -> list[Verdict]:
    column = judge_column(pd.Series(texts, dtype="str"), field, TARGET, policy)
    values = column.values.astype(object).where(column.values.notna(), None).tolist()
    codes = [tuple(mark.code for mark in column.combinations[which]) for which in column.which.tolist()]
    return [Verdict(value, found) for value, found in zip(values, codes, strict=True)]


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 1 << 40), chosen=st.integers(0, 12), kept=st.sets(st.sampled_from([*DEFAULT_PLACEHOLDERS])))
def test_columns_say_what_the_judge_says(kind: Kind, seed: int, chosen: int, kept: set[str]) -> None:
    """Of sets that hold cells of the column, their normal forms, some of the default and others of any length."""
    value, judge = KINDS[kind]
    random = Random(seed)
    texts = [value(random) for _ in range(2 * FEWEST_IN_LANE)] + [*DEFAULT_PLACEHOLDERS, "", " ", "\u200b", "ẞ" * 400]
    normal = [verdict.value for text in texts if (verdict := judge(text, frozenset())).value]
    pool = [text for text in (*texts, *normal, "Straße", "TBD", "x" * 1200) if text.strip(" \t\u200b\u2060")]
    named = [one for one in random.sample(pool, chosen) if _holds_something(one)]
    texts += [random.choice(DRESSES)(one) for one in (*named, *DEFAULT_PLACEHOLDERS)]
    blank = frozenset(fold_placeholders([*named, *kept]))
    found = says(FieldSpec("one", kind), Policy(placeholders=tuple(blank)), texts)
    for text, verdict in zip(texts, found, strict=True):
        assert verdict == judge(text, blank), (text, sorted(blank))


def _holds_something(text: str) -> bool:
    try:
        return bool(fold_placeholders([text]))
    except ValueError:
        return False


@pytest.mark.parametrize("count", [1, FEWEST_IN_LANE])
@pytest.mark.parametrize(
    ("schema", "field", "policy", "blank", "kept"),
    [
        (None, None, Policy(), ["N/A", "none"], ["TBD"]),
        (("TBD",), None, Policy(), ["tbd", " Tbd "], ["N/A"]),
        (("TBD",), ("?",), Policy(), ["?"], ["TBD", "N/A"]),
        (("TBD",), ("?",), Policy(placeholders=("x",)), ["X"], ["?", "TBD", "N/A"]),
        (("TBD",), ("?",), Policy(placeholders=()), [], ["?", "TBD", "N/A"]),
        (None, None, Policy(more_placeholders=("TBD",)), ["TBD", "N/A"], ["?"]),
        (None, ("?",), Policy(more_placeholders=("TBD",)), ["TBD", "?"], ["N/A"]),
        (None, None, Policy(placeholders=(), more_placeholders=("TBD",)), ["TBD"], ["N/A"]),
        (None, (), Policy(), [], ["N/A"]),
    ],
)
def test_the_run_wins_over_the_field_and_the_field_over_the_schema(  # type: ignore[no-untyped-def]
    schema, field, policy: Policy, blank: list[str], kept: list[str], count: int
) -> None:
    """In short columns, which the judge alone decides, and in long ones."""
    target = TARGET if schema is None else Target("my.contact", "Mine", placeholders=schema)
    spec = FieldSpec("one", "text", placeholders=field)
    texts = (blank + kept) * count
    values = judge_column(pd.Series(texts, dtype="str"), spec, target, policy).values
    assert values.isna().tolist() == [text in blank for text in texts]


@pytest.mark.parametrize(
    ("schema", "field", "run", "strict"),
    [
        (False, None, False, False),
        (True, None, False, True),
        (True, False, False, False),
        (False, True, False, True),
        (False, False, True, True),
    ],
)
@pytest.mark.parametrize("count", [1, FEWEST_IN_LANE])
def test_strict_phones(schema: bool, field: bool | None, run: bool, strict: bool, count: int) -> None:
    """A number that no plan has assigned is refused where run, field or schema say so."""
    target, spec = Target("my.contact", "Mine", strict_phones=schema), FieldSpec("tel", "phone", strict=field)
    policy = Policy(strict_phones=run)
    assert strict_of(spec, target, policy) == strict
    column = judge_column(pd.Series(["(333) 333-1234"] * count, dtype="str"), spec, target, policy)
    assert column.refused.all() == strict


def test_placeholders_are_kept_folded() -> None:
    """However a person writes them; and no text is taken for several."""
    assert Target("my.contact", "Mine", placeholders=(" TBD", "tbd", "\u200bÄ")).placeholders == ("tbd", "ä")
    assert placeholders_of(None, TARGET, Policy()) == DEFAULT_PLACEHOLDERS
    for wrong in ("TBD", [""], [" \u200b"]):
        with pytest.raises(ValueError, match="placeholder"):
            fold_placeholders(wrong)


@pytest.mark.parametrize(
    "make", [lambda: Target("my.contact", "Mine", on_invalid="blnk"), lambda: FieldSpec("a", "text", on_invalid="blnk")]
)  # type: ignore[arg-type]
def test_a_policy_of_a_schema_with_a_slip_is_refused(make: Callable[[], object]) -> None:
    """It would be taken for another one."""
    with pytest.raises(ValueError, match="blnk"):
        make()
