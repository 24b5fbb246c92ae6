"""Running the examples of a page: blocks that begin with ``` console hold commands and what they print.

A command begins with ``$ ``; what it prints stands below it, with ``…`` for whatever may be there.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PROMPT = "$ "
_MARK = "--- end of an example ---"

#: Where the pages say that the twin of each API is.
ADDRESSES = {"kopicloud-ad": "http://127.0.0.1:8080", "copernica-v1": "http://127.0.0.1:8081"}

#: Seconds that the examples of one page may take on a slow, busy machine.
PATIENCE = 120.0


@dataclass(frozen=True)
class Example:
    """A command of a page, and what the page says it prints."""

    command: str
    printed: str

    def fits(self, output: str) -> bool:
        """Whether a real output is what the page says."""
        parts = [re.escape(part) for part in self.printed.split("…")]
        return re.fullmatch(".*?".join(parts), output, re.DOTALL) is not None


def examples(page: str) -> list[Example]:
    """The examples of a page in their order; raises ``ValueError`` for a block that does not begin with a command."""
    found: list[Example] = []
    for block in _BLOCK.findall(page):
        if not block.startswith(_PROMPT):
            raise ValueError(f"a console block begins with {block.splitlines()[0]!r}, not with {_PROMPT!r}")
        for part in f"\n{block}".split(f"\n{_PROMPT}")[1:]:
            command, _, printed = part.partition("\n")
            found.append(Example(command, printed.strip()))
    return found


def named(page: str) -> list[str]:
    """The APIs whose twins the examples of a page call."""
    commands = "\n".join(one.command for one in examples(page))
    return [api for api, address in ADDRESSES.items() if address in commands]


def differences(page: str, *, real: Mapping[str, str], folder: Path) -> list[str]:
    """Run a page's examples in one shell against twins; returns each example whose output is another one.

    ``real`` has the addresses of the twins by the API.
    """
    found = examples(page)
    outputs = _outputs([one.command for one in found], real, folder)
    return [
        f"$ {one.command}\nsays {one.printed!r}\nprints {output!r}"
        for one, output in zip(found, outputs, strict=True)
        if not one.fits(output)
    ]


def _outputs(commands: list[str], real: Mapping[str, str], folder: Path) -> list[str]:
    script = "".join(f"{command}\necho '{_MARK}'\n" for command in commands)
    for api, address in real.items():
        script = script.replace(ADDRESSES[api], address)
    done = subprocess.run(
        ["sh", "-c", f"exec 2>&1\n{script}"],
        cwd=folder,
        env=_environment(folder),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    told = done.stdout.replace("\r\n", "\n")
    for api, address in real.items():
        told = told.replace(address, ADDRESSES[api])
    return [output.strip() for output in told.split(f"{_MARK}\n")[:-1]]


def _environment(folder: Path) -> Mapping[str, str]:
    """This environment with the command of this checkout, and with a curl where the machine has none."""
    commands = folder / "bin"
    commands.mkdir(exist_ok=True)
    _command(commands / "apitwin", "apitwin")
    if shutil.which("curl") is None:
        _command(commands / "curl", "tests.support.curl")
    root = Path(__file__).resolve().parents[2]
    return {**os.environ, "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(root)}


def _command(path: Path, module: str) -> None:
    path.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m {module} "$@"\n', "utf-8")
    path.chmod(0o755)
