"""Uploads, jobs, and what becomes of the records."""

import json
import time

import pytest

HEADER = "C_EmailAddress,C_FirstName,C_Title\n"
UNFIT = "Unable to retrieve vendor headers from provided file. Please check the file headers or file format"
STATUS_KEYS = {
    "id": str,
    "instanceId": int,
    "status": str,
    "object_name": str,
    "job_direction": str,
    "recordsCount": int,
    "recordsFailedCount": int,
    "fileFormat": str,
    "fileSize": int,
    "vendorJobId": str,
    "bulk_start_time": str,
    "bulk_finish_time": str,
    "infoMessage": str,
    "metadata": str,
    "message": str,
    "requestId": str,
}


def test_a_file_arrives(caller):
    """An upload as on the help page answers a job, which completes, and the contacts are there cell by cell."""
    answer = caller.post_form(
        "/hubs/marketing/bulk/contact?path=/sample.csv",
        [('name="file"; filename="sample.csv"', (HEADER + 'a@x.de,"Ann, ""A""\nSmith",\nb@x.de,Ünal 😀,CFO').encode())],
    )
    assert answer.status == 200
    assert answer.json == {"instanceId": answer.json["instanceId"], "id": "1234", "status": "CREATED"}
    status = caller.follow("1234")
    assert {key: type(value) for key, value in status.items()} == STATUS_KEYS
    assert (status["status"], status["recordsCount"], status["recordsFailedCount"]) == ("COMPLETED", 2, 0)
    assert status["requestId"] == answer.headers["elements-request-id"]
    assert caller.stored() == [
        {"C_EmailAddress": "a@x.de", "C_FirstName": 'Ann, "A"\nSmith', "C_Title": ""},
        {"C_EmailAddress": "b@x.de", "C_FirstName": "Ünal 😀", "C_Title": "CFO"},
    ]
    assert caller.reasons("1234") == []
    [job] = caller.call("GET", "/_sandbox/jobs", base=False).json
    assert (job["path"], job["file_name"]) == ("/sample.csv", "sample.csv")


def test_a_job_moves_through_the_states_in_order(make_sandbox):
    """CREATED, STARTED, RUNNING and COMPLETED can all be seen, in that order, and a tiny job is quick."""
    caller = make_sandbox(pace=0.05)
    began = time.monotonic()
    job = caller.upload(HEADER + "a@x.de,A,\n").json["id"]
    seen = []
    while not seen or seen[-1] != "COMPLETED":
        seen.append(caller.status(job)["status"])
    assert list(dict.fromkeys(seen)) == ["CREATED", "STARTED", "RUNNING", "COMPLETED"]
    assert time.monotonic() - began < 1


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ([], "file"),
        ([('name="metaData"', b"{}")], "file"),
        ([('name="file"', b"no file name")], "file"),
        ([('name="file"; filename="a"', b"x"), ('name="file"; filename="b"', b"y")], "file"),
        ([('name="file"; filename="a"', b"x"), ('name="metaData"', b"{not json")], "JSON"),
        ([('name="file"; filename="a"', b"x"), ('name="metaData"', b"[1]")], "JSON object"),
        ([('name="file"; filename="a"', b"x"), ('name="metaData"', b"[" * 200_000)], "JSON"),
        ([('name="file"; filename="a"', b"x"), ('name="metaData"', b'{"action":"explode"}')], "action"),
        ([('name="file"; filename="a"', b"x"), ('name="metaData"', b'{"format":"json"}')], "format"),
        ([('name="file"; filename="a"', b"x"), ('name="metaData"', b'{"identifierFieldName":1}')], "identifier"),
    ],
)
def test_a_bad_form_is_400(caller, parts, words):
    """A form without its file or with bad metaData is 400 in the documented shape, and makes no job."""
    answer = caller.post_form("/bulk/contact", parts)
    assert answer.status == 400
    assert set(answer.json) == {"requestId", "message"}
    assert words in answer.json["message"]
    assert caller.get("/bulk/jobs").json == []


def test_what_is_no_form_is_415_or_400(caller):
    """Another content type is 415, a broken form 400."""
    assert caller.call("POST", "/bulk/contact", b"{}", {"Content-Type": "application/json"}).status == 415
    assert caller.call("POST", "/bulk/contact", b"x", {"Content-Type": "multipart/form-data"}).status == 400
    broken = {"Content-Type": "multipart/form-data; boundary=edge"}
    assert caller.call("POST", "/bulk/contact", b"nonsense", broken).status == 400


@pytest.mark.parametrize("name", ["campaign", "list", "download"])
def test_uploads_that_are_off_are_400(caller, name):
    """An object that is listed but takes no upload answers 400 at once."""
    answer = caller.upload("a\n1\n", name=name)
    assert answer.status == 400
    assert answer.json["message"] == "This API is not currently supported for this element"


@pytest.mark.parametrize("chunked", [False, True])
def test_too_large_a_body_is_429(make_sandbox, chunked):
    """A body over the limit answers 429 (not 413), with and without a Content-Length, and makes no job."""
    caller = make_sandbox(max_body=100_000)
    if chunked:
        edge = {"Content-Type": "multipart/form-data; boundary=e"}
        head = b'--e\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        answer = caller.call("POST", "/bulk/contact", iter([head, *[b"x" * 50_000] * 100]), edge)
    else:
        answer = caller.upload(b"x" * 5_000_000)
    assert answer.status == 429
    assert caller.get("/bulk/jobs").json == []
    assert caller.load(HEADER + "a@x.de,A,\n")["status"] == "COMPLETED"


def test_errors_come_in_pages(caller):
    """37 refused records with pages of 30 come as 30 and 7; only the first page has a token."""
    job = caller.load(HEADER + "".join(f"bad{n},A,\n" for n in range(37)))
    assert (job["status"], job["recordsCount"], job["recordsFailedCount"]) == ("COMPLETED", 37, 37)
    first = caller.get(f"/hubs/marketing/bulk/{job['id']}/errors?pageSize=30")
    assert first.headers["elements-returned-count"] == "30"
    token = first.headers["elements-next-page-token"]
    second = caller.get(f"/hubs/marketing/bulk/{job['id']}/errors?pageSize=30&nextPage={token}")
    assert second.headers["elements-returned-count"] == "7"
    assert "elements-next-page-token" not in second.headers
    assert first.json + second.json == [{"status": f"Invalid email address: bad{n}"} for n in range(37)]
    other = caller.load(HEADER + "bad,A,\n")["id"]
    assert caller.get(f"/bulk/{other}/errors?nextPage={token}").status == 400


@pytest.mark.parametrize("query", ["pageSize=0", "pageSize=-1", "pageSize=x", "nextPage=%21", "nextPage=eA%3D%3D"])
def test_bad_paging_is_400(caller, query):
    """A page size that is no positive number, or a token of another list, is 400."""
    assert caller.get(f"/bulk/jobs?{query}").status == 400


def test_pages_are_200_by_default(caller):
    """Lists have 200 entries a page, and the pages together are the whole list."""
    caller.load(HEADER + "".join(f"a{n}@x.de,A,\n" for n in range(450)))
    sizes, found, token = [], [], ""
    while token is not None:
        answer = caller.get(f"/contacts?nextPage={token}")
        sizes.append(len(answer.json))
        found += [entry["C_EmailAddress"] for entry in answer.json]
        token = answer.headers["elements-next-page-token"]
    assert sizes == [200, 200, 50]
    assert found == [f"a{n}@x.de" for n in range(450)]


def test_contacts_are_listed_by_name_and_hub(caller):
    """What arrived is an array of objects under either name of the object, and each hub has its own."""
    caller.load(HEADER + "a@x.de,A,\n")
    caller.load("last_name\nSmith\n", hub="crm", name="contacts")
    expected = [{"id": "1", "C_EmailAddress": "a@x.de", "C_FirstName": "A", "C_Title": ""}]
    for path in ("/contact", "/contacts", "/hubs/marketing/contact", "/hubs/marketing/contacts"):
        answer = caller.get(path)
        assert answer.json == expected
        assert answer.headers["elements-returned-count"] == "1"
    assert caller.get("/hubs/crm/contacts").json == [{"id": "2", "last_name": "Smith"}]
    assert caller.get("/hubs/crm/account").status == 404


def test_an_unknown_object_is_taken_and_every_row_fails(caller):
    """The platform's trap: an object that is not there gives a job that completes with nothing loaded."""
    job = caller.load("a,b\n" + "1,2\n" * 37, name="bad")
    assert (job["status"], job["recordsCount"], job["recordsFailedCount"]) == ("COMPLETED", 37, 37)
    assert len(caller.reasons(job["id"])) == 37
    assert caller.stored() == []


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ("C_FirstName\nAnn\n", "All contacts require 'C_EmailAddress'"),
        ("\ufeff" + HEADER + "a@x.de,A,\n", "All contacts require 'C_EmailAddress'"),
        ("C_EmailAddress,Shoe size\na@x.de,44\n", UNFIT),
        ("C_EmailAddress,C_Title,C_Title\na@x.de,a,b\n", UNFIT),
        ("C_EmailAddress,c_title\na@x.de,a\n", UNFIT),
        ("C_EmailAddress;C_Title\na@x.de;a\n", "All contacts require 'C_EmailAddress'"),
        ("", UNFIT),
        ((HEADER + "a@x.de,J\xf6rg,\n").encode("latin-1"), UNFIT),
        (HEADER + 'a@x.de,"A,\n', UNFIT),
        (HEADER + 'a@x.de,A"B,\n', UNFIT),
        (HEADER + 'a@x.de,"A"B,\n', UNFIT),
        (HEADER + "a@x.de,A\rB,\n", UNFIT),
    ],
)
def test_a_file_that_does_not_fit_aborts_the_job(caller, content, error):
    """No key column, a byte-order mark before it, an unknown column, or no CSV: ABORTED, and nothing is loaded."""
    job = caller.load(content)
    assert (job["status"], job["error"], job["recordsCount"]) == ("ABORTED", error, 0)
    assert job["bulk_finish_time"]
    assert caller.stored() == []


@pytest.mark.parametrize("field", ["C_LastName", "C_FirstName", "nonsense"])
def test_a_wrong_identifier_aborts_an_eloqua_job(caller, field):
    """Eloqua matches by its key alone."""
    job = caller.load(HEADER + "a@x.de,A,\n", metadata={"identifierFieldName": field})
    assert (job["status"], job["error"]) == ("ABORTED", UNFIT)


def test_refused_records_do_not_stop_the_others(caller):
    """Each bad record has its reason, in file order; counts include it; good ones are loaded."""
    job = caller.load(
        HEADER
        + "a@x.de,A,\n"
        + ",B,\n"
        + "foo@,C,\n"
        + f"d@x.de,D,{'x' * 101}\n"
        + f"e@x.de,E,{'ü' * 100}\n"
        + "f@x.de,F\n"
        + "g\u00a0h@x.de,G,\n"
    )
    assert (job["status"], job["recordsCount"], job["recordsFailedCount"]) == ("COMPLETED", 7, 5)
    assert "error" not in job
    reasons = caller.reasons(job["id"])
    assert reasons == [
        "Missing required field: C_EmailAddress",
        "Invalid email address: foo@",
        "Value too long for C_Title: 101 characters, the maximum is 100",
        "Malformed record: 2 values for 3 headers",
        "Invalid email address: g\u00a0h@x.de",
    ]
    assert "d@x.de" not in reasons[2]
    assert [cells["C_EmailAddress"] for cells in caller.stored()] == ["a@x.de", "e@x.de"]


def test_eloqua_always_upserts(caller):
    """A contact with the same key, in any case, is updated: an empty cell overwrites, an absent column does not."""
    caller.load("C_EmailAddress,C_FirstName,C_Title,C_City\na@x.de,A,Boss,Bonn\n")
    job = caller.load(HEADER + "A@x.de,Ann,\nb@x.de,B,\nb@x.de,Bob,CFO\n")
    assert (job["recordsCount"], job["recordsFailedCount"]) == (3, 0)
    assert caller.stored() == [
        {"C_EmailAddress": "A@x.de", "C_FirstName": "Ann", "C_Title": "", "C_City": "Bonn"},
        {"C_EmailAddress": "b@x.de", "C_FirstName": "Bob", "C_Title": "CFO"},
    ]


def test_create_conflicts_with_what_is_there(caller):
    """`action: create` refuses a key that is there already, also from the same file."""
    caller.load(HEADER + "a@x.de,A,\n")
    job = caller.load(HEADER + "a@x.de,Z,\nb@x.de,B,\nb@x.de,C,\n", metadata={"action": "create"})
    assert (job["status"], job["recordsFailedCount"]) == ("COMPLETED", 2)
    assert caller.reasons(job["id"]) == [
        "Conflicts Found - emailAddress: a@x.de",
        "Conflicts Found - emailAddress: b@x.de",
    ]
    assert [cells["C_FirstName"] for cells in caller.stored()] == ["A", "B"]


def test_base_doubles_what_is_sent_twice(caller):
    """Without a key every record is a new contact: a client that sends twice is caught."""
    for _ in range(2):
        job = caller.load("last_name,email\nSmith,a@x.de\n", hub="crm", name="contacts")
        assert job["status"] == "COMPLETED"
    assert caller.stored() == [{"last_name": "Smith", "email": "a@x.de"}] * 2


@pytest.mark.parametrize("key", ["identifierFieldName", "primaryKeyName"])
def test_base_upserts_when_asked(caller, key):
    """With an identifier the oldest contact with that value is updated, also one loaded without it."""
    caller.load("last_name,email\nSmith,a@x.de\nSmith,a@x.de\n", hub="crm", name="contacts")
    job = caller.load(
        "last_name,email\nJones,A@x.de\nDoe,\n", hub="crm", name="contact", metadata={key: "email", "action": "upsert"}
    )
    assert job["recordsFailedCount"] == 1
    assert caller.reasons(job["id"]) == ["Missing required field: email"]
    assert [cells["last_name"] for cells in caller.stored()] == ["Jones", "Smith"]


def test_what_base_refuses(caller):
    """Base CRM refuses record by record: required names, line breaks, types, lists of values."""
    job = caller.load(
        "last_name,name,is_organization,title,owner_id,customer_status\n"
        "Smith,,,,,\n"
        ",Acme,1,,7,past\n"
        ",Acme,,,,\n"
        "Smith,,true,,,\n"
        'Smith,,,"a\nb",,\n'
        "Smith,,maybe,,,\n"
        "Smith,,,,seven,\n"
        "Smith,,,,,future\n",
        hub="crm",
        name="contacts",
    )
    assert (job["recordsCount"], job["recordsFailedCount"]) == (8, 6)
    assert [reason.partition(":")[0] for reason in caller.reasons(job["id"])] == [
        "422 blank",
        "422 blank",
        "422 incorrect_value",
        "422 invalid_type",
        "422 invalid_type",
        "422 incorrect_value",
    ]


def test_a_column_base_does_not_know_fails_every_row(caller):
    """One call per record: a wrong header is found out record by record, and the job completes."""
    job = caller.load("last_name,Shoe size\nSmith,44\nDoe,45\n", hub="crm", name="contacts")
    assert (job["status"], job["recordsFailedCount"]) == ("COMPLETED", 2)


def test_jobs_are_listed_newest_first(caller):
    """The jobs list has its own shape, the newest first, can be searched, paged, and cut to fields."""
    for number in range(1, 4):
        caller.load(
            HEADER + "".join(f"a{n}@x.de,A,\n" for n in range(number)), name=["contact", "contacts"][number % 2]
        )
    caller.load("last_name\n\n", hub="crm", name="contacts")
    everything = caller.get("/bulk/jobs").json
    assert [job["id"] for job in everything] == [1237, 1236, 1235, 1234]
    assert [job["record_count"] for job in everything] == [1, 3, 2, 1]
    assert everything[0]["error_count"] == 1
    entry = everything[1]
    assert (entry["status"], entry["object_name"], entry["job_direction"]) == ("COMPLETED", "contacts", "UPLOAD")
    assert entry["createdDate"] <= entry["completion_time"]
    assert abs(entry["createdDate"] / 1000 - time.time()) < 30
    assert [job["id"] for job in caller.get("/hubs/marketing/bulk/jobs").json] == [1236, 1235, 1234]

    def search(where):
        return [job["id"] for job in caller.get(f"/bulk/jobs?where={where.replace(' ', '%20')}").json]

    assert search("object_name='contact'") == [1235]
    assert search("job_direction='UPLOAD' AND record_count>1") == [1236, 1235]
    assert search("job_direction='DOWNLOAD'") == []
    assert search("record_count='2' and job_status='COMPLETED'") == [1235]
    for bad in ("nonsense", "shoe_size='4'", "object_name='a' OR 1=1", "1=1", "object_name='a'; DROP TABLE jobs"):
        assert caller.get(f"/bulk/jobs?where={bad.replace(' ', '%20')}").status == 400

    page = caller.get("/bulk/jobs?pageSize=3&fields=id,status")
    assert page.json[0] == {"id": 1237, "status": "COMPLETED"}
    rest = caller.get(f"/bulk/jobs?pageSize=3&nextPage={page.headers['elements-next-page-token']}")
    assert [job["id"] for job in rest.json] == [1234]


def test_a_job_is_seen_through_its_own_hub_only(caller):
    """A job of one connector is 404 under the hub of another."""
    job = caller.load("last_name\nSmith\n", hub="crm", name="contacts")["id"]
    assert caller.get(f"/hubs/crm/bulk/{job}/status").status == 200
    assert caller.get(f"/hubs/marketing/bulk/{job}/status").status == 404


def test_cancelling_before_the_start_loads_nothing(make_sandbox):
    """A waiting job is CANCELLATION_PENDING at once, then CANCELLED, and stays so."""
    caller = make_sandbox(pace=0.15)
    job = caller.upload(HEADER + "a@x.de,A,\n").json["id"]
    answer = caller.call("PUT", f"/hubs/marketing/bulk/{job}/cancel")
    assert (answer.status, answer.json["status"]) == (200, "CANCELLATION_PENDING")
    status = caller.follow(job)
    assert (status["status"], status["recordsCount"]) == ("CANCELLED", 0)
    assert caller.call("PUT", f"/bulk/{job}/cancel").json["status"] == "CANCELLED"
    assert caller.stored() == []
    assert caller.load(HEADER + "a@x.de,A,\n")["status"] == "COMPLETED"
    assert caller.status(job)["status"] == "CANCELLED"


def test_cancelling_a_running_job_stops_it(caller):
    """A job that is cancelled half-way keeps what was loaded, and its count says how much that is."""
    total = 60_000
    job = caller.upload("last_name\n" + "Smith\n" * total, hub="crm", name="contacts").json["id"]
    while caller.status(job)["recordsCount"] == 0:
        pass
    caller.call("PUT", f"/bulk/{job}/cancel")
    status = caller.follow(job)
    assert status["status"] == "CANCELLED"
    assert 0 < status["recordsCount"] < total
    assert len(caller.stored()) == status["recordsCount"]


def test_cancelling_a_finished_job_changes_nothing(caller):
    """What has ended answers its status and stays as it is."""
    job = caller.load(HEADER + "a@x.de,A,\n")["id"]
    answer = caller.call("PUT", f"/bulk/{job}/cancel")
    assert (answer.status, answer.json["status"]) == (200, "COMPLETED")
    assert caller.call("PUT", "/bulk/1/cancel").status == 404


def test_a_large_file_is_quick_and_its_counts_move(caller):
    """50,000 records take seconds, the counts grow meanwhile, and calls are answered all the time."""
    job = caller.upload(HEADER + "".join(f"a{n}@x.de,A,B\n" for n in range(50_000))).json["id"]
    counts, slowest, began = [0], 0.0, time.monotonic()
    while counts[-1] < 50_000:
        asked = time.monotonic()
        assert asked - began < 8
        counts.append(caller.status(job)["recordsCount"])
        slowest = max(slowest, time.monotonic() - asked)
        time.sleep(0.01)
    assert counts == sorted(counts)
    assert len(set(counts)) > 2
    assert slowest < 2
    assert caller.follow(job)["status"] == "COMPLETED"


def test_metadata_comes_back_as_sent(caller):
    """The status answer holds the form field as it was sent, and unknown keys do no harm."""
    metadata = {"identifierFieldName": "C_EmailAddress", "action": "upsert", "bulkUploadRecordSize": 1, "x": "\ud800"}
    job = caller.load(HEADER + "a@x.de,A,\n", metadata=metadata)
    assert job["status"] == "COMPLETED"
    assert json.loads(job["metadata"]) == metadata
