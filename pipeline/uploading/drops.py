"""Drops: targets that keep each part as a file, for somebody else to load.

A part's file name holds its number and the digest of its bytes, so that the same part sent again replaces the first.
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pipeline.errors import UploadError, UsageError
from pipeline.planning import Manifest, Plan
from pipeline.uploading.client import JobErrors
from pipeline.uploading.connecting import is_loopback
from pipeline.uploading.failures import failure_of
from pipeline.uploading.port import FileSlice, Request, Transport
from pipeline.uploading.slicing import read_slice
from pipeline.uploading.statuses import JobStatus, State
from pipeline.uploading.stores import Folder, RemoteFolder, Store
from pipeline.uploading.targets import Destination, Lost

STORED = "STORED"
"""The word of a drop's job, which is done as soon as it is there."""
OBJECT = "file"
"""What a drop holds, where a target of records holds an object."""

_ADVICE = {
    401: "the credentials are not accepted; check authorization",
    403: "access is forbidden; check authorization",
    404: "nothing is there; check the url of the connection",
    405: "it takes no POST; check the url of the connection",
    413: "the file is too large; cut smaller parts with max_part_bytes",
    415: "it does not take a form with a CSV file",
}


class _Drop:
    """What all drops have in common."""

    accepted_means = "stored as a file; whether it was loaded is not known here"
    replaces = True
    search_seconds = 0.0

    def __init__(self, place: Destination) -> None:
        self.place = place if place.object is not None else replace(place, object=OBJECT)

    def server_time(self) -> float | None:
        """Return None: nothing is found by its time."""
        return None

    def job_status(self, job: str) -> JobStatus:
        """Return that it is stored: it has an id only since it is. Whoever loads files may have taken it away."""
        return JobStatus(State.COMPLETED, STORED, failed=0)

    def job_errors(self, job: str) -> JobErrors:
        """Return none: nothing looks at the records."""
        return JobErrors((), complete=True)

    def get_ready(self) -> None:
        """Do nothing: a file's name and digest tell whether it is ours."""

    def interrupt(self) -> None:
        """Do nothing: a file is written by this machine."""

    def close(self) -> None:
        """Do nothing."""


class StoredDrop(_Drop):
    """A folder or an object store as a `Target`.

    Args:
        place: What receipts say of it.
        store: Where the files are kept.
    """

    def __init__(self, place: Destination, store: Store) -> None:
        super().__init__(place)
        self._store = store

    def check(self, manifest: Manifest, plan: Plan, folder: Path) -> tuple[str, ...]:
        """Return that accepted will mean stored."""
        self._store.check()
        return (f"{self.place.label} keeps files and loads none: accepted means stored in {self.place.base_url}",)

    def create_job(self, file: FileSlice, *, callback_url: str | None = None) -> str:
        """Return the name under which a part is stored. Nobody is called back: it is done."""
        self._store.write(file.name, read_slice(file))
        return file.name

    def find_job(self, lost: Lost) -> str | None:
        """Return the part's name if its bytes are there, else None: the file is then written again."""
        return lost.file.name if self._store.digest(lost.file.name) == lost.file.sha256 else None


class PostedDrop(_Drop):
    """Any URL that takes a multipart form with a file, as a `Target`.

    That the same name replaces is a promise of whoever answers there; so a lost answer is not repeated by itself.

    Args:
        place: What receipts say of it; its URL is the one that is called.
        authorization: Value of the `Authorization` header, or None; never shown.
        transport: The network; by default one of its own, made at the first use and closed at the end.
        ca_bundle: Certificates to trust instead of the usual ones, or None.

    Raises:
        UsageError: The URL is not https (or http to this machine), or holds a password or query.
    """

    def __init__(
        self,
        place: Destination,
        *,
        authorization: str | None = None,
        transport: Transport | None = None,
        ca_bundle: Path | None = None,
    ) -> None:
        _refuse_url(place.base_url)
        if authorization is not None and not (authorization.isascii() and authorization.isprintable()):
            raise UsageError(f"the authorization of {place.label} holds a character that no header can carry")
        super().__init__(place)
        self._authorization = authorization
        self._transport = transport
        self._ca_bundle = ca_bundle
        self._own: Transport | None = None

    def check(self, manifest: Manifest, plan: Plan, folder: Path) -> tuple[str, ...]:
        """Return that accepted will mean taken, and that nothing can be asked for."""
        return (
            f"{self.place.label} takes files and tells nothing of their records: accepted means taken by "
            f"{self.place.base_url}",
        )

    def create_job(self, file: FileSlice, *, callback_url: str | None = None) -> str:
        """Return the name under which a part was taken. Nobody is called back: it is done."""
        headers = {"Authorization": self._authorization} if self._authorization else {}
        answer = self._opened().send(Request("POST", self.place.base_url, headers=headers, file=file))
        if 200 <= answer.status < 300:
            return file.name
        raise failure_of(
            answer,
            method="POST",
            doing=f"sending {file.name} to {self.place.label}",
            redact=self._redact,
            now=time.time(),
            advice=_ADVICE,
        )

    def find_job(self, lost: Lost) -> str | None:
        """Raise: nobody can be asked."""
        raise UploadError(
            f"{self.place.base_url} cannot be asked whether it took {lost.file.name}; look there. If a file of that "
            "name replaces the one before, add --resend-uncertain"
        )

    def interrupt(self) -> None:
        """Break off the requests under way."""
        opened = self._transport or self._own
        if opened is not None:
            opened.interrupt()

    def close(self) -> None:
        """Close the network, if it was made here."""
        if self._own is not None:
            self._own.close()
            self._own = None

    def _opened(self) -> Transport:
        if self._transport is not None:
            return self._transport
        if self._own is None:
            # Here, so that the library can be imported without the network's.
            from pipeline.uploading.transporting import HttpxTransport

            self._own = HttpxTransport(ca_bundle=self._ca_bundle)
        return self._own

    def _redact(self, text: str) -> str:
        return text.replace(self._authorization, "***") if self._authorization else text


def make_drop(
    url: str,
    *,
    label: str = "drop",
    base: Path | None = None,
    authorization: str | None = None,
    ca_bundle: Path | None = None,
    max_part_records: int | None = None,
    max_part_bytes: int | None = None,
) -> StoredDrop | PostedDrop:
    """Return the drop at a URL or path.

    Args:
        url: `https://…` is posted to; `file:///…` or a path is a folder; anything else is fsspec's.
        label: How receipts and messages name it.
        base: What a relative path starts from; by default the working directory.
        authorization: Of a URL that is posted to: the value of the `Authorization` header.
        ca_bundle: Of a URL that is posted to.
        max_part_records: The most records of a file, or None.
        max_part_bytes: The most bytes of a file, or None.

    Raises:
        UsageError: It cannot be one.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        raise UsageError(f"the url of {label} cannot be read as a URL or path") from None
    if parts.username is not None or parts.password is not None:
        raise UsageError(f"the url of {label} holds a user name or password; it stands in receipts: keep secrets out")
    place = Destination(label, url, max_part_records=max_part_records, max_part_bytes=max_part_bytes)
    if parts.scheme in ("http", "https"):
        return PostedDrop(place, authorization=authorization, ca_bundle=ca_bundle)
    if authorization is not None:
        raise UsageError(f"{label} has an authorization, which only an https:// URL can be given")
    if parts.scheme and "://" in url and parts.scheme != "file":
        return StoredDrop(place, RemoteFolder(url))
    if parts.scheme == "file":
        if parts.netloc not in ("", "localhost") or not parts.path.startswith("/"):
            raise UsageError(f"the url of {label} names no folder of this machine; expected file:///absolute/path")
        path = Path(unquote(parts.path))
    else:
        path = (base or Path.cwd()) / Path(url).expanduser()
    return StoredDrop(replace(place, base_url=path.absolute().as_uri()), Folder(path))


def _refuse_url(url: str) -> None:
    """Raise `UsageError` for a URL that would show a secret, on the network or in a receipt."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        parts, host = urlsplit(""), None
    if parts.scheme not in ("http", "https") or not host or any(not 33 <= ord(c) < 127 for c in url):
        raise UsageError("the url of a drop that is posted to is not an http(s) URL without blanks")
    if parts.username is not None or parts.password is not None or "?" in url or "#" in url:
        raise UsageError("the url of a drop stands in receipts: keep secrets and ? out, and use authorization")
    if parts.scheme == "http" and not is_loopback(host):
        raise UsageError("the url of a drop must begin with https: plain http would show the records to the network")
