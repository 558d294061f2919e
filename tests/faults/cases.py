"""The fault matrix: what can go wrong between an upload and its platform, each as rules for the sandbox.

The ids group them: P before anything is sent, U while a job is created, S while it is followed, C in the callbacks of
its end.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

TOKEN = "canary-token+/=9f3c"
SECRET = "canary-secret+/=77aa"
ORGANIZATION = "canary-organization-51bd"
SIGNATURE_KEY = "canary-signature-key-0c1e"
SECRETS = (TOKEN, SECRET, ORGANIZATION, SIGNATURE_KEY)

SAID = f"Element {TOKEN}, User {SECRET}, Organization {ORGANIZATION} is not fine"
"""What the server answers with most failures: it hands back every secret that it was sent."""

TRAP = "{trap}"
"""In a text of a rule: an address at which nobody may call, not even without secrets."""

Rules = tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Case:
    """One fault.

    Attributes:
        id: Group and a name of its own, as `U5 reset`.
        does: What the server does, for the table.
        rules: What the sandbox is told.
        server: `sandbox`, or what stands where a server should be: `closed`, `no name`, `no TLS`, `silent`.
        disturb: What else happens: `change` the clean file before the first run, `proxy` variables in the
            environment, `again` on purpose after the end.
        slow: Whether the installed command, with its own patience, needs minutes for it.
        may_double: Whether the operator asked for each record twice.
        settles: Whether the same command ends the upload once the server behaves; otherwise a person must look.
    """

    id: str
    does: str
    rules: Rules = ()
    server: str = "sandbox"
    disturb: str = ""
    slow: bool = False
    may_double: bool = False
    settles: bool = True

    @property
    def lies(self) -> bool:
        """Whether the server says of a job what is not so, in a way that nobody could tell from the truth."""
        return any(rule["call"] == "status" and "set" in rule for rule in self.rules)

    @property
    def listens(self) -> bool:
        """Whether the upload is finished by `listen`, which the platform calls."""
        return self.id.startswith("C")

    @property
    def group(self) -> str:
        """The row of the matrix, as `U5`."""
        return self.id.partition(" ")[0]


@dataclass
class _Matrix:
    cases: list[Case] = field(default_factory=list)

    def add(self, name: str, does: str, *rules: dict[str, Any], **more: Any) -> None:
        self.cases.append(Case(name, does, rules, **more))


def create(do: str, **options: Any) -> dict[str, Any]:
    """Return a rule for an upload, by default the first."""
    return {"call": "create", "do": do, **options}


def status(do: str, **options: Any) -> dict[str, Any]:
    """Return a rule for a question after a job's status."""
    return {"call": "status", "do": do, **options}


def _said(**options: Any) -> dict[str, Any]:
    return {"body": {"message": SAID}, **options}


def _before_a_job() -> list[Case]:
    m = _Matrix()
    m.add("U1 refused", "nobody listens", server="closed")
    m.add("U1 name", "the host has no address", server="no name")
    m.add("U1 TLS", "plain HTTP answers a TLS greeting", server="no TLS")
    m.add("U1 connect", "connecting is never answered", server="silent", slow=True)

    for name, lines in (
        ("seconds", {"Retry-After": "1"}),
        ("date", {"Retry-After": "Fri, 01 Jan 2100 00:00:00 GMT"}),
        ("past", {"Retry-After": "Thu, 01 Jan 1970 00:00:00 GMT"}),
        ("absent", {}),
        ("absurd", {"Retry-After": "1000000000"}),
        ("negative", {"Retry-After": "-1"}),
        ("text", {"Retry-After": "soon"}),
    ):
        slow = name in ("date", "absurd")
        m.add(
            f"U2 {name}",
            f"429, {lines or 'no Retry-After'}",
            create("answer", **_said(status=429, headers=lines)),
            slow=slow,
        )
    m.add(
        "U2 large",
        "429 because the file is too large",
        create("answer", status=429, body={"message": f"{SAID}: larger than 32000000 bytes"}),
    )
    m.add(
        "U2 ever", "429 for ever, 1 s", create("answer", **_said(status=429, headers={"Retry-After": "1"}, times=None))
    )

    m.add("U3 503", "503, nothing taken", create("answer", **_said(status=503)), slow=True)
    m.add(
        "U3 503 wait",
        "503 with Retry-After, nothing taken",
        create("answer", **_said(status=503, headers={"Retry-After": "1"})),
        slow=True,
    )
    m.add("U3 502", "502, nothing taken", create("answer", **_said(status=502)), slow=True)
    m.add("U3 twice", "503 twice, nothing taken", create("answer", **_said(status=503, times=2)), slow=True)

    m.add("U4 rst", "reset before the body is read", create("reset"), slow=True)
    m.add("U4 rst body", "reset within the body", create("reset", after=1), slow=True)
    return m.cases


def _taken_and_not_told() -> list[Case]:
    m = _Matrix()
    m.add("U5 rst", "taken, then reset", create("reset", taken=True))
    m.add("U5 rst 2nd", "the 2nd part taken, then reset", create("reset", taken=True, **{"from": 2}))
    m.add("U5 rst all", "each part taken, then reset", create("reset", taken=True, times=None))
    for code in (500, 502, 503, 504, 408):
        m.add(f"U5 {code}", f"taken, then {code}", create("answer", **_said(taken=True, status=code)))
    m.add("U5 silence", "taken, then nothing", create("silence", taken=True), slow=True)
    m.add("U5 late", "nothing, and taken after the client has gone", create("silence", taken=True, late=1.8), slow=True)
    m.add("U5 cut", "taken, the answer breaks off", create("cut", after=6))
    m.add("U5 head", "taken, the answer ends before its body", create("cut", after=0))
    m.add("U5 HTML", "taken, then 200 with a page", create("form", how="html"))
    m.add("U5 no id", "taken, then 200 without an id", create("change", remove=["id"]))
    m.add(
        "U5 unlisted",
        "taken, then reset; the list of jobs lacks it twice",
        create("reset", taken=True),
        {"call": "jobs", "do": "answer", "body": [], "from": 2, "times": 2},
        slow=True,
    )
    m.add(
        "U5 no list",
        "taken, then reset; the list of jobs fails",
        create("reset", taken=True),
        {"call": "jobs", "do": "answer", "times": None, **_said(status=500)},
        slow=True,
    )
    m.add(
        "U5 HTML list",
        "taken, then reset; the list of jobs is a page",
        create("reset", taken=True),
        {"call": "jobs", "do": "form", "how": "html", "times": None},
        slow=True,
    )
    m.add(
        "U5 object list",
        "taken, then reset; the list of jobs is an object",
        create("reset", taken=True),
        {"call": "jobs", "do": "answer", "body": {"jobs": []}, "times": None},
        slow=True,
    )
    m.add(
        "U5 empty entries",
        "taken, then reset; the list's entries say nothing but their id",
        create("reset", taken=True),
        {
            "call": "jobs",
            "do": "change",
            "times": None,
            "remove": ["record_count", "object_name", "createdDate", "job_direction", "status", "error_count"],
        },
        slow=True,
    )
    m.add(
        "U5 no counts",
        "taken, then reset; the list counts no records",
        create("reset", taken=True),
        {"call": "jobs", "do": "change", "times": None, "remove": ["record_count", "error_count"]},
    )
    m.add(
        "U5 pages",
        "taken, then reset; the list of jobs has pages of one",
        create("reset", taken=True),
        {"call": "jobs", "do": "page", "size": 1, "times": None},
    )
    m.add(
        "U5 twin",
        "taken, then reset; then another client loads as many records",
        create("reset", taken=True),
        {"call": "jobs", "do": "answer", "body": [], "from": 2},
        disturb="twin",
        slow=True,
        settles=False,
    )

    m.add("U6 reader", "the body is read slowly", create("read-slowly", seconds=0.2))
    m.add("U6 no reader", "the body is read too slowly", create("read-slowly", seconds=4), slow=True)
    m.add("U6 writer", "taken, the answer comes byte by byte", create("drip", seconds=0.002))
    m.add("U6 no writer", "taken, the answer does not end in time", create("drip", seconds=0.05), slow=True)
    m.add(
        "U6 endless", "taken, blanks follow the answer for ever", create("drip", seconds=0.001, endless=True), slow=True
    )

    for code in (400, 401, 403, 404, 405, 406, 409, 413, 415, 418, 425):
        m.add(f"U7 {code}", f"{code}, nothing taken", create("answer", **_said(status=code)))

    m.add("U8 array", "taken, then an array", create("form", how="array"))
    m.add("U8 number", "taken, then a number", create("form", how="number"))
    m.add("U8 null", "taken, then null", create("form", how="null"))
    m.add("U8 empty", "taken, then an empty object", create("form", how="empty"))
    m.add("U8 id number", "taken, the id is a number", create("change", set={"id": 1235}))
    m.add("U8 id slash", "taken, the id has slashes", create("change", set={"id": "../{id}/x"}, times=None))
    m.add("U8 id CRLF", "taken, the id has line ends", create("change", set={"id": "{id}\r\nX-Evil: 1"}, times=None))
    m.add("U8 id dots", "taken, the id is `..`", create("change", set={"id": ".."}))
    m.add("U8 id true", "taken, the id is `true`", create("change", set={"id": True}))
    m.add(
        "U8 id again", "2nd part taken, with the id of the first", create("change", set={"id": "1235"}, **{"from": 2})
    )
    m.add("U8 id foreign", "taken, with the id of another client's job", create("change", set={"id": "1234"}))
    m.add(
        "U8 id unheard",
        "taken, with an id that nobody knows",
        create("change", set={"id": "9999"}),
        slow=True,
        settles=False,
    )
    m.add("U8 no status", "taken, without a status", create("change", remove=["status"]))
    m.add("U8 odd status", "taken, with an unknown status", create("change", set={"status": "SLEEPING"}))

    for code in (301, 302, 303, 307, 308):
        m.add(
            f"U9 {code}",
            f"{code} to another host",
            create("answer", **_said(status=code, headers={"Location": f"{TRAP}/elements/api-v2/bulk/contact"})),
            slow=code in (302, 303),
        )
    m.add("U9 itself", "307 to itself", create("answer", **_said(status=307, headers={"Location": ""})))
    m.add(
        "U9 303 taken",
        "taken, then 303 to another host",
        create("answer", **_said(taken=True, status=303, headers={"Location": TRAP})),
    )

    for how, what in (
        ("huge", "100 MB"),
        ("packed", "gzip that unpacks to 1 GB"),
        ("utf-16", "the wrong charset"),
        ("bad-utf-8", "bytes that are no UTF-8"),
        ("bom", "a byte-order mark"),
        ("nan", "NaN"),
        ("duplicate-keys", "each key twice"),
        ("deep", "arrays 100,000 deep"),
    ):
        size = {"huge": {"size": 100_000_000}, "packed": {"size": 1 << 30}}.get(how, {})
        m.add(
            f"U10 {how}",
            f"taken, the answer is {what}" if how in size else f"taken, the answer has {what}",
            create("form", how=how, **size),
        )

    m.add("U11 proxy", "proxy variables name a trap", disturb="proxy")
    m.add("U12 changed", "the clean file is changed after it was prepared", disturb="change", settles=False)
    m.add("U13 500", "3rd part: 500, nothing taken", create("answer", **_said(status=500), **{"from": 3}), slow=True)
    m.add("U13 taken", "3rd part: taken, then 500", create("answer", **_said(taken=True, status=500), **{"from": 3}))
    m.add("U13 400", "3rd part: 400", create("answer", **_said(status=400), **{"from": 3}))
    m.add("U14 again", "nothing; `--again` on purpose", disturb="again", may_double=True)
    return m.cases


def _following() -> list[Case]:
    m = _Matrix()
    ever: dict[str, Any] = {"times": None}
    m.add("S1 running", "RUNNING for ever", status("change", set={"status": "RUNNING"}, **ever), slow=True)
    m.add("S1 silent", "one status answer never comes", status("silence"), slow=True)
    m.add("S1 drip", "status answers do not end in time", status("drip", seconds=0.05, **ever), slow=True)
    for word in ("ERROR", "ABORTED", "CANCELLED"):
        m.add(
            f"S2 {word}",
            f"2nd job ends as {word} before its first record",
            {"call": "load", "do": "end", "status": word, "from": 2},
        )
        m.add(
            f"S2 {word} later",
            f"2nd job ends as {word} after 2 of 3 records",
            {"call": "load", "do": "end", "status": word, "after": 2, "from": 2},
        )
    m.add("S2 CANCELED", "the last word is CANCELED", status("change", set={"status": "CANCELED"}, job="1236", **ever))
    m.add(
        "S2 pending",
        "CANCELLATION_PENDING for some polls",
        status("change", set={"status": "CANCELLATION_PENDING"}, times=3),
    )
    m.add("S2 unknown", "an unknown word for ever", status("change", set={"status": "SLEEPING"}, **ever), slow=True)
    whole = {"recordsCount": 3, "recordsFailedCount": 0}
    m.add("S2 case", "`completed`", status("change", set={"status": "completed", **whole}, job="1235", **ever))
    m.add("S2 SUCCESS", "`SUCCESS`", status("change", set={"status": "SUCCESS", **whole}, job="1235", **ever))
    m.add(
        "S2 other keys",
        "jobStatus, recordCount, errorCount",
        status(
            "change",
            set={"jobStatus": "COMPLETED", "recordCount": 3, "errorCount": 0},
            remove=["status", "recordsCount", "recordsFailedCount"],
            job="1235",
            **ever,
        ),
    )
    m.add("S3 some", "2 records are refused, and named", {"call": "load", "do": "refuse", "records": [2], "times": 2})
    m.add(
        "S3 unnamed",
        "1 record is refused, and not named",
        {"call": "load", "do": "refuse", "records": [2], "reason": "no"},
    )
    m.add("S3 all", "every record is refused", {"call": "load", "do": "refuse", **ever})
    m.add(
        "S4 complete",
        "COMPLETE and no counts",
        status("change", set={"status": "COMPLETE"}, remove=["recordsCount", "recordsFailedCount"], job="1235", **ever),
    )
    m.add(
        "S4 no counts",
        "no counts, and no list of errors",
        status("change", remove=["recordsCount", "recordsFailedCount"], **ever),
        {"call": "errors", "do": "answer", **_said(status=404), **ever},
    )
    m.add(
        "S4 nothing said",
        "1 refused; no counts, and no list of errors",
        {"call": "load", "do": "refuse", "records": [2]},
        status("change", remove=["recordsCount", "recordsFailedCount"], **ever),
        {"call": "errors", "do": "answer", **_said(status=404), **ever},
    )
    m.add(
        "S4 no failures counted",
        "2 refused; failures are not counted",
        {"call": "load", "do": "refuse", "records": [2], "times": 2},
        status("change", remove=["recordsFailedCount"], **ever),
    )
    m.add(
        "S5 back",
        "COMPLETED, then RUNNING again",
        status("change", set={"status": "COMPLETED", **whole}),
        status("change", set={"status": "RUNNING", "recordsCount": 1}, **{"from": 2}, times=2),
    )
    m.add(
        "S5 back twice",
        "COMPLETED with too few records twice, then RUNNING",
        status("change", set={"status": "COMPLETED", "recordsCount": 2, "recordsFailedCount": 0}, times=2),
        status("change", set={"status": "RUNNING", "recordsCount": 1}, **{"from": 3}, times=2),
    )
    m.add(
        "S5 falling",
        "counts rise and fall",
        status("change", set={"status": "RUNNING", "recordsCount": 900}),
        status("change", set={"status": "RUNNING", "recordsCount": 1}, **{"from": 2}, times=2),
    )
    m.add("S6 404", "404 for 3 polls", status("answer", **_said(status=404), times=3))
    m.add("S6 404 ever", "404 for ever", status("answer", **_said(status=404), **ever))
    m.add("S6 404 later", "404 after a first answer", status("answer", **_said(status=404), **{"from": 2}))
    m.add("S6 500", "500 in between", status("answer", **_said(status=500), **{"from": 2}))
    m.add(
        "S6 503",
        "503 with Retry-After in between",
        status("answer", **_said(status=503, headers={"Retry-After": "1"}), **{"from": 2}),
    )
    m.add("S6 429", "429 in between", status("answer", **_said(status=429), **{"from": 2}))
    m.add("S6 reset", "reset in between", status("reset", **{"from": 2}))
    m.add("S6 401", "401 half way", status("answer", **_said(status=401), **{"from": 2}))
    m.add("S6 403", "403 half way", status("answer", **_said(status=403), **{"from": 2}))
    m.add("S6 302", "302 to another host", status("answer", **_said(status=302, headers={"Location": TRAP})))
    refuse = {"call": "load", "do": "refuse", "records": [1, 3]}
    listed = {"call": "errors", **ever}
    m.add("S7 strings", "errors are texts", refuse, {**listed, "do": "form", "how": "strings"})
    m.add("S7 paged", "errors in pages of one", refuse, {**listed, "do": "page", "size": 1})
    m.add(
        "S7 page lost",
        "errors in pages of one, the 2nd fails",
        refuse,
        {**listed, "do": "answer", **_said(status=500), "from": 2, "times": 1},
        {**listed, "do": "page", "size": 1},
    )
    m.add("S7 empty", "no errors, though failures are counted", refuse, {**listed, "do": "form", "how": "empty"})
    m.add(
        "S7 numbers",
        "errors name rows that there are not",
        refuse,
        {**listed, "do": "answer", "body": [{"row": 99, "status": "row 99"}, {"row": -1, "status": "row -1"}]},
    )
    m.add(
        "S7 others",
        "errors name records that were not sent",
        refuse,
        {**listed, "do": "answer", "body": [{"status": "bad: x1@example.com"}, {"status": "bad: x2@example.com"}]},
    )
    m.add("S7 404", "no list of errors", refuse, {**listed, "do": "answer", **_said(status=404)})
    m.add("S7 500", "the list of errors fails", refuse, {**listed, "do": "answer", **_said(status=500)})
    m.add("S7 HTML", "the list of errors is a page", refuse, {**listed, "do": "form", "how": "html"})
    m.add(
        "S7 secrets", "errors quote the secrets", refuse, {**listed, "do": "answer", "body": [{"status": SAID}, SAID]}
    )
    m.add(
        "S7 endless",
        "the list of errors never ends",
        refuse,
        {**listed, "do": "answer", "body": [{"status": "no"}], "headers": {"elements-next-page-token": "more"}},
    )
    for how in (
        "html",
        "null",
        "array",
        "number",
        "empty",
        "nan",
        "bom",
        "duplicate-keys",
        "deep",
        "utf-16",
        "huge",
        "packed",
    ):
        m.add(f"S8 {how}", f"one status answer: {how}", status("form", how=how, **{"from": 2}))
    m.add("S8 cut", "one status answer breaks off", status("cut", **{"from": 2}))
    m.add("S8 ever", "every status answer is a page", status("form", how="html", **ever))
    m.add(
        "S9 less",
        "counts fewer than were sent",
        status("change", set={"status": "COMPLETED", "recordsCount": 2}, job="1236", **ever),
    )
    m.add(
        "S9 more",
        "counts more than were sent",
        status("change", set={"status": "COMPLETED", "recordsCount": 4}, job="1236", **ever),
    )
    m.add(
        "S9 failed",
        "more failed than were sent",
        status("change", set={"status": "COMPLETED", "recordsFailedCount": 8}, job="1236", **ever),
    )
    m.add(
        "S9 negative",
        "negative counts",
        status("change", set={"status": "COMPLETED", "recordsCount": -3, "recordsFailedCount": -1}, job="1236", **ever),
    )
    m.add(
        "S9 texts",
        "counts are words",
        status(
            "change", set={"status": "COMPLETED", "recordsCount": "three", "recordsFailedCount": []}, job="1236", **ever
        ),
    )
    return m.cases


def _before_sending() -> list[Case]:
    """Return what goes wrong while the platform is asked what it has, before any upload."""
    m = _Matrix()
    for call in ("objects", "metadata"):
        for name, rule in (
            ("500", {"do": "answer", **_said(status=500), "times": None}),
            ("401", {"do": "answer", **_said(status=401)}),
            ("404", {"do": "answer", **_said(status=404)}),
            ("HTML", {"do": "form", "how": "html", "times": None}),
            ("null", {"do": "form", "how": "null"}),
            ("deep", {"do": "form", "how": "deep", "times": None}),
            ("huge", {"do": "form", "how": "huge", "size": 100_000_000}),
            ("packed", {"do": "form", "how": "packed", "size": 1 << 30}),
            ("reset", {"do": "reset"}),
        ):
            m.add(f"P {call} {name}", f"{call}: {name}", {"call": call, **rule})
    return m.cases


def _announcing() -> list[Case]:
    """Return what is wrong with the platform's calls; the upload is finished by `listen`."""
    m = _Matrix()
    ever: dict[str, Any] = {"call": "callback", "times": None}
    for how in ("wrong", "missing", "hex", "upper-hex", "sha1", "bare", "not-ascii"):
        m.add(f"C1 {how}", f"callbacks with a signature that is {how}", {**ever, "do": "sign", "how": how})
    m.add("C2 foreign", "callbacks of a job that is not ours", {**ever, "do": "change", "set": {"id": "999"}})
    m.add("C2 other", "callbacks of the job before", {**ever, "do": "change", "set": {"id": "1235"}})
    m.add("C3 replay", "each callback three times", {**ever, "do": "repeat", "count": 3})
    m.add("C4 huge", "callbacks of 3 MB", {**ever, "do": "form", "how": "huge", "size": 3_000_000})
    m.add("C4 HTML", "callbacks that are a page", {**ever, "do": "form", "how": "html"})
    m.add("C4 slow", "callbacks a byte at a time", {**ever, "do": "drip", "seconds": 0.002})
    m.add(
        "C5 early",
        "the callback comes before the answer to the upload",
        create("answer", **_said(status=401, **{"from": 2})),
        create("delay", seconds=1.0, times=None, **{"from": 3}),
    )
    m.add("C6 never", "no callback comes", {**ever, "do": "silence"})
    m.add(
        "C7 lies",
        "COMPLETED is called where the API says ERROR",
        {"call": "load", "do": "end", "status": "ERROR"},
        {**ever, "do": "change", "set": {"status": "COMPLETED"}},
    )
    m.add("C8 ten", "each callback ten times at once", {**ever, "do": "repeat", "count": 10, "together": True})
    return m.cases


def combined(seed: int) -> Case:
    """Return two or three faults at once, chosen by a seed among those that do not lie."""
    chance = random.Random(seed)
    drawn = (case for case in CASES if not case.listens)
    honest = [case for case in drawn if case.rules and not (case.lies or case.disturb) and case.settles]
    chosen = chance.sample(honest, chance.choice((2, 2, 3)))
    rules = tuple(rule for case in chosen for rule in case.rules)
    return Case(f"X {seed}", " and ".join(case.id for case in chosen), rules, slow=True)


CASES = (*_before_sending(), *_before_a_job(), *_taken_and_not_told(), *_following(), *_announcing())
