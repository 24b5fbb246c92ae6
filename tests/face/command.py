"""Running the real command: to its end, or as a server that says when it is ready."""

from __future__ import annotations

import os
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import IO, Any

import httpx

from apitwin.banner import END, READY, Served, read

ROOT = Path(__file__).resolve().parents[2]

#: Seconds anything may take on a slow, busy machine before the test fails.
LIMIT = 60.0
#: Seconds a server may take to stop.
STOP_LIMIT = 5.0


def run(
    *arguments: str, folder: Path = ROOT, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command to its end, with no terminal and nothing to read."""
    return subprocess.run(
        command(*arguments),
        cwd=folder,
        env={**clean_environment(), **(environment or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )


def command(*arguments: str) -> list[str]:
    """The command line of the command."""
    return [sys.executable, "-m", "apitwin", *arguments]


def clean_environment() -> dict[str, str]:
    """This process's environment without what the command reads."""
    return {name: value for name, value in os.environ.items() if not name.startswith("APITWIN_")}


class Running:
    """A command that runs: its lines as they come, and its end."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self._out, self._err = _lines(process.stdout), _lines(process.stderr)

    def line(self) -> str:
        """The next line of standard output; fails when none comes in time."""
        return _next(self._out)

    def error_line(self) -> str:
        """The next line of standard error, likewise."""
        return _next(self._err)

    def banner(self) -> list[str]:
        """The next banner, from the ready line to the last one."""
        lines = [self.line()]
        assert lines[0].startswith(READY), lines
        while lines[-1] != END:
            lines.append(self.line())
        return lines

    def stop(self, number: int = signal.SIGINT) -> tuple[int, list[str]]:
        """Send a signal and wait; returns the exit code and what else was written to standard error."""
        self.process.send_signal(number)
        code = self.process.wait(STOP_LIMIT)
        return code, list(iter(lambda: _next(self._err, ended=""), ""))


class Twin(Running):
    """A served twin that is ready."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        super().__init__(process)
        self.lines = self.banner()
        self.url = url_in(self.lines)
        self.told: Served = read(self.lines)

    def header(self, label: str, api: str = "kopicloud-ad") -> dict[str, str]:
        """The header of a printed credential."""
        name, _, value = self.told.credentials[api][label].partition(": ")
        return {name: value}

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """One request."""
        return httpx.request(method, self.url + path, trust_env=False, timeout=LIMIT, **more)


@contextmanager
def running(
    *arguments: str, folder: Path = ROOT, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """A process of the command; told to stop at the end if it still runs, and killed if it does not."""
    with subprocess.Popen(
        command(*arguments),
        cwd=folder,
        env={**clean_environment(), **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(STOP_LIMIT)
            except subprocess.TimeoutExpired:
                process.kill()


@contextmanager
def serving(*arguments: str, folder: Path = ROOT, environment: Mapping[str, str] | None = None) -> Iterator[Twin]:
    """`apitwin serve` on a free port, ready; stopped at the end if it still runs."""
    with running("serve", "--port", "0", *arguments, folder=folder, environment=environment) as process:
        yield Twin(process)


def url_in(lines: list[str]) -> str:
    """The address in the ready line of a banner."""
    return lines[0].removeprefix(READY)


def trusting(authority: str | Path) -> ssl.SSLContext:
    """A client's TLS context that trusts one CA file and nobody else."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(authority)
    return context


def _lines(stream: IO[str] | None) -> Queue[str | None]:
    assert stream is not None
    lines: Queue[str | None] = Queue()
    Thread(target=_forward, args=(stream, lines), daemon=True).start()
    return lines


def _forward(stream: IO[str], lines: Queue[str | None]) -> None:
    for line in stream:
        lines.put(line.rstrip("\n"))
    lines.put(None)


def _next(lines: Queue[str | None], *, ended: str | None = None) -> str:
    line = lines.get(timeout=LIMIT)
    if line is not None:
        return line
    lines.put(None)
    assert ended is not None, "the command ended without the line that was waited for"
    return ended
