"""Where to send to, and by which right: a connection, and reading one from the environment."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from pipeline.errors import UsageError

BASE_URL = "CONTACTPREP_BASE_URL"
ELEMENT_TOKEN = "CONTACTPREP_ELEMENT_TOKEN"  # noqa: S105  # the variable's name
USER_SECRET = "CONTACTPREP_USER_SECRET"  # noqa: S105
ORGANIZATION_SECRET = "CONTACTPREP_ORGANIZATION_SECRET"  # noqa: S105
SIGNATURE_KEY = "CONTACTPREP_SIGNATURE_KEY"
AUTHORIZATION = "CONTACTPREP_AUTHORIZATION"
HUB = "CONTACTPREP_HUB"
CA_BUNDLE = "CONTACTPREP_CA_BUNDLE"

_EXAMPLES = {
    BASE_URL: "https://api.openconnectors.us2.ext.hana.ondemand.com/elements/api-v2",
    ELEMENT_TOKEN: "<the connector instance's token>",
    USER_SECRET: "<your user secret>",
}


@dataclass(frozen=True, slots=True)
class Connection:
    """One connector instance of one Open Connectors server. Its `repr` shows no secret.

    Attributes:
        base_url: Up to `/elements/api-v2`, without a final slash; https, or http to this machine.
        element_token: Names the connector instance.
        user_secret: The user's secret.
        organization_secret: The organization's, or None where the server does not ask for it.
        signature_key: The callback notification signature key, or None.
        hub: Overrides the schema's hub, or None.
        object: Overrides the schema's object, or None.
        path: Sent as `?path=` with every upload, or None to leave it out.
        upsert_key: Overrides the schema's upsert key, or None.
        max_part_records: The most records of a part, where that is less than the schema's limit, or None.
        max_part_bytes: The most bytes of a part as sent, likewise, or None.
        ca_bundle: A file of certificates to trust instead of the usual ones, or None.
        label: How receipts and messages name the connection.
        sandbox: Whether it is a sandbox of ours; the receipt says so.
    """

    base_url: str
    element_token: str = field(repr=False)
    user_secret: str = field(repr=False)
    organization_secret: str | None = field(default=None, repr=False)
    signature_key: str | None = field(default=None, repr=False)
    hub: str | None = None
    object: str | None = None
    path: str | None = None
    upsert_key: str | None = None
    max_part_records: int | None = None
    max_part_bytes: int | None = None
    ca_bundle: Path | None = None
    label: str = "environment"
    sandbox: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "base_url", _checked_url(self.base_url))
        for variable, secret in (
            (ELEMENT_TOKEN, self.element_token),
            (USER_SECRET, self.user_secret),
            (ORGANIZATION_SECRET, self.organization_secret),
        ):
            if secret is not None:
                _refuse_unsendable(variable, secret)

    @property
    def authorization(self) -> str:
        """The value of the `Authorization` header: a secret, never to be shown.

        Source: SAP Open Connectors help, "Base CRM Bulk" (`Element <token>, User <secret>`); the third part as in
        "Disabling and enabling instances".
        """
        parts = [f"Element {self.element_token}", f"User {self.user_secret}"]
        if self.organization_secret:
            parts.append(f"Organization {self.organization_secret}")
        return ", ".join(parts)

    def redact(self, text: str) -> str:
        """Return a text in which each of the connection's secrets is `***`, whatever stands around it.

        >>> Connection("https://x/api", "tok=", "sec=").redact("got Element tok=, User sec=")
        'got Element ***, User ***'
        """
        secrets = {self.element_token, self.user_secret, self.organization_secret, self.signature_key}
        for secret in sorted((secret for secret in secrets if secret), key=len, reverse=True):
            text = text.replace(secret, "***")
        return text


def connection_from_environment(environ: Mapping[str, str]) -> Connection:
    """Return the connection that environment variables describe.

    Args:
        environ: `os.environ`, or what stands for it.

    Raises:
        UsageError: A variable is missing (all missing ones are named, with what to export) or cannot be used.
    """
    missing = [name for name in (BASE_URL, ELEMENT_TOKEN, USER_SECRET) if not environ.get(name, "").strip()]
    if missing:
        lines = "; ".join(f"export {name}={_EXAMPLES[name]!r}" for name in missing)
        raise UsageError(f"no connection: {', '.join(missing)} not set. Set: {lines}")
    return Connection(
        base_url=environ[BASE_URL].strip(),
        element_token=environ[ELEMENT_TOKEN],
        user_secret=environ[USER_SECRET],
        organization_secret=environ.get(ORGANIZATION_SECRET) or None,
        signature_key=environ.get(SIGNATURE_KEY) or None,
        hub=environ.get(HUB) or None,
        ca_bundle=Path(bundle) if (bundle := environ.get(CA_BUNDLE)) else None,
    )


def _checked_url(text: str) -> str:
    """Return a base URL without its final slash, or raise `UsageError`.

    Plain http is for this machine only: the header carries every secret. Source: OWASP ASVS 5.0, V12.
    """
    try:
        url = urlsplit(text)
        host, _ = url.hostname, url.port
    except ValueError:
        url, host = urlsplit(""), None
    if url.scheme not in ("http", "https") or not host or any(ord(c) <= 32 or ord(c) >= 127 for c in text):
        raise UsageError(f"{BASE_URL} is not an http(s) URL; expected e.g. {_EXAMPLES[BASE_URL]}")
    if url.username is not None or url.password is not None:
        raise UsageError(
            f"{BASE_URL} holds a user name or password; give the secrets in {ELEMENT_TOKEN} and {USER_SECRET}"
        )
    if url.query or url.fragment or "?" in text or "#" in text:
        raise UsageError(f"{BASE_URL} goes up to /elements/api-v2, without ? or #")
    if url.scheme == "http" and not is_loopback(host):
        raise UsageError(f"{BASE_URL} must begin with https: plain http would show your secrets to the network")
    return text.rstrip("/")


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine, by its name or address alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _refuse_unsendable(variable: str, secret: str) -> None:
    """Raise `UsageError` for a secret that cannot stand in one header line; its value is not shown."""
    if not secret:
        raise UsageError(f"{variable} is empty")
    if any(character.isspace() or ord(character) < 33 or 127 <= ord(character) < 161 for character in secret):
        raise UsageError(f"{variable} holds a blank, line end or control character; copy it again, without quotes")
    if any(ord(character) > 255 for character in secret):
        raise UsageError(f"{variable} holds a character that no HTTP header can carry; copy it again")
