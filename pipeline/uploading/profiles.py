"""Named connections in a settings file, with their secrets somewhere else.

    connection = "production"                  # which one is meant where none is named

    [connections.production]
    region = "eu10"                            # or base_url = "https://…/elements/api-v2"
    hub = "marketing"
    object = "contact"
    secrets = "~/.config/contactprep/production.toml"

    [connections.archive]
    kind = "drop"                              # keeps each part as a file, and loads nothing
    url = "file:///srv/incoming"               # or a path, https://…, or any URL of fsspec such as s3://bucket/incoming

The secrets file is TOML with `element_token`, `user_secret` and, where they are needed, `organization_secret` and
`signature_key`; of a drop that is posted to, with `authorization`, the header's value. Nobody but its owner may read
it. Without one the secrets come from the environment: `CONTACTPREP_ELEMENT_TOKEN` and so on, or `PROD_ELEMENT_TOKEN`
and so on with `environment = "PROD"`.
"""

from __future__ import annotations

import os
import re
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import UsageError, nearest
from pipeline.planning.values import as_object
from pipeline.uploading.connecting import (
    AUTHORIZATION,
    BASE_URL,
    ELEMENT_TOKEN,
    ORGANIZATION_SECRET,
    SIGNATURE_KEY,
    USER_SECRET,
    Connection,
    connection_from_environment,
)
from pipeline.uploading.drops import make_drop
from pipeline.uploading.targets import Target

SETTINGS = "contactprep.toml"
PROJECT = "pyproject.toml"
CONNECTION = "CONTACTPREP_CONNECTION"
OPEN_CONNECTORS = "open-connectors"
DROP = "drop"

_SECRETS = {
    "element_token": ELEMENT_TOKEN,
    "user_secret": USER_SECRET,
    "organization_secret": ORGANIZATION_SECRET,
    "signature_key": SIGNATURE_KEY,
    "authorization": AUTHORIZATION,
}
_REQUIRED = ("element_token", "user_secret")
_TEXTS = (
    "kind",
    "url",
    "region",
    "base_url",
    "hub",
    "object",
    "path",
    "upsert_key",
    "ca_bundle",
    "secrets",
    "environment",
)
_OF_DROPS = ("kind", "url", "ca_bundle", "secrets", "environment", "max_part_records", "max_part_bytes")
_NUMBERS = ("max_part_records", "max_part_bytes")
_LARGEST_FILE = 1 << 20
_REGION = re.compile(r"(trial\.)?[a-z]{2}[0-9]{1,2}")


@dataclass(frozen=True, slots=True)
class Profile:
    """One connection of a settings file, without its secrets.

    Attributes:
        name: Its name there.
        file: The settings file.
        values: Its keys and what they hold.
    """

    name: str
    file: Path
    values: Mapping[str, object]

    def __post_init__(self) -> None:
        place = f"{self.file}: connection {self.name}"
        for key, value in self.values.items():
            if key in _SECRETS:
                raise UsageError(
                    f"{place} holds {key}: keep secrets out of this file; put it into a file of its own that only you "
                    f'can read (secrets = "…"), or into the environment ({_SECRETS[key]})'
                )
            if key not in (*_TEXTS, *_NUMBERS):
                raise UsageError(f"{place} has no key {key!r}; {nearest(key, (*_TEXTS, *_NUMBERS))}")
            if key in _TEXTS and not (isinstance(value, str) and value.strip()):
                raise UsageError(f"{place}: {key} is a text in quotes")
            if key in _NUMBERS and (not isinstance(value, int) or isinstance(value, bool) or value < 1):
                raise UsageError(f"{place}: {key} is a whole number from 1")
        if self.is_drop:
            odd = [key for key in self.values if key not in _OF_DROPS]
            if odd or "url" not in self.values:
                said = f"no {odd[0]}" if odd else "a url"
                raise UsageError(f"{place} is a drop, which has {said}; its keys are {', '.join(_OF_DROPS)}")
            return
        if self.values.get("kind", OPEN_CONNECTORS) != OPEN_CONNECTORS or "url" in self.values:
            raise UsageError(f'{place}: kind is "{OPEN_CONNECTORS}" (or left out, without url) or "{DROP}" (with url)')
        if ("region" in self.values) == ("base_url" in self.values):
            raise UsageError(f"{place} needs either region or base_url")
        region = self.text("region")
        if region is not None and _REGION.fullmatch(region) is None:
            raise UsageError(f"{place}: {region!r} is no region as in api.openconnectors.<region>, such as us2 or eu10")

    @property
    def is_drop(self) -> bool:
        """Whether it keeps files instead of loading records."""
        return self.values.get("kind") == DROP

    def text(self, key: str) -> str | None:
        """Return what a key that holds text holds, or None."""
        value = self.values.get(key)
        return value if isinstance(value, str) else None

    def number(self, key: str) -> int | None:
        """Return what a key that holds a number holds, or None."""
        value = self.values.get(key)
        return value if isinstance(value, int) else None

    def beside(self, key: str) -> Path | None:
        """Return the path that a key names, seen from the settings file, or None."""
        text = self.text(key)
        return None if text is None else self.file.parent / Path(text).expanduser()

    @property
    def base_url(self) -> str:
        """Where the server is.

        Source of the pattern: SAP Open Connectors help, all pages (`us2`); public code for other regions. A full list
        of regions is not published.
        """
        region = self.text("region")
        if region is None:
            return self.text("base_url") or ""
        return f"https://api.openconnectors.{region}.ext.hana.ondemand.com/elements/api-v2"


def find_connection(name: str | None, environ: Mapping[str, str], folder: Path) -> Connection:
    """Return the connector instance that is meant; see `find_target`.

    Raises:
        UsageError: It is a drop, or what `find_target` raises.
    """
    found = find_target(name, environ, folder)
    if not isinstance(found, Connection):
        raise UsageError(
            f"the connection {found.place.label} is a drop, which has no jobs, objects or callbacks; name another one"
        )
    return found


def find_target(name: str | None, environ: Mapping[str, str], folder: Path) -> Connection | Target:
    """Return the connector instance or the drop that is meant.

    One that is named, by argument or `CONTACTPREP_CONNECTION`, comes from the settings file. Otherwise the environment
    counts if it says `CONTACTPREP_BASE_URL`, and then the settings file's own choice (`connection = "…"`).

    Args:
        name: A connection's name in the settings file, or None.
        environ: `os.environ`, or what stands for it.
        folder: Where `contactprep.toml`, or `pyproject.toml` with a table `[tool.contactprep]`, is looked for.

    Raises:
        UsageError: There is none of that name, or it cannot be used; the text says what to do.
    """
    name = name or environ.get(CONNECTION) or None
    if name is None and environ.get(BASE_URL, "").strip():
        return connection_from_environment(environ)
    file, settings = _settings_of(folder)
    if name is None:
        chosen = settings.get("connection")
        if chosen is None:
            return connection_from_environment(environ)
        if not isinstance(chosen, str):
            raise UsageError(f"{file}: connection is a name in quotes")
        name = chosen
    connections = as_object(settings.get("connections")) or {}
    found = as_object(connections.get(name))
    if found is None:
        raise UsageError(f"{file or folder / SETTINGS} names no connection {name!r}; {nearest(name, connections)}")
    profile = Profile(name, file or folder / SETTINGS, found)
    return drop_of(profile, environ) if profile.is_drop else connection_of(profile, environ)


def connection_of(profile: Profile, environ: Mapping[str, str]) -> Connection:
    """Return the connection of a profile, with its secrets.

    Raises:
        UsageError: A secret is missing, or others can read the file it stands in.
    """
    file, prefix = profile.beside("secrets"), _prefix_of(profile)
    secrets = _secrets_of(profile, environ)
    missing = [key for key in _REQUIRED if not secrets.get(key)]
    if missing:
        where = f"{file} lacks {' and '.join(missing)}" if file else _to_export(prefix, missing)
        raise UsageError(f"no secrets for the connection {profile.name}: {where}")
    return Connection(
        base_url=profile.base_url,
        element_token=secrets["element_token"],
        user_secret=secrets["user_secret"],
        organization_secret=secrets.get("organization_secret") or None,
        signature_key=secrets.get("signature_key") or None,
        hub=profile.text("hub"),
        object=profile.text("object"),
        path=profile.text("path"),
        upsert_key=profile.text("upsert_key"),
        max_part_records=profile.number("max_part_records"),
        max_part_bytes=profile.number("max_part_bytes"),
        ca_bundle=profile.beside("ca_bundle"),
        label=profile.name,
    )


def drop_of(profile: Profile, environ: Mapping[str, str]) -> Target:
    """Return the drop of a profile, with its authorization if there is one.

    Raises:
        UsageError: Its URL cannot be used, or others can read the file its secrets stand in.
    """
    url = profile.text("url") or ""
    posted = url.startswith(("https://", "http://"))
    return make_drop(
        url,
        label=profile.name,
        base=profile.file.parent,
        authorization=_secrets_of(profile, environ).get("authorization") or None if posted else None,
        ca_bundle=profile.beside("ca_bundle"),
        max_part_records=profile.number("max_part_records"),
        max_part_bytes=profile.number("max_part_bytes"),
    )


def _prefix_of(profile: Profile) -> str:
    return profile.text("environment") or "CONTACTPREP"


def _secrets_of(profile: Profile, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the secrets of a profile's file, or those that its environment variables hold."""
    file, prefix = profile.beside("secrets"), _prefix_of(profile)
    if file is not None:
        return _secrets_in(file)
    return {key: environ.get(f"{prefix}_{key.upper()}", "").strip() for key in _SECRETS}


def _to_export(prefix: str, missing: list[str]) -> str:
    return "set " + " and ".join(f"{prefix}_{key.upper()}" for key in missing) + ", or name a file with secrets = …"


def _settings_of(folder: Path) -> tuple[Path | None, Mapping[str, object]]:
    """Return the settings file of a folder and what it says, or None and nothing."""
    own = folder / SETTINGS
    if own.is_file():
        return own, _toml(own)
    project = folder / PROJECT
    if project.is_file():
        tool = as_object(_toml(project).get("tool")) or {}
        settings = as_object(tool.get("contactprep"))
        if settings is not None:
            return project, settings
    return None, {}


def _secrets_in(file: Path) -> dict[str, str]:
    """Return the secrets that a file holds.

    Raises:
        UsageError: Others than its owner can read it, it is another user's, or it holds something else.
    """
    try:
        status = file.stat()
    except OSError as reason:
        raise UsageError(f"the secrets file {file} cannot be read: {reason.strerror}") from None
    if stat.S_IMODE(status.st_mode) & 0o077:
        raise UsageError(f"others can read the secrets in {file}: chmod 600 {file}")
    if status.st_uid != os.geteuid():
        raise UsageError(f"the secrets file {file} belongs to another user")
    found = _toml(file)
    odd = [key for key, value in found.items() if key not in _SECRETS or not isinstance(value, str)]
    if odd:
        # What it holds is not shown: it may be a secret under a wrong name.
        raise UsageError(f"the secrets file {file} holds texts for {', '.join(_SECRETS)} and nothing else")
    return {key: value.strip() for key, value in found.items() if isinstance(value, str)}


def _toml(file: Path) -> Mapping[str, object]:
    try:
        data = file.read_bytes() if file.stat().st_size <= _LARGEST_FILE else b"\xff"
        return tomllib.loads(data.decode("utf-8"))
    except OSError as reason:
        raise UsageError(f"{file} cannot be read: {reason.strerror}") from None
    except tomllib.TOMLDecodeError as reason:
        place = re.search(r"\(at (line \d+, column \d+|end of document)\)", str(reason))
        # Its text may quote what stands there, and that may be a secret.
        raise UsageError(f"{file} is not TOML{f' ({place[1]})' if place else ''}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{file} is not TOML: not UTF-8, or larger than {_LARGEST_FILE:,} bytes") from None
