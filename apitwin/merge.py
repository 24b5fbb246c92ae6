"""`apitwin merge`: the reports of the parts of a run made one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from rich.console import Console

from apitwin.failure import Failed
from contract_tests.asking import baseline_of, kinds_of, make_writable, readable, writing
from contract_tests.invocation import folder_of, promise_of
from contract_tests.merging import MergeError, merged
from contract_tests.reports import json
from contract_tests.reports.json import ReportError
from contract_tests.reports.kinds import WRITERS, write
from contract_tests.reports.terminal import coverage, summary
from contract_tests.run import CouldNotRun
from contract_tests.thresholds import thresholds_of


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What to merge: JSON reports, or folders they are in; the rest as for `apitwin check`."""

    files: Sequence[Path]
    report_dir: Path | None = None
    reports: Sequence[str] = ()
    baseline: Path | None = None
    update_baseline: bool = False
    fail_under: Sequence[str] = ()
    matrix: bool = False
    today: date = field(default_factory=lambda: datetime.now(UTC).date())


def merge(wish: Wish) -> int:
    """Merge, report, and return the exit code of the whole; raises ``Failed`` when there is no whole."""
    console = Console(highlight=False, markup=False)
    try:
        kinds = kinds_of(wish.reports, allowed=tuple(WRITERS))
        thresholds = readable("--fail-under", wish.fail_under, thresholds_of)
        parts = [json.read(one / json.NAME if one.is_dir() else one) for one in wish.files]
        promise = promise_of(parts[0].api)
        known = baseline_of(wish.baseline, api=promise.name, update=wish.update_baseline, today=wish.today)
        folder = wish.report_dir or folder_of(promise.name)
        make_writable(folder)
        with writing():
            report = merged(parts, promise=promise, thresholds=thresholds, known=known)
            files = write(report, folder, kinds)
    except (CouldNotRun, MergeError, ReportError) as error:
        raise Failed(str(error)) from error
    if wish.matrix:
        coverage(report, console)
    summary(report, console, files)
    return report.exit_code
