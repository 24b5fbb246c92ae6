"""`make demo`: a twin is served, judged and stopped, from one command."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from apitwin.banner import READY
from tests.face.command import Running, clean_environment
from tests.judge.checking import PATIENCE, files


@contextmanager
def demo(folder: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """The demo at work in a folder; ended at the end if it still runs, with the twin it serves."""
    with subprocess.Popen(
        [sys.executable, "-m", "apitwin.demo", *arguments],
        cwd=folder,
        env=clean_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


def lines_until(running: Running, beginning: str) -> list[str]:
    """Lines up to the one that begins so."""
    lines = [running.line()]
    while not lines[-1].startswith(beginning):
        lines.append(running.line())
    return lines


def answers(lines: list[str]) -> bool:
    """Whether somebody listens at the address in the banner."""
    (line,) = (one for one in lines if one.startswith(READY))
    address = urlsplit(line.removeprefix(READY))
    with socket.socket() as asking:
        return asking.connect_ex((address.hostname or "", address.port or 0)) == 0


def test_the_twin_is_served_judged_and_stopped(tmp_path: Path) -> None:
    with demo(tmp_path) as process:
        text, errors = process.communicate(timeout=PATIENCE)
    lines = text.splitlines()
    assert (process.returncode, errors) == (0, "")
    assert lines[-2:] == ["apitwin demo:", "  kopicloud-ad conforms; report: reports/kopicloud-ad/report.html"]
    assert any(line.startswith("kopicloud-ad at http://127.0.0.1:") and " conforms: " in line for line in lines)
    assert {"report.html", "junit.xml"} <= set(files(tmp_path / "reports" / "kopicloud-ad"))
    assert not answers(lines)


def test_ctrl_c_stops_the_judge_and_then_the_twin(tmp_path: Path) -> None:
    with demo(tmp_path, "kopicloud-ad") as process:
        running = Running(process)
        lines = lines_until(running, "walk: ")
        assert answers(lines)
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE)
        assert running.error_line().startswith("apitwin: stopped; everything it made is gone again; ledger: reports/")
    assert process.returncode == 130
    assert not answers(lines)


def test_an_unknown_api_is_told(tmp_path: Path) -> None:
    with demo(tmp_path, "kopicloudad") as process:
        errors = process.communicate(timeout=PATIENCE)[1].splitlines()
    assert process.returncode == 2
    assert "did you mean 'kopicloud-ad'?" in errors[0]
    assert errors[1] == "apitwin: the twin did not start; it says why above"
