"""`make demo`: serve the twin of every API that the judge knows, judge each, say where the reports lie, stop.

Run as ``python -m apitwin.demo [API]``. Exit codes are those of `apitwin check`, the gravest of all APIs.
"""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from queue import Empty, Queue
from threading import Thread
from typing import IO

from apitwin import banner
from apitwin.banner import Served
from apitwin.check import INTERRUPTED, check
from apitwin.cli import hide_warnings
from apitwin.data import api_names
from apitwin.failure import Failed, leave
from contract_tests.invocation import Invocation, folder_of
from contract_tests.planted.fault import package_of
from contract_tests.reports import html
from contract_tests.verdict import CONFORMS, COULD_NOT_RUN, VIOLATIONS

#: Seconds the twin may take until it is ready, with a cold cache on a slow machine.
START_PATIENCE = 60.0
#: Seconds it may take to stop.
STOP_PATIENCE = 5.0

#: What exit codes of the judge mean.
OUTCOMES = {
    CONFORMS: "conforms",
    VIOLATIONS: "has violations",
    COULD_NOT_RUN: "could not be judged",
    INTERRUPTED: "was not judged to the end",
}


def main() -> None:
    """Run the demo of the APIs named on the command line, of those the judge knows when there are none."""
    hide_warnings()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        codes = dict(_codes(sys.argv[1:] or api_names()))
    except Failed as failure:
        leave(failure)
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
    print("\napitwin demo:")
    for api, code in codes.items():
        report = f"; report: {folder_of(api)}/{html.NAME}" if code in (CONFORMS, VIOLATIONS) else ""
        print(f"  {api} {OUTCOMES[code]}{report}")
    raise SystemExit(max(codes.values()))


def _codes(apis: Sequence[str]) -> Iterator[tuple[str, int]]:
    """The exit code of each API's judgement, up to the one that Ctrl-C ended; each twin is served alone.

    Raises ``Failed``.
    """
    for api in apis:
        with served([api]) as twin:
            code = judged(api, twin.addresses[api], twin)
        yield api, code
        if code == INTERRUPTED:
            return


@contextmanager
def served(apis: Sequence[str]) -> Iterator[Served]:
    """The twins, served by a process of their own on a free port; it is stopped in any case. Raises ``Failed``."""
    command = [sys.executable, "-m", "apitwin", "serve", *apis, "--port", "0"]
    with subprocess.Popen(  # noqa: S603 - our own command
        command,
        stdout=subprocess.PIPE,
        text=True,
        env=_plain_environment(),
        start_new_session=True,  # Ctrl-C is for the judge: it removes what it made before the twin stops
    ) as process:
        try:
            lines = _banner(process)
            print("\n".join(lines), flush=True)
            yield banner.read(lines)
        finally:
            process.terminate()
            try:
                process.wait(STOP_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()


def judged(api: str, address: str, twin: Served) -> int:
    """Judge a served twin as `apitwin check` does; returns the exit code."""
    given = _given(api, twin.credentials.get(api, {}))
    print(f"\n$ APITWIN_TOKEN=... apitwin check {api} --target {address}\n", flush=True)
    try:
        return check(Invocation(api=api, target=address, environment=given))
    except Failed as failure:
        print(f"apitwin: {failure}", file=sys.stderr)
        return COULD_NOT_RUN


def _given(api: str, known: Mapping[str, str]) -> dict[str, str]:
    """The credentials of the baseline seed by the variable the judge reads them from."""
    labels = importlib.import_module(package_of(api)).CREDENTIALS
    return {variable: _value(known[label]) for variable, label in labels.items() if label in known}


def _value(told: str) -> str:
    """The credential that a banner tells as a header, ``name: value``, or in a query, ``?name=value``."""
    return told.partition("=" if told.startswith("?") else ": ")[2]


def _banner(process: subprocess.Popen[str]) -> list[str]:
    """The banner's lines; raises ``Failed`` when the server ends or takes too long before it is ready."""
    assert process.stdout  # noqa: S101 - a pipe was asked for
    incoming: Queue[str] = Queue()
    Thread(target=_forward, args=(process.stdout, incoming), daemon=True).start()
    lines: list[str] = []
    while not lines or lines[-1] != banner.END:
        try:
            line = incoming.get(timeout=START_PATIENCE)
        except Empty:
            raise Failed(f"the twin was not ready within {START_PATIENCE:g} seconds") from None
        if not line:
            raise Failed("the twin did not start; it says why above")
        lines.append(line.rstrip("\n"))
    return lines


def _forward(stream: IO[str], incoming: Queue[str]) -> None:
    for line in stream:
        incoming.put(line)
    incoming.put("")


def _plain_environment() -> dict[str, str]:
    """The environment without what would change the twin."""
    return {name: value for name, value in os.environ.items() if name != "APITWIN_CONTROL_TOKEN"}


if __name__ == "__main__":
    main()
