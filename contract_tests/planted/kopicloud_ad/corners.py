"""Corners: what patterns match, where lists say that things lie, what goes with what is deleted, what the system keeps,
and what time does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contract_tests.evidence import Evidence
from contract_tests.planted.arguments import adding
from contract_tests.planted.fault import fault, patched
from contract_tests.planted.kopicloud_ad.tools import after
from contract_tests.planted.wire import Again, Answer, Asked, answers, talking
from mockserver.apis.kopicloud_ad.handlers import shapes
from mockserver.apis.kopicloud_ad.models import OBJECT_PARENT, OBJECTS, RECORD_OWNER, RECORDS
from mockserver.apis.kopicloud_ad.service import addresses, computers, directory, events, memberships, ous, zones
from mockserver.apis.kopicloud_ad.service import records as dns
from mockserver.kernel.errors import NotFound, RuleBroken
from mockserver.kernel.store.query import Eq

STORY = "story status-fits-situation"


def _matching(change: Callable[[str], str]) -> Callable[[Any], Any]:
    """Another pattern in the place of the one that was sent."""

    def replacement(good: Any) -> Any:
        def matching(work: Any, *, pattern: str | None, **more: Any) -> Any:
            return good(work, pattern=change(pattern) if pattern else pattern, **more)

        return matching

    return replacement


def _in_its_case(good: Any) -> Any:
    """The case of a pattern counts."""

    def matching(work: Any, *, pattern: str | None, **more: Any) -> Any:
        found = good(work, pattern=pattern, **more)
        head = (pattern or "").partition("*")[0]
        return [one for one in found if one.name.startswith(head)]

    return matching


def _not_found_when_empty(_: Asked, got: Answer) -> Answer:
    empty = got.good and got.json.get("result") == []
    return replace(got, status=404).with_json({"output": "nothing matches", "result": None}) if empty else got


def _arguments_first(asked: Asked, got: Answer) -> Answer:
    """What cannot be read is refused before anybody asks who sends it."""
    word = (asked.argument("IsProtected") or "").lower()
    early = got.status == 401 and word not in ("", "true", "false")
    return replace(got, status=400).with_json({"output": "IsProtected: no boolean", "result": None}) if early else got


def _paths_as_first_shown(good: Any) -> Any:
    """A list knows the path of a container as it was when it first had something in it."""
    known: dict[str, str] = {}

    def listed(work: Any, found: Any, *more: Any) -> Any:
        shown = good(work, found, *more)
        places = [
            known.setdefault(node.parent, one["ouPath"]) if "ouPath" in one else None
            for node, one in zip(found, shown, strict=True)
        ]
        return [{**one, "ouPath": place} if place else one for one, place in zip(shown, places, strict=True)]

    return listed


def _both_ways(good: Any) -> Any:
    """A group leaves the one it is in, and also the one that is in it."""

    def remove(work: Any, member: Any, group: Any) -> Any:
        try:
            return good(work, member, group)
        except NotFound:
            if member.object_class != "group":
                raise
            return good(work, group, member)

    return remove


def _the_answer(of: str) -> Callable[[Asked, Again], Any]:
    """The answer about a group is one about another argument."""

    async def talk(asked: Asked, server: Again) -> Answer:
        answer = await server(asked)
        name = asked.argument(of)
        if not answer.good or not name:
            return answer
        return answer.with_json({**answer.json, "result": {**answer.json["result"], "name": name}})

    return talk


def _without_a_dollar(good: Any) -> Any:
    def named(work: Any, name: str) -> Any:
        if name.endswith("$"):
            raise NotFound(f"computer {name!r} does not exist")
        return good(work, name)

    return named


def _made_now(good: Any) -> Any:
    return lambda work, one: {**good(work, one), "created": events.us_time(work.clock.timestamp())}


async def _groups_too(asked: Asked, server: Again) -> Answer:
    """What is no user may be a group."""
    answer = await server(asked)
    if not answer.good or answer.json["result"]:
        return answer
    return await server(replace(asked, path=asked.path.replace("/ADUser/", "/ADGroups/")))


def _all_addresses(good: Any) -> Any:
    """IPv4 and IPv6 addresses are listed together."""

    def listed(work: Any, kind: Any, **more: Any) -> Any:
        found = good(work, kind, **more)
        return found + good(work, dns.AAAA, **more) if kind is dns.A else found

    return listed


def _addresses_go_together(work: Any, record: Any) -> None:
    """With an address go those of other types of its owner."""
    for one in work.store.select(RECORDS, Eq(RECORD_OWNER, record.owner_key)):
        if one.zone == record.zone and one.type != record.type:
            work.store.delete(RECORDS, one.id)


def _whatever_its_address(good: Any) -> Any:
    """A record is deleted by its name alone, where nothing has the address that was sent."""

    def delete(work: Any, kind: Any, *, owner: str, data: str, zone: Any) -> Any:
        try:
            return good(work, kind, owner=owner, data=data, zone=zone)
        except NotFound:
            found = [one for one in dns.of_owner(work, kind, owner) if one.zone == zones.chosen(work, zone).id]
            if not found:
                raise
            return good(work, kind, owner=owner, data=found[0].data, zone=zone)

    return delete


def _literally(good: Any) -> Any:
    """An address is found in its shortest form only."""

    def of_data(work: Any, kind: Any, data: str) -> Any:
        return [] if ":" in data and addresses.ipv6("data", data) != data else good(work, kind, data)

    return of_data


def _in_its_own_case(good: Any) -> Any:
    """The case of a target counts."""

    def of_data(work: Any, kind: Any, data: str) -> Any:
        return [one for one in good(work, kind, data) if kind is not dns.CNAME or one.data == data]

    return of_data


def _anywhere(good: Any) -> Any:
    """OUs are made in containers, too."""
    return lambda work, path: directory.container(work, path) if path else good(work, path)


def _leaves_any(good: Any) -> Any:
    """Who leaves the primary group is told that it is done."""

    def remove(work: Any, member: Any, group: Any) -> Any:
        try:
            return good(work, member, group)
        except RuleBroken:
            return group

    return remove


def _kept_together(good: Any) -> Any:
    """What holds a protected OU is not moved."""

    def move(work: Any, path: str, *, to: str) -> Any:
        inside = work.store.select(OBJECTS, Eq(OBJECT_PARENT, ous.at(work, path).id))
        if any(getattr(one, "protected", False) for one in inside):
            raise RuleBroken("it holds a protected OU")
        return good(work, path, to=to)

    return move


FAULTS = (
    fault(
        "arguments-before-the-credential",
        "what is wrong with a new OU is told to those without a credential",
        "checks-in-order status-fits-situation",
        answers(_arguments_first, "createOu"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "pattern-is-a-beginning",
        "a pattern without a star matches what begins so",
        STORY,
        patched(computers, "matching", _matching(lambda text: text if "*" in text else f"{text}*")),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "star-at-the-end-alone",
        "what stands behind a star does not count",
        STORY,
        patched(computers, "matching", _matching(lambda text: text.partition("*")[0] + "*" if "*" in text else text)),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "pattern-in-its-case",
        "the case of a pattern counts",
        STORY,
        patched(computers, "matching", _in_its_case),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "bulk-on-one-level",
        "a deletion by pattern leaves what lies deeper, unless it is asked for",
        STORY,
        adding("Recursive", "false", "removeComputersByWildcard"),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "bulk-that-finds-nothing",
        "a deletion by pattern that matches nothing is not found",
        STORY,
        answers(_not_found_when_empty, "removeComputersByWildcard"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "users-listed-where-they-were",
        "lists of users know the path of an OU as it once was",
        STORY,
        patched(shapes, "user_list", _paths_as_first_shown),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "groups-listed-where-they-were",
        "lists of groups know the path of an OU as it once was",
        STORY,
        patched(shapes, "group_list", _paths_as_first_shown),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "leaves-both-ways",
        "a group leaves the one that is in it",
        STORY,
        patched(memberships, "remove", _both_ways),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "leaving-answers-the-child",
        "leaving a group answers the one that left",
        STORY,
        talking(_the_answer("ChildGroupName"), "removeGroupFromGroup"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "no-name-with-a-dollar",
        "no computer is found by its name with a dollar sign",
        STORY,
        patched(computers, "named", _without_a_dollar),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "made-just-now",
        "a computer was made when it is read",
        "time-changes-nothing listed-is-read",
        patched(shapes, "computer", _made_now),
    ),
    fault(
        "users-named-like-groups",
        "a user exists where a group has its name",
        "ids-name-one-kind",
        talking(_groups_too, "userExists"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "addresses-mixed", "the list of A records has the AAAA records", STORY, patched(dns, "listed", _all_addresses)
    ),
    fault(
        "addresses-go-together",
        "with the A record of an owner goes its AAAA record",
        STORY,
        patched(dns, "delete", after(_addresses_go_together)),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "deleted-whatever-its-address",
        "a record is deleted though it has another address than was sent",
        STORY,
        patched(dns, "delete", _whatever_its_address),
    ),
    fault(
        "addresses-literally",
        "a list by an IPv6 address knows it in its shortest form only",
        "names-match-without-case",
        patched(dns, "of_data", _literally),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "targets-in-their-case",
        "a list by the target of an alias knows it in its own case only",
        "names-match-without-case",
        patched(dns, "of_data", _in_its_own_case),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "ous-in-containers",
        "OUs are made in containers",
        "state-story status-fits-situation",
        patched(ous, "_holder", _anywhere),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "primary-group-left",
        "the primary group is left",
        "state-story status-fits-situation",
        patched(memberships, "remove", _leaves_any),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "holders-of-protected-ous",
        "what holds a protected OU is not moved",
        STORY,
        patched(ous, "move", _kept_together),
        evidence=Evidence.ASSUMED,
    ),
)
