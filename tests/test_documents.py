"""What the documents say is what the code does."""

from __future__ import annotations

import importlib.util
import re
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

import pipeline
from pipeline.cli.app import app

ROOT = Path(__file__).parents[1]


def _generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATOR = _generator()


@pytest.mark.parametrize("document", GENERATOR.DOCUMENTS, ids=lambda path: str(path.name))
def test_generated_parts_are_up_to_date(document: Path) -> None:
    """`make docs` would change nothing."""
    text = document.read_text("utf-8")
    assert GENERATOR.render(text) == text, f"{document.name} is stale: run make docs"


def test_every_command_is_documented_and_has_help() -> None:
    """No command without a page, no page without a command."""
    found = {"": app.registered_commands}
    for group in app.registered_groups:
        assert group.typer_instance is not None
        found[f"{group.name} "] = group.typer_instance.registered_commands
    commands = {
        prefix + (command.name or command.callback.__name__): command.callback
        for prefix, of_group in found.items()
        for command in of_group
        if command.callback
    }
    groups = {str(group.name) for group in app.registered_groups}
    assert commands.keys() | groups == set(GENERATOR.COMMANDS)
    assert all(callback.__doc__ for callback in commands.values())


def test_every_block_is_used() -> None:
    """A generated part that no document shows is dead."""
    shown = {
        name
        for path in GENERATOR.DOCUMENTS
        for name in re.findall(r"<!-- generated: ([\w -]+) -->", path.read_text("utf-8"))
    }
    assert shown == set(GENERATOR.BLOCKS)


def test_links_lead_somewhere() -> None:
    """Every relative link of a document names a file that is there."""
    for document in GENERATOR.DOCUMENTS:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text("utf-8")):
            assert (document.parent / target).exists(), f"{document.name} links to {target}"


def test_changelog_names_the_version() -> None:
    """The newest entry is the version that is built."""
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert re.findall(r"^## \[([^\]]+)\]", text, re.MULTILINE)[0] == pipeline.__version__


def test_public_names_exist_and_are_sorted() -> None:
    """`__all__` is what the package gives, and each name loads."""
    assert list(pipeline.__all__) == sorted(set(pipeline.__all__))
    for name in pipeline.__all__:
        assert getattr(pipeline, name) is not None


def test_the_makefile_has_the_verbs() -> None:
    """The verbs that the README names are there."""
    text = (ROOT / "Makefile").read_text("utf-8")
    for verb in ("demo", "test", "check", "docs"):
        assert re.search(rf"^{verb}:", text, re.MULTILINE), verb


def test_nothing_names_a_registry_or_a_machine() -> None:
    """No document and no setting carries an address of a package registry."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert "index-url" not in str(settings)
