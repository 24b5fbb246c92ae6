"""JUnit XML that readers of CI systems understand."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from contract_tests.evidence import Evidence
from contract_tests.findings import Finding
from contract_tests.reports import junit
from tests.judge import verdicts
from tests.judge.verdicts import HOSTILE, exchange, finding, promise, skipped

#: What may stand inside what, as in the schema that Jenkins publishes.
INSIDE = {
    "testsuites": {"testsuite"},
    "testsuite": {"properties", "testcase", "system-out", "system-err"},
    "properties": {"property"},
    "testcase": {"skipped", "error", "failure", "system-out", "system-err"},
}
NEEDED = {
    "testsuite": {"name", "tests", "failures", "errors", "skipped", "time", "timestamp", "hostname"},
    "testcase": {"name", "classname", "time"},
    "failure": {"type", "message"},
    "property": {"name", "value"},
}


def read(folder: Path, *found: Finding, **more: Any) -> Element:
    """The report of a verdict, written and read back."""
    return ElementTree.parse(junit.write(verdicts.report(*found, **more), folder)).getroot()


def case(root: Element, name: str) -> Element:
    """The one test case whose name begins so."""
    (one,) = (one for one in root.iter("testcase") if one.get("name", "").startswith(name))
    return one


@pytest.fixture
def full(tmp_path: Path) -> Element:
    """A report with everything in it."""
    found = [
        finding(count=3, promised="displayName", received="displayname"),
        finding(rule="types", message=HOSTILE),
        finding(exchange("createUser"), rule="envelope-on-refusal", evidence=Evidence.CLIENT),
        finding(exchange("deleteUser"), waived="known until December"),
        finding(operation="noSuchOperation", rule="status-documented"),
    ]
    reached = [name for name in promise().operations if name != "login"]
    return read(
        tmp_path, *found, reached=reached, unjudged=[skipped(), skipped("moved")], leftovers=["user a", "user b"]
    )


def test_the_structure_is_the_common_one(full: Element) -> None:
    for element in full.iter():
        assert {child.tag for child in element} <= INSIDE.get(element.tag, set()), element.tag
        assert NEEDED.get(element.tag, set()) <= set(element.attrib), element.tag


def test_the_counts_are_right(full: Element) -> None:
    for one in [full, *full]:
        cases = list(one.iter("testcase"))
        counted = {kind: sum(1 for each in cases if each.find(kind) is not None) for kind in ("failure", "skipped")}
        assert (one.get("tests"), one.get("errors")) == (str(len(cases)), "0")
        assert one.get("failures") == str(counted["failure"])
        assert one.get("skipped") == str(counted["skipped"])


def test_no_two_cases_have_one_name(full: Element) -> None:
    names = [(one.get("classname"), one.get("name")) for one in full.iter("testcase")]
    assert len(set(names)) == len(names)


def test_every_operation_is_a_case(tmp_path: Path) -> None:
    root = read(tmp_path)
    names = {one.get("name", "").partition(" ")[0] for one in root.iter("testcase")}
    assert set(promise().operations) <= names
    assert root.get("failures") == "0"


def test_errors_of_an_operation_are_its_failure(full: Element) -> None:
    failure = case(full, "getGroup ").find("failure")
    assert failure is not None
    assert failure.text is not None
    assert failure.get("type") == "key-casing"
    assert "and 1 more" in failure.get("message", "")
    for part in (
        "key-casing at getGroup, 3 times",
        "promised: displayName",
        "received: displayname",
        "curl -sS -X GET",
    ):
        assert part in failure.text
    assert "types at getGroup" in failure.text


@pytest.mark.parametrize(("operation", "text"), [("createUser ", "warning: envelope"), ("deleteUser ", "known until")])
def test_warnings_and_waived_findings_fail_nothing(full: Element, operation: str, text: str) -> None:
    one = case(full, operation)
    assert one.find("failure") is None
    assert text in (one.findtext("system-out") or "")


def test_what_was_not_judged_is_skipped(full: Element) -> None:
    element = case(full, "renamed: user").find("skipped")
    assert element is not None
    assert element.get("message") == "the API has no such operation"
    assert case(full, "login ").find("skipped") is not None


@pytest.mark.parametrize(
    ("demand", "told"), [("every operation was reached", "login"), ("nothing was left behind", "user a\n\nuser b")]
)
def test_what_the_run_did_not_keep_is_a_failure(full: Element, demand: str, told: str) -> None:
    assert case(full, demand).findtext("failure") == told


def test_a_finding_outside_the_promise_is_a_failure(full: Element) -> None:
    assert "noSuchOperation" in (case(full, "answers outside").findtext("failure") or "")


def test_hostile_answers_leave_it_readable(tmp_path: Path) -> None:
    shown = exchange(body=HOSTILE, headers=[("x-a", HOSTILE)])
    hostile = finding(shown, message=HOSTILE, promised=HOSTILE, received="\ud800\x00\uffff", cause=HOSTILE)
    failure = case(read(tmp_path, hostile, stopped=HOSTILE, leftovers=[HOSTILE]), "getGroup ").find("failure")
    assert failure is not None
    assert "<script>alert(1)</script>\\x1b[2J" in (failure.text or "")
    assert "\\ud800\\x00\\uffff" in (failure.text or "")
