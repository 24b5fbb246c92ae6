"""What a run that only reads finds in what stands on a target, and what it does not take for a fault."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from apitwin.data import specs_dir
from contract_tests.exchange import Request, Response
from contract_tests.modes import Mode
from contract_tests.ordered import is_later
from contract_tests.planted.fault import catalogue
from contract_tests.planted.measure import Ground
from contract_tests.promise import Promise, load
from contract_tests.run import Wish, run
from contract_tests.targets import AsgiTarget, Target
from contract_tests.verdict import Verdict
from tests.judge.test_false_alarms import Crowd, told

#: Faults that show in reads, and the rule that tells.
SHOWN = {
    "container-ignored": "lists-keep-to-their-place",
    "never-recursive": "lists-keep-to-their-place",
    "recursive-ignored": "lists-keep-to-their-place",
    "newest-missing": "lists-keep-to-their-place",
    "zone-ignored": "lists-keep-to-their-filter",
    "address-ignored": "lists-keep-to-their-filter",
    "one-per-name": "lists-keep-to-their-filter",
    "directions-mixed": "lists-keep-to-their-filter",
    "wrong-type": "lists-keep-to-their-filter",
    "unordered": "lists-in-order",
    "ordered-by-place": "lists-in-order",
    "result-null-on-empty-list": "lists-nothing-as-empty",
    "nulls-as-words": "nothing-is-no-word",
    "reading-changes-once": "reading-changes-nothing",
}


@pytest.fixture(scope="module")
def ground(kopicloud_promise: Promise) -> Ground:
    return Ground(kopicloud_promise)


@pytest.fixture
def planted(ground: Ground) -> Iterator[AsgiTarget]:
    """The twin as planted."""
    ground.twin.worlds.reset("default")
    target = AsgiTarget(ground.twin.app)
    yield target
    target.close()


def looked_at(ground: Ground, target: Target, seed: int) -> Verdict:
    """A run that only reads."""
    credentials = ground.credentials
    return run(
        Wish(
            promise=ground.promise,
            target=target,
            credentials=credentials,
            seed=seed,
            mode=Mode.READ_ONLY,
            examples=0,
            plays=0,
        )
    )


@pytest.mark.parametrize("seed", [3, 20, 777])
def test_nothing_is_found_on_the_twin(ground: Ground, planted: AsgiTarget, seed: int) -> None:
    verdict = looked_at(ground, planted, seed)
    assert told(verdict) == []
    assert verdict.judged["lists-keep-to-their-place"] >= 3
    assert verdict.judged["lists-keep-to-their-filter"] >= 5


def test_nothing_is_found_on_another_twin() -> None:
    ground = Ground(load(specs_dir() / "copernica-v1"))
    target = AsgiTarget(ground.twin.app)
    assert told(looked_at(ground, target, 3)) == []
    target.close()


def test_nothing_is_found_while_others_write(ground: Ground, planted: AsgiTarget) -> None:
    crowd = Crowd(planted, ground.credentials.values["valid"])
    assert told(looked_at(ground, crowd, 5)) == []
    assert crowd.others > 500


class Denying:
    """A target that knows nobody it has listed; from then on its lists of users are refused, if they are to be."""

    in_process = True
    address = "denying"

    def __init__(self, inner: Target, token: str, *, refusing: bool) -> None:
        self._inner, self._refusing, self._denied = inner, refusing, False
        self._absent = inner.send(Request("GET", "/api/ADUser/nobody/Details", (("Auth-Token", token),)))

    def send(self, request: Request) -> Response:
        if re.fullmatch("/api/ADUser/[^/]+/Details", request.path):
            self._denied = True
            return self._absent
        if self._denied and self._refusing and request.path.startswith("/api/ADUser/ListUsers"):
            return Response(500, (), b"", 0.0)
        return self._inner.send(request)

    def close(self) -> None: ...


@pytest.mark.parametrize("refusing", [False, True])
def test_a_list_that_is_refused_does_not_say_that_something_is_gone(
    ground: Ground, planted: AsgiTarget, refusing: bool
) -> None:
    target = Denying(planted, ground.credentials.values["valid"], refusing=refusing)
    found = [one.exchange for one in looked_at(ground, target, 3).findings]
    details = {(one.situation, one.response.status) for one in found if one.request.path.endswith("/Details")}
    assert ("success", 404) in details


@pytest.mark.parametrize("name", SHOWN)
def test_a_fault_that_shows_in_reads_is_found(ground: Ground, name: str) -> None:
    fault = next(one for one in catalogue("kopicloud-ad") if one.name == name)
    outcome = ground.judge(fault, mode=Mode.READ_ONLY)
    assert SHOWN[name] in outcome.expected, outcome.caught


@pytest.mark.parametrize(
    ("one", "other", "later"),
    [
        ("b", "a", True),
        ("B", "a", True),
        ("a", "B", False),
        ("a2", "a1", True),
        ("co-op", "coat", False),
        ("é", "f", False),
        ("ab", "a", False),
        ("a", "a", False),
    ],
)
def test_order_is_judged_where_every_collation_agrees(one: str, other: str, later: bool) -> None:
    assert is_later(one, other) is later
