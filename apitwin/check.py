"""`apitwin check`: hold a deployment to the promise of an API."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

from apitwin.failure import Failed
from contract_tests.invocation import Invocation, Job, Outcome, prepared
from contract_tests.reports.terminal import Screen, coverage, summary
from contract_tests.run import CouldNotRun
from contract_tests.stopping import Stop, Stopped

#: As shells count a process that Ctrl-C ended.
INTERRUPTED = 130


def check(asked: Invocation, *, matrix: bool = False) -> int:
    """Judge, report, and return the exit code; ``matrix`` prints the coverage too.

    Raises ``Failed`` when nothing could be judged.
    """
    console = Console(highlight=False, markup=False)
    try:
        job = prepared(asked)
        outcome = _judged(job, console)
    except CouldNotRun as error:
        raise Failed(str(error)) from error
    if outcome is None:
        return INTERRUPTED
    if matrix:
        coverage(outcome.report, console)
    summary(outcome.report, console, [*outcome.files, *([job.ledger] if outcome.verdict.leftovers else [])])
    return outcome.report.exit_code


def _judged(job: Job, console: Console) -> Outcome | None:
    """The outcome; ``None`` when a signal ended the run, which removes what it had made before it ends."""
    try:
        with _stoppable(job.wish.stop), Screen(console, job.mask) as screen:
            return job.carry_out(screen.progress, lambda text: console.print(text, soft_wrap=True))
    except (Stopped, KeyboardInterrupt):
        left = job.standing()
        state = f"{left} things it made may still be there" if left else "everything it made is gone again"
        print(f"apitwin: stopped; {state}; ledger: {job.ledger}", file=sys.stderr)
        return None


@contextmanager
def _stoppable(stop: Stop) -> Iterator[None]:
    """Ctrl-C, and SIGTERM, which CI systems send to a job that is cancelled."""
    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
