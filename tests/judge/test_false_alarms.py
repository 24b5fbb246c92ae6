"""A correct server is found correct: whatever the seed, however busy it is, whatever an earlier run has left on it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from contract_tests.exchange import Request, Response
from contract_tests.planted.measure import Ground
from contract_tests.promise import Promise
from contract_tests.run import Wish, run
from contract_tests.targets import AsgiTarget, Target, Unreachable
from contract_tests.verdict import Verdict
from mockserver.app import Twin


@pytest.fixture(scope="module")
def ground(kopicloud_promise: Promise) -> Ground:
    """A twin, and every credential a run can be given."""
    return Ground(kopicloud_promise)


@contextmanager
def fresh(ground: Ground) -> Iterator[AsgiTarget]:
    """The twin as planted."""
    ground.twin.worlds.reset("default")
    target = AsgiTarget(ground.twin.app)
    try:
        yield target
    finally:
        target.close()


def walked(ground: Ground, target: Target, seed: int) -> Verdict:
    """A run of everything but random cases and sequences."""
    return run(
        Wish(promise=ground.promise, target=target, credentials=ground.credentials, seed=seed, examples=0, plays=0)
    )


def told(verdict: Verdict) -> list[tuple[str, str, str]]:
    """Findings, leftovers and breakdowns, to be compared with none."""
    found = [(one.rule, one.operation, one.complaint.message) for one in verdict.findings]
    found += [("breakdown", "", one.line) for one in verdict.breakdowns]
    return found + [("leftover", "", one) for one in verdict.leftovers]


def state(twin: Twin) -> dict[str, Any]:
    """Every row, but for tokens of accounts that are no more."""
    rows = twin.worlds.dump("default")
    accounts = {one.id for one in rows["kopicloud-ad.object"]}
    return {**rows, "kopicloud-ad.token": [one for one in rows["kopicloud-ad.token"] if one.user in accounts]}


@pytest.mark.parametrize("seed", [3, 20, 777])
def test_nothing_is_found_on_the_twin_and_nothing_is_left_there(ground: Ground, seed: int) -> None:
    with fresh(ground) as target:
        before = state(ground.twin)
        assert told(walked(ground, target, seed)) == []
        assert state(ground.twin) == before


class Crowd:
    """A target on which somebody else writes before every request."""

    in_process = True
    address = "crowded"

    def __init__(self, inner: Target, token: str) -> None:
        self._inner, self._headers = inner, (("Auth-Token", token),)
        self._chance = random.Random(1)
        self._users: list[str] = []
        self.others = 0

    def send(self, request: Request) -> Response:
        self.others += 1
        method, target = self._deed(self.others)
        self._inner.send(Request(method, target, self._headers))
        return self._inner.send(request)

    def _deed(self, number: int) -> tuple[str, str]:
        if self._users and self._chance.random() < 0.2:
            return "DELETE", self._users.pop(self._chance.randrange(len(self._users)))
        user = f"/api/ADUser/someone{number}"
        self._users.append(user)
        address = f"10.1.{number // 250 % 250}.{number % 250}"
        return self._chance.choice(
            [
                ("POST", f"{user}?City=Oslo"),
                ("PUT", f"/api/ADUser/ann.lee?City=Town{number}"),
                ("POST", f"/api/OU?OUName=Other{number}&OUDestinationPath=DC=kopicloud,DC=local"),
                ("POST", f"/api/ADGroups/Crew{number}/Security"),
                ("POST", f"/api/Computers/PC{number}/Register"),
                ("POST", f"/api/DnsARecord?DNS_HostName=host{number}&IP_Address={address}"),
                ("POST", f"/api/DnsLookupZone/zone{number}.example"),
            ]
        )

    def close(self) -> None: ...


def test_nothing_is_found_while_others_write(ground: Ground) -> None:
    with fresh(ground) as target:
        crowd = Crowd(target, ground.credentials.values["valid"])
        assert told(walked(ground, crowd, 5)) == []
        assert crowd.others > 1000


class Mortal:
    """A target that is gone after some requests."""

    in_process = True
    address = "mortal"

    def __init__(self, inner: Target, requests: int) -> None:
        self._inner, self._left = inner, requests

    def send(self, request: Request) -> Response:
        self._left -= 1
        if self._left < 0:
            raise Unreachable("it is gone")
        return self._inner.send(request)

    def close(self) -> None: ...


def test_nothing_is_found_after_a_run_that_was_cut_off(ground: Ground) -> None:
    with fresh(ground) as target:
        assert walked(ground, Mortal(target, 1200), 8).leftovers
        before = state(ground.twin)
        assert told(walked(ground, target, 9)) == []
        assert state(ground.twin) == before
