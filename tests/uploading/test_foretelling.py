"""What is foretold of an upload, on a platform that tells its keys in every way, or does not."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from pipeline.uploading import Clock, Connection, Settings, foretelling
from pipeline.uploading.client import NotGiven
from pipeline.uploading.foreseeing import foresee
from pipeline.uploading.foretelling import Foretold
from pipeline.uploading.transporting import HttpxTransport

KEYED = {"upsert_key": "C_EmailAddress"}


@pytest.fixture
def look(connection: Connection, settings: Settings, clock: Clock, transport: HttpxTransport) -> Callable[..., Any]:
    """Return `foresee` without waiting."""
    return lambda folder: foresee(folder, connection=connection, settings=settings, clock=clock, transport=transport)


def telling(platform: Any, *, begun: Any = None, state: str = "COMPLETED", csv: bytes = b"", status: int = 200) -> None:
    """Let a platform answer a query."""

    def answer(method: str, path: str, query: dict[str, list[str]]) -> tuple[int, dict[str, str], bytes] | None:
        if path == "/bulk/query":
            assert (method, query["q"]) == ("POST", ["select C_EmailAddress from contact"])
            return status, {}, json.dumps({"id": "77"} if begun is None else begun).encode()
        if path == "/bulk/77/status":
            return 200, {}, json.dumps({"id": "77", "status": state}).encode()
        if path == "/bulk/77/contact":
            return 200, {"Content-Type": "text/csv"}, csv
        return None

    platform.answers = answer


@pytest.mark.parametrize(
    ("csv", "creates"),
    [
        (b"C_EmailAddress\n", 4),
        (b"C_EmailAddress\np1@example.org\nx@example.org\n", 3),
        (b"\xef\xbb\xbfC_FirstName,C_EmailAddress\nAnn,P1@Example.org\n,\nBob, p4@example.org \n", 2),
        (b"C_EmailAddress\np2@example.org\np2@example.org\n", 3),
    ],
)
def test_keys_are_compared_without_regard_to_case(platform, prepared, look, csv: bytes, creates: int) -> None:
    telling(platform, csv=csv)
    folder = prepared(4, schema=KEYED)
    foretold = look(folder).foretold
    assert (foretold.creates, foretold.updates) == (creates, 4 - creates)
    assert json.loads((folder / "forecast.json").read_text())["creates"] == creates


@pytest.mark.parametrize(
    "odd",
    [
        {"status": 405},
        {"status": 500},
        {"begun": []},
        {"begun": {"status": "CREATED"}},
        {"state": "ERROR"},
        {"csv": b"email\na@b.de\n"},
        {"csv": b""},
        {"csv": b"\xff\xfe\x00"},
        {"csv": b"C_EmailAddress\n" + b"a" * 200},
    ],
)
def test_a_platform_that_does_not_tell_stops_nothing(
    platform, prepared, look, monkeypatch, odd: dict[str, Any]
) -> None:
    """Then nothing is foretold, and it is said why."""
    monkeypatch.setattr(foretelling, "MOST_BYTES", 100)
    telling(platform, **odd)
    folder = prepared(2, schema=KEYED)
    foretold = look(folder).foretold
    assert isinstance(foretold, NotGiven)
    assert foretold.reason
    assert not (folder / "forecast.json").exists()


def test_without_a_key_to_match_by_each_record_is_created(platform, prepared, look) -> None:
    """Then the platform is not asked."""
    assert look(prepared(2)).foretold is None
    assert platform.uploads() == 0


def test_many_keys(platform, prepared, look) -> None:
    """Each is found again, and no other."""
    telling(platform, csv=b"C_EmailAddress\n" + b"".join(b"k%d@example.org\n" % n for n in range(70_000)))
    foretold = look(prepared([("K69999@example.org", "a"), ("k70000@example.org", "b")], schema=KEYED)).foretold
    assert foretold == Foretold(creates=1, updates=1, keys=70_000)
