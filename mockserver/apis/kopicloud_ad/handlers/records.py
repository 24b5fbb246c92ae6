"""Operations on DNS records: the same seven for each type, told apart by the words in their ids."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from mockserver.apis.kopicloud_ad.conventions import done
from mockserver.apis.kopicloud_ad.handlers import shapes
from mockserver.apis.kopicloud_ad.models import Record
from mockserver.apis.kopicloud_ad.service import records, zones
from mockserver.apis.kopicloud_ad.service.records import RecordType
from mockserver.kernel.api import Handler
from mockserver.kernel.http import Call, Reply
from mockserver.kernel.work import Work

#: How operation ids spell a record type and its data: ``getDnsCNameRecord``, ``listDnsCNameRecordsByAlias``.
SPELLINGS = ((records.A, "A", "IpAddress"), (records.AAAA, "AAAA", "Ipv6Address"), (records.CNAME, "CName", "Alias"))


def operations() -> dict[str, Handler]:
    """The handlers of every record operation by its id."""
    found: dict[str, Handler] = {}
    for kind, word, data in SPELLINGS:
        found[f"getDns{word}Record"] = partial(get_record, kind)
        found[f"createDns{word}Record"] = partial(create_record, kind)
        found[f"deleteDns{word}Record"] = partial(delete_record, kind)
        found[f"listAllDns{word}Records"] = partial(list_all_records, kind)
        found[f"listDns{word}RecordsInZone"] = partial(list_records_in_zone, kind)
        found[f"listDns{word}RecordsByHostName"] = partial(list_records_by_host_name, kind)
        found[f"listDns{word}RecordsBy{data}"] = partial(list_records_by_data, kind)
    return found


def get_record(kind: RecordType, work: Work, call: Call) -> Reply:
    return _one(records.get, kind, "found", work, call)


def create_record(kind: RecordType, work: Work, call: Call) -> Reply:
    return _one(records.create, kind, "created", work, call)


def delete_record(kind: RecordType, work: Work, call: Call) -> Reply:
    return _one(records.delete, kind, "deleted", work, call)


def list_all_records(kind: RecordType, work: Work, call: Call) -> Reply:
    found, known = records.listed(work, kind), len(zones.listed(work))
    output = f"{known} DNS zones found; {len(found)} {kind.name} records found in {known} DNS zones"
    return done(output, shapes.record_list(work, found))


def list_records_in_zone(kind: RecordType, work: Work, call: Call) -> Reply:
    return _listed(kind, work, records.listed(work, kind, zone=call.arguments["ZoneName"]))


def list_records_by_host_name(kind: RecordType, work: Work, call: Call) -> Reply:
    return _listed(kind, work, records.of_owner(work, kind, call.arguments["DNS_HostName"]))


def list_records_by_data(kind: RecordType, work: Work, call: Call) -> Reply:
    return _listed(kind, work, records.of_data(work, kind, call.arguments[kind.parameter]))


def _one(act: Callable[..., Record], kind: RecordType, outcome: str, work: Work, call: Call) -> Reply:
    given = call.arguments
    record = act(work, kind, owner=given["DNS_HostName"], data=given[kind.parameter], zone=given.get("ZoneName"))
    shown = shapes.record(work, record)
    return done(f"{kind.name} record {record.owner!r} with {record.data!r} {outcome} in {shown['zone']!r}", shown)


def _listed(kind: RecordType, work: Work, found: list[Record]) -> Reply:
    return done(f"{len(found)} {kind.name} records found", shapes.record_list(work, found))
