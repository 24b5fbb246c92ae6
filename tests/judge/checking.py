"""Running the judge as its users do: `apitwin check` and pytest, each to its end."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from tests.face.command import ROOT, Twin, clean_environment, command

#: Seconds a whole run may take on a slow, busy machine before the test fails.
PATIENCE = 300.0
#: A run that ends the same way whatever the machine does meanwhile: no time for generated cases.
SHORT = ("--fuzz-time", "0")

VARIABLES = {
    "APITWIN_TOKEN": "twin-admin",
    "APITWIN_EXPIRED_TOKEN": "twin-expired",
    "APITWIN_DISABLED_TOKEN": "twin-disabled",
}


@dataclass(frozen=True)
class Ended:
    """A process that has ended, and the folder its reports are in."""

    code: int
    output: str
    errors: str
    folder: Path

    @property
    def report(self) -> dict[str, Any]:
        """The report for programs."""
        loaded: dict[str, Any] = orjson.loads((self.folder / "report.json").read_bytes())["report"]
        return loaded

    @property
    def verdict(self) -> set[tuple[str, str, str, str]]:
        """What was found where, without how often."""
        found = self.report["findings"]
        return {(one["rule"], one["operation"], one["cause"], one["severity"]) for one in found}


def credentials(twin: Twin) -> dict[str, str]:
    """The variables with the credentials a twin has printed."""
    known = twin.told.credentials["kopicloud-ad"]
    return {name: known[label].partition(": ")[2] for name, label in VARIABLES.items()}


def check(*arguments: str, folder: Path, environment: Mapping[str, str]) -> Ended:
    """`apitwin check`, its reports in a folder."""
    return _ended(command("check", *arguments, "--report-dir", str(folder)), ROOT, folder, environment)


def suite(
    *arguments: str, folder: Path, environment: Mapping[str, str], at: Path = ROOT, python: str = sys.executable
) -> Ended:
    """pytest with these arguments, its reports in a folder."""
    words = [python, "-m", "pytest", "-p", "no:cacheprovider", *arguments, "--report-dir", str(folder)]
    return _ended(words, at, folder, environment)


def _ended(words: list[str], at: Path, folder: Path, environment: Mapping[str, str]) -> Ended:
    plain = {name: value for name, value in clean_environment().items() if not name.startswith("PYTEST")}
    told = subprocess.run(
        words,
        cwd=at,
        env={**plain, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return Ended(told.returncode, told.stdout, told.stderr, folder)


def files(folder: Path) -> dict[str, str]:
    """The text of every file in a folder."""
    return {one.name: one.read_text("utf-8") for one in folder.iterdir()}


def closed_port() -> int:
    """A port of this machine that nobody listens on."""
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port
