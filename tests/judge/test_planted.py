"""Broken twins: each is found by a rule that was written for its fault, and a twin without one by none."""

from __future__ import annotations

from collections import Counter

import pytest

from contract_tests.planted.fault import Fault, catalogue, fault, patched
from contract_tests.planted.measure import Ground, seen_by
from contract_tests.promise import Promise
from contract_tests.rules.registry import discover
from mockserver.apis.kopicloud_ad.service import users

API = "kopicloud-ad"
FAULTS = catalogue(API)
#: Faults that only sequences of changes show take long to be found; the tests of the machines look for them.
WALKED = [one for one in FAULTS if not any(discover()[rule].scope == "machine" for rule in one.rules)]


@pytest.fixture(scope="module")
def ground(kopicloud_promise: Promise) -> Ground:
    """A twin to plant faults in."""
    return Ground(kopicloud_promise)


@pytest.mark.parametrize("planted", WALKED, ids=lambda one: f"{one.family}-{one.name}")
def test_a_fault_is_found(ground: Ground, planted: Fault) -> None:
    outcome = ground.judge(planted, quick=True)
    assert outcome.expected, (
        f"{planted.title}: {planted.evidence.word} by {sorted(planted.rules)}, got {outcome.caught}"
    )


def test_every_rule_catches_a_fault() -> None:
    caught = {rule for one in FAULTS for rule in one.rules}
    assert caught == set(discover())


def test_faults_have_names_of_their_own() -> None:
    assert [name for name, count in Counter(one.name for one in FAULTS).items() if count > 1] == []


def test_there_are_faults_of_every_kind() -> None:
    families = Counter(one.family for one in FAULTS)
    assert len(FAULTS) >= 60
    assert min(families.values()) >= 5


def test_a_server_without_a_fault_is_found_faultless(ground: Ground) -> None:
    outcome = ground.judge(fault("none", "nothing is wrong", "created-as-sent"))
    assert outcome.caught == {}
    assert outcome.refused == ""


def test_a_fault_ends_with_its_run(ground: Ground) -> None:
    good = users.delete
    planted = fault(
        "idle", "a deleted user stays", "deleted-is-gone", patched(users, "delete", lambda _: lambda *_: None)
    )
    assert ground.judge(planted, quick=True).expected
    assert users.delete is good


def test_rules_that_only_make_requests_are_told_by_the_one_on_statuses() -> None:
    known = discover()
    assert seen_by(fault("a", "", "deleting-again"), known) == {"deleting-again", "status-fits-situation"}
    assert seen_by(fault("a", "", "types"), known) == {"types"}
