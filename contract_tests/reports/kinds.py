"""The reports that a run can leave, by the names they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from contract_tests.reports import har, html, json, junit, markdown, sarif
from contract_tests.reports.view import Report

Write = Callable[[Report, Path], Path]

#: Written from a report; the first one is for people.
WRITERS: Mapping[str, Write] = MappingProxyType(
    {"html": html.write, "junit": junit.write, "json": json.write, "sarif": sarif.write, "markdown": markdown.write}
)
#: Recorded while the run goes on.
RECORDED: Mapping[str, str] = MappingProxyType({"har": har.NAME})
KINDS = (*WRITERS, *RECORDED)


def write(report: Report, folder: Path, kinds: Iterable[str]) -> list[Path]:
    """Write the reports of these kinds, but for those that are recorded; raises ``OSError``."""
    wanted = set(kinds)
    return [writer(report, folder) for kind, writer in WRITERS.items() if kind in wanted]
