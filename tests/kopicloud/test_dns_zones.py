"""DNS zones: decisions N9 to N13, and N8 for zones."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kopicloud.calls import ROOT, at, done, named, refused
from tests.support.client import TwinClient

FORWARD = "/api/DnsLookupZone/{}"
REVERSE = "/api/DnsReverseLookupZone/{}"
ANY = "/api/DnsZones/{}"

#: The zones a DNS server makes by itself, by direction.
SYSTEM = {
    "ForwardDNSZone": {"TrustAnchors", "RootDNSServers", "Cache"},
    "ReverseDNSZone": {"0.in-addr.arpa", "127.in-addr.arpa", "255.in-addr.arpa"},
}
EACH_SYSTEM_ZONE = pytest.mark.parametrize(
    ("direction", "name"), [(direction, name) for direction, names in SYSTEM.items() for name in sorted(names)]
)
LISTS = {
    "/api/DnsZones/All": ("ForwardDNSZone", "ReverseDNSZone"),
    "/api/DnsLookupZone/All": ("ForwardDNSZone",),
    "/api/DnsReverseLookupZone/All": ("ReverseDNSZone",),
}


def zones(twin: TwinClient, path: str = "/api/DnsZones/All", **query: Any) -> list[str]:
    """The names a list of zones holds."""
    return named(done(twin.get(path, **query)), "zoneName")


def exists(twin: TwinClient, name: str) -> bool:
    """Whether there is a zone of that name."""
    answer: bool = done(twin.get(at(ANY + "/Exists", name)))
    return answer


def make(twin: TwinClient, name: str) -> dict[str, Any]:
    """A new forward zone."""
    zone: dict[str, Any] = done(twin.post(at(FORWARD, name)))
    return zone


def make_reverse(twin: TwinClient, network: str) -> str:
    """The name of the new reverse zone of a network."""
    name: str = done(twin.post(at(REVERSE, network)))["zoneName"]
    return name


@pytest.mark.parametrize("name", ["example.org", "Example.ORG", "single", "under_score.test", "münchen.example", "a.b"])
def test_N9_a_new_forward_zone(twin: TwinClient, name: str) -> None:
    made = make(twin, name)
    assert made == {
        "distinguishedName": f"DC={name},CN=MicrosoftDNS,DC=DomainDnsZones,{ROOT}",
        "zoneName": name,
        "zoneType": "Primary",
        "type": "ForwardDNSZone",
    }
    assert done(twin.get(at(ANY, name.upper()))) == made
    assert exists(twin, name.lower())
    assert name in zones(twin, "/api/DnsLookupZone/All")
    assert done(twin.get(at("/api/DnsARecord/{}", name))) == []


def test_N9_a_new_reverse_zone(twin: TwinClient) -> None:
    made = done(twin.post(at(REVERSE, "10.99.8.0/24")))
    assert made == {
        "distinguishedName": f"DC=8.99.10.in-addr.arpa,CN=MicrosoftDNS,DC=DomainDnsZones,{ROOT}",
        "zoneName": "8.99.10.in-addr.arpa",
        "zoneType": "Primary",
        "type": "ReverseDNSZone",
    }
    for path in (REVERSE, ANY):
        assert done(twin.get(at(path, made["zoneName"]))) == made
    assert done(twin.get(at(REVERSE, "10.99.8.0/24"))) == made
    assert made["zoneName"] in zones(twin, "/api/DnsReverseLookupZone/All")


def test_N9_special_characters_of_a_zone_name_are_escaped_in_its_dn(twin: TwinClient) -> None:
    assert make(twin, "a,b.test")["distinguishedName"].startswith("DC=a\\,b.test,CN=MicrosoftDNS,")


@pytest.mark.parametrize("name", ["kopicloud.local", "KOPICLOUD.LOCAL", "kopicloud.local.", "_msdcs.kopicloud.local"])
def test_N9_an_existing_forward_zone_is_refused(twin: TwinClient, name: str) -> None:
    refused(twin.post(at(FORWARD, name)), 400, name.removesuffix("."))


@pytest.mark.parametrize("name", ["cache", "TrustAnchors"])
def test_N9_a_zone_of_the_system_exists_too(twin: TwinClient, name: str) -> None:
    refused(twin.post(at(FORWARD, name)), 400)


@pytest.mark.parametrize("network", ["10.20.30.0/24", "10.20.30.200/24", "10.20.30.0/23", "127.0.0.0/8"])
def test_N9_an_existing_reverse_zone_is_refused(twin: TwinClient, network: str) -> None:
    """10.20.30.0/23 rounds up to the /24 that is there; 127.0.0.0/8 is one of the system."""
    refused(twin.post(at(REVERSE, network)), 400)


@pytest.mark.parametrize(
    "name",
    ["1.168.192.in-addr.arpa", "1.168.192.IN-ADDR.ARPA.", "in-addr.arpa", "8.b.d.0.1.0.0.2.ip6.arpa", "ip6.arpa"],
)
def test_N9_a_reverse_name_on_the_forward_path_is_refused(twin: TwinClient, name: str) -> None:
    refused(twin.post(at(FORWARD, name)), 400)
    assert exists(twin, name) is False


@pytest.mark.parametrize("name", ["arpa", "in-addr.arpa.example", "notin-addr.arpa", "myip6.arpa"])
def test_N9_what_only_looks_reverse_is_a_forward_zone(twin: TwinClient, name: str) -> None:
    assert make(twin, name)["type"] == "ForwardDNSZone"


@pytest.mark.parametrize("prefix", range(1, 33))
def test_N10_every_ipv4_prefix(twin: TwinClient, prefix: int) -> None:
    """172.29.199.181 masked to the prefix, then as many octets as the prefix reaches into."""
    masked = 0xAC1DC7B5 >> (32 - prefix) << (32 - prefix)
    octets = [str(masked >> shift & 255) for shift in (24, 16, 8, 0)][: (prefix + 7) // 8]
    expected = ".".join([*reversed(octets), "in-addr.arpa"])
    assert make_reverse(twin, f"172.29.199.181/{prefix}") == expected
    assert done(twin.get(at(REVERSE, f"172.29.199.181/{prefix}")))["zoneName"] == expected
    assert done(twin.delete(at(REVERSE, f"172.29.199.181/{prefix}")))["zoneName"] == expected
    assert exists(twin, expected) is False


@pytest.mark.parametrize(
    ("network", "name"),
    [
        ("11.0.0.0/8", "11.in-addr.arpa"),
        ("172.16.0.0/16", "16.172.in-addr.arpa"),
        ("192.168.50.0/24", "50.168.192.in-addr.arpa"),
        ("172.16.0.0/12", "16.172.in-addr.arpa"),
        ("10.9.0.0/20", "0.9.10.in-addr.arpa"),
        ("192.168.50.64/26", "64.50.168.192.in-addr.arpa"),
        ("192.168.50.77/26", "64.50.168.192.in-addr.arpa"),
        ("192.168.50.77/32", "77.50.168.192.in-addr.arpa"),
    ],
)
def test_N10_well_known_networks(twin: TwinClient, network: str, name: str) -> None:
    assert make_reverse(twin, network) == name


@pytest.mark.parametrize("prefix", [*range(1, 17), 32, 33, 48, 56, 63, 64, 65, 125, 126, 127, 128])
def test_N10_ipv6_prefixes_round_up_to_nibbles(twin: TwinClient, prefix: int) -> None:
    bits = 0x20010DB8FFFFFFFF_FFFFFFFFFFFFFFFF
    masked = f"{bits >> (128 - prefix) << (128 - prefix):032x}"
    expected = ".".join([*reversed(masked[: (prefix + 3) // 4]), "ip6.arpa"])
    assert make_reverse(twin, f"2001:db8:ffff:ffff:ffff:ffff:ffff:ffff/{prefix}") == expected


@pytest.mark.parametrize("spelling", ["2001:db8::/32", "2001:DB8::/32", "2001:0db8:0:0::0/32", "2001:db8:1::9/32"])
def test_N10_every_spelling_of_a_network_is_one_zone(twin: TwinClient, spelling: str) -> None:
    make_reverse(twin, spelling)
    assert done(twin.get(at(REVERSE, "2001:db8::/32")))["zoneName"] == "8.b.d.0.1.0.0.2.ip6.arpa"
    refused(twin.post(at(REVERSE, "2001:db8::/32")), 400)


@pytest.mark.parametrize("path", ["2001:db8::%2F32", "2001%3Adb8%3A%3A%2F32", "2001%3adb8%3a%3a%2f32"])
def test_N10_colons_and_slashes_in_the_path(twin: TwinClient, path: str) -> None:
    assert done(twin.post(f"/api/DnsReverseLookupZone/{path}"))["zoneName"] == "8.b.d.0.1.0.0.2.ip6.arpa"


def test_N10_a_plain_slash_is_another_path(twin: TwinClient) -> None:
    for method in ("GET", "POST", "DELETE"):
        refused(twin.call(method, "/api/DnsReverseLookupZone/10.20.30.0/24"), 404)
    assert exists(twin, "30.20.10.in-addr.arpa")


@pytest.mark.parametrize(
    "network",
    [
        *("10.0.0.0/0", "10.0.0.0/33", "2001:db8::/129", "::/0", "10.0.0/24", "10.0.0.0.0/24", "010.0.0.0/24"),
        *("10.0.0.0/", "10.0.0.256/24", "10.0.0.0/-1", "10.0.0.0/a", "10.0.0.0/24/1", "10.0.0.0/255.255.255.0"),
        *("fe80::1%eth0/64", "/24", "host/24", "10.0.0.0/ 24", " 10.0.0.0/24", "2001:db8:::/32", "10.0.0.0/0x18"),
    ],
)
def test_N10_what_is_no_network_is_refused(twin: TwinClient, network: str) -> None:
    before = zones(twin)
    refused(twin.post(at(REVERSE, network)), 400, "NetworkID")
    refused(twin.get(at(REVERSE, network)), 400, "NetworkID")
    assert zones(twin) == before


@pytest.mark.parametrize("network", ["10.50.0.0", "nonsense", "50.10.in-addr.arpa"])
def test_N10_creating_needs_a_prefix(twin: TwinClient, network: str) -> None:
    refused(twin.post(at(REVERSE, network)), 400, "NetworkID")


def test_N11_deleting_a_zone_takes_its_records_along(twin: TwinClient) -> None:
    before = done(twin.get("/api/DnsZones/dev.kopicloud.local"))
    records = {kind: done(twin.get(f"/api/Dns{kind}Record/All")) for kind in ("A", "AAAA", "CName")}
    assert done(twin.delete("/api/DnsLookupZone/DEV.kopicloud.local")) == before
    assert exists(twin, "dev.kopicloud.local") is False
    refused(twin.delete("/api/DnsLookupZone/dev.kopicloud.local"), 404)
    for kind, rows in records.items():
        left = [row for row in rows if row["zone"] != "dev.kopicloud.local"]
        assert len(left) < len(rows)
        assert done(twin.get(f"/api/Dns{kind}Record/All")) == left
    make(twin, "dev.kopicloud.local")
    assert done(twin.get("/api/DnsARecord/dev.kopicloud.local")) == []


@pytest.mark.parametrize("name", ["30.20.10.in-addr.arpa", "30.20.10.IN-ADDR.arpa.", "10.20.30.0/24", "10.20.30.9/24"])
def test_N11_deleting_a_reverse_zone_by_name_or_network(twin: TwinClient, name: str) -> None:
    assert done(twin.delete(at(REVERSE, name)))["zoneName"] == "30.20.10.in-addr.arpa"
    assert exists(twin, "30.20.10.in-addr.arpa") is False


@pytest.mark.parametrize(
    ("template", "name"), [(FORWARD, "30.20.10.in-addr.arpa"), (REVERSE, "dev.kopicloud.local"), (FORWARD, "no.zone")]
)
def test_N11_the_wrong_direction_is_not_found(twin: TwinClient, template: str, name: str) -> None:
    before = zones(twin)
    refused(twin.delete(at(template, name)), 404, name)
    assert zones(twin) == before


def test_N11_a_forward_zone_is_no_reverse_zone_to_read(twin: TwinClient) -> None:
    refused(twin.get(at(REVERSE, "dev.kopicloud.local")), 404)


@EACH_SYSTEM_ZONE
def test_N11_a_system_zone_stays(twin: TwinClient, direction: str, name: str) -> None:
    template = FORWARD if direction == "ForwardDNSZone" else REVERSE
    refused(twin.delete(at(template, name)), 400, name)
    assert exists(twin, name)


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("given", [{}, {"IgnoreSystemZones": True}, {"IgnoreSystemZones": ""}])
def test_N12_system_zones_are_hidden_from_lists(twin: TwinClient, path: str, given: dict[str, Any]) -> None:
    listed = zones(twin, path, **given)
    assert listed
    assert not {*listed} & {*SYSTEM["ForwardDNSZone"], *SYSTEM["ReverseDNSZone"]}


@pytest.mark.parametrize(("path", "directions"), LISTS.items())
def test_N12_lists_show_system_zones_on_request(twin: TwinClient, path: str, directions: tuple[str, ...]) -> None:
    plain, everything = zones(twin, path), done(twin.get(path, IgnoreSystemZones=False))
    assert {*named(everything, "zoneName")} - {*plain} == set().union(*(SYSTEM[one] for one in directions))
    assert {row["type"] for row in everything} == {*directions}
    assert named(everything, "zoneName") == sorted(named(everything, "zoneName"), key=str.casefold)


@EACH_SYSTEM_ZONE
def test_N12_single_reads_hide_and_show_them_too(twin: TwinClient, direction: str, name: str) -> None:
    for template in (ANY, REVERSE) if direction == "ReverseDNSZone" else (ANY,):
        refused(twin.get(at(template, name)), 404)
        refused(twin.get(at(template, name), IgnoreSystemZones=True), 404)
        found = done(twin.get(at(template, name), IgnoreSystemZones=False))
        assert (found["zoneName"], found["type"]) == (name, direction)


def test_N12_an_ordinary_zone_is_read_either_way(twin: TwinClient) -> None:
    answers = [twin.get("/api/DnsZones/kopicloud.local", IgnoreSystemZones=flag) for flag in (True, False)]
    assert done(answers[0]) == done(answers[1])


LABEL = "x" * 63


@pytest.mark.parametrize(
    "name",
    [LABEL, f"{LABEL}.test", ".".join([LABEL] * 3 + ["y" * 61]), ".".join("a" * 127), "é" * 31, "_", "-", "1", "*.a"],
)
def test_N13_names_at_the_limits(twin: TwinClient, name: str) -> None:
    assert make(twin, name)["zoneName"] == name
    assert exists(twin, name)


@pytest.mark.parametrize(
    "name",
    [
        "x" * 64,
        f"test.{'x' * 64}",
        ".".join([LABEL] * 3 + ["y" * 62]),
        ".".join([LABEL] * 4),
        "z" * 255,
        "a.b." * 64,
        "é" * 32,
        "a..b",
        ".a",
        "a..",
        ".",
        "..",
        "a\tb",
    ],
)
def test_N13_beyond_them_refused(twin: TwinClient, name: str) -> None:
    before = zones(twin)
    refused(twin.post(at(FORWARD, name)), 400, "ZoneName")
    assert zones(twin) == before


@pytest.mark.parametrize("name", ["no.such.zone", "kopicloud"])
def test_N8_an_unknown_zone(twin: TwinClient, name: str) -> None:
    refused(twin.get(at(ANY, name)), 404, name)
    assert exists(twin, name) is False
    for kind in ("A", "AAAA", "CName"):
        refused(twin.get(at(f"/api/Dns{kind}Record/{{}}", name)), 404, name)
