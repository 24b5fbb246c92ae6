"""The machines, on a small API by hand: what only a sequence shows is found, made short, and judged again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

import pytest

from contract_tests.again import judge_again
from contract_tests.exchange import Exchange
from contract_tests.findings import Finding
from contract_tests.machines import machines
from contract_tests.promise import Promise, PromiseError
from contract_tests.session import Budget, OutOfBudget
from contract_tests.stage import Stage
from contract_tests.targets import Unreachable
from tests.judge.notes import CONVENTIONS, DOCUMENT, FOREIGN, Answer, Notes, Run, run_on

MACHINES: dict[str, Any] = {"families": {"notes": ["note"]}}
PROMISE = Promise(
    "notes",
    DOCUMENT,
    {**CONVENTIONS, "situations": {**CONVENTIONS["situations"], "duplicate": {"code": 400}}, "machines": MACHINES},
)
PLAYS, STEPS = 24, 12


def played(run: Run, *, seed: int = 0, plays: int = PLAYS) -> Run:
    """The machines of a run, to their end."""
    machines(
        run.stage, seed=seed, examples=plays, steps=STEPS, finished=lambda: False, tell=lambda done, total, at: None
    )
    return run


@pytest.fixture
def judge() -> Iterator[Any]:
    """Plays the machines on an API and gives the run."""
    begun: list[Run] = []

    def one(app: Notes, *, seed: int = 0, promise: Promise = PROMISE, plays: int = PLAYS) -> Run:
        begun.append(run_on(app, seed=seed, promise=promise))
        return played(begun[-1], seed=seed, plays=plays)

    yield one
    for run in begun:
        run.stage.session.target.close()


class DeletesOnce(Notes):
    """A note whose name was deleted before is not found by the first attempt to delete it."""

    def __init__(self) -> None:
        super().__init__()
        self.deleted: set[str] = set()

    def deleteNote(self, given: dict[str, Any]) -> Answer:
        if given["Name"] in self.deleted and given["Name"] in self.notes:
            self.deleted.remove(given["Name"])
            return 404, None
        self.deleted.add(given["Name"])
        return super().deleteNote(given)


class LosesNamesGivenBack(Notes):
    """A note that gets an earlier name back has no text."""

    def __init__(self) -> None:
        super().__init__()
        self.had: set[str] = set()

    def renameNote(self, given: dict[str, Any]) -> Answer:
        self.had.add(given["Name"])
        status, note = super().renameNote(given)
        if status == 200 and note["name"] in self.had:
            note["color"] = next(color for color in ("green", "red") if color != note["color"])
        return status, note


class ListsLate(Notes):
    """A list has what was there at the change before the last once there were three renames."""

    def __init__(self) -> None:
        super().__init__()
        self.renames = 0
        self.kept: list[Any] = []

    def renameNote(self, given: dict[str, Any]) -> Answer:
        self.renames += 1
        self.kept = deepcopy(list(self.notes.values()))
        return super().renameNote(given)

    def listNotes(self, given: dict[str, Any]) -> Answer:
        return (200, self.kept) if self.renames % 3 == 2 else super().listNotes(given)


class ForgetsUpdates(Notes):
    """A renamed note keeps no update."""

    def __init__(self) -> None:
        super().__init__()
        self.renamed: set[str] = set()

    def renameNote(self, given: dict[str, Any]) -> Answer:
        status, note = super().renameNote(given)
        if status == 200:
            self.renamed.add(note["name"])
        return status, note

    def changeNote(self, given: dict[str, Any]) -> Answer:
        if given["Name"] not in self.renamed:
            return super().changeNote(given)
        status, note = self.getNote(given)
        return status, {**note, **self._fields(given)} if note else None


class FailsOnce(Notes):
    """The seventh creation is answered with another text than the note has, all others are answered right."""

    made = 0

    def createNote(self, given: dict[str, Any]) -> Answer:
        status, note = super().createNote(given)
        self.made += 1
        return status, {**note, "text": "other"} if self.made == 7 else note


def lines(finding: Finding) -> list[tuple[str, int]]:
    """The sequence that is reported: operations and their statuses."""
    shown: list[Exchange] = [*finding.steps, finding.exchange]
    return [(one.operation.id, one.response.status) for one in shown]


@pytest.mark.parametrize("seed", range(6))
def test_a_correct_api_gives_no_finding_and_is_left_as_it_was(judge: Any, seed: int) -> None:
    app = Notes()
    run = judge(app, seed=seed)
    assert [(one.rule, one.operation, one.complaint.message) for one in run.stage.session.findings] == []
    assert app.notes == FOREIGN
    assert {one.operation.id for one in run.sent} == set(PROMISE.operations)
    assert {one.engine for one in run.sent} == {"machine"}


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize(
    ("app", "rule", "operations"),
    [
        (DeletesOnce, "machine-outcome", {"deleteNote"}),
        (LosesNamesGivenBack, "machine-fields", {"renameNote"}),
        (ListsLate, "machine-lists", {"listNotes"}),
        (
            ForgetsUpdates,
            "machine-fields",
            {"getNote", "changeNote", "labelNote", "renameNote", "listNotes", "deleteNote"},
        ),
    ],
)
def test_what_only_a_sequence_shows_is_found(
    judge: Any, app: type[Notes], rule: str, operations: set[str], seed: int
) -> None:
    found = [one for one in judge(app(), seed=seed).stage.session.findings if one.rule == rule]
    assert found
    assert {one.operation for one in found} <= operations


def test_the_sequence_that_is_reported_is_short(judge: Any) -> None:
    """Made, deleted, made again, deleted: nothing shorter fails; what it was made of was longer."""
    (finding,) = judge(DeletesOnce()).stage.session.findings
    told = lines(finding)
    assert told[-1] == ("deleteNote", 404)
    assert [one for one in told if one[0] == "deleteNote"] == [("deleteNote", 200), ("deleteNote", 404)]
    assert len(told) <= 6


def test_the_same_seed_makes_the_same_requests_and_another_seed_others(judge: Any) -> None:
    first, again, other = (judge(Notes(), seed=seed).requests for seed in (3, 3, 4))
    assert first == again
    assert first != other


def test_what_others_do_meanwhile_is_no_finding(judge: Any) -> None:
    class Busy(Notes):
        """Other clients make and delete notes all the time."""

        count = 0

        def answer(self, scope: Any, content: bytes) -> Any:
            self.count += 1
            self.notes.pop(f"foreign {self.count - 5}", None)
            self.notes[f"foreign {self.count}"] = {"name": f"foreign {self.count}", "color": "red", "text": ""}
            return super().answer(scope, content)

    assert judge(Busy()).found == set()


def test_rules_that_were_not_asked_for_do_not_judge(judge: Any) -> None:
    run = run_on(ForgetsUpdates(), promise=PROMISE)
    rules = run.stage.session.rules
    run.stage.session.rules = {"machine-outcome": rules["machine-outcome"]}
    try:
        assert played(run).found == set()
        assert run.sent
        run.stage.session.rules = {"key-casing": rules["key-casing"]}
        before = len(run.sent)
        played(run)
        assert len(run.sent) == before
    finally:
        run.stage.session.target.close()


def test_a_budget_ends_the_machines_at_once(judge: Any) -> None:
    run = run_on(Notes(), promise=PROMISE)
    run.stage.session.budget = Budget(requests=40)
    try:
        with pytest.raises(OutOfBudget):
            played(run)
        assert len(run.sent) == 40
    finally:
        run.stage.session.target.close()


def test_a_target_that_dies_ends_the_machines_at_once() -> None:
    run = run_on(Notes(), promise=PROMISE)
    target = run.stage.session.target
    alive = target.send
    asked = 0

    def send(request: Any) -> Any:
        nonlocal asked
        asked += 1
        if asked > 30:
            raise Unreachable("connection refused")
        return alive(request)

    target.send = send  # type: ignore[method-assign]
    try:
        with pytest.raises(Unreachable):
            played(run)
        assert asked == 31
    finally:
        target.close()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"familys": {}}, "machines: unknown name 'familys' (did you mean 'families'?)"),
        ({"families": {"notes": ["notte"]}}, "machines.families.notes: unknown name 'notte' (did you mean 'note'?)"),
        ({"unique": {"note": {"key": []}}}, "machines.unique.note: unknown name 'key' (did you mean 'keys'?)"),
    ],
)
def test_what_does_not_fit_the_resources_is_an_error(judge: Any, wrong: Mapping[str, Any], told: str) -> None:
    promise = Promise("notes", DOCUMENT, {**PROMISE.conventions, "machines": wrong})
    with pytest.raises(PromiseError) as error:
        judge(Notes(), promise=promise)
    assert str(error.value) == told


def labels(run: Run) -> dict[str, str]:
    """The label of each finding by its rule, once all are judged again."""
    stage = run.stage

    def fresh() -> Stage:
        other = Stage(stage.session, stage.resources, seed=0, environment={})
        other.arguments.carry_on(stage.arguments)
        return other

    judge_again(stage, fresh, tell=lambda done, total, at: None)
    return {one.rule: one.label for one in stage.session.findings}


def test_what_is_seen_again_is_steady(judge: Any) -> None:
    app = DeletesOnce()
    run = judge(app)
    before = len(run.stage.session.findings)
    assert labels(run) == {"machine-outcome": "steady"}
    assert len(run.stage.session.findings) == before
    assert {one.engine for one in run.sent} == {"machine", "again"}


def test_what_is_not_seen_again_is_flaky(judge: Any) -> None:
    assert labels(judge(FailsOnce())) == {"machine-fields": "flaky"}


def test_a_request_that_would_change_something_alone_is_not_repeated(judge: Any) -> None:
    run = judge(DeletesOnce())
    (finding,) = run.stage.session.findings
    finding.again = None
    assert labels(run) == {"machine-outcome": "not repeated"}
