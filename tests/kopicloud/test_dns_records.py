"""DNS records: decisions N1 to N8, the shape of a record, and the zone of calls that name none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.kopicloud.calls import at, done, refused
from tests.kopicloud.records import AAAA, CNAME, EACH, HOME, OTHER, A, Kind, ask, listed, make
from tests.support.client import TwinClient


def places(rows: list[dict[str, Any]]) -> Iterator[tuple[str, str, str]]:
    """Owner, zone and data of each record."""
    return ((row["name"], row["zone"], row["data"]) for row in rows)


@EACH
def test_N6_a_record_and_its_timestamp_of_zero(twin: TwinClient, kind: Kind) -> None:
    made = make(twin, kind, "fresh")
    assert made == {"name": "fresh", "type": kind.name, "data": kind.value, "zone": HOME, "timestamp": "0"}
    assert done(ask(twin, "GET", kind, "fresh")) == made
    assert made in listed(twin, kind, "All")
    assert made in listed(twin, kind, "{}", HOME)
    assert listed(twin, kind, "HostName/{}", "fresh") == [made]
    assert listed(twin, kind, f"{kind.by_data}/{{}}", kind.value) == [made]
    assert done(ask(twin, "DELETE", kind, "fresh")) == made
    assert made not in listed(twin, kind, "All")


@EACH
@pytest.mark.parametrize("owner", ["fresh", "FRESH", "fresh.kopicloud.local", "Fresh.KOPICLOUD.local."])
def test_N1_a_second_record_with_the_same_data_is_refused(twin: TwinClient, kind: Kind, owner: str) -> None:
    make(twin, kind, "fresh")
    refused(ask(twin, "POST", kind, owner), 400, HOME)
    assert len(listed(twin, kind, "HostName/fresh")) == 1


def test_N1_another_spelling_of_the_address_is_the_same_data(twin: TwinClient) -> None:
    make(twin, AAAA, "fresh", "2001:DB8::99")
    refused(ask(twin, "POST", AAAA, "fresh", "2001:0db8:0:0:0:0:0:0099"), 400)


@pytest.mark.parametrize("kind", [A, AAAA], ids=["A", "AAAA"])
def test_N1_another_address_of_the_owner_is_fine(twin: TwinClient, kind: Kind) -> None:
    make(twin, kind, "fresh")
    make(twin, kind, "fresh", kind.another)
    make(twin, AAAA if kind is A else A, "fresh")
    assert [*places(listed(twin, kind, "HostName/fresh"))] == [
        ("fresh", HOME, kind.another),
        ("fresh", HOME, kind.value),
    ]


@EACH
def test_N1_the_same_record_in_another_zone_is_fine(twin: TwinClient, kind: Kind) -> None:
    make(twin, kind, "fresh")
    make(twin, kind, "fresh", zone=OTHER)
    assert [zone for _, zone, _ in places(listed(twin, kind, "HostName/fresh"))].count(OTHER) == 1


@pytest.mark.parametrize(("first", "second"), [(A, CNAME), (AAAA, CNAME), (CNAME, A), (CNAME, AAAA)])
@pytest.mark.parametrize("owner", ["fresh", "FRESH.kopicloud.local."])
def test_N2_an_alias_stands_alone_both_ways(twin: TwinClient, first: Kind, second: Kind, owner: str) -> None:
    make(twin, first, "fresh")
    refused(ask(twin, "POST", second, owner), 400, "CNAME", HOME)
    assert listed(twin, second, "HostName/fresh") == []
    done(ask(twin, "DELETE", first, "fresh"))
    make(twin, second, owner)


def test_N2_a_second_alias_of_one_owner_is_refused(twin: TwinClient) -> None:
    make(twin, CNAME, "fresh")
    refused(ask(twin, "POST", CNAME, "fresh", CNAME.another), 400, "CNAME")


def test_N2_it_is_about_one_name_in_one_zone(twin: TwinClient) -> None:
    make(twin, CNAME, "fresh")
    make(twin, A, "fresh", zone=OTHER)
    make(twin, A, "deeper.fresh")


@pytest.mark.parametrize("owner", ["@", HOME, f"{HOME}."])
def test_N2_the_apex_has_other_data_in_every_zone(twin: TwinClient, owner: str) -> None:
    """SOA and NS records, which the API does not show."""
    done(twin.post("/api/DnsLookupZone/bare.test"))
    refused(ask(twin, "POST", CNAME, owner.replace(HOME, "bare.test"), zone="bare.test"), 400)


OWNERS = [
    ("www2", "www2"),
    ("WWW2", "WWW2"),
    ("www2.", "www2"),
    ("www2.kopicloud.local", "www2"),
    ("www2.kopicloud.local.", "www2"),
    ("Www2.KopiCloud.LOCAL.", "Www2"),
    ("a.b", "a.b"),
    ("a.b.kopicloud.local", "a.b"),
    ("www2.example.com", "www2.example.com"),
    ("xkopicloud.local", "xkopicloud.local"),
    ("_sip._tcp", "_sip._tcp"),
    ("*", "*"),
    ("under_score", "under_score"),
    ("münchen", "münchen"),
]


@EACH
@pytest.mark.parametrize(("owner", "kept"), OWNERS)
def test_N3_owners_are_kept_relative_to_the_zone(twin: TwinClient, kind: Kind, owner: str, kept: str) -> None:
    """A trailing dot and the zone's own name are taken off; case is kept and does not count."""
    made = make(twin, kind, owner)
    assert (made["name"], made["zone"]) == (kept, HOME)
    for spelling in (owner, kept, kept.swapcase(), f"{kept}.{HOME}", f"{kept}.{HOME.upper()}."):
        assert done(ask(twin, "GET", kind, spelling)) == made
        assert made in listed(twin, kind, "HostName/{}", spelling)
    assert done(ask(twin, "DELETE", kind, f"{kept}.{HOME}")) == made


@pytest.mark.parametrize("kind", [A, AAAA], ids=["A", "AAAA"])
@pytest.mark.parametrize("owner", ["@", HOME, "KOPICLOUD.local", f"{HOME}."])
def test_N3_the_apex_is_an_at_sign(twin: TwinClient, kind: Kind, owner: str) -> None:
    made = make(twin, kind, owner)
    assert made["name"] == "@"
    assert done(ask(twin, "GET", kind, "@")) == made
    assert made in listed(twin, kind, "HostName/@")
    assert made in listed(twin, kind, "HostName/{}", HOME)
    refused(ask(twin, "POST", kind, "@"), 400)
    done(ask(twin, "DELETE", kind, HOME))


def test_N3_names_of_zones_fold_label_by_label(twin: TwinClient) -> None:
    """ß and ss are one in comparison and differ in length."""
    done(twin.post(at("/api/DnsLookupZone/{}", "straße.test")))
    assert make(twin, A, "www.STRASSE.test", zone="strasse.test")["name"] == "www"


@EACH
@pytest.mark.parametrize("owner", ["a..b", ".a", "..", "x" * 64, "é" * 32, "a\tb", ".".join(["x" * 63] * 4), "a" * 255])
def test_N3_what_is_no_owner_name_is_refused(twin: TwinClient, kind: Kind, owner: str) -> None:
    refused(ask(twin, "POST", kind, owner), 400, "DNS_HostName")
    refused(ask(twin, "GET", kind, owner), 400, "DNS_HostName")
    refused(twin.get(at(f"{kind.path}/HostName/{{}}", owner)), 400, "DNS_HostName")


def test_N3_the_full_name_counts(twin: TwinClient) -> None:
    """253 octets in all, those of the zone included."""
    fits = ".".join(["x" * 63] * 3 + ["y" * (253 - 3 * 64 - 1 - len(HOME))])
    make(twin, A, fits)
    refused(ask(twin, "POST", A, fits + "y"), 400)


@pytest.mark.parametrize(
    "target", ["web01", "WEB01.KopiCloud.local", "web01.kopicloud.local.", "_x.y_z", "münchen.test"]
)
def test_N4_targets_come_back_as_sent(twin: TwinClient, target: str) -> None:
    made = make(twin, CNAME, "fresh", target)
    assert made["data"] == target
    for spelling in (target, target.swapcase(), target.removesuffix(".") + "."):
        assert done(ask(twin, "GET", CNAME, "fresh", spelling)) == made
        assert made in listed(twin, CNAME, "HostNameAlias/{}", spelling)
    refused(ask(twin, "GET", CNAME, "fresh", "x" + target), 404)
    refused(ask(twin, "POST", CNAME, "fresh", target.swapcase()), 400)


@pytest.mark.parametrize("target", ["a..b", ".", "x" * 64, "a" * 254, "a\nb"])
def test_N4_what_is_no_name_is_no_target(twin: TwinClient, target: str) -> None:
    refused(ask(twin, "POST", CNAME, "fresh", target), 400, "DNS_HostName_Alias")


@pytest.mark.parametrize(
    "text",
    [
        *("10.0.0", "10.0.0.256", "10.0.0.0.1", "010.0.0.1", "10.0.0.01", "0x0a.0.0.1", "167772161", "10.0.0.1 "),
        *(" 10.0.0.1", "10.0.0.1/32", "::1", "a.b.c.d", "10,0,0,1", "١٠.0.0.1", "-1.0.0.0", "10.0.0.1.", "10..0.1"),
    ],
)
def test_N5_only_dotted_quads_are_ipv4(twin: TwinClient, text: str) -> None:
    for method in ("POST", "GET", "DELETE"):
        refused(ask(twin, method, A, "fresh", text), 400, "IP_Address")
    refused(twin.get(at("/api/DnsARecord/IPAddress/{}", text)), 400, "IP_Address")


@pytest.mark.parametrize("text", ["0.0.0.0", "255.255.255.255", "10.20.30.40"])
def test_N5_any_dotted_quad_is(twin: TwinClient, text: str) -> None:
    assert make(twin, A, "fresh", text)["data"] == text


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("2001:0DB8:0000:0000:0000:0000:0000:0001", "2001:db8::1"),
        ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
        ("2001:DB8::00AB", "2001:db8::ab"),
        ("FE80::1", "fe80::1"),
        ("::", "::"),
        ("0:0:0:0:0:0:0:1", "::1"),
        ("1::", "1::"),
        ("::FFFF:192.0.2.1", "::ffff:192.0.2.1"),
        ("::ffff:c000:201", "::ffff:192.0.2.1"),
        ("0:0:0:0:0:FFFF:192.0.2.1", "::ffff:192.0.2.1"),
        ("2001:db8::192.0.2.33", "2001:db8::c000:221"),
        ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
    ],
)
def test_N5_ipv6_comes_back_canonical(twin: TwinClient, text: str, canonical: str) -> None:
    """Lower case, no leading zeros, the longest run of zeros left out once; mapped addresses keep their dots."""
    made = make(twin, AAAA, "fresh", text)
    assert made["data"] == canonical
    for spelling in (text, canonical, canonical.upper()):
        assert done(ask(twin, "GET", AAAA, "fresh", spelling)) == made
        assert listed(twin, AAAA, "IPv6Address/{}", spelling) == [made]
    assert done(twin.get(f"/api/DnsAAAARecord/IPv6Address/{text}")) == [made]


@pytest.mark.parametrize(
    "text",
    [
        *("10.0.0.1", "2001:db8", "2001:db8:::1", "1::2::3", "::12345", "::g", "fe80::1%eth0", "fe80::1%25", "[::1]"),
        *("::1/128", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7", "::192.0.2.256", "::192.0.2.01", " ::1", "::1 ", ":"),
        "2001:db8::１",
    ],
)
def test_N5_what_is_no_ipv6_is_refused(twin: TwinClient, text: str) -> None:
    """A zone identifier belongs to one machine, not into the DNS."""
    for method in ("POST", "GET", "DELETE"):
        refused(ask(twin, method, AAAA, "fresh", text), 400, "IPv6_Address")
    refused(twin.get(at("/api/DnsAAAARecord/IPv6Address/{}", text)), 400, "IPv6_Address")


@EACH
def test_N7_lists_without_a_match_are_empty_and_single_calls_404(twin: TwinClient, kind: Kind) -> None:
    assert listed(twin, kind, "HostName/absent") == []
    assert listed(twin, kind, f"{kind.by_data}/{{}}", kind.value) == []
    assert listed(twin, kind, "{}", "30.20.10.in-addr.arpa") == []
    for method in ("GET", "DELETE"):
        refused(ask(twin, method, kind, "absent"), 404, "absent", HOME)
    make(twin, kind, "fresh")
    for method in ("GET", "DELETE"):
        refused(ask(twin, method, kind, "fresh", kind.another), 404)
        refused(ask(twin, method, kind, "fresh", zone=OTHER), 404)
    assert len(listed(twin, kind, "HostName/fresh")) == 1


@EACH
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_N8_an_unknown_zone_is_404(twin: TwinClient, kind: Kind, method: str) -> None:
    refused(ask(twin, method, kind, "fresh", zone="no.such.zone"), 404, "no.such.zone")
