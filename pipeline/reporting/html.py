"""The report as a page for people: one file, no script, nothing loaded from anywhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from pipeline.contracts import BY_CODE

_SEVERITIES = (
    ("error", "Errors", "These rejected their record."),
    ("warning", "Warnings", "The record was kept. Have a look."),
    ("info", "Notes", "The record was kept, and something is worth knowing."),
)


def render_html(data: Mapping[str, Any]) -> bytes:
    """Return the page of a report as UTF-8.

    Every value is escaped, and the page's content policy allows its own style sheet alone, so that nothing in a
    contact file can run or fetch anything.

    Args:
        data: The contents of `report.json`.

    Source: OWASP Cross Site Scripting Prevention cheat sheet; CSP level 3, section 2.3 (hash sources).
    """
    from jinja2 import Environment, StrictUndefined

    folder = files("pipeline.reporting") / "templates"
    style = (folder / "report.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["thousands"] = lambda number: f"{number:,}"
    template = environment.from_string((folder / "report.html").read_text("utf-8"))
    groups = [
        (severity, title, hint, [rule for rule in data["rules"] if rule["severity"] == severity])
        for severity, title, hint in _SEVERITIES
    ]
    page = template.render(
        report=data, style=style, digest=digest, groups=[group for group in groups if group[3]], catalogue=BY_CODE
    )
    return page.encode("utf-8", "backslashreplace")
