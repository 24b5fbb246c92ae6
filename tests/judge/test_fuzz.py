"""The fuzz, on a small API by hand: its faults are found, its correct form is not, nobody else's notes are touched."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from contract_tests.fuzz import fuzz
from contract_tests.session import Budget, OutOfBudget
from tests.judge.notes import FOREIGN, PROMISE, Answer, Fault, Notes, Run, faultless, run_on

EXAMPLES = 8


def fuzzed(app: Notes, *, seed: int = 0, examples: int = EXAMPLES) -> Run:
    """A whole fuzz of an API of notes, cleared up."""
    run = run_on(app, seed=seed)
    try:
        fuzz(run.stage, seed=seed, examples=examples, finished=lambda: False, tell=lambda done, total, at: None)
        assert run.stage.clear_up() == []
    finally:
        run.stage.session.target.close()
    return run


Begin = Callable[[Notes], Run]


@pytest.fixture
def begin() -> Iterator[Begin]:
    """Begins runs that the test itself carries on."""
    begun: list[Run] = []

    def one(app: Notes) -> Run:
        begun.append(run_on(app))
        return begun[-1]

    yield one
    for run in begun:
        run.stage.session.target.close()


@pytest.fixture(scope="module")
def whole() -> Run:
    """A fuzz of the correct API."""
    return fuzzed(Notes())


def fails_beyond_ascii(operation: str, given: dict[str, Any], answer: Answer) -> tuple[int, Any, str]:
    given.get("Containing", "").encode("ascii")
    return faultless(operation, given, answer)


def fails_on_lists(operation: str, given: dict[str, Any], answer: Answer) -> tuple[int, Any, str]:
    if operation == "labelNote" and given["content"].startswith(b"["):
        return 500, {"output": "list has no attribute get", "result": None}, "application/json"
    return faultless(operation, given, answer)


def answers_422_when_empty(operation: str, given: dict[str, Any], answer: Answer) -> tuple[int, Any, str]:
    status, body, media_type = faultless(operation, given, answer)
    return (422 if operation == "changeNote" and given.get("Text") == "" else status), body, media_type


def spells_another_way_when_blue(operation: str, given: dict[str, Any], answer: Answer) -> tuple[int, Any, str]:
    status, body, media_type = faultless(operation, given, answer)
    if operation == "createNote" and status == 200 and given.get("Color") == "dark blue":
        result = {("Color" if key == "color" else key): value for key, value in body["result"].items()}
        body = {**body, "result": result}
    return status, body, media_type


def refuses_in_html(operation: str, given: dict[str, Any], answer: Answer) -> tuple[int, Any, str]:
    status, body, media_type = faultless(operation, given, answer)
    if operation == "listNotes" and status == 400:
        return status, b"<h1>Bad Request</h1>", "text/html"
    return status, body, media_type


def leaves_text_out_when_long(operation: str, given: dict[str, Any], answer: Answer) -> tuple[int, Any, str]:
    status, body, media_type = faultless(operation, given, answer)
    if status == 200 and len(given.get("Text", "")) == 20:
        body = {**body, "result": {**body["result"], "text": None}}
    return status, body, media_type


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize(
    ("fault", "rule", "operation"),
    [
        (fails_beyond_ascii, "no-server-error", "listNotes"),
        (fails_on_lists, "no-server-error", "labelNote"),
        (answers_422_when_empty, "status-documented", "changeNote"),
        (spells_another_way_when_blue, "key-casing", "createNote"),
        (refuses_in_html, "content-type", "listNotes"),
        (leaves_text_out_when_long, "types", "createNote"),
    ],
)
def test_a_fault_that_shows_for_some_input_only_is_found(fault: Fault, rule: str, operation: str, seed: int) -> None:
    assert (rule, operation) in fuzzed(Notes(fault), seed=seed).found


@pytest.mark.parametrize("seed", range(1, 5))
def test_a_correct_api_gives_no_finding_and_is_left_as_it_was(seed: int) -> None:
    app = Notes()
    run = fuzzed(app, seed=seed)
    assert [(one.rule, one.operation, one.complaint.message) for one in run.stage.session.findings] == []
    assert app.notes == FOREIGN


@pytest.mark.parametrize("operation", list(PROMISE.operations))
def test_every_operation_is_sent_right_and_wrong_requests(whole: Run, operation: str) -> None:
    statuses = {one.response.status for one in whole.sent if one.operation.id == operation}
    assert 200 in statuses
    assert statuses & {400, 404}


def test_the_same_seed_sends_the_same_requests_and_another_seed_others() -> None:
    first, again, other = (fuzzed(Notes(), seed=seed, examples=2).requests for seed in (3, 3, 4))
    assert first == again
    assert first != other


DIGEST = """
import hashlib
{more}
from tests.judge.notes import Notes
from tests.judge.test_fuzz import fuzzed
sent = fuzzed(Notes(), seed=7, examples=4).requests
print(len(sent), hashlib.sha256(repr(sent).encode()).hexdigest())
"""


def _printed(code: str, **environment: str) -> str:
    root = Path(__file__).parents[2]
    words = [sys.executable, "-W", "error", "-c", code]
    variables = {**os.environ, **environment}
    return subprocess.run(words, check=True, capture_output=True, text=True, cwd=root, env=variables).stdout


def test_requests_depend_on_nothing_but_seed_and_answers() -> None:
    """Neither on hash randomisation nor on what else is imported: Hypothesis would read constants out of it."""
    plain = _printed(DIGEST.format(more=""), PYTHONHASHSEED="1")
    laden = _printed(DIGEST.format(more="import contract_tests.run, tests.judge.verdicts"), PYTHONHASHSEED="2")
    assert int(plain.split()[0]) > 50
    assert plain == laden


def test_a_rename_without_a_new_name_renames_nothing() -> None:
    """A server that takes it for a success must not make the judge lose its thing."""

    def fault(operation: str, given: dict[str, Any], answer: Answer) -> tuple[int, Any, str]:
        if operation == "renameNote" and "NewName" not in given:
            return 200, {"output": "done", "result": app.notes[given["Name"]]}, "application/json"
        return faultless(operation, given, answer)

    app = Notes(fault)
    assert fuzzed(app).found == set()
    assert app.notes == FOREIGN


def test_the_engine_is_imported_without_what_it_generates_with() -> None:
    code = "import sys, contract_tests.fuzz; print({'hypothesis', 'schemathesis'} & set(sys.modules))"
    assert _printed(code).strip() == "set()"


def test_hypothesis_is_left_as_it_was_and_no_files_lie_about(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from hypothesis import configuration, core
    from hypothesis.internal.conjecture import providers

    def state() -> list[Any]:
        names = ((core, "RepresentationPrinter"), (providers, "CONSTANTS_CACHE"), (providers, "_get_local_constants"))
        return [*(vars(place)[name] for place, name in names), configuration.storage_directory("x").path]

    monkeypatch.chdir(tmp_path)
    before = state()
    fuzzed(Notes(), examples=1)
    assert state() == before
    assert list(tmp_path.iterdir()) == []


def _written(run: Run) -> Iterator[tuple[str, ...]]:
    """The names every write of a run reaches for."""
    for one in run.sent:
        if not one.operation.safe:
            routed = PROMISE.routes.find(one.request.method, one.request.path)
            assert routed is not None
            names = run.stage.session.guard.arguments(one.request, *routed)
            assert names is not None
            yield tuple(value for key in ("Name", "NewName") for value in names.get(key, ()))


@pytest.mark.parametrize("wildcards", [False, True])
@pytest.mark.parametrize("seed", [0, 1])
def test_writes_reach_for_nothing_of_others(seed: int, wildcards: bool) -> None:
    app = Notes(wildcards=wildcards)
    run = fuzzed(app, seed=seed)
    written = list(_written(run))
    assert len(written) > 50
    assert [names for names in written if not all(run.stage.session.ledger.owns(one) for one in names)] == []
    assert [names for names in written if any(sign in name for name in names for sign in "*?/\\")] == []
    assert app.notes == FOREIGN


def test_new_names_are_written_down_before_they_are_sent(begin: Begin) -> None:
    app = Notes()
    run = begin(app)
    ledger = run.stage.session.ledger
    seen: list[str] = []

    def fault(operation: str, given: dict[str, Any], answer: Answer) -> tuple[int, Any, str]:
        fresh = {"createNote": "Name", "renameNote": "NewName"}.get(operation)
        if fresh and given.get(fresh) and answer[0] == 200:
            known = {value for entry in ledger.entries for value in entry.values.values()}
            assert given[fresh] in known
            seen.append(given[fresh])
        return faultless(operation, given, answer)

    app.fault = fault
    fuzz(run.stage, seed=0, examples=EXAMPLES, finished=lambda: False, tell=lambda done, total, at: None)
    assert len(seen) > 20
    assert run.found == set()


def test_everything_made_is_known_to_be_gone_afterwards(whole: Run) -> None:
    assert len(whole.stage.things) > 20
    assert list(whole.stage.session.ledger.standing()) == []


def test_what_a_failing_creation_may_have_made_is_cleared_up() -> None:
    def fault(operation: str, given: dict[str, Any], answer: Answer) -> tuple[int, Any, str]:
        status, body, media_type = faultless(operation, given, answer)
        return (500 if operation == "createNote" and given.get("Text") == "" else status), body, media_type

    app = Notes(fault)
    assert ("no-server-error", "createNote") in fuzzed(app).found
    assert app.notes == FOREIGN


def test_a_finding_is_reproduced_by_the_request_of_its_exchange(begin: Begin) -> None:
    findings = list(fuzzed(Notes(fails_beyond_ascii)).stage.session.findings)
    assert findings
    for finding in findings:
        fresh = begin(Notes(fails_beyond_ascii)).stage.session.target
        assert fresh.send(finding.exchange.request).status == finding.exchange.response.status == 500


def test_what_it_sends_counts_as_the_fuzz_with_its_things_and_their_removal(whole: Run) -> None:
    engines = [one.engine for one in whole.sent]
    assert "fuzz" in engines
    assert set(engines) <= {"fuzz", "walk"}
    assert set(engines[: engines.index("walk")] if "walk" in engines else engines) == {"fuzz"}
    assert whole.stage.session.engine == "walk"


def test_progress_is_told_in_order(begin: Begin) -> None:
    run = begin(Notes())
    told: list[tuple[int, int, str]] = []
    fuzz(run.stage, seed=0, examples=1, finished=lambda: False, tell=lambda *at: told.append(at))
    total = told[0][1]
    assert [done for done, _, _ in told] == list(range(total + 1))
    assert {of for _, of, _ in told} == {total}
    assert {at for _, _, at in told} == {*PROMISE.operations, ""}


def test_it_stops_when_the_time_is_over(begin: Begin) -> None:
    run = begin(Notes())
    told: list[int] = []
    fuzz(
        run.stage, seed=0, examples=2, finished=lambda: len(told) >= 10, tell=lambda done, total, at: told.append(done)
    )
    assert len(told) == 10
    whole = fuzzed(Notes(), examples=2).requests
    assert run.requests == whole[: len(run.requests)]


def test_nothing_is_generated_once_the_time_is_over(begin: Begin) -> None:
    run = begin(Notes())
    fuzz(run.stage, seed=0, examples=EXAMPLES, finished=lambda: True, tell=lambda done, total, at: None)
    assert run.sent == []


def test_the_budget_ends_it(begin: Begin) -> None:
    run = begin(Notes())
    run.stage.session.budget = Budget(requests=5)
    with pytest.raises(OutOfBudget):
        fuzz(run.stage, seed=0, examples=EXAMPLES, finished=lambda: False, tell=lambda done, total, at: None)
    assert len(run.sent) == 5


def test_refused_writes_are_counted(whole: Run) -> None:
    assert whole.stage.session.guard.refused.total() > 0
