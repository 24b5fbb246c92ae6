"""Broken twins: each is found by a rule that was written for its fault, and a twin without one by none."""

from __future__ import annotations

from collections import Counter

import pytest

from apitwin.data import specs_dir
from contract_tests.planted.fault import Fault, catalogue, fault, patched
from contract_tests.planted.measure import Ground, seen_by
from contract_tests.planted.wire import answers
from contract_tests.promise import Promise, PromiseError, load
from contract_tests.rules.registry import discover
from mockserver.apis.kopicloud_ad.service import users

APIS = ("kopicloud-ad", "copernica-v1")
FAULTS = {api: catalogue(api) for api in APIS}
#: Faults that only sequences of changes show take long to be found; the tests of the machines look for them.
WALKED = [
    (api, one)
    for api, faults in FAULTS.items()
    for one in faults
    if not any(discover()[rule].scope == "machine" for rule in one.rules)
]


@pytest.fixture(scope="module")
def ground(kopicloud_promise: Promise) -> Ground:
    """A twin to plant faults in."""
    return Ground(kopicloud_promise)


@pytest.fixture(scope="module")
def grounds(ground: Ground) -> dict[str, Ground]:
    """One of each API."""
    return {"kopicloud-ad": ground, "copernica-v1": Ground(load(specs_dir() / "copernica-v1"))}


@pytest.mark.parametrize(
    ("api", "planted"), WALKED, ids=lambda one: one if isinstance(one, str) else f"{one.family}-{one.name}"
)
def test_a_fault_is_found(grounds: dict[str, Ground], api: str, planted: Fault) -> None:
    outcome = grounds[api].judge(planted, quick=True)
    assert outcome.expected, (
        f"{planted.title}: {planted.evidence.word} by {sorted(planted.rules)}, got {outcome.caught}"
    )
    assert outcome.broke == ()


def test_every_rule_catches_a_fault() -> None:
    caught = {rule for faults in FAULTS.values() for one in faults for rule in one.rules}
    assert caught == set(discover())


@pytest.mark.parametrize("api", APIS)
def test_faults_have_names_of_their_own(api: str) -> None:
    assert [name for name, count in Counter(one.name for one in FAULTS[api]).items() if count > 1] == []


@pytest.mark.parametrize(("api", "most", "each"), [("kopicloud-ad", 60, 5), ("copernica-v1", 70, 2)])
def test_there_are_faults_of_every_kind(api: str, most: int, each: int) -> None:
    families = Counter(one.family for one in FAULTS[api])
    assert len(FAULTS[api]) >= most
    assert min(families.values()) >= each


@pytest.mark.parametrize("api", APIS)
def test_a_server_without_a_fault_is_found_faultless(grounds: dict[str, Ground], api: str) -> None:
    outcome = grounds[api].judge(fault("none", "nothing is wrong", "created-as-sent"))
    assert outcome.caught == {}
    assert (outcome.refused, outcome.broke) == ("", ())


def test_a_fault_ends_with_its_run(ground: Ground) -> None:
    good = users.delete
    planted = fault(
        "idle", "a deleted user stays", "deleted-is-gone", patched(users, "delete", lambda _: lambda *_: None)
    )
    assert ground.judge(planted, quick=True).expected
    assert users.delete is good


def test_a_fault_of_an_unknown_operation_is_an_error(ground: Ground) -> None:
    planted = fault("typo", "a group is not shown", "types", answers(lambda _, answer: answer, "getGruop"))
    with pytest.raises(PromiseError, match=r"unknown operation 'getGruop' \(did you mean 'getGroup'\?\)"):
        ground.judge(planted, quick=True)


@pytest.mark.parametrize("api", APIS)
def test_faults_are_planted_in_operations_there_are(grounds: dict[str, Ground], api: str) -> None:
    ground, lost = grounds[api], dict[str, str]()
    for one in FAULTS[api]:
        try:
            with one.plant(ground.twin.app, one.demand(ground.promise)):
                pass
        except PromiseError as error:
            lost[one.name] = str(error)
    assert lost == {}


def test_rules_that_only_make_requests_are_told_by_the_one_on_statuses() -> None:
    known = discover()
    assert seen_by(fault("a", "", "deleting-again"), known) == {"deleting-again", "status-fits-situation"}
    assert seen_by(fault("a", "", "types"), known) == {"types"}
