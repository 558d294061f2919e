"""The lane of websites against its judge: edited texts, the standard's own test data, and the rules that are tricky."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest

from schemas.kinds.websites import judge_website
from schemas.lanes import website_refusals, websites
from schemas.lanes.websites import website_lane
from schemas.verdicts import Verdict
from tests.lanes.comparing import compare, compare_many, decided_by
from tests.lanes.kinds import KINDS
from tests.lanes.website_values import website_value

WEB_PLATFORM = Path(__file__).parents[3] / "shared" / "data" / "urltestdata.json"
ENOUGH = 200
"""So many copies of a text that the lane looks at it closely; of few it leaves what is odd to the judge."""


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
        ("http://", None, ("W101",)),
        ("www.acme.com, www.acmedata.com", None, ("W109",)),
        ("acme.com;acmedata.com", None, ("W109",)),
    ],
)
def test_the_lane_decides(text: str, value: str | None, codes: tuple[str, ...]) -> None:
    assert judge_website(text) == Verdict(value, codes)
    assert set(decided_by(website_lane(), [text] * ENOUGH)) == {Verdict(value, codes)}


@pytest.mark.parametrize(
    "text",
    [
        *("http://a.com:", "http://a.com:080", "http://a.com:00", "http://a.com:65535", "https:8080//a"),
        *("http://a.com/./b", "http://a.com/%2e%2E/b", "http://a.com/.b", "http://a.com/a b", "http://a.com/a;b.com"),
        *("http://xn--exmple-cua.com", "http://a.XN--p1ai", "exämple.com", "http://a.\tcom", "http://a.\ncom"),
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
    assert set(decided_by(website_lane(), [text] * ENOUGH)) == {None}


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


@pytest.mark.parametrize(
    ("module", "name", "broken"),
    [
        (websites, "_WEBSITE", websites._WEBSITE.replace("(?:/(?:(?:[A", "(?:/(?:(?:[.A")),
        (websites, "_WEBSITE", websites._WEBSITE.replace("[1-79][0-9]|8[1-9]", "[1-9][0-9]")),
        (websites, "_LONGEST_LABEL", 90),
        (websites, "_ENDED", websites._ENDED.replace("[;", "[:;")),
        (website_refusals, "_SINGLE_LABEL", website_refusals._SINGLE_LABEL.replace("[a-z]|[1-9]", "[a-z0-9]|[1-9]")),
        (website_refusals, "_GOOD_HOST", "^$"),
        (website_refusals, "_OTHER_SCHEME", "^[a-z][a-z0-9+.-]*:"),
        (website_refusals, "_USER_INFO", "^https?://[^/]*@"),
    ],
)
def test_a_lane_that_is_broken_is_caught(
    module: object, name: str, broken: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert getattr(module, name) != broken
    monkeypatch.setattr(module, name, broken)
    with pytest.raises(AssertionError, match="the lane says"):
        compare_many(KINDS["website"], 60_000, seed=1)
