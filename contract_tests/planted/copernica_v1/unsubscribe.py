"""Unsubscribe behaviours, and data requests."""

from __future__ import annotations

from typing import Any

from contract_tests.evidence import Evidence
from contract_tests.planted.copernica_v1.tools import Thing, refused, things
from contract_tests.planted.fault import fault, never, patched
from contract_tests.planted.wire import answers
from mockserver.apis.copernica.service import datarequests, unsubscribe
from mockserver.kernel.errors import NotFound, NotReady

STORY = "story"
ASSUMED = Evidence.ASSUMED


def _with_values(one: Thing) -> Thing:
    return one if "fields" in one else {**one, "fields": {"newsletter": "no"}}


def _never_values(good: Any) -> Any:
    return lambda work, place, *, behavior, values: good(work, place, behavior=behavior, values={})


def _always_update(good: Any) -> Any:
    return lambda work, place, *, behavior, values: good(
        work, place, behavior="update" if behavior == "remove" else behavior, values=values
    )


def _unready_is_unknown(good: Any) -> Any:
    """Data that are not there yet are said not to exist."""

    def ready(work: Any, account: Any, key: str) -> Any:
        try:
            return good(work, account, key)
        except NotReady:
            raise NotFound(f"there is no data request {key!r}") from None

    return ready


FAULTS = (
    fault(
        "unsubscribe-not-kept",
        "the unsubscribe behaviour cannot be set",
        f"{STORY} update-changes-only-what-was-sent",
        patched(unsubscribe, "configure", never()),
    ),
    fault(
        "unsubscribe-values-always",
        "values are shown with every unsubscribe behaviour",
        STORY,
        things(_with_values, "getDatabaseUnsubscribe"),
    ),
    fault(
        "unsubscribe-values-lost",
        "an unsubscribe behaviour has no values",
        STORY,
        patched(unsubscribe, "configure", _never_values),
    ),
    fault(
        "unsubscribe-remove-updates",
        "remove is kept as update",
        STORY,
        patched(unsubscribe, "configure", _always_update),
    ),
    fault(
        "unsubscribe-default-remove",
        "who unsubscribes is removed by default",
        STORY,
        things(
            lambda one: {**one, "behavior": "remove"} if one["behavior"] == "nothing" else one,
            "getDatabaseUnsubscribe",
            "getCollectionUnsubscribe",
        ),
    ),
    fault(
        "request-unknown-refused",
        "the status of an unknown data request is refused",
        STORY,
        answers(
            lambda asked, got: refused(got) if got.json == {"status": "not available"} else got, "getDatarequestStatus"
        ),
    ),
    fault(
        "request-not-there-yet",
        "data that are not there yet are refused",
        STORY + " status-fits-situation",
        patched(datarequests, "ready", _unready_is_unknown),
    ),
    fault(
        "request-status-word",
        "the status of a data request is ready",
        STORY + " types",
        answers(
            lambda asked, got: got.with_json({"status": "gone"}) if got.json == {"status": "not available"} else got,
            "getDatarequestStatus",
        ),
    ),
)
