"""Generates the parts of the documents that come from the code, between their marks.

    <!-- generated: NAME -->
    ...
    <!-- end -->

`make docs` writes them; a test compares.
"""

from __future__ import annotations

import dataclasses
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from pipeline.cli.catalogue import notes_of
from pipeline.contracts import BY_CODE, RULES, load_contract, schema_names
from pipeline.errors import Exit
from pipeline.preparing.lines import CHANGE_COLUMNS, FINDING_COLUMNS, REJECTED_COLUMNS
from pipeline.sandbox.faults.acts import ACTS
from pipeline.sandbox.faults.rules import CALLS
from schemas.kinds.blanks import DEFAULT_PLACEHOLDERS

ROOT = Path(__file__).parent.parent
DOCUMENTS = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
_BLOCK = re.compile(r"(<!-- generated: ([\w -]+) -->\n).*?(<!-- end -->)", re.DOTALL)

COMMANDS = (
    "check",
    "prepare",
    "inspect",
    "upload",
    "run",
    "objects",
    "jobs",
    "status",
    "errors",
    "cancel",
    "listen",
    "schemas",
    "schemas list",
    "schemas show",
    "schemas template",
    "schemas infer",
    "rules",
    "sandbox",
)

MEANINGS = {
    Exit.FINE: "fine",
    Exit.FINDINGS: "findings at or above `--fail-on`, or over the error budget",
    Exit.USAGE: "usage or settings: unknown option, schema or format; no column for the key; two columns for one "
    "field; output folder taken; credentials missing; not a prepared folder",
    Exit.SOURCE: "input cannot be read or trusted: missing, a directory, empty, not text, over a limit; digest differs "
    "from the manifest; journal damaged",
    Exit.UPLOAD: "upload failed or not settled: unreachable, 401 or 403, unknown object, nothing accepted, any record "
    "`unknown`, follow deadline",
    Exit.PARTLY_REFUSED: "every record settled, some accepted and some refused",
    Exit.BUSY: "another run holds this folder",
    Exit.BUG: "a fault of contactprep itself",
    Exit.CANNOT_WRITE: "cannot write",
    Exit.INTERRUPTED: "interrupted",
    Exit.TERMINATED: "terminated",
}


def exit_codes() -> str:
    """Return the table of exit codes."""
    lines = ["| code | meaning |", "|---|---|"]
    return "\n".join([*lines, *(f"| {code.value} | {MEANINGS[code]} |" for code in Exit)])


def rules() -> str:
    """Return a section for each rule of the catalogue."""
    lines = ["| code | severity | defect |", "|---|---|---|"]
    lines += [f"| [{rule.code}](#{rule.code.lower()}-{rule.name}) | {rule.severity} | {rule.name} |" for rule in RULES]
    for rule in BY_CODE.values():
        lines += ["", f"## {rule.code} {rule.name}", "", f"*{rule.severity}*. {rule.finds}", "", rule.why, ""]
        if rule.example:
            lines += [f"Example: `{rule.example}`" if "`" not in rule.example else f"Example: {rule.example}", ""]
        lines += [f"Repair: {rule.repair}", "", f"Source: {rule.source}"]
    return "\n".join(lines)


def schemas() -> str:
    """Return a section for each schema."""
    lines: list[str] = []
    for name in schema_names():
        contract = load_contract(name)
        target = contract.target
        lines += [
            f"## {name}",
            "",
            f"{target.title}. Hub {_code(target.hub)}, object {_code(target.object)}, upsert key "
            f"{_code(target.upsert_key)}, phone region {target.region}, "
            f"countries as {target.country_form or 'written'}, states as {target.state_form or 'written'}.",
            "",
            *(f"- {note}" for note in target.notes),
            "",
            "| field | kind | notes | source |",
            "|---|---|---|---|",
        ]
        for field in contract.fields:
            lines.append(f"| `{field.name}` | {field.kind} | {', '.join(notes_of(field))} | {field.source} |")
        lines += ["", *(f"Source: {source}  " for source in target.sources), ""]
    return "\n".join(lines).rstrip()


def commands() -> str:
    """Return the help of every command, as it is printed."""
    parts = [_help()]
    parts += [_help(*command.split()) for command in COMMANDS]
    return "\n\n".join(f"```text\n{part}\n```" for part in parts)


def columns() -> str:
    """Return the columns of the CSV files whose columns are fixed."""
    tables = {"rejected.csv": REJECTED_COLUMNS, "changes.csv": CHANGE_COLUMNS, "findings.csv": FINDING_COLUMNS}
    return "\n".join(f"- `{name}`: `{','.join(found)}`" for name, found in tables.items())


def fault_acts() -> str:
    """Return what a rule can order of which call, with the options of each act and their defaults."""
    lines = ["| `do` | what happens | calls | options |", "|---|---|---|---|"]
    special = ("load", "callback")
    for act in ACTS.values():
        others = [name for name in special if name not in act.calls]
        usual = len(act.calls) + len(others) == len(CALLS)
        calls = f"all but {', '.join(f'`{name}`' for name in others)}" if usual else f"`{'`, `'.join(act.calls)}`"
        options = [
            f"`{option.name}` ({json.dumps(getattr(act(), option.name))}): {option.metadata['says']}"
            for option in dataclasses.fields(act)
        ]
        says = " ".join((act.__doc__ or "").split())
        lines.append(f"| `{act.name}` | {says} | {calls} | {'<br>'.join(options).replace('|', chr(92) + '|')} |")
    return "\n".join(lines)


def fault_calls() -> str:
    """Return the calls that a rule can name."""
    return ", ".join(f"`{call}`" for call in CALLS)


def check_sample() -> str:
    """Return what `contactprep check sample_data/contacts.csv` prints."""
    return _shell("contactprep check sample_data/contacts.csv")


def trade_fair() -> str:
    """Return what becomes of the trade-fair sample without a mapping, and with one."""
    command = "contactprep check sample_data/trade_fair.csv"
    return "\n\n".join((_shell(f"{command} --schema eloqua.contact"), _shell(f"{command} --mapping {TRADE_FAIR}")))


def trade_fair_mapping() -> str:
    """Return the mapping file of the trade-fair sample."""
    return f"```toml\n{(ROOT / TRADE_FAIR).read_text('utf-8')}```"


TRADE_FAIR = "sample_data/trade_fair.toml"


def demo() -> str:
    """Return what `make demo` prints, but for the installation and the list of files."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "demo-prepared"
        text = _run(["run", "sample_data/contacts.csv", "--sandbox", "-o", str(out)])
    text = text.replace(str(out), "demo-prepared")
    return "```console\n$ make demo\n" + re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:41873", text) + "\n```"


def snippet() -> str:
    """Return what the README's first Python block prints."""
    code = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)[0]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return "```text\n" + "\n".join(line.rstrip() for line in done.stdout.rstrip().splitlines()) + "\n```"


SIGNUPS = """\
email,name,phone,city
ann@acme.com,Ann,(202) 222-1234,TBD
Ann@Acme.com,Ann Lee,(202) 222-1234,Rome
bob@beta.org,Bob,,-
cy@gamma.net,Cy,call me,Oslo
ann.b@beta.org,Ann,+1 202 222 1234,Bonn
"""

UNSUBSCRIBED = """\
E-Mail;Since
BOB@beta.org;2024-05-01
;2024-06-01
"""


def policies() -> dict[str, Callable[[], str]]:
    """Return the parts of the page of policies: what commands print on a small list."""
    base = "contactprep check signups.csv --schema generic.contact"
    asked = {
        "check": "",
        "blank": " --on-invalid blank",
        "placeholder": " --placeholder TBD",
        "existing": " --existing unsubscribed.csv",
        "survivor": " --placeholder TBD --survivor most-complete",
        "duplicates": " --duplicates-by phone,full_name",
        "budget": " --max-errors 1",
    }
    lists = {"list": SIGNUPS, "known list": UNSUBSCRIBED}
    return {
        **{f"policies {name}": partial("```text\n{}```".format, text) for name, text in lists.items()},
        **{f"policies {name}": partial(_on_signups, base + options) for name, options in asked.items()},
        "policies placeholders": default_placeholders,
    }


def default_placeholders() -> str:
    """Return the placeholders of a schema that names none."""
    return "By default these: " + ", ".join(f"`{text}`" for text in sorted(DEFAULT_PLACEHOLDERS)) + "."


def _on_signups(line: str) -> str:
    """Return what a command prints in a folder with the two lists."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "signups.csv").write_text(SIGNUPS, "utf-8")
        (Path(folder) / "unsubscribed.csv").write_text(UNSUBSCRIBED, "utf-8")
        return f"```console\n$ {line}\n{_run(line.split()[1:], Path(folder))}\n```"


def _shell(line: str) -> str:
    return f"```console\n$ {line}\n{_run(line.split()[1:])}\n```"


def _help(*command: str) -> str:
    return _run([*command, "--help"])


def _run(arguments: list[str], folder: Path = ROOT) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CONTACTPREP_")}
    done = subprocess.run(
        [Path(sys.executable).parent / "contactprep", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**environment, "COLUMNS": "100", "NO_COLOR": "1", "LC_ALL": "C.UTF-8"},
    )
    # A run that cannot go on says why on standard error, and nothing else anywhere.
    text = done.stdout if done.stdout else done.stderr
    return "\n".join(line.rstrip() for line in text.rstrip().splitlines())


def _code(text: str | None) -> str:
    return f"`{text}`" if text else "not known"


BLOCKS: dict[str, Callable[[], str]] = {
    "exit codes": exit_codes,
    "rules": rules,
    "schemas": schemas,
    "commands": commands,
    "columns": columns,
    "fault acts": fault_acts,
    "fault calls": fault_calls,
    "check sample": check_sample,
    "demo": demo,
    "snippet": snippet,
    **policies(),
    "trade fair": trade_fair,
    "trade fair mapping": trade_fair_mapping,
}


def render(text: str) -> str:
    """Return a document with its generated parts made anew."""
    return _BLOCK.sub(lambda block: f"{block[1]}{BLOCKS[block[2]]()}\n{block[3]}", text)


if __name__ == "__main__":
    for document in DOCUMENTS:
        document.write_text(render(document.read_text("utf-8")), "utf-8")
