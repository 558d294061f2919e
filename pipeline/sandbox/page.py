"""The page for people: which jobs there were, and the contacts that arrived."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.sandbox.jobs import FINAL
from pipeline.sandbox.storing import Store

CONTACTS_SHOWN = 200
JOBS_SHOWN = 100
REFRESH_SECONDS = 5

_HERE = Path(__file__).parent
_STYLE = (_HERE / "page.css").read_text("utf-8")
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_TEMPLATE = Environment(
    autoescape=True, undefined=StrictUndefined, loader=FileSystemLoader(_HERE), trim_blocks=True, lstrip_blocks=True
).get_template("page.html")

HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    # As a header and not in the page, so that a saved copy does not reload itself.
    "Refresh": str(REFRESH_SECONDS),
}


def write_page(store: Store) -> str:
    """Returns the page as HTML that needs nothing else: every value escaped, no script, no outside resource."""
    contacts = store.list_all_contacts(limit=CONTACTS_SHOWN)
    groups: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in contacts:
        cells: dict[str, str] = json.loads(row["cells"])
        groups.setdefault((row["hub"], row["object"]), []).append({"id": str(row["id"]), **cells})
    tables = [
        {"hub": hub, "object": name, "columns": list(dict.fromkeys(key for row in rows for key in row)), "rows": rows}
        for (hub, name), rows in groups.items()
    ]
    jobs = store.list_jobs(limit=JOBS_SHOWN)
    return _TEMPLATE.render(
        style=_STYLE,
        jobs=[{"job": job, "ended": job.status in FINAL} for job in jobs],
        tables=tables,
        shown=len(contacts),
        total=store.count_contacts(),
    )
