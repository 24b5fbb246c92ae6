"""A whole run, in process: on the twin it finds nothing and leaves nothing; without footing it says so in one line."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from contract_tests.credentials import Credentials
from contract_tests.exchange import Request, Response
from contract_tests.ledger import read_ledger
from contract_tests.promise import Promise
from contract_tests.run import CouldNotRun, Wish, run
from contract_tests.targets import AsgiTarget, Unreachable
from mockserver.app import Twin
from mockserver.kernel.clock import Clock


def state_of(twin: Twin, world: str) -> dict[str, Any]:
    """Every row, but for tokens of accounts that are no more: what a login issued outlives the account."""
    rows = twin.worlds.dump(world)
    accounts = {one.id for one in rows["kopicloud-ad.object"]}
    return {**rows, "kopicloud-ad.token": [one for one in rows["kopicloud-ad.token"] if one.user in accounts]}


@pytest.mark.parametrize(("seed", "examples"), [(1, 1), (20261125, 8)])
def test_the_twin_conforms_and_is_left_as_it_was(
    kopicloud: Twin, kopicloud_promise: Promise, target: AsgiTarget, credentials: Credentials, seed: int, examples: int
) -> None:
    before = state_of(kopicloud, target.address)
    wish = Wish(promise=kopicloud_promise, target=target, credentials=credentials, seed=seed, examples=examples)
    verdict = run(wish)
    assert [(one.rule, one.operation, one.complaint.message) for one in verdict.findings] == []
    assert (verdict.exit_code, verdict.leftovers) == (0, [])
    assert verdict.coverage.missing(kopicloud_promise) == []
    after = state_of(kopicloud, target.address)
    assert after == before


def test_the_ledger_of_a_finished_run_has_nothing_standing(
    kopicloud_promise: Promise, target: AsgiTarget, credentials: Credentials, tmp_path: Path
) -> None:
    path = tmp_path / "ledger.jsonl"
    wish = Wish(promise=kopicloud_promise, target=target, credentials=credentials, ledger=path, examples=0)
    assert run(wish).leftovers == []
    ledger = read_ledger(path)
    assert ledger.entries
    assert list(ledger.standing()) == []


def test_the_same_seed_makes_the_same_requests(
    kopicloud: Twin, kopicloud_promise: Promise, target: AsgiTarget, credentials: Credentials
) -> None:
    still(kopicloud, target.address)
    first = _requests(Wish(promise=kopicloud_promise, target=target, credentials=credentials, seed=5, examples=0))
    still(kopicloud, target.address)
    again = _requests(Wish(promise=kopicloud_promise, target=target, credentials=credentials, seed=5, examples=0))
    assert first == again


def still(twin: Twin, world: str) -> None:
    """A world as it was planted, at one moment: what a login issues tells the time."""
    twin.worlds.restore(world, "default")
    with twin.worlds.transaction(world) as store:
        Clock(store=store).freeze(datetime(2026, 11, 25, tzinfo=UTC))


def test_a_wrong_credential_is_told_before_anything_else_is_sent(
    kopicloud_promise: Promise, target: AsgiTarget
) -> None:
    recorder = Recorder(target)
    with pytest.raises(CouldNotRun, match=r"is the credential in APITWIN_TOKEN good\? listAllOus answered 401"):
        run(Wish(promise=kopicloud_promise, target=recorder, credentials=Credentials({"valid": "Bearer nonsense"})))
    assert len(recorder.requests) == 1


def test_a_target_that_dies_on_the_way_fails_the_run(
    kopicloud_promise: Promise, target: AsgiTarget, credentials: Credentials
) -> None:
    verdict = run(Wish(promise=kopicloud_promise, target=Mortal(target, 40), credentials=credentials, examples=0))
    assert verdict.exit_code == 1
    assert "stopped answering after 40 requests" in verdict.stopped
    assert verdict.leftovers


def test_ctrl_c_clears_up(
    kopicloud: Twin, kopicloud_promise: Promise, target: AsgiTarget, credentials: Credentials
) -> None:
    before = state_of(kopicloud, target.address)
    interrupts = itertools.count()

    def interrupt(progress: Any) -> None:
        if next(interrupts) == 30:
            raise KeyboardInterrupt

    wish = Wish(promise=kopicloud_promise, target=target, credentials=credentials, progress=interrupt, examples=0)
    with pytest.raises(KeyboardInterrupt):
        run(wish)
    assert next(interrupts) > 30
    assert state_of(kopicloud, target.address) == before


class Recorder:
    """A target that notes what it was sent."""

    in_process = True

    def __init__(self, inner: AsgiTarget) -> None:
        self.address, self._inner = inner.address, inner
        self.requests: list[Request] = []

    def send(self, request: Request) -> Response:
        self.requests.append(request)
        return self._inner.send(request)

    def close(self) -> None:
        self._inner.close()


class Mortal(Recorder):
    """A target that answers a number of requests and then no more."""

    def __init__(self, inner: AsgiTarget, life: int) -> None:
        super().__init__(inner)
        self._life = life

    def send(self, request: Request) -> Response:
        if len(self.requests) >= self._life:
            raise Unreachable("connection refused")
        return super().send(request)


def _requests(wish: Wish) -> list[bytes]:
    """What a run sends, without ids, which the target chooses."""
    recorder = Recorder(wish.target)  # type: ignore[arg-type]
    run(Wish(**{**vars(wish), "target": recorder}))
    return [orjson.dumps([one.method, one.target, one.headers]) for one in recorder.requests]
