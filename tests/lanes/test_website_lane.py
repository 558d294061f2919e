"""The lane of websites against its judge: edited texts, the standard's own test data, and the rules that are tricky."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import numpy as np
import numpy.typing as npt
import pytest

from schemas.kinds.websites import judge_website
from schemas.lanes import websites
from schemas.lanes.cells import column_of
from schemas.lanes.websites import website_lane
from schemas.verdicts import Verdict
from tests.lanes.comparing import compare, compare_many, decided_by
from tests.lanes.kinds import KINDS
from tests.lanes.website_values import website_value

WEB_PLATFORM = Path(__file__).parents[3] / "shared" / "data" / "urltestdata.json"


def test_the_lane_agrees_with_the_judge_on_edited_texts() -> None:
    assert compare_many(KINDS["website"], 60_000, seed=1) > 28_000


@pytest.mark.skipif(
    not WEB_PLATFORM.is_file(), reason="the web platform tests' urltestdata.json is not beside the project"
)
def test_the_lane_agrees_with_the_judge_on_the_standards_test_data() -> None:
    """Each input of the WHATWG URL tests, as it is and behind schemes; those with lone surrogates are no column's."""
    cases = [case["input"] for case in json.loads(WEB_PLATFORM.read_text("utf-8")) if isinstance(case, dict)]
    inputs = [text for text in cases if text.encode("utf-8", "ignore").decode() == text]
    assert len(inputs) > 500
    texts = [
        form.format(text) for text in inputs for form in ("{}", "http://{}", "https://a.com/{}", "({})", "a.com{}")
    ]
    assert compare(website_lane(), judge_website, texts) > 700


@pytest.mark.parametrize(
    ("text", "value", "codes"),
    [
        # As it is.
        ("http://www.acme.com", "http://www.acme.com", ()),
        ("https://acme.co.uk/A/b_c~d?q=/../#/./", "https://acme.co.uk/A/b_c~d?q=/../#/./", ()),
        ("http://acme.com?", "http://acme.com?", ()),
        ("http://acme.com/#", "http://acme.com/#", ()),
        ("http://acme.com:443", "http://acme.com:443", ()),
        ("http://ab--c.com", "http://ab--c.com", ()),
        ("http://acme.com/%41", "http://acme.com/%41", ()),
        # A host with a port has no scheme, although it looks as if it had one.
        ("a.com:8080/x", "https://a.com:8080/x", ("W002",)),
        ("a.com:80/x", "https://a.com:80/x", ("W002",)),
        ("acme.com:443", "https://acme.com", ("W002", "W001")),
        ("HTTP://WWW.Acme.com:80/About", "http://www.acme.com/About", ("W001",)),
        ("a.bc/:/about", "https://a.bc/:/about", ("W002",)),
        ("WWW.Acme.com/About", "https://www.acme.com/About", ("W002", "W001")),
        (" acme.com ", "https://acme.com", ("C001", "W002")),
        ("http://acme.com\t", "http://acme.com", ("C001",)),
        # A host with letters beyond ASCII, and what it is in ASCII.
        ("https://müller.acme.com/a", "https://xn--mller-kva.acme.com/a", ("W001",)),
        ("BÜCHER.Łódź.pl:443", "https://xn--bcher-kva.xn--d-uga0v4h.pl", ("W002", "W001")),
        ("xn--bcher-kva.acme.com", "https://xn--bcher-kva.acme.com", ("W002",)),
        ("http://straße.de", "http://xn--strae-oqa.de", ("W001",)),
        # Punctuation around it.
        ("<http://acme.com/x>;", "http://acme.com/x", ("W201",)),
        ("Acme.com.", "https://acme.com", ("W002", "W001", "W201")),
        # Refused.
        ("http://norm@acme.com/", None, ("W105",)),
        ("norm@acme.com", None, ("W106",)),
        ("mailto:norm@acme.com", None, ("W106",)),
        ("ftp://acme.com", None, ("W102",)),
        ("Website: acme", None, ("W102",)),
        ("http://192.0.2.1/x", None, ("W103",)),
        ("localhost:8080", None, ("W104",)),
        ("http://intranet/", None, ("W104",)),
        ("http://acme_data.com", None, ("W108",)),
        ("http://acme..com", None, ("W108",)),
        ("Acme Inc.", None, ("W101",)),
        ("www mail.acme.co.uk", None, ("W101",)),
        ("http://", None, ("W101",)),
        ("www.acme.com, www.acmedata.com", None, ("W109",)),
        ("acme.com;acmedata.com", None, ("W109",)),
    ],
)
def test_the_lane_decides(text: str, value: str | None, codes: tuple[str, ...]) -> None:
    assert judge_website(text) == Verdict(value, codes)
    assert decided_by(website_lane(), [text]) == [Verdict(value, codes)]


@pytest.mark.parametrize(
    "text",
    [
        *("http://a.com:", "http://a.com:080", "http://a.com:00", "http://a.com:65536", "https:8080//a"),
        *("http://a.com/./b", "http://a.com/%2e%2E/b", "http://a.com/.b", "http://a.com/a b", "http://a.com/a;b.com"),
        *("http://xn--exmple-cua.ｃom", "http://a.XN--p1ai", "http://a.xn--p1ai", "http://a.\tcom", "http://a.\ncom"),
        *("http://xn--bcher-kva1.com", "http://XN--bcher-kva.com", "http://xn--bcher-.com", "http://xn--bcher.com"),
        *(
            "-ü.com",
            "ü" * 60 + ".com",
            "ü-.com",
            "(müller.com)",
            "http://a.com/ü",
            "u\u0308.com",
            "ﬁ.com",
            "b\u0131.de",
        ),
        *(
            "http://acme.\u212aom",
            "http://acme.com/\u017f",
            "https://[::1]/",
            "http://0x7f.1",
            "http://1.2.3",
            "http:/a.com",
        ),
        *(
            "http://" + "a" * 64 + ".com",
            "b" * 64 + ".com/",
            "http://a.com/" + "x" * 2_000,
            "acme.com:;",
            "a@b.com c@d.com",
        ),
    ],
)
def test_the_lane_leaves_to_the_judge(text: str) -> None:
    assert decided_by(website_lane(), [text]) == [None]


def test_the_longest_label_and_a_long_path_are_decided() -> None:
    texts = ["a" * 63 + ".com", "http://" + "b" * 59 + ".com:8080/" + "slug-" * 100, "c" * 59 + ".com/"]
    assert None not in decided_by(website_lane(), texts[1:])
    compare(website_lane(), judge_website, texts)


def test_batches_of_any_size_give_the_same() -> None:
    random = Random(3)
    texts = [website_value(random) for _ in range(500)]
    expected = [*map(judge_website, texts)]
    for size in (1, 7, 150, 500):
        batches = [texts[start : start + size] for start in range(0, len(texts), size)]
        found = [verdict for batch in batches for verdict in decided_by(website_lane(), batch)]
        decided = [(one, other) for one, other in zip(found, expected, strict=True) if one is not None]
        assert len(decided) > 120
        assert all(one == other for one, other in decided)


def test_parts_of_a_column_are_judged_alike() -> None:
    """Each cell at the very beginning and end of what a kernel may read, and between others."""
    texts = [
        "",
        "acme.com",
        " ",
        "http://",
        "a",
        "-",
        "h",
        "http://a.bc:",
        "a.bc/%4",
        "(202) 555-0123",
        "a.bc ;",
        "xn-",
    ]
    column = column_of(texts * 3)
    lane = website_lane()
    whole = lane(column)[1].column().to_pylist()
    for begin in range(len(column)):
        assert lane(column.slice(begin, 5))[1].column().to_pylist() == whole[begin : begin + 5]
    assert lane(column.slice(0, 0))[1].column().to_pylist() == []


def test_labels_of_every_letter_and_their_punycode() -> None:
    """Alone, between others, with others, in ASCII form, and in forms that stand for none or for other labels."""
    random = Random(7)
    letters = [chr(point) for point in range(0x80, 0x250)]
    labels = [form.format(letter) for letter in letters for form in ("{}", "a{}b", "{0}x{0}", "3-{}-s")]
    labels += [
        "".join(random.choices("abc09-\u00e0\u00fc\u0153\u017e\u00c4", k=size))
        for size in range(1, 70)
        for _ in "12345"
    ]
    labels += ["xn--\u00fc", "Xn--p1ai\u00df", "ab--\u00fc", "a-b-\u00fc", "\u00fc-", "-\u00fc", "xn--bcher-kva\u00fc"]
    encoded = [f"xn--{label.lower().encode('punycode').decode()}" for label in labels]
    damaged = [f"{label[:-1]}{random.choice('abcxyz0189-')}" for label in encoded]
    doubled = [f"{one}.{other}" for one, other in zip(labels, reversed(encoded), strict=True)]
    texts = [f"http://{label}.com/" for label in (*labels, *encoded, *damaged, *doubled)]
    assert compare(website_lane(), judge_website, texts) > 1_800


def _with_small(letter: str, small: str) -> npt.NDArray[np.uint16]:
    """Return the small forms of letters, and another of one."""
    forms = websites._SMALL.copy()
    forms[ord(letter)] = ord(small)
    return forms


def _with(kind: str, characters: bytes) -> npt.NDArray[np.uint16]:
    """Return the kinds of bytes, and some characters of one more."""
    kinds = websites._KINDS.copy()
    kinds[[*characters]] |= 1 << [*websites._KINDS_OF_BYTES].index(kind)
    return kinds


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("_KINDS", _with("in path", b'"')),
        ("_KINDS", _with("behind path", b"'")),
        ("_KINDS", _with("ending", b":")),
        ("_KINDS", _with("stays in host", b"%")),
        ("_KINDS", _with("closing", b"/")),
        ("_SMALL", _with_small("\u00e9", "e")),
        ("_LONGEST", 2_083),
        ("_LONGEST_LABEL", 90),
        ("_LONGEST_HOST", 300),
        ("_LAST_PORT", 99_999),
        ("_DEFAULT_PORTS", (80, 8080)),
    ],
)
def test_a_lane_that_is_broken_is_caught(name: str, broken: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websites, name, broken)
    with pytest.raises(AssertionError, match="the lane says"):
        compare_many(KINDS["website"], 60_000, seed=1, batch=5_000)
