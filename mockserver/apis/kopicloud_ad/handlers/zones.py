"""Operations on DNS zones: one function per operation, named by its id."""

from __future__ import annotations

from mockserver.apis.kopicloud_ad.conventions import done
from mockserver.apis.kopicloud_ad.handlers import shapes
from mockserver.apis.kopicloud_ad.models import FORWARD, REVERSE, Zone
from mockserver.apis.kopicloud_ad.service import zones
from mockserver.kernel.http import Call, Reply
from mockserver.kernel.work import Work


def list_all_dns_zones(work: Work, call: Call) -> Reply:
    return _listed(work, call, None)


def list_dns_lookup_zones(work: Work, call: Call) -> Reply:
    return _listed(work, call, FORWARD)


def list_dns_reverse_lookup_zones(work: Work, call: Call) -> Reply:
    return _listed(work, call, REVERSE)


def get_dns_zone(work: Work, call: Call) -> Reply:
    system = not call.arguments["IgnoreSystemZones"]
    return _shown(work, "found", zones.named(work, call.arguments["ZoneName"], system=system))


def dns_zone_exists(work: Work, call: Call) -> Reply:
    name = call.arguments["ZoneName"]
    exists = zones.find(work, name) is not None
    return done(f"DNS zone {name!r} {'exists' if exists else 'does not exist'}", exists)


def create_dns_lookup_zone(work: Work, call: Call) -> Reply:
    return _shown(work, "created", zones.create_forward(work, call.arguments["ZoneName"]))


def delete_dns_lookup_zone(work: Work, call: Call) -> Reply:
    return _deleted(work, zones.named(work, call.arguments["ZoneName"], direction=FORWARD))


def get_dns_reverse_lookup_zone(work: Work, call: Call) -> Reply:
    system = not call.arguments["IgnoreSystemZones"]
    return _shown(work, "found", zones.reverse_named(work, call.arguments["NetworkID"], system=system))


def create_dns_reverse_lookup_zone(work: Work, call: Call) -> Reply:
    return _shown(work, "created", zones.create_reverse(work, call.arguments["NetworkID"]))


def delete_dns_reverse_lookup_zone(work: Work, call: Call) -> Reply:
    return _deleted(work, zones.reverse_named(work, call.arguments["NetworkID"]))


def _listed(work: Work, call: Call, direction: str | None) -> Reply:
    found = zones.listed(work, direction=direction, system=not call.arguments["IgnoreSystemZones"])
    return done(f"{len(found)} DNS zones found", shapes.zone_list(work, found))


def _deleted(work: Work, zone: Zone) -> Reply:
    zones.delete(work, zone)
    return _shown(work, "deleted", zone)


def _shown(work: Work, outcome: str, zone: Zone) -> Reply:
    return done(f"DNS zone {zone.name!r} {outcome}", shapes.zone(work, zone))
