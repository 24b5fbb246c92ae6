"""JUnit XML: one test case per operation, per demand on the whole run, and per rule that was not judged."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

from contract_tests.reports.view import Report, Row
from contract_tests.reports.words import described

NAME = "junit.xml"
#: The operation test cases are grouped under ``<api>.<resource>``, the others under these.
RUN, NOT_JUDGED = "run", "not judged"


def write(report: Report, folder: Path) -> Path:
    """Write the report; errors are failures, what was not judged is skipped, warnings and notes are output."""
    root = Element("testsuites", name=f"apitwin check {report.api}")
    _suite(root, report, report.api, [*(_operation(report, row) for row in report.rows), *_run(report)])
    _suite(root, report, f"{report.api} {NOT_JUDGED}", _not_judged(report))
    for name in ("tests", "failures", "errors", "skipped"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    for element in (root, root[0]):
        element.set("time", f"{report.seconds:.3f}")
    indent(root)
    path = folder / NAME
    ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
    return path


def _suite(root: Element, report: Report, name: str, cases: Iterable[Element]) -> None:
    suite = SubElement(root, "testsuite", name=name, timestamp=report.finished.partition("+")[0], hostname="target")
    properties = SubElement(suite, "properties")
    told = {"target": report.address, "mode": report.mode, "seed": report.seed, "run": report.run}
    for key, value in told.items():
        SubElement(properties, "property", name=key, value=str(value))
    suite.extend(cases)
    counted = {"tests": "testcase", "failures": "testcase/failure", "skipped": "testcase/skipped"}
    for key, path in counted.items():
        suite.set(key, str(len(suite.findall(path))))
    suite.set("errors", "0")
    suite.set("time", "0")


def _operation(report: Report, row: Row) -> Element:
    """Failed by errors; skipped when it was never called."""
    case = _case(f"{report.api}.{row.tag}", f"{row.operation} {row.request}")
    findings = list(report.at(row.operation))
    errors = [one for one in findings if one.fails]
    rest = [one for one in findings if one not in errors]
    if errors:
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        _failure(case, errors[0].rule, f"{errors[0].rule}: {errors[0].message}{more}", map(described, errors))
    elif not row.requests:
        SubElement(case, "skipped", message="it was not called")
    if rest:
        SubElement(case, "system-out").text = "\n\n".join(map(described, rest))
    return case


def _run(report: Report) -> Iterable[Element]:
    for gate in report.gates:
        case = _case(f"{report.api}.{RUN}", gate.name)
        if gate.broken:
            _failure(case, "run", f"not true: {gate.name}", gate.broken)
        yield case
    lost = [one for one in report.elsewhere() if one.fails]
    if lost:
        case = _case(f"{report.api}.{RUN}", "answers outside the promised operations")
        _failure(case, lost[0].rule, f"{lost[0].rule}: {lost[0].message}", map(described, lost))
        yield case


def _not_judged(report: Report) -> Iterable[Element]:
    for one in report.skipped:
        case = _case(f"{report.api}.{NOT_JUDGED}", f"{one.rule}: {one.subject}")
        SubElement(case, "skipped", message=one.why)
        yield case


def _case(group: str, name: str) -> Element:
    return Element("testcase", classname=group, name=name, time="0")


def _failure(case: Element, kind: str, message: str, texts: Iterable[str]) -> None:
    SubElement(case, "failure", type=kind, message=message).text = "\n\n".join(texts)
