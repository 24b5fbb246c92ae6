"""`apitwin score`: what it counts, what it prints, and when it fails."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from apitwin.failure import Failed
from apitwin.score import Wish
from apitwin.score import score as measure
from contract_tests.evidence import Evidence
from contract_tests.modes import Mode
from contract_tests.planted.fault import Fault, Plant, fault, patched
from contract_tests.planted.measure import Ground, Outcome
from contract_tests.planted.score import Fate, Score, Terms, chosen, score_of, scored, tallies
from contract_tests.planted.wire import answers
from contract_tests.promise import Promise
from mockserver.apis.kopicloud_ad.service import users
from tests.face.command import run

API = "kopicloud-ad"
#: Faults that the first requests show.
EASY = ("pascal-keys", "flags-null")


def outcome(planted: Fault, *rules: str, triggered: bool = True, visible: bool = True) -> Outcome:
    """An outcome with complaints of the rules, all expected."""
    caught = dict.fromkeys(rules, Evidence.DOCUMENTED)
    return Outcome(planted, caught, planted.rules & set(rules), 7, 0.5, triggered=triggered, visible=visible)


def test_two_faults_are_killed(tmp_path: Path) -> None:
    done = run("score", API, *EASY, "--jobs", "2", "--json", str(tmp_path / "score.json"))
    assert (done.returncode, done.stderr) == (0, "")
    assert "2 of 2 killed (100.0 %), 100 % wanted" in done.stdout
    told = json.loads((tmp_path / "score.json").read_text())
    assert {one["name"]: one["fate"] for one in told["faults"]} == dict.fromkeys(EASY, "killed")
    assert [(one["family"], one["planted"]) for one in told["families"]] == [("keys", 1), ("types", 1), ("all", 2)]


def test_what_no_answer_to_a_read_shows_is_not_wanted_of_a_run_that_only_reads() -> None:
    done = run("score", API, EASY[0], "user-stays", "--mode", "read-only", "--quick", "--jobs", "1")
    assert done.returncode == 0
    assert "1 of 1 killed (100.0 %), 100 % wanted, 1 more cannot be seen by reads" in done.stdout


def test_what_a_read_shows_is_wanted_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A twin that shows the fault in its answers, and a judge that does not know what they mean."""
    monkeypatch.setattr("contract_tests.planted.measure._Watch.hear", lambda *_: None)
    [only] = scored(chosen(API, [EASY[0]]), Terms(api=API, mode=Mode.READ_ONLY))
    assert only.fate is Fate.SURVIVED


def test_what_only_a_writer_can_tell_is_not_wanted_of_a_run_that_only_reads() -> None:
    [only] = scored(chosen(API, ["letters-lost"]), Terms(api=API, mode=Mode.READ_ONLY))
    assert (only.fate, only.remark) == (Fate.INVISIBLE, "only who wrote a name knows its letters")


def test_what_reads_show_of_a_fault_may_be_known_less_well() -> None:
    """Lists of a container that is not there are refused by assumption, creations in it by the documents."""
    [only] = scored(chosen(API, ["absent-container-400"]), Terms(api=API, mode=Mode.READ_ONLY))
    assert (only.fate, only.evidence) == (Fate.KILLED, "assumed")


@pytest.mark.parametrize(("threshold", "code"), [(50, 0), (51, 1)])
def test_a_threshold_may_be_lower(threshold: int, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = fault("loud", "a loud fault", "types"), fault("quiet", "a quiet fault", "types")
    scores = [score_of(outcome(one, "types")), score_of(outcome(other))]
    monkeypatch.setattr("apitwin.score.scored", lambda *_: iter(scores))
    assert measure(Wish(api=API, names=EASY, fail_under=threshold)) == code


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["kopicloud"], "unknown API 'kopicloud' (did you mean 'kopicloud-ad'?)"),
        ([API, "pascal-key"], "unknown fault or family 'pascal-key' (did you mean 'pascal-keys'?)"),
        ([API, "--mode", "harmful"], "--mode 'harmful' is unknown; known: read-only, additive, full"),
    ],
)
def test_what_cannot_be_measured_is_refused(words: list[str], complaint: str) -> None:
    done = run("score", *words)
    assert (done.returncode, done.stderr) == (2, f"apitwin: {complaint}\n")


def test_a_process_that_was_killed_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object) -> Iterator[Score]:
        raise BrokenProcessPool

    monkeypatch.setattr("apitwin.score.scored", killed)
    with pytest.raises(Failed, match="ended from outside"):
        measure(Wish(api=API, names=EASY))


def test_faults_are_chosen_by_name_and_by_family() -> None:
    assert {one.family for one in chosen(API, ["keys"])} == {"keys"}
    assert {one.name for one in chosen(API, ["flags-null", "pascal-keys"])} == set(EASY)
    with pytest.raises(LookupError):
        chosen(API, ["pascal-keys", "nothing"])


def test_fates_are_counted() -> None:
    one, other = fault("loud", "a loud fault", "types"), fault("quiet", "a quiet fault", "types")
    outcomes = [
        outcome(one, "types"),
        outcome(other, "formats"),
        outcome(other, triggered=False),
        outcome(other, visible=False),
    ]
    scores = [score_of(each) for each in outcomes]
    assert [each.fate for each in scores] == [Fate.KILLED, Fate.SURVIVED, Fate.NEVER_TRIGGERED, Fate.INVISIBLE]
    assert [each.others for each in scores] == [(), ("formats",), (), ()]
    total = tallies(scores)[-1]
    assert (total.planted, total.killed, total.survived, total.never_triggered, total.invisible) == (4, 1, 1, 1, 1)
    assert round(total.percent, 1) == 33.3
    assert (total.requests_median, total.requests_most) == (7, 7)


def test_a_judge_that_breaks_down_has_killed_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object, **__: object) -> Outcome:
        raise ZeroDivisionError("a fault of the judge")

    monkeypatch.setattr(Ground, "judge", breaks)
    [only] = scored(chosen(API, [EASY[0]]), Terms(api=API))
    assert only.fate is not Fate.KILLED
    assert only.remark == "the judge itself failed: ZeroDivisionError: a fault of the judge"


@pytest.mark.parametrize(
    ("plant", "triggered"),
    [
        (patched(users, "delete", lambda good: good), True),
        (patched(users, "no_such_thing", lambda good: good), False),
        (answers(lambda _, answer: answer), False),
        (answers(lambda _, answer: answer.with_header("x-odd", "1")), True),
    ],
    ids=["called", "never called", "unchanged at the wire", "changed at the wire"],
)
def test_a_fault_tells_when_it_comes_to_work(
    plant: Plant, triggered: bool, kopicloud_promise: Promise, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(users, "no_such_thing", lambda: None, raising=False)
    planted = fault("any", "anything", "deleted-is-gone", plant)
    assert Ground(kopicloud_promise).judge(planted, quick=True).triggered is triggered
