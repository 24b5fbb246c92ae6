"""What one address tells and another does not, and changes that do not reach what hangs on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contract_tests.evidence import Evidence
from contract_tests.planted.copernica_v1.members import asked as asking
from contract_tests.planted.copernica_v1.members import words_swapped
from contract_tests.planted.copernica_v1.tools import envelopes, is_filter, query, sent, things
from contract_tests.planted.fault import Plant, fault, never, patched
from contract_tests.planted.wire import Again, Answer, Asked, Pairs, answers, talking
from mockserver.apis.copernica.models import selections as models
from mockserver.apis.copernica.models.mailings import EVENT_ACCOUNT, EVENT_EMAIL
from mockserver.apis.copernica.models.selections import CONDITIONS, RULES
from mockserver.apis.copernica.models.structure import DATABASES
from mockserver.apis.copernica.service import events, fields, layout, rules, unsubscribe
from mockserver.apis.copernica.service.evaluation import dates, others
from mockserver.apis.copernica.v1.handlers import views
from mockserver.kernel.errors import Duplicate
from mockserver.kernel.store.query import Eq

STORY = "story"
CLIENT, ASSUMED = Evidence.CLIENT, Evidence.ASSUMED
SELECTED = ("listViewProfiles", "listMiniviewSubprofiles")


def _without(*names: str) -> Callable[[Pairs], Pairs]:
    return lambda pairs: tuple(one for one in pairs if one[0] not in names)


def _unfiltered(pairs: Pairs) -> Pairs:
    return tuple(one for one in pairs if not is_filter(one[0]))


def _rows(change: Callable[[list[Any]], list[Any]], *operations: str) -> Plant:
    """Lists that are bare changed."""

    def changed(_: Asked, got: Answer) -> Answer:
        return got.with_json(change(got.json)) if got.good and isinstance(got.json, list) else got

    return answers(changed, *operations)


def _stale(*operations: str) -> Plant:
    """What was once answered at an address is answered for ever."""
    known: dict[tuple[str, Pairs], Answer] = {}

    async def talk(asked: Asked, server: Again) -> Answer:
        got = await server(asked)
        return known.setdefault((asked.path, asked.query), got) if got.good else got

    return talking(talk, *operations)


def _named_by_text(good: Any) -> Any:
    """Conditions know fields by name: a renamed one is none of theirs."""

    def change(work: Any, field: Any, given: Any) -> Any:
        changed = good(work, field, given)
        for one in work.store.select(CONDITIONS) if changed.name != field.name else ():
            if getattr(one, "field", "") == field.id:
                work.store.replace(CONDITIONS, replace(one, field="999999"))
        return changed

    return change


def _choices_read_anew(good: Any) -> Any:
    """Values that are none of the new choices are emptied."""

    def reread(work: Any, before: Any, after: Any) -> None:
        good(
            work,
            replace(before, type="big") if (before.type, before.value) != (after.type, after.value) else before,
            after,
        )

    return reread


def _gone_is_all(good: Any, scope: Any, one: Any) -> Any:
    return good(scope, one) if scope.members(one.refers) is not None else (lambda person: True)


def _unwrapped(_: Any) -> Any:
    """A span over the new year has nobody."""

    def yearly(span: Any) -> Any:
        first, last = span.earliest[5:10], span.latest[5:10]
        return lambda moment: first <= moment[5:10] <= last

    return yearly


def _folded(good: Any) -> Any:
    def read(field: Any) -> Any:
        exact = good(field)
        return lambda person: exact(person).lower()

    return read


def _as_texts(_: Any) -> Any:
    return lambda field: lambda row: row.values.get(field.id, "")


def _for_the_database(good: Any) -> Any:
    """The behaviour of a collection is that of its database, too."""

    def configure(work: Any, place: Any, *, behavior: str, values: Any) -> None:
        good(work, place, behavior=behavior, values=values)
        above = work.store.get(DATABASES, place.database) if hasattr(place, "database") else None
        if above is not None:
            good(work, above, behavior=behavior, values={})

    return configure


def _unknown_is_nothing(body: Any) -> Any:
    known = isinstance(body, dict) and body.get("behavior") in ("nothing", "remove", "update")
    return body if known or not isinstance(body, dict) else {**body, "behavior": "nothing"}


def _of_the_address(_: Any) -> Any:
    """Events of a message are those of whom it went to."""

    def of_message(work: Any, message: Any, within: Any, tags: Any = ()) -> Any:
        whose = (Eq(EVENT_ACCOUNT, message.account), Eq(EVENT_EMAIL, message.email))
        return events._selected(work, whose, within, tags)

    return of_message


def _never_to_the_top(good: Any) -> Any:
    return lambda view, body: good(view, body) or view.parent


def _names_of_all(good: Any) -> Any:
    """A name of a rule is unique whatever the selection."""

    def checked(work: Any, rule: Any) -> Any:
        if any(one.name == rule.name and one.id != rule.id for one in work.store.select(RULES)):
            raise Duplicate(f"name: there is a rule {rule.name!r}")
        return good(work, rule)

    return checked


FAULTS = (
    fault(
        "defaults-not-kept",
        "a profile has whatever default its fields have now",
        STORY,
        patched(layout.Layout, "fresh", lambda _: lambda self, given: self.read(given)),
        patched(fields, "reread", never()),
        evidence=ASSUMED,
    ),
    fault(
        "choices-read-anew",
        "values that are no choice any more are lost",
        STORY,
        patched(fields, "reread", _choices_read_anew),
        evidence=ASSUMED,
    ),
    fault(
        "selected-unfiltered",
        "filters have no effect on lists of selections",
        f"{STORY} filter-chooses",
        query(_unfiltered, *SELECTED),
        evidence=ASSUMED,
    ),
    fault(
        "selected-in-any-order",
        "orderby has no effect on lists of selections",
        f"{STORY} lists-in-the-order-asked-for",
        query(_without("orderby", "order"), *SELECTED),
        evidence=ASSUMED,
    ),
    fault(
        "selected-without-parts",
        "start and limit have no effect on lists of selections",
        f"{STORY} batches-make-the-list batch-adds-up status-fits-situation",
        query(_without("start", "limit"), *SELECTED),
    ),
    fault(
        "selected-total-wrong",
        "the total of a selection counts one more",
        f"{STORY} batch-adds-up batches-make-the-list",
        envelopes(lambda _, body: {**body, "total": body["total"] + 1} if "total" in body else body, *SELECTED),
        evidence=ASSUMED,
    ),
    fault(
        "selected-ids-cut",
        "the first id of a selection is missing",
        f"{STORY} bare-ids-agree",
        _rows(lambda rows: rows[1:], "listViewProfileIds", "listMiniviewSubprofileIds"),
        evidence=ASSUMED,
    ),
    fault(
        "selected-ids-as-numbers",
        "ids of a selection are numbers",
        f"{STORY} types",
        _rows(lambda rows: [int(one) for one in rows], "listViewProfileIds"),
        evidence=CLIENT,
    ),
    fault(
        "fields-address-stale",
        "the address of fields tells what was there first",
        f"{STORY} addresses-agree contents-follow",
        _stale("getProfileFields"),
    ),
    fault(
        "interests-address-stale",
        "the address of interests tells what was there first",
        f"{STORY} members-are-set",
        _stale("getProfileInterests"),
    ),
    fault(
        "view-address-stale",
        "a selection has who was in it when it was first asked for",
        STORY,
        _stale("listViewProfiles"),
        evidence=ASSUMED,
    ),
    fault(
        "rules-in-lists-bare",
        "rules in lists have no conditions",
        f"{STORY} lists-agree listed-is-read",
        things(
            lambda one: {**one, "conditions": {"start": 0, "limit": 0, "count": 0, "total": 0, "data": []}},
            "listViewRules",
        ),
    ),
    fault(
        "conditions-by-name",
        "a condition loses a field that is renamed",
        STORY,
        patched(fields, "change", _named_by_text),
        evidence=ASSUMED,
    ),
    fault(
        "referring-to-the-gone",
        "ReferView: everybody is in a selection that is gone",
        STORY,
        asking(models.ReferViewCondition, _gone_is_all),
        evidence=ASSUMED,
    ),
    fault(
        "edited-subprofile-is-new",
        "Change: editsubprofile means newsubprofile",
        STORY,
        words_swapped(models.ChangeCondition, "change_type", editsubprofile="newsubprofile"),
        evidence=ASSUMED,
    ),
    fault(
        "removed-subprofile-is-new",
        "Change: removesubprofile means newsubprofile",
        STORY,
        words_swapped(models.ChangeCondition, "change_type", removesubprofile="newsubprofile"),
        evidence=ASSUMED,
    ),
    fault(
        "span-over-the-new-year",
        "Date: no span goes over the new year",
        STORY,
        patched(dates, "_yearly", _unwrapped),
        evidence=ASSUMED,
    ),
    fault(
        "double-without-case",
        "DoubleField compares without case",
        STORY,
        patched(others, "reader", _folded),
        evidence=ASSUMED,
    ),
    fault(
        "parts-by-text",
        "Part orders numbers as texts",
        STORY,
        patched(others, "field_key", _as_texts),
        evidence=ASSUMED,
    ),
    fault(
        "never-with-children",
        "has-children is never true",
        f"{STORY} listed-is-read",
        things(lambda one: {**one, "has-children": False}, "getView"),
    ),
    fault(
        "never-with-rules",
        "has-rules is never true",
        f"{STORY} listed-is-read",
        things(lambda one: {**one, "has-rules": False}, "getView"),
    ),
    fault(
        "top-parent-zero",
        "the parent of a selection of the database is 0",
        f"{STORY} created-in-its-place created-as-sent",
        things(
            lambda one: {**one, "parent-id": "0"} if one["parent-type"] == "database" else one,
            "getView",
            "listDatabaseViews",
        ),
    ),
    fault(
        "never-to-the-top",
        "a nested selection cannot be moved to the database",
        STORY,
        patched(views, "_parent", _never_to_the_top),
        evidence=ASSUMED,
    ),
    fault(
        "rule-names-of-all",
        "rules of different selections cannot share a name",
        f"{STORY} names-are-shared",
        patched(rules, "_checked", _names_of_all),
    ),
    fault(
        "unsubscribe-of-the-database",
        "the behaviour of a collection is that of its database",
        STORY,
        patched(unsubscribe, "configure", _for_the_database),
    ),
    fault(
        "unsubscribe-any-word",
        "an unknown unsubscribe behaviour means nothing",
        f"{STORY} allowed-values",
        sent(_unknown_is_nothing, "updateDatabaseUnsubscribe", "updateCollectionUnsubscribe"),
    ),
    fault(
        "unsubscribe-values-renamed",
        "unsubscribe values do not follow a renamed field",
        STORY,
        things(
            lambda one: (
                {**one, "fields": {}} if one.get("fields") and any("renamed" in name for name in one["fields"]) else one
            ),
            "getDatabaseUnsubscribe",
        ),
        evidence=ASSUMED,
    ),
    fault(
        "events-of-the-address",
        "events of a message are those of whom it went to",
        STORY,
        patched(events, "of_message", _of_the_address),
    ),
    fault("events-of-documents-lost", "documents have no events", STORY, patched(events, "of_document", never([]))),
    fault("events-of-addresses-lost", "addresses have no events", STORY, patched(events, "of_email", never([]))),
    fault(
        "events-by-other-words",
        "an event is called by its logfile",
        STORY,
        _rows(
            lambda rows: [{**one, "event": f"{one['event']}s"} if "event" in one else one for one in rows],
            "listMessageEvents",
            "listEmailEvents",
            "listOldMessageEvents",
        ),
        evidence=ASSUMED,
    ),
)
