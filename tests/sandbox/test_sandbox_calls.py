"""What every call has in common: who may call, what is where, and how errors look."""

import email.utils
import http.client
import re
import time

import pytest

REFUSED = "Invalid Organization or User secret, or invalid Element token provided."


@pytest.mark.parametrize("prefix", ["", "/hubs/marketing"])
def test_objects_are_the_documented_list(reader, prefix):
    """The list of objects is the one that the help page shows, with and without the hub."""
    assert reader.get(f"{prefix}/objects").json == ["activities", "contact", "campaign", "list", "account"]


def test_helium_lists_objects_as_objects(reader):
    """`Elements-Version: Helium` turns each name into an object; `Hydrogen` is the default."""
    helium = reader.get("/objects", Elements_Version="Helium").json
    assert helium[1] == {"name": "contact", "vendorName": "Contact", "type": "vdr"}
    assert reader.get("/objects", Elements_Version="Hydrogen").json == [entry["name"] for entry in helium]


@pytest.mark.parametrize("path", ["/objects/contact/metadata", "/hubs/marketing/objects/contacts/metadata"])
def test_metadata_describes_eloqua_fields(reader, path):
    """Metadata is an object with `fields`; only limits with a source are named."""
    answer = reader.get(path).json
    assert list(answer) == ["fields"]
    fields = {field["vendorPath"]: field for field in answer["fields"]}
    assert fields["C_FirstName"]["length"] == 100
    assert "length" not in fields["C_EmailAddress"]
    assert fields["C_EmailAddress"]["vendorRequired"] is True
    for field in answer["fields"]:
        assert {"vendorPath", "type", "vendorDisplayName", "mask", "vendorReadOnly", "vendorRequired"} <= set(field)


def test_metadata_describes_base_fields(reader):
    """Base CRM has its own fields, none with a maximum length."""
    fields = {field["vendorPath"]: field for field in reader.get("/hubs/crm/objects/contacts/metadata").json["fields"]}
    assert {"last_name", "is_organization", "address.city"} <= set(fields)
    assert fields["customer_status"]["picklistValues"] == ["none", "current", "past"]
    assert not any("length" in field for field in fields.values())


@pytest.mark.parametrize(
    "path",
    [
        "/objects/bad/metadata",
        "/objects/",
        "/hubs/nowhere/objects",
        "/nowhere",
        "/bulk/1/status",
        "/bulk/no-number/status",
        "/bulk/99999999999999999999999/errors",
        "/hubs/crm/bulk/1/status",
    ],
)
def test_what_is_not_there_is_404(reader, path):
    """Unknown paths, hubs, objects and jobs are 404 in the documented shape."""
    answer = reader.get(path)
    assert answer.status == 404
    assert set(answer.json) == {"requestId", "message"}
    assert answer.json["requestId"] == answer.headers["elements-request-id"]


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/objects"), ("DELETE", "/bulk/contact"), ("POST", "/bulk/1/status"), ("PATCH", "/bulk/1/cancel")],
)
def test_wrong_verb_is_405(reader, method, path):
    """A path that is there answers 405 to another verb."""
    assert reader.call(method, path).status == 405


def test_every_answer_has_an_id_and_the_time(reader):
    """Answers carry a request id of 24 hex digits of their own, and the time of the answer."""
    answers = [reader.get("/objects"), reader.get("/nowhere"), reader.call("GET", "/", base=False)]
    ids = [answer.headers["elements-request-id"] for answer in answers]
    assert all(re.fullmatch("[0-9a-f]{24}", text) for text in ids)
    assert len(set(ids)) == 3
    for answer in answers:
        moment = email.utils.parsedate_to_datetime(answer.headers["Date"]).timestamp()
        assert abs(moment - time.time()) < 3


def test_the_parts_of_the_authorization_come_in_any_order(reader):
    """Two or three parts, in any order, are right."""
    e, u, o = (
        f"Element {reader.sandbox.element_token}",
        f"User {reader.sandbox.user_secret}",
        f"Organization {reader.sandbox.organization_secret}",
    )
    assert "=" in e
    assert "=" in u
    for parts in [(e, u), (u, e), (u, o, e), (o, e, u), (e, u, o)]:
        reader.authorization = ", ".join(parts)
        assert reader.get("/objects").status == 200, len(parts)
    reader.authorization = ",".join((u, e))
    assert reader.get("/objects").status == 200


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Basic dTpw",
        "Element {e}",
        "User {u}",
        "Element {u}, User {e}",
        "Element {e}x, User {u}",
        "Element {e}, User {u}, Organization 00",
        "Element {e}, User {u}, Organization ",
        "Element {e}, User {u}, Other x",
        "Element {e}, User {u}, User {u}",
        "Token {e}, User {u}",
        "Element {e} User {u}",
        "Element {e}, User {u}é",
    ],
)
def test_wrong_credentials_are_401(reader, header):
    """Missing, wrong, doubled or unknown parts are 401 with the platform's words, on every path of the API."""
    secrets = {"e": reader.sandbox.element_token, "u": reader.sandbox.user_secret}
    reader.authorization = None if header is None else header.format(**secrets).encode()
    for path in ("/objects", "/bulk/jobs", "/nowhere"):
        answer = reader.get(path)
        assert answer.status == 401
        assert answer.json["message"] == REFUSED


def test_a_refused_upload_is_read_to_its_end(reader):
    """A client that is still sending a large body gets its 401 instead of a broken connection."""
    reader.authorization = "Element wrong, User wrong"
    answer = reader.upload(b"x" * 20_000_000)
    assert answer.status == 401


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:80", "10.0.0.1", "", "[::2]"])
def test_other_hosts_are_refused(reader, host):
    """A request that names another host (DNS rebinding) gets nothing, neither page nor contacts."""
    for path in ("/", "/_sandbox/contacts", "/elements/api-v2/objects"):
        answer = reader.call("GET", path, headers={"Host": host}, base=False)
        assert answer.status == 400
        assert "Host" in answer.json["message"]


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1:80", "[::1]", "[::1]:80"])
def test_loopback_hosts_are_served(reader, host):
    """Every name of this machine will do."""
    assert reader.call("GET", "/objects", headers={"Host": host}).status == 200


def test_no_other_address_listens(reader):
    """The socket is bound to 127.0.0.1 alone: another loopback address finds nothing."""
    port = int(reader.sandbox.page_url.rstrip("/").rpartition(":")[2])
    connection = http.client.HTTPConnection("127.0.0.2", port, timeout=2)
    with pytest.raises(OSError, match="refused"):
        connection.request("GET", "/")
    connection.close()


def test_the_ledger_lists_answered_requests(caller):
    """The ledger holds method, path, status and id of each answered call to the API, and no secret."""
    answer = caller.get("/objects?x=1")
    caller.get("/nowhere")
    ledger = caller.call("GET", "/_sandbox/ledger", base=False)
    entries = ledger.json["requests"]
    assert [(entry["method"], entry["path"], entry["status"]) for entry in entries] == [
        ("GET", "/elements/api-v2/objects?x=1", 200),
        ("GET", "/elements/api-v2/nowhere", 404),
    ]
    assert entries[0]["request_id"] == answer.headers["elements-request-id"]
    assert caller.sandbox.element_token.encode() not in ledger.body
