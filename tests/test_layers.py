"""Who may import whom. Read from the source text, so that an import hidden in a function counts too."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import pipeline
import schemas

FOLDERS = {
    package: Path(module.__file__ or "").parent for package, module in (("pipeline", pipeline), ("schemas", schemas))
}

STAGES = {"reading", "mapping", "checking", "deduplicating", "preparing", "writing", "reporting"}

# What a part of `pipeline` may import of ours. Parts are the first name below the package.
ALLOWED: dict[str, set[str]] = {
    "errors": set(),
    "version": set(),
    "starting": set(),
    "native": set(),
    "contracts": {"errors"},
    "records": {"contracts"},
    "writing": {"errors", "native"},
    "reading": {"contracts", "errors", "native", "records"},
    "mapping": {"contracts", "errors", "writing"},
    "deduplicating": {"errors", "native", "writing"},
    "checking": {"contracts", "mapping", "native", "records"},
    "reporting": {"contracts", "errors", "records"},
    "inspecting": {"contracts", "reading", "records"},
    "inferring": {"contracts", "errors", "reading", "records"},
    "engines": {"errors", "starting"},
    "preparing": {"contracts", "engines", "errors", "native", "records", "version", *STAGES},
    "planning": {"errors"},
    "uploading": {"errors", "version", "planning", "writing"},
    "sandbox": set(),
    "running": {"contracts", "errors", "preparing", "reading", "uploading"},
    "__init__": {
        "contracts",
        "errors",
        "mapping",
        "preparing",
        "reading",
        "reporting",
        "running",
        "uploading",
        "version",
    },
    "cli": {
        "__init__",
        "contracts",
        "errors",
        "inferring",
        "inspecting",
        "mapping",
        "preparing",
        "reading",
        "records",
        "reporting",
        "running",
        "uploading",
        "planning",
        "version",
        "sandbox",
        "starting",
        "writing",
    },
    "__main__": {"cli"},
}


def _modules(package: str) -> Iterator[tuple[str, Path]]:
    for path in sorted(FOLDERS[package].rglob("*.py")):
        relative = path.relative_to(FOLDERS[package])
        yield relative.parts[0].removesuffix(".py"), path


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            yield f"{node.module}.{node.names[0].name}"


@pytest.mark.parametrize(("part", "path"), list(_modules("pipeline")), ids=lambda value: str(value)[-60:])
def test_a_part_of_pipeline_imports_only_what_lies_below_it(part: str, path: Path) -> None:
    """Dependencies point one way."""
    assert part in ALLOWED, f"say in ALLOWED what {part} may import"
    for name in _imported(path):
        package, _, rest = name.partition(".")
        if package == "schemas":
            assert part == "contracts", f"{path} imports {name}: only pipeline/contracts imports schemas"
        if package == "pipeline":
            used = rest.partition(".")[0] or "__init__"
            assert used == part or used in ALLOWED[part], f"{path} imports {name}, which lies not below {part}"


@pytest.mark.parametrize("path", [path for _, path in _modules("schemas")], ids=lambda value: str(value)[-60:])
def test_schemas_is_a_leaf(path: Path) -> None:
    """What a good file is does not depend on how a file becomes that."""
    for name in _imported(path):
        assert name.partition(".")[0] != "pipeline", f"{path} imports {name}"


@pytest.mark.parametrize("part", ["planning", "uploading", "sandbox"])
def test_sending_needs_no_frames(part: str) -> None:
    """The uploader and the sandbox work from files: neither pandas nor pandera belongs there."""
    for found, path in _modules("pipeline"):
        if found == part:
            heavy = {name.partition(".")[0] for name in _imported(path)} & {"pandas", "pandera", "numpy", "pyarrow"}
            assert not heavy, f"{path} imports {heavy}"


def test_the_test_can_fail(tmp_path: Path) -> None:
    """An import inside a function is seen."""
    source = tmp_path / "sly.py"
    source.write_text("def f():\n    from pipeline.cli import main\n")
    assert list(_imported(source)) == ["pipeline.cli.main"]
