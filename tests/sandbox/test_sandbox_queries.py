"""Bulk queries: which contacts are there."""

import csv
import io
from urllib.parse import quote

import pytest

HEADER = "C_EmailAddress,C_FirstName\n"


def ask(caller, text, prefix="/hubs/marketing"):
    return caller.call("POST", f"{prefix}/bulk/query?q={quote(text)}")


def test_a_query_reads_the_fields_of_every_contact(caller):
    """The job ends at once, and its file has a header, the fields in the asked order, and each contact once."""
    caller.load(HEADER + 'a@x.de,"A, ""B"""\n' + "".join(f"p{n}@x.de,\n" for n in range(1500)))
    job = ask(caller, "select C_FirstName, C_EmailAddress from contact").json["id"]
    status = caller.status(job)
    assert (status["status"], status["job_direction"], status["recordsCount"]) == ("COMPLETED", "DOWNLOAD", 1501)
    answer = caller.get(f"/hubs/marketing/bulk/{job}/contact", Accept="text/csv")
    assert answer.headers["Content-Type"] == "text/csv"
    rows = list(csv.reader(io.StringIO(answer.body.decode(), newline="")))
    assert rows[:2] == [["C_FirstName", "C_EmailAddress"], ['A, "B"', "a@x.de"]]
    assert [row[1] for row in rows[2:]] == [f"p{n}@x.de" for n in range(1500)]


def test_a_contact_that_came_later_is_not_in_it(caller):
    """A query answers as things were when it was asked."""
    job = ask(caller, "select C_EmailAddress from contacts").json["id"]
    caller.load(HEADER + "a@x.de,A\n")
    assert caller.get(f"/bulk/{job}/contact").body == b"C_EmailAddress\n"


@pytest.mark.parametrize("text", ["", "select", "select x from contact", "select C_Title from nothing", "drop table"])
def test_what_is_no_query_is_400(caller, text):
    """The platform says that it could not parse it."""
    answer = ask(caller, text)
    assert answer.status == 400
    assert "Error parsing query" in answer.json["message"]


def test_the_file_is_csv_of_the_asked_object_only(caller):
    """Another Accept is a bad request, another object or id is not found, and uploads have no such file."""
    job = ask(caller, "select * from contact").json["id"]
    assert caller.get(f"/bulk/{job}/contact", Accept="application/json").status == 400
    assert caller.get(f"/bulk/{job}/account").status == 404
    upload = caller.upload(HEADER + "a@x.de,A\n").json["id"]
    assert caller.get(f"/bulk/{upload}/contact").status == 404
