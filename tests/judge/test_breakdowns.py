"""A rule that cannot cope with an answer ends alone: the run goes on, and says which rule it was and where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contract_tests.blocked import Blocked
from contract_tests.breakdown import MISTAKES
from contract_tests.budget import OutOfBudget
from contract_tests.evidence import Evidence
from contract_tests.findings import Complaint
from contract_tests.guard import Refused
from contract_tests.invocation import Invocation, prepared
from contract_tests.planted.measure import Ground
from contract_tests.promise import Promise, PromiseError
from contract_tests.rules.registry import Rule
from contract_tests.run import Wish, run
from contract_tests.stopping import Stopped
from contract_tests.targets import AsgiTarget, Unreachable
from contract_tests.verdict import CONFORMS, SOUND, VIOLATIONS, Verdict
from tests.judge import verdicts


@pytest.fixture(scope="module")
def ground(kopicloud_promise: Promise) -> Ground:
    return Ground(kopicloud_promise)


def answered_in_words(exchange: Any, promise: Promise) -> Iterator[Complaint]:
    """Chokes on every list of groups."""
    if exchange.operation.id == "listAllGroups":
        yield Complaint("before it breaks down", "a", "b")
        raise KeyError("sAMAccountName")


def groups_are_read(stage: Any, subject: Any) -> Iterator[Complaint]:
    """Chokes on groups, and complains of users."""
    if subject.name == "group":
        raise IndexError("list index out of range")
    if subject.name == "user":
        stage.call(stage.promise.operation("listAllGroups"), {}, None)
        yield Complaint("users are judged all the same", "a", "b", cause="users")


def groups_are_well(stage: Any, subject: Any) -> None:
    """Has nothing against them."""


def rule(judge: Any, scope: str) -> Rule:
    return Rule(
        judge.__name__.replace("_", "-"),
        "a rule",
        "own",
        "nowhere",
        Evidence.DOCUMENTED,
        scope,
        judge,
        writes=False,
    )


def judged(ground: Ground, *rules: Rule) -> Verdict:
    ground.twin.worlds.reset("default")
    target = AsgiTarget(ground.twin.app)
    own = {one.id: one for one in rules}
    wish = Wish(promise=ground.promise, target=target, credentials=ground.credentials, examples=0, plays=0)
    try:
        return run(replace(wish, own=own, rules=frozenset(own)))
    finally:
        target.close()


def test_the_run_goes_on_and_tells_each_rule_and_subject_once(ground: Ground) -> None:
    verdict = judged(ground, rule(answered_in_words, "exchange"), rule(groups_are_read, "scenario"))
    messages = {one.complaint.message for one in verdict.findings}
    assert messages == {"users are judged all the same", "before it breaks down"}
    assert verdict.stopped == ""
    first, second = sorted(one.line for one in verdict.breakdowns)
    assert first.startswith("answered-in-words broke down on listAllGroups at test_breakdowns.py:")
    assert first.endswith(": KeyError: 'sAMAccountName'")
    assert second.startswith("groups-are-read broke down on group at test_breakdowns.py:")
    assert "in groups_are_read" in next(one.trace for one in verdict.breakdowns if one.line == second)


def test_it_is_no_clean_run(ground: Ground) -> None:
    verdict = judged(ground, rule(groups_are_read, "scenario"))
    (only,) = verdict.breakdowns
    assert {gate.name: gate.broken for gate in verdict.gates}[SOUND] == (only.line,)
    made = verdicts.verdict()
    assert (made.exit_code, made.whole) == (CONFORMS, True)
    made.breakdowns = [only]
    assert (made.exit_code, made.whole) == (VIOLATIONS, False)
    assert verdict.judged["groups-are-read"] == 1


KNOWN = """\
version: 1
api: kopicloud-ad
known:
- {rule: types, operation: getUser, reason: ticket 12, until: 2030-01-01}
"""


@pytest.mark.parametrize(("breaks", "kept"), [(True, True), (False, False)])
def test_such_a_run_keeps_the_baseline_and_the_trace(ground: Ground, tmp_path: Path, breaks: bool, kept: bool) -> None:
    baseline = tmp_path / "known.yaml"
    baseline.write_text(KNOWN, "utf-8")
    trace = tmp_path / "traceback.txt"
    trace.write_text("of an earlier run", "utf-8")
    asked = Invocation(
        api="kopicloud-ad", target="http://127.0.0.1:9", environment={"APITWIN_TOKEN": "x"}, report_dir=tmp_path,
        mode="additive", quick=True, baseline=baseline, update_baseline=True,
    )  # fmt: skip
    only = rule(groups_are_read if breaks else groups_are_well, "scenario")
    job = prepared(asked)
    wish = replace(
        job.wish, target=AsgiTarget(ground.twin.app), credentials=ground.credentials, own={only.id: only},
        rules=frozenset({only.id}),
    )  # fmt: skip
    verdict = replace(job, wish=wish).carry_out(lambda progress: None).verdict
    assert verdict.whole is not breaks
    assert ("ticket 12" in baseline.read_text("utf-8")) is kept
    assert trace.exists() is breaks
    assert not breaks or "in groups_are_read" in trace.read_text("utf-8")


def none_is_there(stage: Any, subject: Any) -> Iterator[Complaint]:
    """A generator in which an empty search is a RuntimeError."""
    empty: tuple[Complaint, ...] = ()
    yield next(one for one in empty if one)


def nothing_is_there(stage: Any, subject: Any) -> None:
    """Elsewhere it is a StopIteration."""
    next(iter(()))


def test_a_search_that_finds_nothing_is_a_mistake_too(ground: Ground) -> None:
    verdict = judged(ground, rule(none_is_there, "scenario"), rule(nothing_is_there, "scenario"))
    assert {one.line.split()[0] for one in verdict.breakdowns} == {"none-is-there", "nothing-is-there"}
    assert not any(verdict.judged.values())


@pytest.mark.parametrize("error", [Blocked, OutOfBudget, Refused, Stopped, Unreachable, PromiseError])
def test_what_ends_a_run_or_a_rule_on_purpose_is_none(error: type[Exception]) -> None:
    assert not issubclass(error, MISTAKES)
