"""DNS records and their zones: the zone of calls that name none, zones of the system, lists over zones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mockserver.app import Options, build
from tests.conftest import ADMIN, credential
from tests.kopicloud.calls import done, named, refused
from tests.kopicloud.records import CNAME, DEV, EACH, HOME, KINDS, A, Kind, ask, listed, make
from tests.support.client import Client, TwinClient

METHODS = ("GET", "POST", "DELETE")

#: A seed with zones that another server is the primary of.
FOREIGN = """
title: zones of others
token_key: twin-key-foreign-0123456789abcdef012345678
default_password: Tw1n-Passw0rd!
users: {"": [{name: admin.one}]}
members: {Domain Admins: [admin.one]}
tokens: {jwt: [{name: twin-admin, user: admin.one}]}
zones:
  - {name: second.example, zoneType: Secondary, records: [www A 192.0.2.1]}
  - {name: stub.example, zoneType: Stub Zone}
"""


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwinClient]:
    """A client of a twin planted from that seed, which no test can change."""
    fixtures: Path = tmp_path_factory.mktemp("fixtures")
    seeds = fixtures / "kopicloud-ad" / "seeds"
    seeds.mkdir(parents=True)
    (seeds / "foreign.yaml").write_text(FOREIGN, "utf-8")
    twin = build(["kopicloud-ad"], Options(seed="foreign", fixtures=fixtures))
    client = Client(twin.app)
    token = credential(twin, ADMIN)
    yield TwinClient(client=client, world="default", api="kopicloud-ad", header="Auth-Token", token=token)
    client.close()


@EACH
@pytest.mark.parametrize("zone", [None, ""])
def test_without_a_zone_the_setting_counts(twin: TwinClient, kind: Kind, zone: str | None) -> None:
    made = make(twin, kind, "fresh", zone=zone)
    assert made["zone"] == HOME
    twin.settings(DNSZone=DEV.upper())
    refused(ask(twin, "GET", kind, "fresh", zone=zone), 404)
    assert make(twin, kind, f"fresh.{DEV}", zone=zone) == {**made, "zone": DEV}
    assert done(ask(twin, "DELETE", kind, "fresh", zone=zone))["zone"] == DEV


@EACH
@pytest.mark.parametrize(("setting", "status"), [("no.such.zone", 404), ("", 400)])
def test_a_setting_that_names_no_zone(twin: TwinClient, kind: Kind, setting: str, status: int) -> None:
    """Only calls that rely on it are refused: lists do not."""
    made = make(twin, kind, "fresh")
    twin.settings(DNSZone=setting)
    for method in METHODS:
        refused(ask(twin, method, kind, "fresh", zone=""), status, setting or "DNSZone")
    assert done(ask(twin, "GET", kind, "fresh")) == made
    assert made in listed(twin, kind, "All")
    assert listed(twin, kind, "HostName/fresh") == [made]


@EACH
def test_deleting_the_zone_of_the_setting(twin: TwinClient, kind: Kind) -> None:
    done(twin.delete(f"/api/DnsLookupZone/{HOME}"))
    for method in METHODS:
        refused(ask(twin, method, kind, "fresh", zone=None), 404, HOME)
    done(twin.post(f"/api/DnsLookupZone/{HOME}"))
    make(twin, kind, "fresh", zone=None)


@EACH
@pytest.mark.parametrize("zone", ["TrustAnchors", "Cache", "127.in-addr.arpa"])
def test_records_of_a_system_zone_cannot_be_changed(twin: TwinClient, kind: Kind, zone: str) -> None:
    refused(ask(twin, "POST", kind, "fresh", zone=zone), 400, zone)
    assert listed(twin, kind, "{}", zone) == []


def test_records_can_be_made_in_a_reverse_zone(twin: TwinClient) -> None:
    made = make(twin, CNAME, "11", "11.0-25.30.20.10.in-addr.arpa", zone="30.20.10.in-addr.arpa")
    assert (made["name"], made["zone"]) == ("11", "30.20.10.in-addr.arpa")


@EACH
@pytest.mark.parametrize("missing", ["owner", "data"])
@pytest.mark.parametrize("empty", [False, True])
def test_owner_and_data_are_mandatory(twin: TwinClient, kind: Kind, missing: str, empty: bool) -> None:
    given: dict[str, Any] = {"DNS_HostName": "fresh", kind.parameter: kind.value}
    name = "DNS_HostName" if missing == "owner" else kind.parameter
    given[name] = ""
    if not empty:
        del given[name]
    for method in METHODS:
        refused(twin.call(method, kind.path, **given), 400, name)


@EACH
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("wrong", ["owner", "data"])
def test_wrong_input_is_said_before_absent_zones(twin: TwinClient, kind: Kind, method: str, wrong: str) -> None:
    owner, value = ("a..b", "") if wrong == "owner" else ("fresh", "a..b")
    refused(ask(twin, method, kind, owner, value, zone="no.such.zone"), 400)


@EACH
def test_the_list_of_all_is_that_of_every_zone(twin: TwinClient, kind: Kind) -> None:
    everything = listed(twin, kind, "All")
    zones = named(done(twin.get("/api/DnsZones/All")), "zoneName")
    parts = [row for zone in zones for row in listed(twin, kind, "{}", zone)]
    order = [(row["name"].casefold(), row["data"]) for row in everything]
    assert order == sorted(order)
    assert sorted(map(str, parts)) == sorted(map(str, everything))


@EACH
def test_the_seed_has_records_of_every_type(twin: TwinClient, kind: Kind) -> None:
    rows = listed(twin, kind, "All")
    assert rows
    assert {row["type"] for row in rows} == {kind.name}


@pytest.mark.parametrize("name", [HOME, HOME.upper(), f"{HOME}."])
def test_a_zone_is_named_in_any_case_and_with_a_dot(twin: TwinClient, name: str) -> None:
    assert listed(twin, A, "{}", name) == listed(twin, A, "{}", HOME)
    assert make(twin, A, "fresh", zone=name)["zone"] == HOME


@pytest.mark.parametrize("owner", ["build", "build.dev.kopicloud.local", "BUILD.Dev.kopicloud.local."])
def test_an_owner_is_found_by_relative_and_by_full_name(twin: TwinClient, owner: str) -> None:
    rows = listed(twin, A, "HostName/{}", owner)
    assert [(row["name"], row["zone"], row["data"]) for row in rows] == [
        ("build", DEV, "10.20.40.11"),
        ("build", DEV, "10.20.40.12"),
    ]


def test_a_full_name_may_lie_in_any_zone_around_it(twin: TwinClient) -> None:
    """build.dev in kopicloud.local and build in dev.kopicloud.local have one full name."""
    made = make(twin, A, "build.dev")
    found = listed(twin, A, "HostName/{}", "build.dev.kopicloud.local")
    assert made in found
    assert len(found) == 3


@pytest.mark.parametrize("value", ["10.20.30.13", "192.168.50.200"])
def test_an_address_is_found_in_every_zone(twin: TwinClient, value: str) -> None:
    rows: list[dict[str, Any]] = listed(twin, A, "IPAddress/{}", value)
    assert rows == [row for row in listed(twin, A, "All") if row["data"] == value]
    assert rows


def test_the_shadowed_zone_called_all(twin: TwinClient) -> None:
    """A literal segment beats a placeholder: the zone All is there, its list is not."""
    done(twin.post("/api/DnsLookupZone/All"))
    for kind in KINDS.values():
        made = make(twin, kind, f"in-all-{kind.name}", zone="All")
        assert made in listed(twin, kind, "All")
    assert isinstance(done(twin.get("/api/DnsZones/All")), list)
    assert done(twin.get("/api/DnsZones/All/Exists")) is True


@pytest.mark.parametrize(("zone", "kind"), [("second.example", "Secondary"), ("stub.example", "Stub Zone")])
def test_records_of_a_zone_kept_elsewhere_cannot_be_changed(foreign: TwinClient, zone: str, kind: str) -> None:
    assert done(foreign.get(f"/api/DnsZones/{zone}"))["zoneType"] == kind
    before = listed(foreign, A, "{}", zone)
    refused(ask(foreign, "POST", A, "fresh", zone=zone), 400, zone, kind)
    for row in before:
        refused(ask(foreign, "DELETE", A, row["name"], row["data"], zone=zone), 400, zone, kind)
    assert listed(foreign, A, "{}", zone) == before
