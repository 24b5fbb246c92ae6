"""A rule that cannot cope with an answer ends alone: the run goes on, and says which rule it was and where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from contract_tests.breakdown import MISTAKES
from contract_tests.evidence import Evidence
from contract_tests.findings import Complaint
from contract_tests.planted.measure import Ground
from contract_tests.promise import Promise
from contract_tests.rules.registry import Rule
from contract_tests.run import Wish, run
from contract_tests.targets import AsgiTarget
from contract_tests.verdict import SOUND, VIOLATIONS, Verdict


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
    assert [one.complaint.message for one in verdict.findings] == ["users are judged all the same"]
    assert verdict.stopped == ""
    first, second = sorted(verdict.breakdowns)
    assert first.startswith("answered-in-words broke down on listAllGroups at test_breakdowns.py:")
    assert first.endswith("which is our mistake: KeyError: 'sAMAccountName'")
    assert second.startswith("groups-are-read broke down on group at test_breakdowns.py:")


def test_it_is_no_clean_run(ground: Ground) -> None:
    verdict = judged(ground, rule(groups_are_read, "scenario"))
    broken = {gate.name: gate.broken for gate in verdict.gates}
    assert broken[SOUND] == tuple(verdict.breakdowns)
    assert len(verdict.breakdowns) == 1
    assert verdict.exit_code == VIOLATIONS
    assert verdict.judged["groups-are-read"] == 1


@pytest.mark.parametrize("error", [KeyError, IndexError, UnicodeDecodeError, ZeroDivisionError, RecursionError])
def test_mistakes_are_what_programs_raise_of_themselves(error: type[Exception]) -> None:
    assert issubclass(error, MISTAKES)
