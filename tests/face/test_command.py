"""The command itself: version, help, and what it costs to start."""

from __future__ import annotations

import subprocess
import sys

import apitwin
from tests.face.command import ROOT, run

#: What no verb but the one that needs it may pay for.
HEAVY = ("connexion", "httpx", "mockserver", "prance", "rich", "schemathesis", "trustme", "uvicorn", "yaml")


def test_it_tells_its_version() -> None:
    told = run("--version")
    assert (told.returncode, told.stdout, told.stderr) == (0, f"apitwin {apitwin.__version__}\n", "")


def test_help_names_every_verb() -> None:
    told = run("--help")
    assert told.returncode == 0
    for verb in ("list", "serve", "check", "coverage", "token"):
        assert f"\n  {verb} " in told.stdout


def test_an_unknown_verb_is_an_error() -> None:
    told = run("sevre")
    assert told.returncode == 2
    assert "sevre" in told.stderr
    assert "Traceback" not in told.stderr


def test_help_imports_nothing_heavy() -> None:
    program = "import sys, apitwin.cli; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    imported = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert "typer" in imported
    assert not set(HEAVY) & set(imported)
