"""Lists that lack something, have too much, or are in no order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from contract_tests.evidence import Evidence
from contract_tests.planted.arguments import adding, losing
from contract_tests.planted.bodies import items, payloads, value
from contract_tests.planted.fault import fault, given, patched, returning
from contract_tests.planted.kopicloud_ad.tools import resaved
from contract_tests.planted.wire import Again, Answer, Asked, answers, requests, talking
from mockserver.apis.kopicloud_ad.service import computers, directory, groups, ous, records, users, zones
from mockserver.kernel.errors import NotFound


def _reversed(found: list[Any]) -> list[Any]:
    return found[::-1]


def _newest_missing(found: Any, *_: Any, **__: Any) -> Any:
    """The object made last is left out."""
    newest = max(found, key=lambda one: one.created, default=None)
    return [one for one in found if one is not newest]


def _by_name_only(_: Asked, answer: Answer) -> Answer:
    """Of records that share a name only one is listed."""
    if not answer.good:
        return answer
    seen: dict[str, Any] = {}
    for one in answer.json["result"]:
        seen.setdefault(f"{one['name']} {one['zone']}", one)
    return answer.with_json({**answer.json, "result": list(seen.values())})


async def _unread_with_spaces(asked: Asked, server: Again) -> Answer:
    """A thing whose name has a space is looked for under a name that nobody has."""
    if not any(" " in one for one in (*asked.values.values(), *(value for _, value in asked.query))):
        return await server(asked)
    nobody = tuple((key, f"{value}-" if " " in value else value) for key, value in asked.query)
    return await server(replace(asked, query=nobody, path=asked.path.replace("%20", "-")))


def _nowhere(good: Any) -> Any:
    def listed(work: Any, variant: Any, **named: Any) -> Any:
        try:
            return good(work, variant, **named)
        except NotFound:
            return []

    return listed


def _all_records(_: Any) -> Any:
    """What a list is asked for does not count."""
    return lambda work, kind, _: records.listed(work, kind)


def _visited(user: Any, work: Any, *_: Any) -> Any:
    """Every read by name is counted in the user itself."""
    counted = user.attributes.get("homePhone", "") + "."
    return resaved(work, user, attributes={**user.attributes, "homePhone": counted})


def _first_visited(user: Any, work: Any, *_: Any) -> Any:
    """The first read by name is noted in the user itself, and shown from then on."""
    resaved(work, user, attributes={**user.attributes, "homePhone": "visited"})
    return user


def _deep_at_the_root(asked: Asked) -> Asked:
    """Without a container Recursive is not read."""
    kept = tuple(pair for pair in asked.query if asked.argument("OUPath") or pair[0].lower() != "recursive")
    return replace(asked, query=kept)


def _at_the_root(asked: Asked) -> Asked:
    """Without a container the domain root is taken."""
    if asked.argument("OUPath"):
        return asked
    rest = tuple(pair for pair in asked.query if pair[0].lower() != "oupath")
    return replace(asked, query=(*rest, ("OUPath", "DC=kopicloud,DC=local")))


def _by_place(found: list[Any]) -> list[Any]:
    """What lies in one container stands together."""
    return sorted(found, key=lambda one: len(str(one.get("ouPath") or one.get("path")).split(",")))


FAULTS = (
    fault(
        "newest-missing",
        "the newest user is not listed",
        "lists-what-exists lists-keep-to-their-place",
        patched(users, "listed", returning(_newest_missing)),
    ),
    fault(
        "newest-ou-missing",
        "the newest OU is not listed",
        "lists-what-exists containers-are-listed",
        patched(ous, "listed", returning(_newest_missing)),
    ),
    fault(
        "spaces-unread",
        "what has a space in its name is listed and not found",
        "listed-is-read addresses-agree",
        talking(_unread_with_spaces, "getGroup", "getUser", "getComputer"),
    ),
    fault(
        "last-missing",
        "the last item of a list is missing",
        "lists-what-exists lists-agree",
        items(lambda found: found[:-1], "listGroupsInOu"),
    ),
    fault(
        "cut-at-20",
        "lists end after 20 items",
        "lists-what-exists lists-everything lists-agree",
        items(lambda found: found[:20]),
    ),
    fault(
        "cut-from-behind",
        "one list shows the last 20 items only",
        "lists-agree",
        items(lambda found: found[-20:], "listUsersInOu"),
    ),
    fault(
        "twice",
        "the first item of a list comes twice",
        "no-item-twice lists-what-exists",
        items(lambda found: [*found, *found[:1]], "listAllComputers"),
    ),
    fault(
        "all-twice",
        "every item comes twice",
        "no-item-twice lists-what-exists",
        items(lambda found: [*found, *found], "listDnsLookupZones"),
    ),
    fault(
        "always-empty",
        "one list is always empty",
        "lists-what-exists",
        items(lambda found: [], "listDnsCNameRecordsByAlias"),
    ),
    fault(
        "container-ignored",
        "a list of a container is the list of all",
        "lists-keep-to-their-place",
        losing("OUPath", "listUsersInOu"),
    ),
    fault(
        "container-of-groups-ignored",
        "a list of security groups of a container is that of all",
        "lists-keep-to-their-place",
        losing("OUPath", "listSecurityGroups"),
    ),
    fault(
        "zone-ignored",
        "a list of a zone has the records of all",
        "lists-keep-to-their-filter",
        patched(records, "listed", given(zone=None)),
    ),
    fault(
        "host-ignored",
        "a list by host name has all records",
        "lists-keep-to-their-filter",
        patched(records, "of_owner", _all_records),
    ),
    fault(
        "host-by-beginning",
        "a list by host name has every name that begins so",
        "lists-keep-to-their-filter",
        patched(
            records,
            "of_owner",
            lambda good: (
                lambda work, kind, owner: [
                    one for one in records.listed(work, kind) if one.owner_key.startswith(owner.lower())
                ]
            ),
        ),
    ),
    fault(
        "address-ignored",
        "a list by address has all records",
        "lists-keep-to-their-filter",
        patched(records, "of_data", _all_records),
    ),
    fault(
        "one-per-name",
        "of records that share a name only one is listed",
        "identity-is-the-whole lists-keep-to-their-filter",
        answers(_by_name_only, "listDnsARecordsInZone", "listAllDnsARecords"),
    ),
    fault(
        "recursive-ignored",
        "a list is always recursive",
        "lists-keep-to-their-place",
        losing("Recursive", "listUsersInOu"),
    ),
    fault(
        "never-recursive",
        "a list is never recursive",
        "lists-keep-to-their-place",
        patched(computers, "listed", given(recursive=False)),
    ),
    fault(
        "recursive-by-default-off",
        "a list is not recursive unless told",
        "lists-keep-to-their-place default-sent-is-default",
        adding("Recursive", "false", "listGroupsInOu"),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "types-mixed",
        "the list of security groups has all groups",
        "lists-what-exists lists-keep-to-their-filter",
        patched(groups, "listed", given(group_type=None)),
    ),
    fault(
        "directions-mixed",
        "the list of forward zones has reverse ones",
        "lists-keep-to-their-filter",
        patched(zones, "listed", given(direction=None)),
    ),
    fault(
        "containers-among-ous",
        "the list of OUs has containers unless told",
        "default-sent-is-default story",
        adding("ListContainers", "true", "listAllOus"),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "containers-never",
        "the list of OUs never has containers",
        "story status-fits-situation",
        losing("ListContainers", "listAllOus"),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "system-zones-shown",
        "zones of the system are listed unless told",
        "default-sent-is-default",
        adding("IgnoreSystemZones", "false", "listAllDnsZones"),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "unordered",
        "lists are in the order things were made",
        "lists-in-order",
        items(_reversed, "listAllGroups"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "capitals-first",
        "capitals come before small letters",
        "lists-in-order",
        items(lambda found: sorted(found, key=lambda one: str(one.get("name"))), "listAllOus"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "nowhere-is-empty",
        "the list of a container that does not exist is empty",
        "lists-of-nowhere status-fits-situation",
        patched(directory, "listed", _nowhere),
        evidence=Evidence.ASSUMED,
    ),
    fault("exists-always", "every user exists", "exists-agrees", payloads(lambda _: True, "userExists")),
    fault("exists-never", "no zone exists", "exists-agrees", payloads(lambda _: False, "dnsZoneExists")),
    fault(
        "exists-elsewhere",
        "a membership exists in every group",
        "exists-agrees",
        payloads(lambda _: True, "userGroupExists"),
    ),
    fault(
        "values-short",
        "texts are cut in lists",
        "lists-what-exists",
        items(
            lambda found: [{**one, "description": (one["description"] or "")[:5]} for one in found], "listAllComputers"
        ),
    ),
    fault(
        "reading-changes",
        "reading a user changes it",
        "reading-changes-nothing",
        patched(users, "named", returning(_visited)),
    ),
    fault(
        "reading-changes-once",
        "the first read of a user changes it",
        "reading-changes-nothing",
        patched(users, "named", returning(_first_visited)),
    ),
    fault(
        "root-always-deep",
        "a list without a container is always recursive",
        "story",
        requests(_deep_at_the_root, "listUsersInOu", "listGroupsInOu"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "places-default-to-the-root",
        "a user without a container lies in the domain root",
        "story",
        requests(_at_the_root, "createUser"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "ordered-by-place",
        "a list of a container has what lies deeper behind the rest",
        "lists-in-order",
        items(_by_place, "listUsersInOu", "listComputersInOu"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "no-groups-of-users",
        "no list of the groups of a user has any",
        "lists-what-exists",
        items(lambda _: [], "listUserGroups"),
    ),
    fault(
        "described-otherwise-in-list",
        "the list of all groups describes them otherwise than a read does",
        "listed-is-read",
        value("description", lambda text: f"{text}." if text else text, "listAllGroups"),
    ),
    fault(
        "system-ous-missing",
        "the list of all OUs lacks the one of the domain controllers",
        "containers-are-listed",
        items(lambda found: [one for one in found if one["name"] != "Domain Controllers"], "listAllOus"),
    ),
    fault(
        "no-ous",
        "the list of all OUs is empty",
        "lists-what-exists containers-are-listed",
        items(lambda _: [], "listAllOus"),
    ),
)
