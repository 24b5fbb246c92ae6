"""Holds a deployment to the promise of an API: see docs/verbs/check.md."""

from __future__ import annotations

import pytest

from contract_tests.invocation import Outcome
from contract_tests.plugin import JOB
from contract_tests.reports.words import described
from contract_tests.verdict import GATES


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test per operation of the promise."""
    if "operation" in metafunc.fixturenames:
        metafunc.parametrize("operation", metafunc.config.stash[JOB].wish.promise.operations)


def test_operation(operation: str, outcome: Outcome) -> None:
    """No answer of the operation breaks a documented promise."""
    row = next(row for row in outcome.report.rows if row.operation == operation)
    found = [described(one) for one in outcome.report.at(operation) if one.fails]
    if found:
        pytest.fail("\n\n".join(found), pytrace=False)
    if not row.requests:
        pytest.skip("it was not called")


@pytest.mark.parametrize("demand", GATES)
def test_run(demand: str, outcome: Outcome) -> None:
    """The run as a whole kept what is demanded of it."""
    gate = next(gate for gate in outcome.report.gates if gate.name == demand)
    if gate.broken:
        pytest.fail("\n".join([f"not true: {demand}", *gate.broken]), pytrace=False)


def test_outside_the_operations(outcome: Outcome) -> None:
    """Nothing is wrong that belongs to no operation."""
    found = [described(one) for one in outcome.report.elsewhere() if one.fails]
    if found:
        pytest.fail("\n\n".join(found), pytrace=False)
