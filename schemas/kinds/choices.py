"""Picklists: a text that must be, or mostly is, one of a target's choices."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set

from schemas.aliases import fold
from schemas.kinds.blanks import DEFAULT_PLACEHOLDERS
from schemas.kinds.texts import judge_text
from schemas.verdicts import Verdict


def choice_judge(
    choices: Sequence[str],
    *,
    closed: bool,
    max_length: int | None = None,
    flatten: bool = False,
    placeholders: Set[str] = DEFAULT_PLACEHOLDERS,
) -> Callable[[str], Verdict]:
    """Return the judge of cells of a field with choices.

    Args:
        choices: The values, as the target spells them.
        closed: Whether nothing else is taken (T103); else it is a warning (T202).
        max_length: Most characters, or None.
        flatten: Whether a line break inside a text becomes a blank.
        placeholders: Case-folded texts that stand for no value; one that is a choice does not.

    Returns:
        A function from the cell's text to its verdict: that of `judge_text`, with the choice's own spelling and T003 in
        place of one that differs by case, blanks or punctuation (`fold`).

    Raises:
        ValueError: Two choices differ by no letter or digit, or one is not its own normal form.

    >>> judge = choice_judge(["Mr.", "Ms."], closed=True)
    >>> judge("mr"), judge("Herr")
    (Verdict(value='Mr.', codes=('T003',)), Verdict(value=None, codes=('T103',)))
    """
    spelled = {fold(choice): choice for choice in choices}
    if len(spelled) < len(choices) or "" in spelled:
        raise ValueError("two choices differ by no letter or digit, or one has none")
    others = frozenset(placeholders) - {choice.casefold() for choice in choices}

    def judge_by_text(text: str) -> Verdict:
        return judge_text(text, max_length=max_length, flatten=flatten, placeholders=others)

    for choice in choices:
        if judge_by_text(choice) != Verdict(choice):
            raise ValueError(f"the choice {choice!r} is not its own normal form")

    def judge(text: str) -> Verdict:
        verdict = judge_by_text(text)
        if verdict.value is None:
            return verdict
        choice = spelled.get(fold(verdict.value))
        if choice is None:
            return Verdict(None, ("T103",)) if closed else Verdict(verdict.value, (*verdict.codes, "T202"))
        if choice == verdict.value:
            return verdict
        # No choice looks like a formula, whatever stood around it.
        kept = [code for code in verdict.codes if code != "T201"]
        changes = [code for code in kept if code != "T002"]
        return Verdict(choice, (*changes, "T003", *(code for code in kept if code == "T002")))

    return judge
