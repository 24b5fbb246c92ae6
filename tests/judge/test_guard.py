"""The guard: writes reach only what is the run's own; whatever it cannot tell is refused."""

from __future__ import annotations

import pytest

from contract_tests.exchange import Request
from contract_tests.guard import Guard, Refused
from contract_tests.ledger import Ledger
from contract_tests.model import tellers
from contract_tests.promise import Promise
from contract_tests.resources import resources_of

TAG = "zk4rtm"
GUID = "0b7e6a52-58c4-4cb0-9a51-1f0b6a9f3d11"
OWN_OU = f"OU%3D{TAG}-o1,DC%3Dkopicloud,DC%3Dlocal"


@pytest.fixture
def ledger(kopicloud_promise: Promise) -> Ledger:
    return Ledger(None, tag=TAG, api="kopicloud-ad", telling=tellers(resources_of(kopicloud_promise)))


@pytest.fixture
def guard(kopicloud_promise: Promise, ledger: Ledger) -> Guard:
    return Guard(promise=kopicloud_promise, resources=resources_of(kopicloud_promise).values(), ledger=ledger)


def passes(guard: Guard, method: str, target: str, body: bytes = b"") -> bool:
    try:
        guard.check(Request(method, target, (), body))
    except Refused:
        return False
    return True


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("GET", "/api/ADUser/ann.lee/Details"),
        ("GET", "/api/OU/All"),
        ("HEAD", "/api/OU/All"),
        ("POST", f"/api/ADUser/{TAG}-u1?OUPath={OWN_OU}"),
        ("PUT", f"/api/ADUser/{TAG.upper()}-U1?City=Oslo"),
        ("PUT", f"/api/ADUser/{TAG}-u1/Rename/{TAG}-u2"),
        ("DELETE", f"/api/OU/Path/Remove?OUPath={OWN_OU}"),
        ("DELETE", f"/api/Computers/Remove?WildCard={TAG}-c*&OUPath={OWN_OU}"),
        ("POST", f"/api/ADUser/{TAG}-u1/Group/{TAG}-g1"),
        ("POST", f"/api/DnsARecord?DNS_HostName={TAG}-a1&IP_Address=198.18.0.1&ZoneName={TAG}-1.example"),
        ("POST", f"/api/Login?username={TAG}-u1&password=wrong"),
        ("POST", "/api/Login?username=&password=wrong"),
        ("PATCH", f"/api/ADUser/{TAG}-u1/Details"),
    ],
)
def test_reads_and_own_things_pass(guard: Guard, method: str, target: str) -> None:
    assert passes(guard, method, target)


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("DELETE", "/api/ADUser/ann.lee"),
        ("DELETE", "/api/aduser/ANN.LEE"),
        ("PUT", "/api/ADUser/ann.lee?City=Oslo"),
        ("PUT", f"/api/ADUser/{TAG}-u1/Rename/ann.lee"),
        ("POST", "/api/ADUser/new.user"),
        ("DELETE", "/api/OU/Path/Remove?OUPath=OU%3DStaff,DC%3Dkopicloud,DC%3Dlocal"),
        ("DELETE", "/api/OU/Path/Remove?oupath=OU%3DStaff,DC%3Dkopicloud,DC%3Dlocal"),
        ("DELETE", f"/api/OU/Path/Remove?OUPath={OWN_OU}&OUPath=OU%3DStaff,DC%3Dkopicloud,DC%3Dlocal"),
        ("DELETE", "/api/OU/Path/Remove"),
        ("DELETE", "/api/Computers/Remove?WildCard=*"),
        ("DELETE", f"/api/Computers/Remove?WildCard=*&OUPath={OWN_OU}"),
        ("DELETE", f"/api/Computers/Remove?WildCard={TAG}-c*"),
        ("DELETE", f"/api/Computers/Remove?OUPath={OWN_OU}"),
        ("POST", f"/api/ADUser/ann.lee/Group/{TAG}-g1"),
        ("POST", f"/api/ADUser/{TAG}-u1/Group/Domain%20Admins"),
        ("DELETE", f"/api/ADUserGuid?UserGuid={GUID}"),
        ("DELETE", "/api/DnsLookupZone/kopicloud.local"),
        ("DELETE", "/api/DnsReverseLookupZone/10.20.30.0%2F24"),
        ("POST", "/api/Login?username=ann.lee&password=wrong"),
        ("POST", "/api/Somewhere/else"),
        ("PATCH", "/api/ADUser/ann.lee/Details"),
        ("TRACE", "/api/OU/All"),
    ],
)
def test_what_is_not_the_runs_own_is_refused(guard: Guard, method: str, target: str) -> None:
    assert not passes(guard, method, target)
    assert guard.refused.total() == 1


def test_an_id_is_own_once_the_ledger_knows_it(guard: Guard, ledger: Ledger) -> None:
    target = f"/api/ADUserGuid?UserGuid={GUID.upper()}"
    assert not passes(guard, "DELETE", target)
    entry = ledger.intend("user", {"Username": f"{TAG}-u1"})
    ledger.know(entry, {"guid": GUID, "city": "Oslo"})
    assert passes(guard, "DELETE", target)
    assert not passes(guard, "DELETE", "/api/ADUser/Oslo")


def test_what_a_refused_creation_named_is_not_own(guard: Guard, ledger: Ledger) -> None:
    target = "/api/DnsReverseLookupZone/198.18.7.0%2F24"
    entry = ledger.intend("dns_reverse_lookup_zone", {"NetworkID": "198.18.7.0/24"})
    assert passes(guard, "POST", target)
    ledger.disown(entry)
    assert not passes(guard, "DELETE", target)


def test_a_second_refused_creation_does_not_disown_the_first(guard: Guard, ledger: Ledger) -> None:
    ledger.intend("dns_reverse_lookup_zone", {"NetworkID": "198.18.7.0/24"})
    ledger.disown(ledger.intend("dns_reverse_lookup_zone", {"NetworkID": "198.18.7.0/24"}))
    assert passes(guard, "DELETE", "/api/DnsReverseLookupZone/198.18.7.0%2F24")


@pytest.mark.parametrize("body", [b'{"Username": "ann.lee"}', b"Username=ann.lee", b"[1]", b"\xff\xfe"])
def test_values_in_bodies_of_operations_without_a_body_change_nothing(guard: Guard, body: bytes) -> None:
    assert passes(guard, "PUT", f"/api/ADUser/{TAG}-u1?City=Oslo", body)
