"""DNS records of the three types: one set of rules, told apart by how their data is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mockserver.apis.kopicloud_ad.models import (
    RECORD_DATA,
    RECORD_OWNER,
    RECORD_TYPE,
    RECORD_ZONE,
    RECORDS,
    UNIQUE_RECORD,
    Record,
    Zone,
)
from mockserver.apis.kopicloud_ad.service import addresses, zones
from mockserver.apis.kopicloud_ad.service.policy import shown
from mockserver.kernel.errors import Duplicate, NotFound, RuleBroken
from mockserver.kernel.store.query import And, Condition, Eq
from mockserver.kernel.work import Work


@dataclass(frozen=True, slots=True)
class RecordType:
    """One type: its name, the parameter its data comes in, how data is kept, and how kept data is compared."""

    name: str
    parameter: str
    kept: Callable[[str, str], str]
    key: Callable[[str], str]


def target(label: str, text: str) -> str:
    """The target of an alias, as sent (N4); raises ``BadInput`` when it is no DNS name."""
    addresses.check_name(label, text)
    return text


A = RecordType("A", "IP_Address", addresses.ipv4, str)
AAAA = RecordType("AAAA", "IPv6_Address", addresses.ipv6, str)
CNAME = RecordType("CNAME", "DNS_HostName_Alias", target, addresses.key)
TYPES = {one.name: one for one in (A, AAAA, CNAME)}


def get(work: Work, kind: RecordType, *, owner: str, data: str, zone: str | None) -> Record:
    """One record by zone, owner and data; raises ``BadInput`` (N3, N5), ``NotFound`` (N7, N8)."""
    _check_input(kind, owner, data)
    place = zones.chosen(work, zone)
    record = _find(work, kind, place, addresses.relative(owner, place.name), kind.kept(kind.parameter, data))
    if record is None:
        message = f"{kind.name} record {shown(owner)} with {shown(data)} does not exist in zone {place.name!r}"
        raise NotFound(message, rule="N7")
    return record


def listed(work: Work, kind: RecordType, *, zone: str | None = None) -> list[Record]:
    """Records of a type by owner, of one zone or of all; raises ``NotFound`` (N8)."""
    place = zones.named(work, zone) if zone is not None else None
    return _ordered(work, And(Eq(RECORD_TYPE, kind.name), *((Eq(RECORD_ZONE, place.id),) if place else ())))


def of_owner(work: Work, kind: RecordType, owner: str) -> list[Record]:
    """Records of an owner in any zone: by its relative name, or by its full one (N3, N7)."""
    name = addresses.check_owner(owner)
    found = {one.id: one for one in _ordered(work, _owned(kind, name))}
    for zone in _zones_around(work, name):
        inside = And(_owned(kind, addresses.relative(name, zone.name)), Eq(RECORD_ZONE, zone.id))
        found.update({one.id: one for one in _ordered(work, inside)})
    return sorted(found.values(), key=_by_name)


def of_data(work: Work, kind: RecordType, data: str) -> list[Record]:
    """Records that hold an address or point to a target, in any zone (N7)."""
    return _ordered(work, And(Eq(RECORD_TYPE, kind.name), Eq(RECORD_DATA, kind.key(kind.kept(kind.parameter, data)))))


def create(work: Work, kind: RecordType, *, owner: str, data: str, zone: str | None) -> Record:
    """A new record; raises ``BadInput`` (N3, N5), ``NotFound`` (N8), ``Duplicate`` (N1), ``RuleBroken`` (N2)."""
    _check_input(kind, owner, data)
    return create_in(work, kind, zones.chosen(work, zone), owner=owner, data=data)


def create_in(work: Work, kind: RecordType, zone: Zone, *, owner: str, data: str) -> Record:
    """As `create`, in a zone at hand."""
    _check_writable(zone)
    label, kept = addresses.relative(owner, zone.name), kind.kept(kind.parameter, data)
    if _find(work, kind, zone, label, kept) is not None:
        raise Duplicate(f"{kind.name} record {label!r} with {kept!r} exists already in zone {zone.name!r}", rule="N1")
    _check_alias(work, kind, zone, label)
    record = Record(
        id=work.ids.guid(),
        zone=zone.id,
        owner=label,
        owner_key=addresses.key(label),
        type=kind.name,
        data=kept,
        data_key=kind.key(kept),
    )
    work.store.insert(RECORDS, record)
    return record


def delete(work: Work, kind: RecordType, *, owner: str, data: str, zone: str | None) -> Record:
    """Remove a record and return it; raises ``NotFound`` (N7, N8)."""
    record = get(work, kind, owner=owner, data=data, zone=zone)
    _check_writable(zones.chosen(work, zone))
    work.store.delete(RECORDS, record.id)
    return record


def _check_input(kind: RecordType, owner: str, data: str) -> None:
    """Raise ``BadInput`` for what is wrong in any zone: input is judged before the zone is looked up."""
    addresses.check_owner(owner)
    kind.kept(kind.parameter, data)


def _find(work: Work, kind: RecordType, zone: Zone, label: str, data: str) -> Record | None:
    return work.store.find(UNIQUE_RECORD, zone.id, addresses.key(label), kind.name, kind.key(data))


def _ordered(work: Work, where: Condition) -> list[Record]:
    return sorted(work.store.select(RECORDS, where), key=_by_name)


def _by_name(record: Record) -> tuple[str, str, str, str]:
    return (record.owner_key, record.data_key, record.zone, record.id)


def _owned(kind: RecordType, owner: str) -> Condition:
    return And(Eq(RECORD_TYPE, kind.name), Eq(RECORD_OWNER, addresses.key(owner)))


def _zones_around(work: Work, name: str) -> list[Zone]:
    """The zones a full name may be in: ``www.dev.example`` may be in ``dev.example`` and in ``example``."""
    labels = name.removesuffix(".").split(".")
    found = (zones.find(work, ".".join(labels[start:])) for start in range(len(labels)))
    return [zone for zone in found if zone is not None]


def _check_writable(zone: Zone) -> None:
    zones.check_not_system(zone)
    if zone.zone_type != "Primary":
        raise RuleBroken(f"DNS zone {zone.name!r} is a {zone.zone_type} zone; its records are kept by another server")


def _check_alias(work: Work, kind: RecordType, zone: Zone, label: str) -> None:
    """An alias stands alone: no other data beside it, and none at the apex, where SOA and NS are (N2)."""
    beside = work.store.select(RECORDS, And(Eq(RECORD_ZONE, zone.id), Eq(RECORD_OWNER, addresses.key(label))))
    if kind is CNAME and label == addresses.APEX:
        raise RuleBroken(f"CNAME record: the apex of zone {zone.name!r} holds SOA and NS records", rule="N2")
    if kind is CNAME and beside:
        raise RuleBroken(f"CNAME record {label!r}: {zone.name!r} has {beside[0].type} data for that name", rule="N2")
    if any(one.type == CNAME.name for one in beside):
        raise RuleBroken(f"{kind.name} record {label!r}: {zone.name!r} has a CNAME record for that name", rule="N2")
