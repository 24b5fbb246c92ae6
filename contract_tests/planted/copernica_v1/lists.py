"""Lists: envelopes, batches, order."""

from __future__ import annotations

from typing import Any

from contract_tests.evidence import Evidence
from contract_tests.planted.arguments import losing
from contract_tests.planted.copernica_v1.tools import Thing, after, envelopes, query, things
from contract_tests.planted.fault import fault
from contract_tests.planted.wire import Asked, Pairs

ADDS = "batch-adds-up"
MAKES = "batches-make-the-list"
INSIDE = "embedded-lists-agree"


def _shifted(pairs: Pairs) -> Pairs:
    """Starts that count from one."""
    return tuple((name, str(int(text) + 1) if name == "start" and text.isdecimal() else text) for name, text in pairs)


def _unclamped(asked: Asked, body: Thing) -> Thing:
    text = asked.argument("limit") or ""
    return {**body, "limit": int(text)} if text.isdecimal() else body


def _ended(_: Asked, body: Thing) -> Thing:
    """No total behind the end."""
    return {**body, "total": 0} if "total" in body and not body["data"] else body


def _shorter(one: Thing) -> Thing:
    """A list inside of a thing without its last item."""
    held = one.get("interests")
    return {**one, "interests": {**held, "data": held["data"][:-1]}} if isinstance(held, dict) else one


def _fieldless(one: Thing) -> Thing:
    """Collections in a database, without their fields."""
    held = one.get("collections")
    if not isinstance(held, dict):
        return one
    bare = [{**each, "fields": {**each["fields"], "data": []}} for each in held["data"]]
    return {**one, "collections": {**held, "data": bare}}


def _by_text(_: Asked, body: Thing) -> Thing:
    return {**body, "data": sorted(body["data"], key=lambda one: str(one.get("ID")) if isinstance(one, dict) else "")}


def _turned(_: Asked, body: Thing) -> Thing:
    return {**body, "data": body["data"][::-1]}


def _numbers(one: Thing) -> Thing:
    return {**one, "ID": int(one["ID"])} if str(one.get("ID", "")).isdecimal() else one


def _bare(_: Asked, body: Thing) -> Any:
    return body["data"]


FAULTS = (
    fault("lists-are-bare", "a list comes without its envelope", "types", envelopes(_bare)),
    fault(
        "count-of-all", "count is the total", ADDS, envelopes(lambda _, body: {**body, "count": body.get("total", 0)})
    ),
    fault(
        "count-off-by-one",
        "count is one too high",
        ADDS,
        envelopes(lambda _, body: {**body, "count": body["count"] + 1}),
    ),
    fault(
        "total-of-batch",
        "total is what the batch shows",
        MAKES + " lists-what-exists " + ADDS,
        envelopes(lambda _, body: {**body, **({"total": body["count"]} if "total" in body else {})}),
    ),
    fault(
        "total-zero",
        "total is 0",
        ADDS,
        envelopes(lambda _, body: {**body, **({"total": 0} if "total" in body else {})}),
    ),
    fault("limit-not-clamped", "a larger limit is shown as it was sent", ADDS, envelopes(_unclamped)),
    fault("limit-ignored", "a limit is not read", ADDS + " " + MAKES, losing("limit")),
    fault("start-ignored", "a start is not read", ADDS + " " + MAKES, losing("start")),
    fault("start-from-one", "the first item is number one", ADDS + " " + MAKES, query(_shifted)),
    fault("total-always", "total is there although it is not wanted", MAKES, losing("total")),
    fault("ids-are-numbers", "ids are numbers", "types", things(_numbers)),
    fault(
        "lists-turned",
        "lists begin with the last",
        "lists-in-order-of-ids",
        envelopes(_turned, "listDatabaseFields", "listViewRules"),
    ),
    fault(
        "ids-in-order-of-text",
        "ids are in the order of texts",
        "lists-in-order-of-ids lists-in-the-order-asked-for",
        envelopes(_by_text, "listDatabaseProfiles", "listDatabaseFields"),
    ),
    fault("orderby-ignored", "orderby is not read", "lists-in-the-order-asked-for", losing("orderby")),
    fault("order-ignored", "order is not read", "lists-in-the-order-asked-for", losing("order")),
    fault(
        "ids-lost",
        "the list of ids lacks the last",
        "lists-what-exists bare-ids-agree",
        after("read", lambda _, got: got.with_json(got.json[:-1]), "listDatabaseProfileIds"),
    ),
    fault(
        "ids-twice",
        "the list of ids has the first twice",
        "no-item-twice lists-what-exists",
        after("read", lambda _, got: got.with_json(got.json[:1] + got.json), "listCollectionSubprofileIds"),
    ),
    fault(
        "negative-limit",
        "a limit that is no number means none",
        "status-fits-situation batches-make-the-list unreadable-value",
        query(lambda pairs: tuple(one for one in pairs if one[0] != "limit" or one[1].isdecimal())),
        evidence=Evidence.ASSUMED,
    ),
    fault("total-lost-behind-the-end", "behind the end the total is 0", MAKES, envelopes(_ended, "listDatabaseFields")),
    fault(
        "total-in-a-word",
        "total=no is not understood by a list of rules",
        MAKES,
        query(lambda pairs: tuple(one for one in pairs if one != ("total", "no")), "listMiniviewRules"),
        evidence=Evidence.ASSUMED,
    ),
    fault("embedded-without-last", "a database lacks its last interest", INSIDE, things(_shorter, "getDatabase")),
    fault(
        "embedded-without-fields",
        "collections have no fields inside of a database",
        INSIDE,
        things(_fieldless, "getDatabase", "listDatabases"),
    ),
)
