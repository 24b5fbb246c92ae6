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
from apitwin.data import api_names
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
    """Whether somebody listens at an address in the banners."""
    addresses = [urlsplit(line.removeprefix(READY)) for line in lines if line.startswith(READY)]
    assert addresses
    return any(_listens(one.hostname or "", one.port or 0) for one in addresses)


def _listens(host: str, port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex((host, port)) == 0


def test_the_twins_are_served_judged_and_stopped(tmp_path: Path) -> None:
    with demo(tmp_path) as process:
        text, errors = process.communicate(timeout=2 * PATIENCE)
    lines = text.splitlines()
    assert (process.returncode, errors) == (0, "")
    told = [f"  {api} conforms; report: reports/{api}/report.html" for api in api_names()]
    assert lines[-1 - len(told) :] == ["apitwin demo:", *told]
    for api in ("copernica-v1", "kopicloud-ad"):
        assert any(line.startswith(f"{api} at http://127.0.0.1:") and " conforms: " in line for line in lines)
        assert {"report.html", "junit.xml"} <= set(files(tmp_path / "reports" / api))
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
