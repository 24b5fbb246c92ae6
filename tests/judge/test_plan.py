"""`apitwin plan`: what a check would send, and a check that keeps to it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from contract_tests.credentials import Credentials
from contract_tests.exchange import Request
from contract_tests.guard import SAFE, Refused
from contract_tests.invocation import Invocation, prepared
from contract_tests.modes import Mode
from contract_tests.plan import Plan, PlanError, plan_of, rehearsed
from contract_tests.promise import Promise
from contract_tests.run import CouldNotRun, Wish, run
from contract_tests.targets import AsgiTarget
from tests.face.command import run as command
from tests.judge.checking import closed_port
from tests.judge.test_run import Recorder

NOWHERE = "http://127.0.0.1:9"
PLAN = Plan(
    api="kopicloud-ad",
    target=NOWHERE,
    mode=Mode.ADDITIVE,
    seed=5,
    fuzz_time=0.0,
    requests={"GET listAllOus": 3, "POST createOu": 1},
    objects={"organizational unit": 1},
)
TOKEN = {"APITWIN_TOKEN": "Bearer abcdefghijkl.0123456789"}


@pytest.fixture(scope="module")
def made(kopicloud_promise: Promise) -> Plan:
    """The plan of a run without generated cases."""
    return rehearsed(kopicloud_promise, replace(PLAN, requests={}, objects={}), environment={})


@pytest.fixture
def wish(kopicloud_promise: Promise, target: AsgiTarget, credentials: Credentials) -> Wish:
    return Wish(promise=kopicloud_promise, target=target, credentials=credentials, seed=5, seconds=0)


# --- the rehearsal


def test_every_operation_is_in_a_plan(made: Plan, kopicloud_promise: Promise) -> None:
    planned = {name.partition(" ")[2] for name in made.requests}
    assert planned == set(kopicloud_promise.operations)
    assert made.total == sum(made.by_method().values()) > 1000
    assert set(made.by_method()) > {"GET", "POST", "PUT", "DELETE"}


def test_the_things_that_would_be_made_are_counted(made: Plan, kopicloud_promise: Promise) -> None:
    titles = {one["title"] for one in kopicloud_promise.conventions["resources"].values()}
    assert set(made.objects) == titles
    assert min(made.objects.values()) > 5


def test_a_plan_of_reads_has_only_reads(kopicloud_promise: Promise) -> None:
    plan = rehearsed(kopicloud_promise, replace(PLAN, mode=Mode.READ_ONLY), environment={})
    assert set(plan.by_method()) <= set(SAFE)
    assert plan.objects == {}


def test_the_time_at_a_rate() -> None:
    assert replace(PLAN, requests={"GET a": 90, "PUT b": 10}).seconds(5.0) == 20.0


# --- keeping to it


def test_a_run_on_a_target_that_keeps_its_promise_keeps_to_its_plan(made: Plan, wish: Wish) -> None:
    recorder = Recorder(wish.target)  # type: ignore[arg-type]
    verdict = run(replace(wish, target=recorder, allowance=made.keeper()))
    assert [one for one in verdict.unjudged if "the plan allows" in one.why] == []
    assert (verdict.exit_code, verdict.leftovers) == (0, [])
    cleared = verdict.engines["clear"]
    assert made.total * 0.8 < len(recorder.requests) - cleared <= made.total


def test_what_is_not_in_the_plan_is_not_sent_and_not_judged(made: Plan, wish: Wish) -> None:
    without = {name: most for name, most in made.requests.items() if name != "POST createUser"}
    recorder = Recorder(wish.target)  # type: ignore[arg-type]
    verdict = run(replace(wish, target=recorder, allowance=replace(made, requests=without).keeper()))
    creations = [one for one in recorder.requests if one.method == "POST" and _is_user(one)]
    assert creations == []
    why = {one.why for one in verdict.unjudged if (one.rule, one.subject) == ("created-as-sent", "user")}
    assert why == {"POST createUser: the plan allows none"}
    assert verdict.leftovers == []


def _is_user(request: Request) -> bool:
    return request.path.startswith("/api/ADUser/") and request.path.count("/") == 3


def test_a_keeper_counts() -> None:
    keep = PLAN.keeper()
    keep("createOu", "POST")
    with pytest.raises(Refused, match="POST createOu: the plan allows 1"):
        keep("createOu", "POST")
    with pytest.raises(Refused, match="DELETE createOu: the plan allows none"):
        keep("createOu", "DELETE")
    PLAN.keeper()("createOu", "POST")


# --- the file


def test_a_plan_is_read_back(tmp_path: Path) -> None:
    PLAN.write(tmp_path / "plan.json")
    assert plan_of(tmp_path / "plan.json") == PLAN


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"plan": 2}, "a plan of another version"),
        ({"mode": "everything"}, "'everything' is not a valid Mode"),
        ({"requests": {"GET listAllOus": -1}}, "a plan has whole numbers"),
        ({"requests": {"GET listAllOus": "many"}}, "a plan has whole numbers"),
        ({"requests": []}, "no plan"),
        ({"more": 1}, "no plan"),
    ],
)
def test_what_is_no_plan_is_told(change: dict[str, Any], line: str, tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    PLAN.write(file)
    file.write_bytes(orjson.dumps({**orjson.loads(file.read_bytes()), **change}))
    with pytest.raises(ValueError, match=line):
        plan_of(file)


@pytest.mark.parametrize("content", [b"", b"[]", b"null", b"{}"])
def test_another_file_is_no_plan(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_bytes(content)
    with pytest.raises(PlanError, match="no plan"):
        plan_of(tmp_path / "plan.json")


def test_a_check_takes_seed_mode_and_time_from_its_plan(tmp_path: Path) -> None:
    job = prepared(asked(tmp_path))
    assert (job.wish.seed, job.mode, job.wish.seconds) == (5, Mode.ADDITIVE, 0.0)
    assert job.wish.allowance is not None
    with pytest.raises(Refused):
        job.wish.allowance("deleteOu", "DELETE")


def asked(folder: Path, **more: Any) -> Invocation:
    PLAN.write(folder / "plan.json")
    given = {"target": NOWHERE, "plan": folder / "plan.json", **more}
    return Invocation(api="kopicloud-ad", environment=TOKEN, report_dir=folder, **given)


@pytest.mark.parametrize(
    ("more", "line"),
    [
        ({"target": "http://127.0.0.1:10"}, r"is for --target http://127\.0\.0\.1:9, not http://127\.0\.0\.1:10"),
        ({"mode": "full"}, "is for --mode additive, not full"),
        ({"seed": 6}, "is for --seed 5, not 6"),
        ({"fuzz_time": 3.0}, "--fuzz-time does not go with --plan"),
        ({"quick": True}, "--quick does not go with --plan"),
        ({"shard": "1/2"}, "--shard does not go with --plan"),
        ({"plan": Path("no-plan.json")}, "--plan no-plan.json: No such file or directory"),
    ],
)
def test_a_plan_for_something_else_is_refused(more: dict[str, Any], line: str, tmp_path: Path) -> None:
    with pytest.raises(CouldNotRun, match=line):
        prepared(asked(tmp_path, **more))


# --- the command


def test_the_command_shows_and_keeps_a_plan_and_sends_nothing(tmp_path: Path) -> None:
    """Nobody listens there."""
    address, file = f"http://127.0.0.1:{closed_port()}", tmp_path / "plan.json"
    told = command(
        "plan", "kopicloud-ad", "--target", address, "--mode", "read-only", "--seed", "3", "--rate", "2/s",
        "--fuzz-time", "0", "--output", str(file),
    )  # fmt: skip
    assert (told.returncode, told.stderr) == (0, "")
    plan = plan_of(file)
    lines = told.stdout.splitlines()
    assert lines[0] == f"kopicloud-ad at {address}: mode read-only, seed 3; nothing was sent"
    assert f"requests at most: {plan.total} (GET {plan.total}); clearing up comes on top" in lines
    assert f"longest time at 2/s: {plan.total / 2:.0f} s" in lines
    assert (plan.target, plan.seed, plan.mode) == (address, 3, Mode.READ_ONLY)


def test_the_command_tells_programs_too() -> None:
    told = command(
        "plan", "kopicloud-ad", "--target", NOWHERE, "--mode", "read-only", "--seed", "3", "--fuzz-time", "0", "--json"
    )
    shown = json.loads(told.stdout)
    assert shown["total"] == sum(shown["requests"].values()) == shown["by_method"]["GET"]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("kopicloudad", "--target", NOWHERE), "unknown API 'kopicloudad'; did you mean 'kopicloud-ad'?"),
        (("kopicloud-ad", "--target", "ftp://x"), "--target 'ftp://x' is no address"),
        (("kopicloud-ad", "--target", NOWHERE, "--mode", "all"), "--mode 'all' is unknown; known: read-only, "),
        (("kopicloud-ad", "--target", NOWHERE, "--rate", "all"), "--rate 'all' is no rate"),
    ],
)
def test_what_cannot_be_planned_is_one_clear_line(arguments: tuple[str, ...], line: str) -> None:
    told = command("plan", *arguments)
    assert (told.returncode, told.stdout, told.stderr.count("\n")) == (2, "", 1)
    assert told.stderr.startswith(f"apitwin: {line}")
