"""Which call of the API a request is."""

from __future__ import annotations

import re
from urllib.parse import unquote

_CALLS = tuple(
    (method, re.compile(rf"(?:/hubs/[^/]+)?{path}"), call)
    for method, path, call in (
        ("GET", r"/objects", "objects"),
        ("GET", r"/objects/[^/]+/metadata", "metadata"),
        ("GET", r"/bulk/jobs", "jobs"),
        ("POST", r"/bulk/(?!(?:query|download)$)[^/]+", "create"),
        ("GET", r"/bulk/(?P<job>[^/]+)/(?P<what>status)", "status"),
        ("GET", r"/bulk/(?P<job>[^/]+)/(?P<what>errors)", "errors"),
        ("PUT", r"/bulk/(?P<job>[^/]+)/(?P<what>cancel)", "cancel"),
    )
)


def call_of(method: str, raw_path: str) -> tuple[str, str | None] | None:
    """Returns the call that a request is and the id of the job it names, or None for what no rule is about.

    Args:
        method: As sent.
        raw_path: Path below the base path, still quoted: an id may hold a slash.

    >>> call_of("GET", "/hubs/marketing/bulk/12%2F34/status")
    ('status', '12/34')
    >>> call_of("POST", "/bulk/contact"), call_of("POST", "/bulk/query")
    (('create', None), None)
    """
    for known, pattern, call in _CALLS:
        match = pattern.fullmatch(raw_path) if method == known else None
        if match:
            job = match.groupdict().get("job")
            return call, None if job is None else unquote(job)
    return None
