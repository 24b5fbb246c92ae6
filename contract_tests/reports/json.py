"""The whole report as JSON, for programs."""

from __future__ import annotations

from pathlib import Path

import orjson

from contract_tests.reports.view import Report

NAME = "report.json"
#: Raised when a key is renamed or removed.
VERSION = 1


def write(report: Report, folder: Path) -> Path:
    """Write the report; its keys are the fields of `view.Report`."""
    path = folder / NAME
    path.write_bytes(orjson.dumps({"version": VERSION, "report": report}, option=orjson.OPT_INDENT_2))
    return path
