"""DNS: records, the zones they are in, names and addresses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from contract_tests.evidence import Evidence
from contract_tests.planted.bodies import things, value
from contract_tests.planted.fault import fault, never, patched, returning
from contract_tests.planted.kopicloud_ad.status import when
from mockserver.apis.kopicloud_ad.models import RECORD_OWNER, RECORD_ZONE, RECORDS
from mockserver.apis.kopicloud_ad.service import addresses, records, zones
from mockserver.kernel.errors import BadInput, Duplicate
from mockserver.kernel.store.query import And, Eq


def _loose(good: Any) -> Any:
    """What is no address is kept as it is."""

    def kept(label: str, text: str) -> str:
        try:
            return str(good(label, text))
        except BadInput:
            return text

    return kept


def _by_owner(good: Any) -> Any:
    """A record is found by its name, whatever its address."""

    def get(work: Any, kind: Any, *, owner: str, data: str, zone: Any) -> Any:
        found = [one for one in records.of_owner(work, kind, owner) if one.zone == zones.chosen(work, zone).id]
        return found[0] if found else good(work, kind, owner=owner, data=data, zone=zone)

    return get


def _swapped(one: dict[str, Any]) -> dict[str, Any]:
    """Owner and target of an alias swapped."""
    return {**one, "name": one["data"], "data": one["name"]} if one.get("type") == "CNAME" else one


def _one_address(good: Any) -> Any:
    """A name has one address."""

    def create(work: Any, kind: Any, zone: Any, *, owner: str, data: str) -> Any:
        label = addresses.key(addresses.relative(owner, zone.name))
        if work.store.count(RECORDS, And(Eq(RECORD_ZONE, zone.id), Eq(RECORD_OWNER, label))):
            raise Duplicate(f"host {owner!r} exists already")
        return good(work, kind, zone, owner=owner, data=data)

    return create


def _octets_in_order(_: Any) -> Any:
    """The octets of a network are not turned around."""
    return lambda text: ".".join((*text.split("/")[0].split(".")[:3], "in-addr.arpa"))


def _by_ending(good: Any) -> Any:
    """A zone is every zone whose name ends so."""

    def listed(work: Any, kind: Any, *, zone: str | None = None) -> Any:
        if zone is None:
            return good(work, kind)
        names = [one.name for one in zones.listed(work) if one.name_key.endswith(zones.named(work, zone).name_key)]
        return [record for name in names for record in good(work, kind, zone=name)]

    return listed


def _by_beginning(_: Any) -> Any:
    """Data is every data that begins so."""
    return lambda work, kind, data: [one for one in records.listed(work, kind) if one.data.startswith(data)]


def _refused(_: Any) -> Any:
    """No text is a network."""

    def network(text: str) -> Any:
        raise BadInput(f"{text!r} is no network")

    return network


FAULTS = (
    fault(
        "alias-beside-data",
        "an alias may stand beside an address",
        "story status-fits-situation",
        patched(records, "_check_alias", never()),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "one-address-per-name",
        "a second address of a name is refused",
        "identity-is-the-whole",
        patched(records, "create_in", _one_address),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "any-address",
        "an address may be any text",
        "story status-fits-situation",
        patched(
            records,
            "create",
            lambda good: lambda work, kind, **more: good(work, replace(kind, kept=_loose(kind.kept)), **more),
        ),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "capitals-in-addresses",
        "IPv6 addresses are shown in capitals",
        "story status-fits-situation",
        value("data", lambda text: text.upper() if text and ":" in text else text),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "long-addresses",
        "IPv6 addresses are shown in full",
        "story status-fits-situation",
        value("data", lambda text: text.replace("::", ":0:0:0:0:") if text and ":" in text else text),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "owner-in-full",
        "owner names are shown with their zone",
        "created-as-sent lists-what-exists addresses-agree",
        value("name", lambda name: f"{name}.example", "createDnsARecord", "getDnsARecord"),
    ),
    fault(
        "owner-not-relative",
        "the zone in an owner name is part of it",
        "story status-fits-situation",
        patched(addresses, "relative", lambda good: lambda owner, zone: owner),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "target-lowered",
        "the case of a target is lost",
        "story status-fits-situation",
        value("data", lambda text: text and text.lower()),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "alias-and-target-swapped",
        "owner and target of an alias are swapped in answers",
        "created-as-sent",
        things(_swapped),
    ),
    fault(
        "wrong-type",
        "AAAA records say they are A records",
        "created-as-sent lists-keep-to-their-filter",
        value("type", lambda kind: "A" if kind == "AAAA" else kind),
    ),
    fault(
        "timestamps",
        "records made by hand have a time",
        "story",
        value("timestamp", lambda _: "3764212"),
        evidence=Evidence.ASSUMED,
        unseen="only who made a record knows that it is none of dynamic update",
    ),
    fault(
        "default-zone-missing",
        "without a zone a record is refused",
        "story status-fits-situation left-to-its-setting",
        when(
            lambda one, _: (
                one.id in ("createDnsARecord", "getDnsARecord", "deleteDnsARecord") and not one.argument("ZoneName")
            ),
            400,
        ),
        evidence=Evidence.CLIENT,
        reads=Evidence.ASSUMED,
    ),
    fault(
        "octets-in-order",
        "reverse zones are named by the network as it is",
        "story status-fits-situation",
        patched(addresses, "reverse_zone", _octets_in_order),
    ),
    fault(
        "host-bits-kept",
        "host bits count in the name of a reverse zone",
        "story status-fits-situation",
        patched(
            addresses,
            "reverse_zone",
            lambda good: (
                lambda text: good(text.split("/")[0] + "/32") if not text.split("/")[0].endswith(".0") else good(text)
            ),
        ),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "reverse-by-network-only",
        "a reverse zone is found by its network only",
        "addresses-agree status-fits-situation",
        when(
            lambda one, _: one.id == "getDnsReverseLookupZone" and (one.argument("NetworkID") or "").endswith("arpa"),
            404,
        ),
    ),
    fault(
        "zone-names-unchecked",
        "zone names may be anything",
        "story status-fits-situation",
        patched(addresses, "check_name", lambda good: lambda label, text, **_: text),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "forward-reverse",
        "a forward zone may have the name of a reverse one",
        "story status-fits-situation",
        patched(addresses, "is_reverse", never(False)),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "secondary",
        "a new zone is a secondary one",
        "created-as-sent",
        patched(zones, "_added", returning(lambda zone, *_: replace(zone, zone_type="Secondary"))),
    ),
    fault(
        "zone-of-wrong-partition",
        "the DN of a zone lies elsewhere",
        "values-in-form",
        value("distinguishedName", lambda text: text and text.replace("CN=MicrosoftDNS,", "")),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "zone-exact",
        "zone names are case-sensitive",
        "names-match-without-case",
        patched(addresses, "key", lambda good: lambda name: name.removesuffix(".")),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "address-not-part",
        "the address of a record is not part of it when read",
        "identity-is-the-whole every-part-counts",
        patched(records, "get", _by_owner),
    ),
    fault(
        "zones-by-ending",
        "a list of a zone has the records of zones in it",
        "story lists-keep-to-their-filter",
        patched(records, "listed", _by_ending),
    ),
    fault(
        "addresses-by-beginning",
        "a list by address has every address that begins so",
        "story names-match-without-case",
        patched(records, "of_data", _by_beginning),
        reads=Evidence.ASSUMED,
    ),
    fault(
        "no-network-is-one",
        "every network is refused",
        "created-as-sent",
        patched(addresses, "_network", _refused),
    ),
)
