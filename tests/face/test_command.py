"""The command itself: version, help, and what it costs to start."""

from __future__ import annotations

import subprocess
import sys

import pytest

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


def test_without_a_verb_it_shows_its_help() -> None:
    told = run()
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr == run("--help").stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["sevre"], ["'sevre'", "'serve'", "See apitwin --help"]),
        (["serve", "--prot", "1"], ["--prot", "--port", "See apitwin serve --help"]),
        (["serve", "--seed"], ["--seed", "requires an argument", "--help"]),
        (["list", "kopicloud-ad"], ["kopicloud-ad", "See apitwin list --help"]),
        (["coverage"], ["API", "See apitwin coverage --help"]),
        (["token", "kopicloud-ad", "--minutes", "x"], ["--minutes", "'x' is not a whole number, 0 or more"]),
        (["token", "kopicloud-ad", "--minutes", "-1"], ["--minutes", "'-1' is not a whole number, 0 or more"]),
    ],
    ids=lambda value: " ".join(value[:2]),
)
def test_wrong_use_is_one_line(arguments: list[str], words: list[str]) -> None:
    told = run(*arguments)
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr.startswith("apitwin: ")
    assert told.stderr.count("\n") == 1
    assert [word for word in words if word not in told.stderr] == []


def test_help_imports_nothing_heavy() -> None:
    program = "import sys, apitwin.cli; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    imported = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert "typer" in imported
    assert not set(HEAVY) & set(imported)
