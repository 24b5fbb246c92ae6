"""The whole report as JSON, for programs; and read again, to merge what was judged in parts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from contract_tests.reports.shape import ShapeError, built, check, schema_of
from contract_tests.reports.view import Report

NAME = "report.json"
#: Raised when a key is renamed or removed.
VERSION = 1


@dataclass(frozen=True, kw_only=True)
class Written:
    """What the file holds."""

    version: int
    report: Report


class ReportError(ValueError):
    """A file that is no report of this version; begins with its name."""


def write(report: Report, folder: Path) -> Path:
    """Write the report; its keys are the fields of `view.Report`."""
    path = folder / NAME
    path.write_bytes(orjson.dumps(Written(version=VERSION, report=report), option=orjson.OPT_INDENT_2))
    return path


def schema() -> dict[str, Any]:
    """The JSON schema of the file."""
    return schema_of(Written, title="Report of apitwin check")


def read(path: Path) -> Report:
    """A report that was written; raises ``ReportError``."""
    try:
        value = orjson.loads(path.read_bytes())
    except OSError as error:
        raise ReportError(f"{path}: {error.strerror}") from error
    except orjson.JSONDecodeError as error:
        raise ReportError(f"{path}: no JSON: {error}") from error
    version = value.get("version") if isinstance(value, dict) else None
    if version != VERSION:
        raise ReportError(f"{path}: no report of version {VERSION}" + (f", but {version!r}" if version else ""))
    try:
        check(schema(), value)
    except ShapeError as error:
        raise ReportError(f"{path}: {error}") from error
    written: Written = built(Written, value)
    return written.report
