"""Kernels look at several bytes at once: texts of every size about that, wherever in a column they begin."""

from __future__ import annotations

from random import Random

import pytest

from tests.lanes.comparing import compare
from tests.lanes.kinds import KINDS

MOST = 70
"""More bytes than the kernels look at in one go."""


def addresses(random: Random) -> list[str]:
    """Return addresses of every size up to that, most with a mark where it may be wrong, and what is like them."""
    texts = list[str]()
    for size in range(1, MOST):
        at = random.randrange(size + 1)
        letters = random.choices("abz09", k=size)
        for place, mark in (
            (at, "@"),
            (random.randrange(at, size + 1), "."),
            (random.randrange(size + 1), ".-_/A'\u00e9"[size % 7]),
        ):
            letters[place : place + 1] = mark
        text = "".join(letters)
        texts += [text, text.replace("@", ""), f"https://{text.replace('@', '.')}", f"a@{text.replace('@', '.')}.com"]
    return texts


@pytest.mark.parametrize("kind", ["email", "website", "text", "text-short"])
@pytest.mark.parametrize("seed", range(3))
def test_texts_of_every_size(kind: str, seed: int) -> None:
    """Behind texts of other sizes, and empty ones; the last ones at the end of all bytes."""
    random = Random(seed)
    texts = [*addresses(random), *("" for _ in range(50))]
    random.shuffle(texts)
    compare(KINDS[kind].lane, KINDS[kind].judge, texts)


@pytest.mark.parametrize("character", ["\u00e9", "\u017e", "\u00ad", "\u0430", "\x1f", "\x7f", "\t", " "])
def test_a_character_at_every_place_of_a_text(character: str) -> None:
    """Among plain texts, and at the end of the column."""
    texts = [
        f"{'a' * before}{character}{'b' * behind}" for before in range(0, 40, 3) for behind in (0, 1, 6, 7, 8, 9, 33)
    ]
    for kind in ("text", "text-short"):
        compare(KINDS[kind].lane, KINDS[kind].judge, [*("plain" for _ in range(9)), *texts, "plain"])
        compare(KINDS[kind].lane, KINDS[kind].judge, texts[-1:])
