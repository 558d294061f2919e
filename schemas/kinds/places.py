"""The kinds *country* and *state*: a text, and in it a place that is known or not. Nothing is refused."""

from __future__ import annotations

from collections.abc import Set

from schemas.kinds.blanks import DEFAULT_PLACEHOLDERS, settle
from schemas.kinds.country_names import country_of, spell_country
from schemas.kinds.state_names import COUNTRIES, spell_state, state_of
from schemas.kinds.texts import judge_text
from schemas.specs import CountryForm, StateForm
from schemas.verdicts import Verdict


def judge_country(
    text: str, *, form: CountryForm | None = None, placeholders: Set[str] = DEFAULT_PLACEHOLDERS
) -> Verdict:
    """Return the verdict of one cell of the kind country.

    Args:
        text: The cell, as it was read.
        form: How countries are written out; None leaves them as they are. `NA` is Namibia only where it would be
            written so.
        placeholders: Case-folded texts that stand for no value.

    Returns:
        The country in its form, with the codes of `judge_text` and L001 if it was spelled otherwise; the clean text
        with L201 if it names none; None as `judge_text` says it.

    >>> judge_country("Deutschland", form="name"), judge_country("Deutschland")
    (Verdict(value='Germany', codes=('L001',)), Verdict(value='Deutschland', codes=()))
    >>> judge_country("Germny", form="name")
    Verdict(value='Germny', codes=('L201',))

    Source: ISO 3166-1, by pycountry.
    """
    verdict = judge_text(text, max_length=None, placeholders=placeholders)
    if verdict.value is None:
        return verdict
    if form == "alpha2" and verdict.value == "NA":
        return verdict
    code = country_of(verdict.value)
    if code is None:
        return Verdict(verdict.value, (*verdict.codes, "L201"))
    return _spelled(verdict, spell_country(code, verdict.value, form) if form else verdict.value, "L001", placeholders)


def judge_state(
    text: str,
    *,
    country: str | None,
    form: StateForm | None = None,
    placeholders: Set[str] = DEFAULT_PLACEHOLDERS,
) -> Verdict:
    """Return the verdict of one cell of the kind state.

    Args:
        text: The cell, as it was read.
        country: The record's country (two letters), or None where it names none. Of another country than
            `state_names.COUNTRIES`, and of none, no state is known: the same letters are a state in several.
        form: How states are written out; None leaves them as they are.
        placeholders: Case-folded texts that stand for no value.

    Returns:
        The state in its form, with the codes of `judge_text` and L002 if it was spelled otherwise; the clean text,
        with L202 if it is no state of the country; None as `judge_text` says it.

    >>> judge_state("ca", country="US", form="name"), judge_state("ca", country=None, form="name")
    (Verdict(value='California', codes=('L002',)), Verdict(value='ca', codes=()))
    >>> judge_state("Ontario", country="US", form="name")
    Verdict(value='Ontario', codes=('L202',))

    Source: ISO 3166-2, by pycountry.
    """
    verdict = judge_text(text, max_length=None, placeholders=placeholders)
    if verdict.value is None or country not in COUNTRIES:
        return verdict
    code = state_of(verdict.value, country)
    if code is None:
        return Verdict(verdict.value, (*verdict.codes, "L202"))
    return _spelled(verdict, spell_state(code, country, form) if form and code else verdict.value, "L002", placeholders)


def _spelled(verdict: Verdict, spelled: str, code: str, placeholders: Set[str]) -> Verdict:
    """Return the verdict with the place's spelling, and the code of that change if it is one."""
    if spelled == verdict.value:
        return verdict
    # A place does not look like a formula, whatever stood around its name.
    return settle(spelled, (*(one for one in verdict.codes if one != "T201"), code), placeholders)
