"""What a fault does. Each act is a class: its documentation is its line in the documents, its fields are its options.

An option's metadata hold `check`, which judges a value out of JSON, and `says`, which describes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from pipeline.sandbox.faults import checks
from pipeline.sandbox.faults.checks import MOST_BYTES, MOST_SECONDS, Check

ANSWERED = ("create", "status", "errors", "jobs", "objects", "metadata", "cancel")
"""Calls of the API that a rule can name."""

LOADING = "load"
"""The working off of a job's records."""

CALLBACK = "callback"
"""The announcement of a job's end, of which the sandbox is the sender."""

FORMS = (
    "bom",
    "utf-16",
    "bad-utf-8",
    "nan",
    "duplicate-keys",
    "deep",
    "html",
    "array",
    "number",
    "null",
    "strings",
    "empty",
    "packed",
    "huge",
)


def _option(check: Check, says: str) -> Mapping[str, object]:
    return {"check": check, "says": says}


_TAKEN = _option(checks.flag, "carry the request out first")
_SIZE = _option(checks.whole(0, MOST_BYTES), "bytes that a `huge` body has, or a `packed` one unpacks to")


@dataclass(frozen=True, slots=True)
class Act:
    """What a fault does; one of the classes below."""

    name: ClassVar[str]
    calls: ClassVar[tuple[str, ...]] = ANSWERED


@dataclass(frozen=True, slots=True)
class Reset(Act):
    """The connection is reset: before the request's body is read, within it, or (`taken`) instead of the answer."""

    name: ClassVar[str] = "reset"
    taken: bool = field(default=False, metadata=_TAKEN)
    after: int = field(
        default=0,
        metadata=_option(checks.whole(0, MOST_BYTES), "bytes of the body that are read first, if not `taken`"),
    )


@dataclass(frozen=True, slots=True)
class Silence(Act):
    """No answer comes, and the connection stays open; an announcement is never sent."""

    name: ClassVar[str] = "silence"
    calls: ClassVar[tuple[str, ...]] = (*ANSWERED, CALLBACK)
    taken: bool = field(default=False, metadata=_TAKEN)
    late: float = field(
        default=0.0,
        metadata=_option(checks.seconds, "if `taken`: seconds until that is done, client or no client"),
    )
    seconds: float = field(
        default=MOST_SECONDS, metadata=_option(checks.seconds, "seconds until the sandbox closes the connection")
    )


@dataclass(frozen=True, slots=True)
class Answer(Act):
    """Another answer is given."""

    name: ClassVar[str] = "answer"
    taken: bool = field(default=False, metadata=_TAKEN)
    status: int = field(default=200, metadata=_option(checks.whole(100, 599), "HTTP status"))
    headers: Mapping[str, str] = field(
        default_factory=dict[str, str], metadata=_option(checks.headers, "further header lines, as `Retry-After`")
    )
    body: object = field(default=None, metadata=_option(checks.anything, "the body, as JSON"))
    text: str | None = field(
        default=None, metadata=_option(checks.text_or_nothing, "the body as it is, instead of `body`")
    )


@dataclass(frozen=True, slots=True)
class Delay(Act):
    """What is right comes late."""

    name: ClassVar[str] = "delay"
    calls: ClassVar[tuple[str, ...]] = (*ANSWERED, CALLBACK)
    seconds: float = field(default=1.0, metadata=_option(checks.seconds, "seconds until it comes"))


@dataclass(frozen=True, slots=True)
class Cut(Act):
    """The right answer breaks off within its body."""

    name: ClassVar[str] = "cut"
    after: int = field(default=5, metadata=_option(checks.whole(0, MOST_BYTES), "bytes of the body that still come"))


@dataclass(frozen=True, slots=True)
class Drip(Act):
    """What is right comes byte by byte."""

    name: ClassVar[str] = "drip"
    calls: ClassVar[tuple[str, ...]] = (*ANSWERED, CALLBACK)
    seconds: float = field(default=0.05, metadata=_option(checks.seconds, "seconds before each byte"))
    endless: bool = field(default=False, metadata=_option(checks.flag, "blanks follow an answer for ever"))


@dataclass(frozen=True, slots=True)
class ReadSlowly(Act):
    """The request's body is read slowly; the answer is right."""

    name: ClassVar[str] = "read-slowly"
    seconds: float = field(default=0.5, metadata=_option(checks.seconds, "seconds before each piece of at most 64 KiB"))


@dataclass(frozen=True, slots=True)
class Change(Act):
    """Members of the right JSON object are others; in a list, those of each entry. `{id}` in a text is the right id.

    A job whose id the answer to an upload changes is known by both ids from then on.
    """

    name: ClassVar[str] = "change"
    calls: ClassVar[tuple[str, ...]] = (*ANSWERED, CALLBACK)
    set: Mapping[str, object] = field(
        default_factory=dict[str, object], metadata=_option(checks.members, "members that are set")
    )
    remove: tuple[str, ...] = field(default=(), metadata=_option(checks.texts, "members that are left out"))


@dataclass(frozen=True, slots=True)
class Form(Act):
    """The right body comes in a form in which it should not."""

    name: ClassVar[str] = "form"
    calls: ClassVar[tuple[str, ...]] = (*ANSWERED, CALLBACK)
    how: str = field(default="html", metadata=_option(checks.one_of(*FORMS), " | ".join(FORMS)))
    size: int = field(default=16 << 20, metadata=_SIZE)


@dataclass(frozen=True, slots=True)
class Page(Act):
    """A list comes in pages of another size than was asked for."""

    name: ClassVar[str] = "page"
    calls: ClassVar[tuple[str, ...]] = ("errors", "jobs")
    size: int = field(default=1, metadata=_option(checks.whole(1, 200), "entries of a page"))


@dataclass(frozen=True, slots=True)
class End(Act):
    """The job really ends in another status than COMPLETED, after some records."""

    name: ClassVar[str] = "end"
    calls: ClassVar[tuple[str, ...]] = (LOADING,)
    status: str = field(
        default="ERROR", metadata=_option(checks.one_of("ABORTED", "ERROR", "CANCELLED"), "ABORTED | ERROR | CANCELLED")
    )
    after: int = field(default=0, metadata=_option(checks.whole(0, 10**9), "records that are loaded before"))
    error: str = field(default="the vendor's server failed", metadata=_option(checks.text, "what the job says of it"))


@dataclass(frozen=True, slots=True)
class Refuse(Act):
    """Records are really refused that would be taken."""

    name: ClassVar[str] = "refuse"
    calls: ClassVar[tuple[str, ...]] = (LOADING,)
    records: tuple[int, ...] = field(
        default=(), metadata=_option(checks.numbers, "their numbers in the upload, from 1; all if none is named")
    )
    reason: str = field(
        default="refused: {key}", metadata=_option(checks.text, "what `/errors` says; `{key}` is the record's key")
    )


@dataclass(frozen=True, slots=True)
class Sign(Act):
    """An announcement's signature is not the right one."""

    name: ClassVar[str] = "sign"
    calls: ClassVar[tuple[str, ...]] = (CALLBACK,)
    how: str = field(
        default="wrong",
        metadata=_option(
            checks.one_of("wrong", "missing", "hex", "upper-hex", "sha1", "bare", "not-ascii"),
            "wrong | missing | hex | upper-hex | sha1 (the scheme before 2016) | bare (no `sha256=`) | not-ascii",
        ),
    )


@dataclass(frozen=True, slots=True)
class Repeat(Act):
    """An announcement is made several times, though each is taken."""

    name: ClassVar[str] = "repeat"
    calls: ClassVar[tuple[str, ...]] = (CALLBACK,)
    count: int = field(default=2, metadata=_option(checks.whole(1, 100), "how often it is made"))
    together: bool = field(default=False, metadata=_option(checks.flag, "all at once"))


ACTS: Mapping[str, type[Act]] = {
    act.name: act
    for act in (
        *(Reset, Silence, Answer, Delay, Cut, Drip, ReadSlowly, Change, Form, Page),
        *(End, Refuse, Sign, Repeat),
    )
}
