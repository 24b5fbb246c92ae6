"""SARIF 2.1.0 that code scanning takes, at the lines that were broken."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from apitwin.data import specs_dir
from contract_tests.evidence import Evidence
from contract_tests.findings import Finding
from contract_tests.reports import sarif
from tests.judge import verdicts
from tests.judge.verdicts import HOSTILE, exchange, finding

_TEXT = {"type": "string", "minLength": 1}
_MESSAGE = {"type": "object", "required": ["text"], "properties": {"text": _TEXT}, "additionalProperties": False}
_LEVEL = {"enum": ["none", "note", "warning", "error"]}


def _object(required: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": required.split(),
        "properties": properties,
        "additionalProperties": False,
    }


def _list(items: Any, **more: Any) -> dict[str, Any]:
    return {"type": "array", "items": items, **more}


#: What the schema of the standard says of the parts that are used, and what GitHub demands beside it.
SCHEMA = _object(
    "$schema version runs",
    **{"$schema": {"type": "string", "format": "uri"}},
    version={"const": "2.1.0"},
    runs=_list(
        _object(
            "tool results",
            tool=_object(
                "driver",
                driver=_object(
                    "name rules",
                    name=_TEXT,
                    version=_TEXT,
                    semanticVersion=_TEXT,
                    rules=_list(
                        _object(
                            "id shortDescription fullDescription help",
                            id=_TEXT,
                            shortDescription=_MESSAGE,
                            fullDescription=_MESSAGE,
                            help=_MESSAGE,
                            defaultConfiguration=_object("level", level=_LEVEL),
                            properties={"type": "object"},
                        ),
                        uniqueItems=True,
                    ),
                ),
            ),
            automationDetails=_object("id", id=_TEXT),
            columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
            originalUriBaseIds={"type": "object"},
            invocations=_list(
                _object(
                    "executionSuccessful",
                    executionSuccessful={"type": "boolean"},
                    exitCode={"type": "integer"},
                    endTimeUtc={"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"},
                    toolExecutionNotifications=_list(_object("message", level=_LEVEL, message=_MESSAGE)),
                )
            ),
            results=_list(
                _object(
                    "ruleId ruleIndex level message locations partialFingerprints",
                    ruleId=_TEXT,
                    ruleIndex={"type": "integer", "minimum": 0},
                    level=_LEVEL,
                    message=_MESSAGE,
                    locations=_list(
                        _object(
                            "physicalLocation",
                            physicalLocation=_object(
                                "artifactLocation region",
                                artifactLocation=_object(
                                    "uri uriBaseId",
                                    uri={"type": "string", "format": "uri-reference"},
                                    uriBaseId=_TEXT,
                                ),
                                region=_object("startLine", startLine={"type": "integer", "minimum": 1}),
                            ),
                            logicalLocations=_list({"type": "object"}),
                        ),
                        minItems=1,
                    ),
                    occurrenceCount={"type": "integer", "minimum": 1},
                    partialFingerprints={"type": "object", "additionalProperties": {"type": "string"}},
                    properties={"type": "object"},
                    suppressions=_list(
                        _object(
                            "kind",
                            kind={"enum": ["inSource", "external"]},
                            status={"enum": ["accepted", "underReview", "rejected"]},
                            justification={"type": "string"},
                        )
                    ),
                )
            ),
        )
    ),
)


def written(folder: Path, *found: Finding, **more: Any) -> dict[str, Any]:
    """The one run of the file for these findings, checked against the schema."""
    document = json.loads(sarif.write(verdicts.report(*found, **more), folder).read_text("utf-8"))
    errors = [str(one) for one in jsonschema_rs.validator_for(SCHEMA, validate_formats=True).iter_errors(document)]
    assert errors == []
    run: dict[str, Any] = document["runs"][0]
    return run


def place(result: dict[str, Any]) -> tuple[str, int]:
    """File and line of a result."""
    physical = result["locations"][0]["physicalLocation"]
    return physical["artifactLocation"]["uri"], physical["region"]["startLine"]


@pytest.fixture
def run(tmp_path: Path) -> dict[str, Any]:
    """A run with everything in it."""
    found = [
        finding(count=3, promised="displayName", received="displayname", cause="/result/displayname"),
        finding(exchange("createUser"), rule="envelope-on-refusal", evidence=Evidence.CLIENT),
        finding(exchange("deleteUser"), waived="known until December"),
        finding(operation="noSuchOperation", rule="status-documented"),
        finding(exchange("listGroupsInOu"), rule="types", cause="Recursive", evidence=Evidence.ASSUMED),
    ]
    return written(tmp_path, *found, leftovers=["user a"], stopped="60 s are over")


def test_results_are_the_findings(run: dict[str, Any]) -> None:
    rules = run["tool"]["driver"]["rules"]
    assert [(one["ruleId"], one["level"], one["occurrenceCount"]) for one in run["results"]] == [
        ("key-casing", "error", 1),
        ("key-casing", "error", 3),
        ("status-documented", "error", 1),
        ("envelope-on-refusal", "warning", 1),
        ("types", "note", 1),
    ]
    assert [rules[one["ruleIndex"]]["id"] for one in run["results"]] == [one["ruleId"] for one in run["results"]]


def test_results_are_at_the_line_of_the_promise(run: dict[str, Any]) -> None:
    by_name = {one["locations"][0]["logicalLocations"][0]["name"]: place(one) for one in run["results"]}
    assert by_name["noSuchOperation"] == ("specs/kopicloud-ad/openapi.yaml", 1)
    for name, text in (
        ("createUser", "post:"),
        ("deleteUser", "delete:"),
        ("getGroup", "get:"),
        ("listGroupsInOu", "- name: Recursive"),
    ):
        file, line = by_name[name]
        assert (specs_dir().parent / file).read_text("utf-8").splitlines()[line - 1].strip() == text


def test_what_is_waived_is_suppressed(run: dict[str, Any]) -> None:
    told = {one["properties"]["operation"]: one.get("suppressions") for one in run["results"]}
    assert told["deleteUser"] == [
        {"kind": "external", "status": "accepted", "justification": "known until December"},
    ]
    assert [name for name, suppressed in told.items() if suppressed] == ["deleteUser"]


def test_how_the_run_ended_is_told(run: dict[str, Any]) -> None:
    (invocation,) = run["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 1)
    assert [one["message"]["text"] for one in invocation["toolExecutionNotifications"]] == [
        "Not true: the run came to its end: 60 s are over",
        "Not true: nothing was left behind: user a",
    ]


def test_a_clean_run_has_no_results(tmp_path: Path) -> None:
    run = written(tmp_path)
    assert run["results"] == []
    assert run["invocations"][0]["executionSuccessful"]


def test_a_finding_keeps_its_fingerprint_and_no_other_has_it(tmp_path: Path) -> None:
    def prints(*found: Finding) -> list[str]:
        return [one["partialFingerprints"]["finding/v1"] for one in written(tmp_path, *found)["results"]]

    (first,) = prints(finding(cause="/a", message="today"))
    assert prints(finding(cause="/a", message="tomorrow", count=9)) == [first]
    others = prints(finding(cause="/b"), finding(exchange("getUser"), cause="/a"), finding(rule="types", cause="/a"))
    assert len({first, *others}) == 4


def test_hostile_text_makes_no_link(tmp_path: Path) -> None:
    text = f"[click](javascript:x) {HOSTILE}"
    (result,) = written(tmp_path, finding(message=text, promised=text, received=text))["results"]
    told = result["message"]["text"]
    assert "\\[click\\](javascript:x)" in told
    assert all(told[at - 1] == "\\" for at, char in enumerate(told) if char in "[]")
    assert not any(char in told for char in "\x1b\x00\u202e")
