"""The report as a page for people: one file, no script, nothing loaded from anywhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from typing import Any

from markupsafe import Markup, escape

from pipeline.contracts import BY_CODE

_SEVERITIES = (
    ("error", "Errors", "These rejected their record."),
    ("warning", "Warnings", "The record was kept. Have a look."),
    ("info", "Notes", "The record was kept, and something is worth knowing."),
)

Item = Mapping[str, Any]


def render_html(data: Item) -> bytes:
    """Return the page of a report as UTF-8.

    Every value is escaped, and the page's content policy allows its own style sheet alone, so that nothing in a
    contact file can run or fetch anything.

    Args:
        data: The contents of `report.json`.

    Source: OWASP Cross Site Scripting Prevention cheat sheet; CSP level 3, section 2.3 (hash sources).
    """
    # Written here and not in a language of templates, which takes a tenth of a second to load and to compile.
    parts = (_head(data), _summary(data), "\n", *map(_findings, _groups(data["rules"])), "\n", _changes(data), "\n")
    page = "".join((*parts, _source(data["source"]), _settings(data), "</main>\n</body>\n</html>"))
    return page.encode("utf-8", "backslashreplace")


def _filled(text: str, *values: object) -> Markup:
    """Return markup of ours with values in the places of `%s`: each is escaped, but for what is markup already."""
    return Markup(text % tuple(map(escape, values)))  # noqa: S704  # the text is ours


def _all(parts: Iterable[Markup]) -> Markup:
    return Markup().join(parts)


def _many(number: int) -> str:
    return f"{number:,}"


def _shown(text: str) -> Markup:
    return _filled("<code>%s</code>", text) if text else Markup('<span class="soft">blank</span>')


def _head(data: Item) -> Markup:
    style = (files("pipeline.reporting") / "report.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    counts = data["counts"]
    return _filled(
        """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-%s'">
<title>%s: %s of %s accepted</title>
<style>%s</style>
</head>
<body>
<main>
""",
        *(digest, data["source"]["name"], _many(counts["accepted"]), _many(counts["records"]), Markup(style)),  # noqa: S704
    )


def _summary(data: Item) -> Markup:
    return _all(_sentences(data["source"], data["schema"], data["counts"], data["budget"], data.get("domains")))


def _sentences(source: Item, schema: Item, counts: Item, budget: Item, domains: Item | None) -> Iterator[Markup]:
    yield _filled("<h1>%s</h1>\n", source["name"])
    chosen = _filled(", chosen because %s", schema["chosen"]) if schema["chosen"] != "named" else ""
    yield _filled('<p class="soft">Held against <b>%s</b> (%s)%s.</p>\n', schema["name"], schema["title"], chosen)
    rejected = _many(counts["rejected"])
    words = [f", {_many(counts[name])} {what}" for name, what in _ALSO if counts[name]]
    yield _filled(
        """<div class="numbers">
<div class="number"><b>%s</b>records came in</div>
<div class="number good"><b>%s</b>accepted</div>
<div class="number%s"><b>%s</b>rejected%s</div>
<div class="number"><b>%s</b>cells changed</div>
</div>
""",
        *(_many(counts["records"]), _many(counts["accepted"]), " bad" if counts["rejected"] else "", rejected),
        *("".join(words), _many(counts["changed_cells"])),
    )
    if counts["records"]:
        yield _filled(
            '<progress max="%s" value="%s">%s of %s</progress>',
            *(counts["records"], counts["accepted"], counts["accepted"], counts["records"]),
        )
    exceeded = budget["exceeded"]
    if exceeded:
        more = f"; the file has {_many(budget['records'])}" if budget["judged"] < budget["records"] else ""
        yield _filled(
            "<p><b>Over the error budget:</b> %s of %s judged records were rejected, and <code>--max-errors %s</code> "
            "allows no more%s. There is no <code>clean.csv</code>, and nothing may be uploaded.</p>",
            *(rejected, _many(budget["judged"]), budget["max_errors"], more),
        )
    accepted = Markup("The accepted records are in <code>clean.csv</code>; the others")
    yield _filled(
        '<p class="soft">%s, with their reasons and their original text, are in <code>rejected.csv</code>; every '
        "change in <code>changes.csv</code>; every finding in <code>findings.csv</code>. Below are at most ten "
        "examples of each.</p>\n",
        "The rejected records" if exceeded else accepted,
    )
    if counts["blank_would_accept"]:
        yield _filled(
            "<p>With <code>--on-invalid blank</code>, which leaves bad cells of optional fields blank, %s more would "
            "be accepted.%s</p>",
            *(_many(counts["blank_would_accept"]), _OVERWRITES if schema["blank_overwrites"] else ""),
        )
    if domains is not None:
        unknown = f"; {_many(domains['unknown'])} gave no answer and stay unknown" if domains["unknown"] else ""
        yield _filled(
            '<p class="soft">Of %s domains of e-mail addresses %s could be looked up%s.</p>',
            *(_many(domains["asked"]), _many(domains["answered"]), unknown),
        )
    for note in schema["notes"]:
        yield _filled('<p class="soft">%s: %s</p>', schema["name"], note)
    yield Markup('<p class="soft">This page quotes the values of people as they stand in the file.</p>\n')


_ALSO = (("duplicates", "duplicates"), ("known", "known already"))
"""What rejected records are called that have no other error."""

_OVERWRITES = " A blank overwrites what the target holds."


def _groups(rules: Iterable[Item]) -> Iterator[tuple[str, str, str, list[Item]]]:
    """Yield the findings of each severity that has some, with its name, its title and what it means."""
    every = [*rules]
    for severity, title, hint in _SEVERITIES:
        found = [rule for rule in every if rule["severity"] == severity]
        if found:
            yield severity, title, hint, found


def _findings(group: tuple[str, str, str, list[Item]]) -> Markup:
    severity, title, hint, rules = group
    cards = _all(_finding(severity, rule) for rule in rules)
    return _filled('<section>\n<h2>%s</h2>\n<p class="soft">%s</p>\n%s</section>\n', title, hint, cards)


def _finding(severity: str, rule: Item) -> Markup:
    about, column = BY_CODE[rule["code"]], rule["column"]
    rows = _all(
        _filled(
            '<tr><td class="place">%s</td><td class="place">%s</td><td>%s</td><td>%s</td></tr>\n',
            *("–" if example[name] is None else example[name] for name in ("record", "line")),
            _shown(example["value"]) if rule["field"] or example["value"] else "",
            example["message"],
        )
        for example in rule["examples"]
    )
    return _filled(
        '<div class="card %s">\n%s%s<details><summary>About this rule</summary>\n'
        '<p>%s</p><p>%s</p><p>%s</p><p class="soft">%s</p>\n</details>\n</div>\n',
        severity,
        _table(rule, rule["code"], _filled("<span>in %s</span>", column) if column else "", ("text", "what"), rows),
        _left_out(rule, "findings.csv"),
        *(about.finds, about.why, about.repair, about.source),
    )


def _changes(data: Item) -> Markup:
    changes = data["changes"]
    if not changes:
        return Markup()
    hint = "Cells of accepted records that were brought into their usual form."
    cards = _all(map(_change, changes))
    return _filled('<section>\n<h2>Changes</h2>\n<p class="soft">%s</p>\n%s</section>\n', hint, cards)


def _change(change: Item) -> Markup:
    rows = _all(
        _filled(
            '<tr><td class="place">%s</td><td class="place">%s</td><td>%s</td><td>%s</td></tr>\n',
            *(example["record"], example["line"], _shown(example["before"]), _shown(example["after"])),
        )
        for example in change["examples"]
    )
    column = _filled("<span>in %s</span>", change["column"])
    table = _table(change, change["rule"], column, ("before", "after"), rows)
    return _filled('<div class="card change">\n%s%s</div>\n', table, _left_out(change, "changes.csv"))


def _table(item: Item, code: str, column: Markup | str, names: tuple[str, str], rows: Markup) -> Markup:
    """Return the head of a card and the table of its examples."""
    return _filled(
        '<div class="head"><code>%s</code><h3>%s</h3>%s<span class="count">%s</span></div>\n<table>\n'
        "<thead><tr><th>record</th><th>line</th><th>%s</th><th>%s</th></tr></thead>\n"
        "<tbody>\n%s</tbody>\n</table>\n",
        *(code, item["name"], column, _many(item["count"]), *names, rows),
    )


def _left_out(item: Item, file: str) -> Markup:
    more = item["count"] - len(item["examples"])
    return _filled('<p class="soft">… and %s more in %s</p>', _many(more), file) if more > 0 else Markup()


def _source(source: Item) -> Markup:
    rows = _all(
        _filled(
            '<tr><td>%s</td><td>%s</td><td class="soft">%s</td></tr>\n',
            _shown(column["column"]),
            column["field"] or Markup('<span class="soft">none: left out of clean.csv</span>'),
            column["how"] or "",
        )
        for column in source["columns"]
    )
    return _filled(
        """<section>
<h2>The file</h2>
<div class="plain">
<dl>
<dt>Size</dt><dd>%s bytes, SHA-256 <code>%s</code></dd>
<dt>Encoding</dt><dd>%s: %s</dd>
<dt>Delimiter</dt><dd><code>%s</code>: %s</dd>
<dt>Header</dt><dd>line %s</dd>
</dl>
<table>
<thead><tr><th>column</th><th>field</th><th>found by</th></tr></thead>
<tbody>
%s</tbody>
</table>
</div>
</section>
""",
        *(_many(source["size"]), source["sha256"], source["encoding"], source["encoding_evidence"]),
        *(source["delimiter"].replace("\t", "tab"), source["dialect_evidence"], source["header_line"], rows),
    )


def _settings(data: Item) -> Markup:
    values = (*data["settings"].items(), *data["judges"].items(), ("contactprep", data["tool"]["version"]))
    lines = _all(_filled("<dt>%s</dt><dd>%s</dd>\n", name, value) for name, value in values)
    return _filled(
        '<section>\n<h2>Settings and judges</h2>\n<div class="plain">\n<dl>\n%s</dl>\n</div>\n</section>\n', lines
    )
