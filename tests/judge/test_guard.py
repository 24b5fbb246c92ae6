"""The guard: writes reach only what is the run's own; whatever it cannot tell is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contract_tests.exchange import Request
from contract_tests.guard import Guard, Refused
from contract_tests.ledger import Ledger
from contract_tests.model import tellers
from contract_tests.modes import Mode
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
    return guard_of(kopicloud_promise, ledger, Mode.ADDITIVE)


def guard_of(promise: Promise, ledger: Ledger, mode: Mode) -> Guard:
    return Guard(promise=promise, resources=resources_of(promise).values(), ledger=ledger, mode=mode)


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
        ("DELETE", f"/api/Computers/Remove?WildCard={TAG}*c1&OUPath={OWN_OU}"),
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
        ("DELETE", f"/api/Computers/Remove?WildCard=*{TAG}&OUPath={OWN_OU}"),
        ("DELETE", f"/api/Computers/Remove?WildCard=x*{TAG}&OUPath={OWN_OU}"),
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


def test_what_was_there_before_is_never_own(guard: Guard, ledger: Ledger) -> None:
    """A server may answer a creation with somebody else's object."""
    ledger.respect("user", {"guid": GUID, "username": "ann.lee", "city": "Oslo"})
    ledger.know(ledger.intend("user", {"Username": f"{TAG}-u1"}), {"guid": GUID, "username": "ann.lee"})
    assert not passes(guard, "DELETE", f"/api/ADUserGuid?UserGuid={GUID}")
    assert not passes(guard, "DELETE", "/api/ADUser/ann.lee")
    assert passes(guard, "DELETE", f"/api/ADUser/{TAG}-u1")


def test_what_a_thing_hangs_on_is_not_own_with_it(guard: Guard, ledger: Ledger) -> None:
    ledger.intend("user", {"Username": f"{TAG}-u1", "OUPath": "OU=Staff,DC=kopicloud,DC=local"})
    ledger.intend("membership", {"Username": f"{TAG}-u1", "GroupName": "Domain Admins"})
    ledger.intend("dns_a_record", {"DNS_HostName": f"{TAG}-a1", "ZoneName": "kopicloud.local"})
    assert not passes(guard, "DELETE", "/api/OU/Path/Remove?OUPath=OU%3DStaff,DC%3Dkopicloud,DC%3Dlocal")
    assert not passes(guard, "DELETE", "/api/ADGroups/Domain%20Admins")
    assert not passes(guard, "DELETE", "/api/DnsLookupZone/kopicloud.local")


def test_a_name_in_a_zone_of_the_run_is_not_own_elsewhere(guard: Guard, ledger: Ledger) -> None:
    values = {"DNS_HostName": "www", "IP_Address": "198.18.0.1", "ZoneName": f"{TAG}-1.example"}
    entry = ledger.intend("dns_a_record", values)
    ledger.know(entry, {"name": "www", "zone": f"{TAG}-1.example"})
    record = "/api/DnsARecord?DNS_HostName=www&IP_Address=198.18.0.1&ZoneName="
    assert passes(guard, "DELETE", f"{record}{TAG}-1.example")
    assert not passes(guard, "DELETE", f"{record}kopicloud.local")


@pytest.mark.parametrize("mode", [Mode.ADDITIVE, Mode.FULL])
def test_a_record_without_a_name_is_the_runs_in_its_zones_alone(
    kopicloud_promise: Promise, ledger: Ledger, mode: Mode
) -> None:
    guard = guard_of(kopicloud_promise, ledger, mode)
    record = "/api/DnsARecord?DNS_HostName={}&IP_Address=198.18.0.1&ZoneName={}"
    assert passes(guard, "DELETE", record.format("", f"{TAG}-1.example"))
    assert passes(guard, "DELETE", record.format(f"{TAG}-a1", "kopicloud.local"))
    assert not passes(guard, "DELETE", record.format("", "kopicloud.local"))
    assert not passes(guard, "DELETE", record.format("", "kopicloud.local") + f"&DNS_HostName={TAG}-a1")


def test_a_fact_of_the_target_may_be_hung_on(guard: Guard) -> None:
    target = f"/api/OU?OUName={TAG}-o1&OUDestinationPath=DC%3Dkopicloud,DC%3Dlocal"
    assert not passes(guard, "POST", target)
    guard.facts = frozenset({"dc=kopicloud,dc=local"})
    assert passes(guard, "POST", target)
    assert not passes(guard, "DELETE", "/api/OU/Path/Remove?OUPath=DC%3Dkopicloud,DC%3Dlocal")


@pytest.mark.parametrize(
    "target",
    [
        # path: other spellings of somebody's name, and ways out of the run's own
        f"/api/ADUser/{TAG}-u1/../ann.lee",
        f"/api/ADUser/{TAG}-u1/%2e%2e/ann.lee",
        f"/api/ADUser/{TAG}-u1%2F..%2Fann.lee",
        f"/api/ADUser/{TAG}-u1%2f%2e%2e%2fann.lee",
        f"/api/ADUser/{TAG}-u1%252F..%252Fann.lee",
        f"/api/ADUser/{TAG}-u1%5C..%5Cann.lee",
        f"/api/ADUser/{TAG}-u1\\..\\ann.lee",
        f"/api/ADUser/ann.lee;{TAG}",
        f"/api/ADUser/ann.lee%3B{TAG}",
        f"/api/ADUser/{TAG};/ann.lee",
        f"/api/ADUser/ann.lee%00{TAG}",
        f"/api/ADUser/{TAG}-u1%00",
        f"/api/ADUser/ann.lee%23{TAG}",
        f"/api/ADUser/ann.lee#{TAG}",
        f"/api/ADUser/ann.lee%3F{TAG}",
        f"/api/ADUser/ann.lee-{TAG}",
        f"/api/ADUser/ann.lee%20{TAG}",
        f"/api/ADUser/{TAG}%2A",
        f"/api/ADUser/*{TAG}*",
        f"/api/ADUser/*)(cn={TAG}",
        f"/api/ADUser/ann.lee,{TAG}",
        f"/api/ADUser/{TAG}-u1,ann.lee",
        f"/api/ADUser/{TAG}-u1|ann.lee",
        f"/api/ADUser/ann.lee@{TAG}",
        f"/api/ADUser/%EF%BC%AAnn.lee%EF%BC%8F{TAG}",
        f"/api/ADUser/{TAG}%EF%BC%8F%EF%BC%8E%EF%BC%8E%EF%BC%8Fann.lee",
        f"/api/ADUser/{TAG}%c0%ae%c0%ae",
        f"/api/ADUser/{TAG}%E2%80%AE",
        f"/api/ADUser//{TAG}-u1",
        f"//api/ADUser/{TAG}-u1",
        f"/api/./ADUser/{TAG}-u1",
        f"/api/ADUser/{TAG}-u1/.",
        f"/api/ADUser/{TAG}-u1//",
        f"http://elsewhere.example/api/ADUser/{TAG}-u1",
        f"api/ADUser/{TAG}-u1",
        f"/api/ADUser/ann.lee?{TAG}",
        f"/api/ADUser/ann.lee?Username={TAG}-u1",
        # query: somebody's name beside the run's own
        f"/api/ADUser/{TAG}-u1?Username=ann.lee",
        f"/api/ADUser/{TAG}-u1?USERNAME=ann.lee",
        f"/api/ADUser/{TAG}-u1?user_name=ann.lee",
        f"/api/ADUser/{TAG}-u1?Username[]=ann.lee",
        f"/api/ADUser/{TAG}-u1?user[Username]=ann.lee",
        f"/api/ADUser/{TAG}-u1?model.Username=ann.lee",
        f"/api/ADUser/{TAG}-u1?User%256eame=ann.lee",
        f"/api/ADUser/{TAG}-u1?%EF%BC%B5sername=ann.lee",
        f"/api/ADUser/{TAG}-u1?x=1;Username=ann.lee",
        f"/api/ADUser/{TAG}-u1?Username={TAG}-u1&Username=ann.lee",
        f"/api/ADUser/{TAG}-u1?_method=PUT",
    ],
)
def test_no_spelling_reaches_somebody_elses(guard: Guard, target: str) -> None:
    assert not passes(guard, "DELETE", target)


@pytest.mark.parametrize("suffix", ["", "/", "?x=1", "?City=a;b", "?note=ann.lee"])
def test_plain_spellings_of_own_names_pass(guard: Guard, suffix: str) -> None:
    assert passes(guard, "DELETE", f"/api/ADUser/{TAG}-u1{suffix}")
    assert passes(guard, "DELETE", f"/api/ADUser/{TAG}-%C3%BC%20%E6%BC%A2{suffix}")


@pytest.mark.parametrize("name", [f"OU=Inside,OU={TAG}-o1,DC=x", f"ou={TAG.upper()}-O1, dc=x", f"OU={TAG}-o1,DC=x\\,y"])
def test_a_distinguished_name_in_or_of_a_container_of_the_run_is_own(ledger: Ledger, name: str) -> None:
    assert ledger.owns(name)


@pytest.mark.parametrize(
    "name",
    [
        f"OU=Staff-{TAG},DC=x",
        f"OU=Staff,DC=x;OU={TAG}",
        f"OU=*,OU={TAG}",
        f"OU={TAG}\\,OU=Staff",
        f"OU=Staff\\,{TAG},DC=x",
        f"OU=Staff+CN={TAG},DC=x",
        f"OU=Staff,{TAG}",
        TAG[:-1],
        "",
        f" {TAG}-u1",
    ],
)
def test_the_tag_must_begin_a_name(ledger: Ledger, name: str) -> None:
    assert not ledger.owns(name)


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "x-http-method", "X-Method-Override"])
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_a_header_that_stands_for_another_method_is_refused(guard: Guard, method: str, name: str) -> None:
    with pytest.raises(Refused, match="may stand for another method"):
        guard.check(Request(method, f"/api/ADUser/{TAG}-u1/Details", ((name, "DELETE"),)))


BODIES = [
    (b'{"Username": "ann.lee"}', "application/json"),
    (b'{"username": "ann.lee"}', ""),
    (b'{"user": {"Username": "ann.lee"}}', "application/json"),
    (b'[{"Username": ["ann.lee"]}]', "application/json"),
    (b'{"Username": "ann.lee", "Username": "%s-u1"}' % TAG.encode(), "application/json"),
    (b"Username=ann.lee", "application/x-www-form-urlencoded"),
    (b"Username=%s-u1&Username=ann.lee" % TAG.encode(), "application/x-www-form-urlencoded"),
    (b"City=x;Username=ann.lee", "application/x-www-form-urlencoded"),
    (b'{"a":1}&Username=ann.lee', ""),
    (b"\xff\xfeU", "application/json"),
    (b"<Username>ann.lee</Username>", "application/xml"),
    (b"--x\r\nContent-Disposition: form-data; name=Username\r\n\r\nann.lee", "multipart/form-data; boundary=x"),
    (b"[" * 100_000, "application/json"),
]


@pytest.mark.parametrize(("body", "kind"), BODIES, ids=lambda value: str(value)[:30])
def test_a_body_that_names_somebody_elses_or_cannot_be_read_is_refused(guard: Guard, body: bytes, kind: str) -> None:
    headers = (("Content-Type", kind),) if kind else ()
    with pytest.raises(Refused):
        guard.check(Request("PUT", f"/api/ADUser/{TAG}-u1?City=Oslo", headers, body))


@pytest.mark.parametrize("body", [b"", b"[1]", b'{"City": "Oslo"}', b"City=Oslo"])
def test_other_bodies_pass(guard: Guard, body: bytes) -> None:
    assert passes(guard, "PUT", f"/api/ADUser/{TAG}-u1?City=Oslo", body)


@pytest.mark.parametrize("place", ["OU%3DStaff,DC%3Dx", "ann.lee"])
def test_own_things_are_not_hung_on_somebody_elses(guard: Guard, place: str) -> None:
    assert not passes(guard, "POST", f"/api/ADUser/{TAG}-u1?OUPath={place}")
    assert not passes(guard, "PUT", f"/api/ADUser/{TAG}-u1?OUPath={place}")
    assert not passes(guard, "PUT", f"/api/ADUser/{TAG}-u1?Manager={place}")
    assert passes(guard, "PUT", f"/api/ADUser/{TAG}-u1?Manager={TAG}-u2")
    assert passes(guard, "PUT", f"/api/ADUser/{TAG}-u1?Manager=")


def test_a_read_only_run_sends_nothing_but_reads(kopicloud_promise: Promise, ledger: Ledger) -> None:
    guard = guard_of(kopicloud_promise, ledger, Mode.READ_ONLY)
    assert passes(guard, "GET", "/api/ADUser/ann.lee/Details")
    for method in ("POST", "PUT", "PATCH", "DELETE", "get", "BREW"):
        assert not passes(guard, method, f"/api/ADUser/{TAG}-u1")


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("DELETE", "/api/OU/Path/Remove"),
        ("DELETE", "/api/OU/Path/Remove?OUPath="),
        ("PUT", "/api/ADUserGuid?City=Oslo"),
        ("POST", f"/api/OU?OUDestinationPath=OU%3D{TAG}-o1"),
        ("DELETE", f"/api/Computers/Remove?OUPath={OWN_OU}"),
    ],
)
def test_only_a_full_run_names_nothing(kopicloud_promise: Promise, ledger: Ledger, method: str, target: str) -> None:
    assert not passes(guard_of(kopicloud_promise, ledger, Mode.ADDITIVE), method, target)
    assert passes(guard_of(kopicloud_promise, ledger, Mode.FULL), method, target)


def test_a_full_run_names_nothing_of_others_either(kopicloud_promise: Promise, ledger: Ledger) -> None:
    guard = guard_of(kopicloud_promise, ledger, Mode.FULL)
    assert not passes(guard, "DELETE", "/api/ADUser/ann.lee")
    assert not passes(guard, "PUT", f"/api/ADUser/{TAG}-u1?OUPath=OU%3DStaff,DC%3Dx")
    assert not passes(guard, "DELETE", "/api/Computers/Remove?WildCard=*")


@pytest.mark.parametrize("mode", list(Mode))
def test_only_a_full_run_stands_aside_for_grave_rules(kopicloud_promise: Promise, ledger: Ledger, mode: Mode) -> None:
    guard = guard_of(kopicloud_promise, ledger, mode)
    with guard.standing_aside(True):
        assert passes(guard, "DELETE", "/api/ADUser/ann.lee") is (mode is Mode.FULL)
    with guard.standing_aside(False):
        assert not passes(guard, "DELETE", "/api/ADUser/ann.lee")
    assert not passes(guard, "DELETE", "/api/ADUser/ann.lee")


@pytest.mark.parametrize("base", ["/v1", ""])
def test_what_stands_before_every_path_hides_nothing(kopicloud_promise: Promise, ledger: Ledger, base: str) -> None:
    """``base_paths`` of the conventions: a request may lie below the first of them, or below none."""
    promise = replace(kopicloud_promise, conventions={**kopicloud_promise.conventions, "base_paths": ["/v1", "/"]})
    guard = guard_of(promise, ledger, Mode.ADDITIVE)
    assert promise.base == "/v1"
    assert passes(guard, "PUT", f"{base}/api/ADUser/{TAG}-u1?City=Oslo")
    assert not passes(guard, "PUT", f"{base}/api/ADUser/ann.lee?City=Oslo")
