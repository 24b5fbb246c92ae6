"""What a person sees while a run goes on and when it has ended. Without a terminal: plain lines, nothing drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import StringIO
from pathlib import Path
from types import TracebackType
from typing import Self

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from contract_tests import run
from contract_tests.evidence import Severity
from contract_tests.masking import Mask
from contract_tests.reports.text import line
from contract_tests.reports.view import Cell, Report, Reported
from contract_tests.reports.words import counted_as, described, outcome

#: Findings of a severity that are printed; the reports hold all.
SHOWN = {Severity.ERROR: 25, Severity.WARNING: 10, Severity.NOTE: 5}
STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
#: Columns a table may take where nobody looks at it.
WIDE = 400


class Screen:
    """Where a run shows itself. Use it as a context around the run; ``progress`` is told of each step."""

    def __init__(self, console: Console, mask: Mask) -> None:
        self._console, self._mask = console, mask
        self._live: Progress | None = None
        self._tasks: dict[str, TaskID] = {}
        self._last: run.Progress | None = None

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=24))
            told = TextColumn("{task.fields[told]}", markup=False)
            self._live = Progress(*columns, TimeElapsedColumn(), told, console=self._console, transient=True)
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None
        elif self._last is not None:
            self._say(self._last)

    def progress(self, step: run.Progress) -> None:
        """Show a step: on a terminal in place, elsewhere one line when an engine has ended."""
        if self._live is not None:
            self._draw(self._live, step)
        elif self._last is not None and self._last.engine != step.engine:
            self._say(self._last)
        self._last = step

    def _draw(self, live: Progress, step: run.Progress) -> None:
        if step.engine not in self._tasks:
            self._tasks[step.engine] = live.add_task(line(step.engine), told="")
        live.update(
            self._tasks[step.engine],
            completed=step.done,
            total=step.total or None,
            told=f"{step.requests} requests, {counted_as(step.findings, 'finding')}  {line(self._mask(step.at))}",
        )

    def _say(self, step: run.Progress) -> None:
        told = f"{step.requests} requests so far, {counted_as(step.findings, 'finding')}"
        self._console.print(Text(f"{line(step.engine)}: {step.done} of {step.total} steps, {told}"), soft_wrap=True)


def summary(report: Report, console: Console, files: Iterable[Path] = ()) -> None:
    """Print what came of a run: resources, findings by severity, what was not judged, and where the reports lie."""
    _print(console, "")
    _table(report, console)
    for severity in Severity:
        _findings([one for one in report.findings if one.severity == severity], severity, console)
    for gate in report.gates:
        for one in gate.broken:
            _print(console, f"not true: {gate.name}: {one}", "bold red")
    if report.stopped and not any(report.stopped in gate.broken for gate in report.gates):
        _print(console, f"ended early: {report.stopped}", "yellow")
    for one in report.unmatched:
        _print(console, f"waives nothing any more: {one}", "yellow")
    _skipped(report, console)
    _print(console, f"mode {report.mode}, seed {report.seed}: the same seed makes the same requests")
    for file in files:
        _print(console, f"report: {file}")
    _print(console, outcome(report), "bold green" if report.conforms else "bold red")


def coverage(report: Report, console: Console) -> None:
    """Print how often each operation answered with which status, and which of its parameters were never sent."""
    statuses = sorted({cell.status for row in report.rows for cell in row.cells})
    table = Table(box=SIMPLE_HEAD if console.is_terminal else None, pad_edge=False)
    for name in ("operation", *map(str, statuses), "parameters", "never sent"):
        table.add_column(name, justify="right" if name.isdigit() else "left", no_wrap=not console.is_terminal)
    for row in report.rows:
        cells = {cell.status: cell for cell in row.cells}
        unsent = [one.parameter for one in row.parameters if "value" not in one.forms]
        sent = f"{len(row.parameters) - len(unsent)} of {len(row.parameters)}"
        figures = [_figure(cells.get(status)) for status in statuses]
        table.add_row(Text(row.operation), *figures, sent, Text(", ".join(unsent)))
    _print_table(table, console)
    _print(console, "· documented and never seen; ! seen and not documented")


def _figure(cell: Cell | None) -> str:
    if cell is None:
        return ""
    return (str(cell.seen) if cell.seen else "·") + ("" if cell.documented else "!")


def _table(report: Report, console: Console) -> None:
    terminal = console.is_terminal
    names = ("resource", "operations", "200 reached", "requests", *(f"{severity}s" for severity in Severity))
    table = Table(box=SIMPLE_HEAD if terminal else None, pad_edge=False, show_footer=True)
    totals = ["all", *(str(total) for total in _totals(report))]
    for number, (name, total) in enumerate(zip(names, totals, strict=True)):
        table.add_column(name, footer=total, justify="right" if number else "left", no_wrap=not terminal)
    for one in report.tallies:
        figures = [one.operations, one.reached, one.requests, *(one.findings[severity] for severity in Severity)]
        look = "red" if one.findings[Severity.ERROR] or one.reached < one.operations else ""
        table.add_row(Text(one.tag), *map(str, figures), style=look)
    _print_table(table, console)


def _print_table(table: Table, console: Console) -> None:
    """On a terminal as wide as that is; elsewhere as wide as it gets, without lines."""
    if console.is_terminal:
        console.print(table)
        return
    wide = Console(file=StringIO(), width=WIDE)
    with wide.capture() as captured:
        wide.print(table)
    _print(console, "\n".join(text.rstrip() for text in captured.get().splitlines()))


def _totals(report: Report) -> Sequence[int]:
    figures = [(one.operations, one.reached, one.requests) for one in report.tallies]
    sums = [sum(column) for column in zip(*figures, strict=True)]
    return [*sums, *(report.count(severity) for severity in Severity)]


def _findings(findings: Sequence[Reported], severity: Severity, console: Console) -> None:
    if not findings:
        return
    _print(console, f"\n{counted_as(len(findings), severity)}:", STYLES[severity])
    for one in findings[: SHOWN[severity]]:
        head, _, rest = described(one).partition("\n")
        _print(console, f"\n{head}", STYLES[severity])
        _print(console, rest)
    more = len(findings) - SHOWN[severity]
    if more > 0:
        _print(console, f"\nand {counted_as(more, f'more {severity}')}; the reports have them all")


def _skipped(report: Report, console: Console) -> None:
    """One line per reason."""
    reasons: dict[str, list[str]] = {}
    for one in report.skipped:
        reasons.setdefault(one.why, []).append(one.rule)
    if reasons:
        _print(console, f"\nnot judged, and not counted as passed ({len(report.skipped)}):")
    for why, rules in reasons.items():
        _print(console, f"  {', '.join(dict.fromkeys(rules))}: {why} ({len(rules)})")


def _print(console: Console, text: str, style: str = "") -> None:
    """Text as it is: no markup, no highlighting, and no line broken where a shell would not expect it."""
    console.print(Text(text, style=style), soft_wrap=True, highlight=False)
