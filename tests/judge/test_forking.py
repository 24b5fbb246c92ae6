"""A full run of a twin works in a fork of its world: nothing of it stays, whatever becomes of the run."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from apitwin.data import specs_dir
from contract_tests import forking
from contract_tests.budget import Budget
from contract_tests.credentials import from_environment
from contract_tests.exchange import Exchange
from contract_tests.forking import drop, forked
from contract_tests.ledger import Ledger, read_ledger
from contract_tests.modes import Mode
from contract_tests.promise import Promise, load
from contract_tests.run import CouldNotRun, Wish, run
from contract_tests.samples import tag_of
from contract_tests.sweep import Swept, opened, sweep
from contract_tests.targets import HttpTarget, Unreachable
from contract_tests.verdict import VIOLATIONS, Verdict
from contract_tests.worlds import NoWorld, name_of
from tests.face.command import Twin, serving
from tests.judge.checking import check
from tests.judge.killing import Fatal

API = "copernica-v1"
TOKENS = {"APITWIN_TOKEN": "0123456789abcdef0123456789abcdef"}
CREDENTIALS = from_environment(TOKENS)
#: Rules that make, change and delete something of each sort in a few seconds.
RULES = frozenset({"created-as-sent", "deleted-is-gone", "renamed", "ids-are-unique"})
LEASED = {"database": "Geïnteresseerden"}
WORLDS = "/__twin__/worlds"


@pytest.fixture(scope="module")
def promise() -> Promise:
    return load(specs_dir() / API)


@pytest.fixture(scope="module")
def twin() -> Iterator[Twin]:
    """The twin of Copernica, in a process of its own."""
    with serving(API) as served:
        yield served


@pytest.fixture
def world(twin: Twin, world_names: Iterator[str]) -> Iterator[str]:
    """A world of the twin in its first state."""
    name = next(world_names)
    assert twin.ask("POST", WORLDS, json={"name": name, "from": "default"}).status_code == 200
    yield name
    twin.ask("DELETE", f"{WORLDS}/{name}")


def told(twin: Twin, path: str) -> Any:
    """What the control plane says."""
    return twin.ask("GET", f"{WORLDS}{path}").json()


def address(twin: Twin, world: str) -> str:
    return f"{twin.url}/__world__/{world}"


def wish(promise: Promise, target: HttpTarget, **more: Any) -> Wish:
    return Wish(
        **{"promise": promise, "target": target, "credentials": CREDENTIALS, "mode": Mode.FULL, "fork": True,
           "rules": RULES, "examples": 0, "seed": 6, **more}
    )  # fmt: skip


def judged(promise: Promise, url: str, **more: Any) -> Verdict:
    target = HttpTarget(url)
    try:
        return run(wish(promise, target, **more))
    finally:
        target.close()


def killed(promise: Promise, url: str, ledger: Path, *, at: int, **more: Any) -> None:
    """A run in a process of its own, killed when that request is answered."""
    child = os.fork()
    if child == 0:
        with suppress(BaseException):
            target = Fatal(url)
            target.arm(at, answered=True)
            run(wish(promise, target, ledger=ledger, **more))
        os._exit(0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL


def swept(promise: Promise, url: str, file: Path) -> Swept:
    ledger, target = opened(file, promise), HttpTarget(url)
    try:
        return sweep(ledger, promise=promise, target=target, credentials=CREDENTIALS, budget=Budget())
    finally:
        target.close()
        ledger.close()


def new_names(diff: Mapping[str, Any], state: Mapping[str, Any]) -> set[str]:
    """The names of databases, collections and interests that came."""
    kinds = ("copernica.database", "copernica.collection", "copernica.interest")
    rows = {kind: {str(one["id"]): one["name"] for one in state[kind]} for kind in kinds}
    return {rows[kind][key] for kind in kinds for key in diff.get(kind, {}).get("added", ())}


def test_two_full_runs_leave_the_world_as_it_was(promise: Promise, twin: Twin, world: str, tmp_path: Path) -> None:
    before, worlds = told(twin, f"/{world}/state"), told(twin, "")
    for file in (tmp_path / "first.jsonl", tmp_path / "second.jsonl"):
        verdict = judged(promise, address(twin, world), ledger=file)
        assert (list(verdict.findings), verdict.leftovers, verdict.staying) == ([], [], [])
        assert verdict.requests > 100
        ledger = read_ledger(file)
        assert (list(ledger.standing()), ledger.worlds) == ([], [])
    assert (told(twin, f"/{world}/state"), told(twin, "")) == (before, worlds)
    assert told(twin, f"/{world}/journal")["entries"] == []


def test_what_goes_with_the_fork_is_not_removed_piece_by_piece(promise: Promise, twin: Twin, world: str) -> None:
    methods = {fork: set[str]() for fork in (True, False)}
    for fork, sent in methods.items():

        def note(exchange: Exchange, sent: set[str] = sent) -> None:
            if exchange.engine == "clear":
                sent.add(exchange.request.method)

        verdict = judged(promise, address(twin, world), fork=fork, seen=note)
        assert (list(verdict.findings), verdict.touched) == ([], [])
    assert methods == {True: {"GET"}, False: {"GET", "DELETE"}}


def test_a_fork_that_could_not_be_dropped_is_left_behind(
    promise: Promise, twin: Twin, world: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: object) -> bool:
        raise Unreachable("the connection is lost")

    file = tmp_path / "ledger.jsonl"
    with monkeypatch.context() as patch:
        patch.setattr(forking, "drop", lost)
        verdict = judged(promise, address(twin, world), ledger=file, rules=frozenset({"created-as-sent"}))
    (name,) = read_ledger(file).worlds
    assert verdict.leftovers == [f"the world {name}, with all that is in it"]
    assert verdict.exit_code == VIOLATIONS
    assert swept(promise, address(twin, world), file).left == []
    assert name not in told(twin, "")


def test_what_is_made_outside_of_forks_is_on_disk_at_once(
    promise: Promise, twin: Twin, world: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = Counter[bool]()
    monkeypatch.setattr(os, "fsync", lambda _: synced.update([True]))
    judged(promise, address(twin, world), ledger=tmp_path / "fork.jsonl", rules=frozenset({"created-as-sent"}))
    few = synced.total()
    judged(
        promise, address(twin, world), fork=False, ledger=tmp_path / "here.jsonl", rules=frozenset({"created-as-sent"})
    )
    lines = (tmp_path / "here.jsonl").read_bytes().splitlines()
    assert synced.total() - few == len(lines)
    assert few < 10  # the fork itself is written down


def test_the_command_works_in_a_fork_and_has_nothing_to_warn_of(twin: Twin, tmp_path: Path) -> None:
    before = told(twin, "/default/state")
    ended = check(API, "--target", twin.url, "--quick", "--max-requests", "900", folder=tmp_path, environment=TOKENS)
    assert "they stay" not in ended.output
    assert "ended early: the budget is used up: 900 requests" in ended.output
    assert told(twin, "/default/state") == before


def test_what_a_run_does_is_done_in_the_fork(promise: Promise, twin: Twin, world: str) -> None:
    ledger, target = Ledger(None, tag="zk4rtm", api=API), HttpTarget(address(twin, world))
    with forked(target, ledger):
        name = name_of("zk4rtm")
        assert (ledger.worlds, name in told(twin, "")["worlds"]) == ([name], True)
        judged_there = told(twin, f"/{world}/diff/{name}")
        assert judged_there == {}
    assert (ledger.worlds, name in told(twin, "")["worlds"]) == ([], False)
    target.close()


def test_a_run_whose_world_is_there_already_does_not_begin(promise: Promise, twin: Twin, tmp_path: Path) -> None:
    name = name_of(tag_of(6))
    twin.ask("POST", WORLDS, json={"name": name, "from": "default"})
    with pytest.raises(CouldNotRun, match=r"gives the run no world of its own: world .* exists already"):
        judged(promise, twin.url, ledger=tmp_path / "ledger.jsonl")
    assert name in told(twin, "")["worlds"]
    assert read_ledger(tmp_path / "ledger.jsonl").worlds == []
    twin.ask("DELETE", f"{WORLDS}/{name}")


@pytest.mark.parametrize("at", [3, 150])
def test_a_killed_full_run_is_swept(promise: Promise, twin: Twin, world: str, tmp_path: Path, at: int) -> None:
    file, before = tmp_path / "ledger.jsonl", told(twin, f"/{world}/state")
    killed(promise, address(twin, world), file, at=at)
    assert name_of(tag_of(6)) in told(twin, "")["worlds"]
    result = swept(promise, address(twin, world), file)
    assert (result.removed, result.left) == (result.standing, [])
    assert name_of(tag_of(6)) not in told(twin, "")["worlds"]
    assert told(twin, f"/{world}/state") == before
    assert swept(promise, address(twin, world), file) == Swept(0, 0, [])


@pytest.mark.parametrize("name", ["default", "apitwin-zk4rtmx", "apitwin-zk4rt", "zk4rtm"])
def test_a_ledger_that_names_a_world_of_others_sweeps_nothing(promise: Promise, tmp_path: Path, name: str) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl", tag="zk4rtm", api=API, address="there")
    ledger.enter(name)
    ledger.close()
    with pytest.raises(CouldNotRun, match=f"world '{name}' does not carry the tag of the run"):
        opened(tmp_path / "ledger.jsonl", promise)


@pytest.mark.parametrize("name", ["apitwin-zk4rtm", "apitwin-zk4rtm-elsewhere", "apitwin-zk4rtm-elsewhere.2"])
def test_a_ledger_that_names_worlds_of_the_run_is_swept(promise: Promise, tmp_path: Path, name: str) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl", tag="zk4rtm", api=API, address="there")
    ledger.enter(name)
    ledger.close()
    again = opened(tmp_path / "ledger.jsonl", promise)
    again.close()
    assert again.worlds == [name]


def test_a_world_that_is_not_given_back_is_told(promise: Promise, twin: Twin) -> None:
    ledger, target = Ledger(None, tag="zk4rtm", api=API), HttpTarget(twin.url)
    ledger.enter("default")
    with pytest.raises(NoWorld, match="keeps the world default: the world 'default' cannot be dropped"):
        drop(target, ledger)
    target.close()


# --- what stays where nothing is forked


@pytest.mark.parametrize("at", [40, 200])
def test_a_killed_run_in_a_leased_database_is_swept(
    promise: Promise, twin: Twin, world: str, tmp_path: Path, at: int
) -> None:
    file, url, more = tmp_path / "ledger.jsonl", address(twin, world), {"mode": Mode.ADDITIVE, "fork": False}
    killed(promise, url, file, at=at, leased=LEASED, **more)
    assert swept(promise, url, file).left == []
    diff = told(twin, f"/default/diff/{world}")
    assert new_names(diff, told(twin, f"/{world}/state")) <= {"apitwin-c", "apitwin-i"}
    for kind in ("profile", "subprofile", "field", "view", "rule", "condition", "miniview"):
        assert not diff.get(f"copernica.{kind}", {}).get("added"), kind


def test_additive_runs_leave_an_account_as_it_was(promise: Promise, twin: Twin, world: str) -> None:
    url, more = address(twin, world), {"mode": Mode.ADDITIVE, "fork": False, "leased": LEASED}
    first = judged(promise, url, **more)
    assert (list(first.findings), first.leftovers, first.touched) == ([], [], [])
    assert new_names(told(twin, f"/default/diff/{world}"), told(twin, f"/{world}/state")) <= {"apitwin-c", "apitwin-i"}
    twin.ask("POST", WORLDS, json={"name": f"{world}.before", "from": world})
    try:
        second = judged(promise, url, **{**more, "seed": 7})
        diff = told(twin, f"/{world}.before/diff/{world}")
    finally:
        twin.ask("DELETE", f"{WORLDS}/{world}.before")
    assert (list(second.findings), second.leftovers, second.touched) == ([], [], [])
    assert {kind for kind, one in diff.items() if one["added"] or one["removed"]} <= {"copernica.datarequest"}


@pytest.mark.parametrize(
    ("path", "world", "outside"),
    [("", "default", ""), ("/copernica-v1", "default", "/copernica-v1"), ("/__world__/mine", "mine", ""),
     ("/__world__/my%2Eown/copernica-v1/", "my.own", "/copernica-v1")],
)  # fmt: skip
def test_an_address_names_a_world_or_none(path: str, world: str, outside: str) -> None:
    target = HttpTarget(f"http://127.0.0.1:9{path}")
    assert (target.world, target.outside().address) == (world, f"http://127.0.0.1:9{outside}")
