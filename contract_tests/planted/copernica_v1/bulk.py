"""Changes of many: what they reach, and what they make."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from contract_tests.evidence import Evidence
from contract_tests.planted.copernica_v1.tools import query
from contract_tests.planted.fault import fault, never, patched
from contract_tests.planted.wire import Again, Answer, Asked, answers, talking
from mockserver.apis.copernica.service import lists, profiles, subprofiles

MANY = ("updateDatabaseProfiles", "updateProfileSubprofiles")


def _first(good: Any) -> Any:
    """Only the first that matches is changed."""
    return lambda work, layout, rows, given: good(work, layout, list(rows)[:1], given)


def _reset(good: Any) -> Any:
    """What is changed has defaults in all other fields."""

    def change_all(work: Any, layout: Any, rows: Any, given: Any) -> Any:
        return good(work, layout, rows, {**{one.name: one.value for one in layout.fields}, **given})

    return change_all


async def _bare(asked: Asked, server: Again) -> Answer:
    """What a change of many makes has nothing of its body."""
    if asked.argument("create") != "1":
        return await server(asked)
    plain = replace(asked, query=tuple(one for one in asked.query if one[0] != "create"))
    answer = await server(plain)
    return answer if not answer.good else await server(asked.with_json({}))


def _whole_collection(good: Any) -> Any:
    """A change of subprofiles of one profile reaches those of others."""
    return lambda work, collection, *wish, **_: good(work, collection, *wish)


FAULTS = (
    fault(
        "many-changes-first",
        "a change of many changes the first only",
        "change-of-many story",
        patched(profiles, "change_all", _first),
    ),
    fault(
        "many-subprofiles-first",
        "a change of many subprofiles changes the first only",
        "change-of-many story",
        patched(subprofiles, "change_all", _first),
    ),
    fault(
        "many-resets",
        "a change of many sets other fields to their defaults",
        "change-of-many story",
        patched(profiles, "change_all", _reset),
    ),
    fault(
        "made-by-put-bare",
        "what a change of many makes has no values",
        "change-that-makes story",
        talking(_bare, *MANY),
    ),
    fault(
        "many-async-lost",
        "an asynchronous change of many is lost",
        "story",
        query(lambda pairs: (*pairs, ("fields[]", "id==0")) if ("async", "1") in pairs else pairs, *MANY),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "many-async-202",
        "an asynchronous change of many answers 202",
        "status-documented",
        answers(
            lambda asked, got: replace(got, status=202) if asked.argument("async") == "1" and got.good else got, *MANY
        ),
    ),
    fault(
        "many-reaches-others",
        "a change of the subprofiles of a profile reaches those of others",
        "story",
        patched(lists, "subprofiles", _whole_collection),
    ),
    fault(
        "makes-although-matched",
        "create=1 makes one although there are matches",
        "change-that-makes story",
        query(lambda pairs: (*pairs, ("fields[]", "id==0")) if ("create", "1") in pairs else pairs, *MANY),
    ),
    fault(
        "many-lost",
        "a change of many changes nothing",
        "change-of-many story",
        patched(profiles, "change_all", never()),
    ),
)
