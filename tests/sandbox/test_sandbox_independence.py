"""The sandbox knows nobody: it is written from the documentation alone."""

import ast
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "pipeline" / "sandbox"
ALLOWED = {"starlette", "uvicorn", "jinja2"}


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.py")), ids=lambda path: path.name)
def test_it_imports_nothing_of_ours(path):
    """Every import is the standard library, the web server, the template library, or the sandbox itself."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names = [node.module or ""]
        else:
            continue
        for name in names:
            root = name.partition(".")[0]
            assert root in ALLOWED or root in sys.stdlib_module_names or name.startswith("pipeline.sandbox."), name
