"""What writes reach, and what lists and filters make of people, where it is another thing than elsewhere."""

from __future__ import annotations

from typing import Any

from contract_tests.evidence import Evidence
from contract_tests.planted.copernica_v1.tools import query, things
from contract_tests.planted.fault import Fault, Plant, fault, patched
from contract_tests.planted.wire import Answer, Asked, Pairs, answers, requests
from mockserver.apis.copernica.service import filters

STATUSES = "status-fits-situation"


def _story(name: str, title: str, plant: Plant, evidence: Evidence = Evidence.ASSUMED, also: str = "") -> Fault:
    return fault(name, title, f"story {also}", plant, evidence=evidence)


def _first_limit(pairs: Pairs) -> Pairs:
    first = next((one for one in pairs if one[0] == "limit"), None)
    return tuple(first if first and one[0] == "limit" else one for one in pairs)


def _without(*names: str) -> Any:
    return lambda pairs: tuple(one for one in pairs if one[0] not in names)


def _with_create(pairs: Pairs) -> Pairs:
    return (*(one for one in pairs if one[0] != "create"), ("create", "1"))


def _hundred(_: Asked, got: Answer) -> Answer:
    return got.with_json(got.json[:100]) if got.good else got


def _backwards(_: Asked, got: Answer) -> Answer:
    return got.with_json(got.json[::-1]) if got.good else got


def _post_without_interests(asked: Asked) -> Asked:
    body = asked.json
    if asked.method != "POST" or not isinstance(body, dict):
        return asked
    return asked.with_json({key: one for key, one in body.items() if key != "interests"})


def _escaping(good: Any) -> Any:
    return lambda pattern: pattern.replace("\\", "").__eq__ if "\\" in pattern else good(pattern)


def _ids_as_text(good: Any) -> Any:
    return {**good, "id": filters.Column("text", "id", own=True)}


def _named_by_creation(good: Any) -> Any:
    return {**good, "created": filters.Column("datetime", "created", own=True)}


def _made_when_changed(one: dict[str, Any]) -> dict[str, Any]:
    return {**one, "modified": one["created"]} if "modified" in one else one


FAULTS = (
    _story("first-limit-counts", "of two limits the first counts", query(_first_limit, "listDatabaseProfiles")),
    _story(
        "ids-end-at-a-hundred",
        "a list of bare ids ends at a hundred",
        answers(_hundred, "listDatabaseProfileIds"),
        also="bare-ids-agree",
    ),
    _story(
        "ids-backwards",
        "ids of a miniselection come backwards",
        answers(_backwards, "listMiniviewSubprofileIds"),
        also="bare-ids-agree",
    ),
    _story(
        "selections-without-plain-filters",
        "a filter without brackets is not read by selections",
        query(_without("fields"), "listViewProfiles"),
    ),
    _story(
        "many-makes-unasked",
        "a change of subprofiles that matches nothing makes one",
        query(_with_create, "updateProfileSubprofiles"),
        Evidence.DOCUMENTED,
    ),
    _story(
        "post-drops-interests",
        "a POST to a profile does not set interests",
        requests(_post_without_interests, "updateProfile"),
    ),
    _story("patterns-with-escapes", "a backslash escapes in patterns", patched(filters, "_like", _escaping)),
    _story("ids-compare-as-text", "ids are compared as texts", patched(filters, "SPECIAL", _ids_as_text)),
    fault(
        "created-is-a-name",
        "filters know created, too",
        STATUSES,
        patched(filters, "SPECIAL", _named_by_creation),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "lists-show-old-moments",
        "a list shows when a profile was made in place of when it was changed",
        "state-story",
        things(_made_when_changed, "listDatabaseProfiles"),
        evidence=Evidence.ASSUMED,
    ),
    _story(
        "collections-follow-their-database",
        "the unsubscribe behaviour of a collection is never remove",
        things(
            lambda one: {**one, "behavior": "nothing"} if one.get("behavior") == "remove" else one,
            "getCollectionUnsubscribe",
        ),
        Evidence.DOCUMENTED,
    ),
)
