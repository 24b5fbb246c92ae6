"""The JSON report: its schema is the documented one, and it can be read again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import orjson
import pytest

from contract_tests.evidence import Evidence
from contract_tests.reports import json as json_report
from contract_tests.reports.json import ReportError
from contract_tests.reports.shape import check
from contract_tests.reports.view import Report
from tests.judge import verdicts
from tests.judge.verdicts import HOSTILE, exchange, finding, promise, skipped
from tests.support import documents

DOCS = Path(__file__).resolve().parents[2] / "docs" / "judge"


@pytest.fixture(scope="module")
def full() -> Report:
    """A report with everything in it."""
    found = [
        finding(count=3, promised="displayName", received=HOSTILE, steps=[exchange(), exchange(status=404)]),
        finding(exchange("createUser"), rule="envelope-on-refusal", evidence=Evidence.CLIENT),
        finding(exchange("deleteUser"), waived="known"),
        finding(operation="noSuchOperation", rule="status-documented"),
    ]
    verdict = verdicts.verdict(*found, unjudged=[skipped()], leftovers=["user a"], stopped="over")
    verdict.coverage.note(exchange("listGroupsInOu", {"OUPath": ""}))
    return verdicts.shown(verdict)


def test_the_documented_schema_is_the_one_of_the_reports() -> None:
    written = json.loads((DOCS / "report.schema.json").read_text("utf-8"))
    assert written == json_report.schema(), "python -m tests.support.report_schema > docs/judge/report.schema.json"


def test_the_page_names_every_key() -> None:
    page = (DOCS / "json-report.md").read_text("utf-8")
    assert documents.unnamed(documents.properties(json_report.schema()), page) == []


def test_a_report_fits_the_schema_and_is_read_again(full: Report, tmp_path: Path) -> None:
    path = json_report.write(full, tmp_path)
    check(json_report.schema(), orjson.loads(path.read_bytes()))
    assert json_report.read(path) == full


def test_it_tells_in_which_forms_parameters_were_sent(full: Report) -> None:
    (row,) = [one for one in full.rows if one.operation == "listGroupsInOu"]
    assert {one.parameter: one.forms for one in row.parameters} == {"OUPath": ("empty",), "Recursive": ("absent",)}
    assert len(full.rows) == len(promise().operations)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda one: {**one, "version": 2}, "no report of version 1, but 2"),
        (lambda one: [one], "no report of version 1"),
        (lambda one: {"version": 1}, '/: "report" is a required property'),
        (lambda one: {**one, "report": {**one["report"], "more": 1}}, "/report: Additional properties"),
        (lambda one: {**one, "report": {**one["report"], "seed": "7"}}, '/report/seed: "7" is not of type "integer"'),
    ],
)
def test_what_is_no_report_is_told(change: Any, told: str, full: Report, tmp_path: Path) -> None:
    path = json_report.write(full, tmp_path)
    path.write_bytes(orjson.dumps(change(orjson.loads(path.read_bytes()))))
    with pytest.raises(ReportError, match=r"^") as error:
        json_report.read(path)
    assert str(error.value).startswith(f"{path}: {told}")


def test_files_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"gone\.json: No such file"):
        json_report.read(tmp_path / "gone.json")
    (tmp_path / "broken.json").write_text("{")
    with pytest.raises(ReportError, match=r"broken\.json: no JSON"):
        json_report.read(tmp_path / "broken.json")
