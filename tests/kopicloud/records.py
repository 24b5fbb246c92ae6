"""The three types of DNS record, and the calls on them that are the same for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.kopicloud.calls import at, done
from tests.support.client import Answer, TwinClient

HOME, DEV, OTHER = "kopicloud.local", "dev.kopicloud.local", "kopi-coffee.example"


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of record: its path, the parameter its data comes in, the path it is listed by data, and two values."""

    name: str
    path: str
    parameter: str
    by_data: str
    value: str
    another: str


A = Kind("A", "/api/DnsARecord", "IP_Address", "IPAddress", "10.20.30.99", "10.20.30.98")
AAAA = Kind("AAAA", "/api/DnsAAAARecord", "IPv6_Address", "IPv6Address", "2001:db8::99", "2001:db8::98")
CNAME = Kind("CNAME", "/api/DnsCNameRecord", "DNS_HostName_Alias", "HostNameAlias", "one.example", "two.example")
KINDS = {kind.name: kind for kind in (A, AAAA, CNAME)}
EACH = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


def ask(twin: TwinClient, method: str, kind: Kind, owner: str, value: str = "", zone: str | None = HOME) -> Answer:
    """A call on one record."""
    given: dict[str, Any] = {"DNS_HostName": owner, kind.parameter: value or kind.value}
    if zone is not None:
        given["ZoneName"] = zone
    return twin.call(method, kind.path, **given)


def make(twin: TwinClient, kind: Kind, owner: str, value: str = "", zone: str | None = HOME) -> dict[str, Any]:
    """A new record."""
    record: dict[str, Any] = done(ask(twin, "POST", kind, owner, value, zone))
    return record


def listed(twin: TwinClient, kind: Kind, rest: str, *names: str) -> list[dict[str, Any]]:
    """A list of records."""
    rows: list[dict[str, Any]] = done(twin.get(at(f"{kind.path}/{rest}", *names)))
    return rows
