"""The pages in a real Chromium: hostile values are shown as text, and nothing of them runs."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

import pipeline

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

HOSTILE = (
    "<script>document.title='owned'</script>",
    "<img src=x onerror=\"document.title='owned'\">",
    "\"><svg onload=document.title='owned'>",
    "</style><script>document.title='owned'</script>",
    "{{ 7 * 7 }}",
)

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def _needs_chromium() -> None:
    if CHROMIUM is None:
        if os.environ.get("CONTACTPREP_REQUIRE_BROWSER"):
            pytest.fail("there is no Chromium, and it was required")
        pytest.skip("there is no Chromium on this machine")


def dom(page: Path, profile: Path) -> str:
    """Return a page's document after its scripts, had it any, would have run."""
    assert CHROMIUM is not None
    arguments = [
        CHROMIUM,
        *FLAGS,
        f"--user-data-dir={profile}",
        "--virtual-time-budget=2000",
        "--dump-dom",
        page.as_uri(),
    ]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True, timeout=120)
    return done.stdout


def console(page: Path, profile: Path) -> str:
    """Return what the browser logs while it shows a page."""
    assert CHROMIUM is not None
    arguments = [CHROMIUM, *FLAGS, f"--user-data-dir={profile}", "--enable-logging=stderr", "--dump-dom", page.as_uri()]
    return subprocess.run(arguments, capture_output=True, text=True, check=True, timeout=120).stderr


def write_hostile(path: Path) -> None:
    import csv

    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["C_EmailAddress", "C_FirstName", "C_Website1", HOSTILE[0]])
        for number, text in enumerate(HOSTILE):
            writer.writerow([f"p{number}@acme.com", f" {text}", "http://acme.com", text])
            writer.writerow([text, text, "javascript:alert(1)", text])


def test_the_report_shows_hostile_values_as_text(tmp_path: Path) -> None:
    """In the header, in cells and in messages; the title stays ours, no element comes of a value."""
    write_hostile(tmp_path / "list.csv")
    folder = pipeline.prepare(tmp_path / "list.csv", out=tmp_path / "out", schema="eloqua.contact").folder
    page = dom(folder / "report.html", tmp_path / "profile")
    assert "<title>list.csv: " in page
    assert "owned</title>" not in page
    for element in ("<script", "<img", "<svg", 'href="javascript:'):
        assert element not in page
    assert "&lt;script&gt;document.title='owned'&lt;/script&gt;" in page
    assert "{{ 7 * 7 }}" in page


def test_the_style_passes_the_pages_own_policy(tmp_path: Path) -> None:
    """Chromium logs no refusal: the digest in the policy is that of the style sheet."""
    sample = Path(__file__).parents[1] / "sample_data" / "contacts.csv"
    folder = pipeline.prepare(sample, out=tmp_path / "out").folder
    page = folder / "report.html"
    assert "Content Security Policy" not in console(page, tmp_path / "profile")
    broken = tmp_path / "broken.html"
    broken.write_text(page.read_text("utf-8").replace("--ink: #1d2433", "--ink: #1d2434"), "utf-8")
    assert "Content Security Policy" in console(broken, tmp_path / "profile")


def test_the_sandbox_page_shows_hostile_values_as_text(tmp_path: Path) -> None:
    """What arrived is shown, and nothing of it runs."""
    from pipeline.sandbox.serving import Sandbox
    from pipeline.uploading import Connection, upload

    write_hostile(tmp_path / "list.csv")
    folder = pipeline.prepare(tmp_path / "list.csv", out=tmp_path / "out", schema="eloqua.contact").folder
    with Sandbox(data=tmp_path / "sandbox.sqlite", pace=0.01) as sandbox:
        connection = Connection(
            sandbox.base_url, sandbox.element_token, sandbox.user_secret, sandbox.organization_secret
        )
        receipt = upload(folder, connection=connection)
        assert receipt.accepted == len(HOSTILE)
        import urllib.request

        with urllib.request.urlopen(sandbox.page_url, timeout=10) as answer:
            (tmp_path / "sandbox.html").write_bytes(answer.read())
    page = dom(tmp_path / "sandbox.html", tmp_path / "profile")
    assert "owned</title>" not in page
    for element in ("<script", "<img", "<svg"):
        assert element not in page
    assert "p0@acme.com" in page
