"""Requests as they stand on the wire, right and wrong, for every operation: Hypothesis strategies.

A request is drawn right first, from `tests.support.right`, and then up to three things about it are spoilt or varied.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, quote_plus

from hypothesis import strategies as st

from mockserver.kernel.operation import Operation, Parameter
from tests.support.right import GROUPS, KOPI, PASSWORD, RIGHT, ROOT, SERVERS, STAFF

Draw = Callable[[st.SearchStrategy[Any]], Any]

#: Raw texts that are wrong, odd or hard wherever they stand.
RAW = (
    "", "%", "%2", "%zz", "%00", "a%00b", "%FF", "%ED%A0%80", "%C0%AF", "%2F", "%252F", "..", ".", "%2e%2e", "+", "a+b",
    "%20", "All", "ALL", "%41ll", "true", "TRUE", "maybe", "0", "null", "é", "日本", "%E6%97%A5", "%F0%9F%A6%8A",
    "%26", "%3D", "*", "WS-*", "(cn=*)", "%29%28%7C", "OU=A%2CDC=x", "%5C2C", "CN%3D", "%22", "%3Cb%3E", "x" * 300,
    "y" * 5000, "%0A", "%0D%0A", "10.20.30.0%2F24", "::1", "2001%3adb8%3a%3a13", "-1", "1e5", "{Username}",
    "%7BUsername%7D", ";a=b",
)  # fmt: skip

#: Decoded values that mean something in the baseline world, by what they are.
NAMES = (
    "ann.lee",
    "ANN.LEE",
    "krbtgt",
    "Administrator",
    "nobody",
    "Sales",
    "all staff",
    "Domain Users",
    "SQL01",
    "WS-AMS-01$",
    "Kopi",
)
DNS = (
    ROOT,
    KOPI,
    STAFF,
    SERVERS,
    GROUPS,
    f"CN=Users,{ROOT}",
    f"LDAP://{STAFF}",
    STAFF.lower(),
    f"OU=None,{ROOT}",
    "DC=other",
    "nonsense",
)
ZONES = (
    "kopicloud.local",
    "KOPICLOUD.local",
    "dev.kopicloud.local",
    "30.20.10.in-addr.arpa",
    "10.20.30.0/24",
    "nowhere.test",
    "a..b",
)
WORDS: Mapping[str, tuple[str, ...]] = {
    "boolean": ("true", "false", "True", "FALSE", "yes", "1", "", " true"),
    "GroupScope": ("Global", "global", "UNIVERSAL", "Domain_Local", "DomainLocal", "Everywhere", ""),
    "ShowFields": ("All", "*", "username, guid", "first_name", "nothing", "", ",,"),
    "Country": ("Netherlands", "NL", "Atlantis"),
    "Password": (PASSWORD, "short", "Pässw0rd!x"),
    "OUPath": DNS,
    "OUDestinationPath": DNS,
    "ZoneName": ZONES,
    "NetworkID": ZONES,
    "Manager": (*NAMES, *DNS),
    "IP_Address": ("10.20.30.12", "10.20.30.012", "256.1.1.1", "::1"),
    "IPv6_Address": ("2001:db8::25", "2001:DB8:0:0::25", "10.20.30.12", "fe80::1%1"),
    "UserGuid": ("00000000-0000-0000-0000-000000000000", "{guid}", "no-guid"),
    "OUGuid": ("00000000-0000-0000-0000-000000000000", "no-guid"),
}
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "QUERY", "get")
CONTENT_TYPES = (
    "application/json",
    "APPLICATION/JSON",
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "nonsense",
    "",
)
BODIES = (b"{}", b"[", b"\xff\xfe", b"a=1", b"[" * 5000, b"x" * 2000)


@dataclass(frozen=True, slots=True)
class Wire:
    """One request: its segments and query parts are raw text."""

    operation: Operation
    method: str
    segments: tuple[str, ...]
    query: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""
    tail: str = ""

    @property
    def target(self) -> str:
        """The request target."""
        parts = "&".join(f"{name}={value}" for name, value in self.query)
        return "/".join(self.segments) + ("?" + parts if parts else "") + self.tail


def right(operation: Operation, guids: Mapping[str, str], token: str) -> Wire:
    """The request that is right in every respect."""
    known = RIGHT[operation.id]
    path, _, query = known.target(operation, guids).partition("?")
    pairs = tuple((name, value) for name, _, value in (part.partition("=") for part in query.split("&")) if name)
    return Wire(operation, operation.method, tuple(path.split("/")), pairs, (("auth-token", token),))


@st.composite
def requests(draw: Draw, operation: Operation, guids: Mapping[str, str], tokens: tuple[str, ...]) -> Wire:
    """A request for an operation; ``tokens`` are credentials of every sort, the first of them good for everything."""
    wire = right(operation, guids, tokens[0])
    for change in draw(st.lists(st.sampled_from(CHANGES), max_size=3)):
        wire = change(draw, wire, tokens)
    return wire


def _value(draw: Draw, wire: Wire, tokens: tuple[str, ...]) -> Wire:
    """Another value for a parameter the operation has, sent or not; its name in any case."""
    parameters = [one for one in wire.operation.parameters if one.place == "query"]
    if not parameters:
        return wire
    parameter = draw(st.sampled_from(parameters))
    name = draw(st.sampled_from((parameter.name, parameter.name.swapcase(), parameter.name.lower())))
    rest = tuple(pair for pair in wire.query if pair[0] != parameter.name)
    return replace(wire, query=(*rest, (name, quote_plus(draw(st.sampled_from(_meaningful(parameter)))))))


def _meaningful(parameter: Parameter) -> tuple[str, ...]:
    return WORDS.get(parameter.name) or WORDS.get(str(parameter.schema.get("type"))) or (*NAMES, "Some text", "")


def _raw_value(draw: Draw, wire: Wire, tokens: tuple[str, ...]) -> Wire:
    if not wire.query:
        return wire
    at = draw(st.integers(0, len(wire.query) - 1))
    changed = (wire.query[at][0], draw(st.sampled_from(RAW)))
    return replace(wire, query=(*wire.query[:at], changed, *wire.query[at + 1 :]))


def _dropped(draw: Draw, wire: Wire, tokens: tuple[str, ...]) -> Wire:
    at = draw(st.integers(0, len(wire.query)))
    return replace(wire, query=wire.query[:at] + wire.query[at + 1 :])


def _repeated(draw: Draw, wire: Wire, tokens: tuple[str, ...]) -> Wire:
    if not wire.query:
        return wire
    name, _ = draw(st.sampled_from(wire.query))
    again = (draw(st.sampled_from((name, name.upper()))), draw(st.sampled_from(RAW)))
    return replace(wire, query=(*wire.query, again) if draw(st.booleans()) else (again, *wire.query))


def _unknown(draw: Draw, wire: Wire, tokens: tuple[str, ...]) -> Wire:
    name = draw(st.sampled_from(("nothing", "Name", "%zz", "é", "%00", "", "auth-token", "OUPath%20", "%4FUPath")))
    return replace(wire, query=(*wire.query, (name, draw(st.sampled_from(RAW)))))


def _segment(draw: Draw, wire: Wire, tokens: tuple[str, ...]) -> Wire:
    """Another value for a placeholder, or another spelling of a literal."""
    if len(wire.segments) < 2:
        return wire
    at = draw(st.integers(1, len(wire.segments) - 1))
    old = wire.segments[at]
    encoded = "".join(f"%{byte:02x}" for byte in old.encode()[:40])
    named = quote(draw(st.sampled_from((*NAMES, *ZONES))), safe="")
    new = draw(st.sampled_from((old.swapcase(), encoded, named, draw(st.sampled_from(RAW)))))
    return replace(wire, segments=(*wire.segments[:at], new, *wire.segments[at + 1 :]))


def _shape(draw: Draw, wire: Wire, tokens: tuple[str, ...]) -> Wire:
    at = draw(st.integers(1, len(wire.segments)))
    more, fewer = (*wire.segments[:at], "", *wire.segments[at:]), wire.segments[:at]
    return replace(wire, segments=draw(st.sampled_from(((*wire.segments, ""), more, fewer, (*wire.segments, "x")))))


def _method(draw: Draw, wire: Wire, tokens: tuple[str, ...]) -> Wire:
    return replace(wire, method=draw(st.sampled_from(METHODS)))


def _credential(draw: Draw, wire: Wire, tokens: tuple[str, ...]) -> Wire:
    sent = draw(
        st.sampled_from((*tokens, "", "Bearer", "Basic %", "Bearer x.y.z", "é", "nonsense", "bearer" + tokens[0][6:]))
    )
    return replace(
        wire, headers=draw(st.sampled_from(((), (("auth-token", sent),), (*wire.headers, ("auth-token", sent)))))
    )


def _body(draw: Draw, wire: Wire, tokens: tuple[str, ...]) -> Wire:
    content_type = ("content-type", draw(st.sampled_from(CONTENT_TYPES)))
    return replace(wire, body=draw(st.sampled_from(BODIES)), headers=(*wire.headers, content_type))


def _evidence(draw: Draw, wire: Wire, tokens: tuple[str, ...]) -> Wire:
    return replace(wire, headers=(*wire.headers, ("twin-evidence", draw(st.sampled_from(("1", "0", "é"))))))


def _tail(draw: Draw, wire: Wire, tokens: tuple[str, ...]) -> Wire:
    return replace(wire, tail=draw(st.sampled_from(("&", "?", "=", "&&x", "&%", "&=", "#", "%3F"))))


CHANGES = (
    _value, _value, _value, _raw_value, _raw_value, _dropped, _repeated, _unknown, _segment, _segment, _shape, _method,
    _credential, _credential, _body, _evidence, _tail,
)  # fmt: skip
