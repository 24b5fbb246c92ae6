"""DNS zones: forward and reverse, those of the system among them."""

from __future__ import annotations

from mockserver.apis.kopicloud_ad.models import (
    FORWARD,
    RECORD_ZONE,
    RECORDS,
    REVERSE,
    UNIQUE_ZONE,
    ZONE_DIRECTION,
    ZONE_NAME,
    ZONE_SYSTEM,
    ZONES,
    Zone,
)
from mockserver.apis.kopicloud_ad.service import addresses, dn
from mockserver.apis.kopicloud_ad.service.policy import shown
from mockserver.kernel.errors import BadInput, Duplicate, NotFound, RuleBroken
from mockserver.kernel.names import nearest
from mockserver.kernel.store.query import And, Eq, Order
from mockserver.kernel.work import Work


def find(work: Work, name: str, *, direction: str | None = None, system: bool = True) -> Zone | None:
    """The zone with this name; of one direction, and without those of the system, when asked so."""
    zone = work.store.find(UNIQUE_ZONE, addresses.key(name))
    if zone is None or direction not in (None, zone.direction) or (zone.system and not system):
        return None
    return zone


def named(work: Work, name: str, *, direction: str | None = None, system: bool = True) -> Zone:
    """As `find`; raises ``NotFound`` with the nearest zone (N8)."""
    zone = find(work, name, direction=direction, system=system)
    if zone is None:
        kind = {FORWARD: "forward lookup zone", REVERSE: "reverse lookup zone"}.get(direction or "", "DNS zone")
        known = [one.name for one in listed(work, direction=direction)] if len(name) < 80 else []
        hint = nearest(name, known)
        raise NotFound(f"{kind} {shown(name)} does not exist{hint if 'did you mean' in hint else ''}", rule="N8")
    return zone


def chosen(work: Work, name: str | None) -> Zone:
    """The zone a record call means: the named one, or the one of the setting ``DNSZone``."""
    name = name or str(work.settings["DNSZone"] or "")
    if not name:
        raise BadInput("ZoneName: missing, and the setting DNSZone names no zone to fall back to")
    return named(work, name)


def listed(work: Work, *, direction: str | None = None, system: bool = False) -> list[Zone]:
    """Zones by name; those of the system only on request (N12)."""
    conditions = [Eq(ZONE_DIRECTION, direction)] if direction else []
    conditions += [] if system else [Eq(ZONE_SYSTEM, False)]
    return work.store.select(ZONES, And(*conditions), order=(Order(ZONE_NAME),))


def distinguished_name(work: Work, zone: Zone) -> str | None:
    """Where a zone is kept in the directory; ``None`` for zones that are not kept there (N9)."""
    if zone.partition is None:
        return None
    root = dn.root(str(work.settings["ADDomainName"]))
    return f"DC={dn.escape(zone.name)},CN=MicrosoftDNS,DC={zone.partition},{root}"


def create_forward(work: Work, name: str) -> Zone:
    """A new forward lookup zone; raises ``BadInput`` (N9, N13), ``Duplicate`` (N9)."""
    name = addresses.check_name("ZoneName", name)
    if name == addresses.APEX or addresses.is_reverse(name):
        raise BadInput(f"ZoneName: {shown(name)} is no forward lookup zone", rule="N9")
    return _added(work, name, FORWARD)


def create_reverse(work: Work, network_id: str) -> Zone:
    """The reverse lookup zone of a network; raises ``BadInput`` (N10), ``Duplicate`` (N9)."""
    return _added(work, addresses.reverse_zone(network_id), REVERSE)


def reverse_named(work: Work, text: str, *, system: bool = True) -> Zone:
    """The reverse zone of a network ID, or with a zone name; raises ``BadInput`` (N10, N13), ``NotFound``."""
    name = addresses.reverse_zone(text) if "/" in text else addresses.check_name("NetworkID", text)
    return named(work, name, direction=REVERSE, system=system)


def delete(work: Work, zone: Zone) -> None:
    """Remove a zone with its records; raises ``RuleBroken`` for one of the system (N11)."""
    check_not_system(zone)
    for record in work.store.select(RECORDS, Eq(RECORD_ZONE, zone.id)):
        work.store.delete(RECORDS, record.id)
    work.store.delete(ZONES, zone.id)


def check_not_system(zone: Zone) -> None:
    """Raise ``RuleBroken`` for a zone the DNS server made by itself."""
    if zone.system:
        raise RuleBroken(f"DNS zone {zone.name!r} belongs to the DNS server and cannot be changed", rule="N11")


def _added(work: Work, name: str, direction: str) -> Zone:
    if find(work, name) is not None:
        raise Duplicate(f"DNS zone {name!r} exists already", rule="N9")
    zone = Zone(id=work.ids.guid(), name=name, name_key=addresses.key(name), direction=direction)
    work.store.insert(ZONES, zone)
    return zone
