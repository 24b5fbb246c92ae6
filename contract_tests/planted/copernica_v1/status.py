"""Wrong status codes, documented ones in the wrong situation among them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from contract_tests.evidence import Evidence
from contract_tests.planted.bodies import status
from contract_tests.planted.copernica_v1.tools import after, outcome
from contract_tests.planted.fault import Plant, fault
from contract_tests.planted.wire import Answer, Asked, answers

FITS = "status-fits-situation"


def when(condition: Callable[[Asked, Answer], bool], code: int, *operations: str) -> Plant:
    """Another code where a condition holds."""
    return answers(lambda one, got: replace(got, status=code) if condition(one, got) else got, *operations)


def _unknown_token(_: Asked, got: Answer) -> bool:
    return got.status == 400 and b"access token" in got.body


FAULTS = (
    fault("created-200", "a creation answers 200", "status-documented", when(lambda _, got: got.status == 201, 200)),
    fault(
        "changed-201",
        "a change answers 201",
        "status-documented",
        after("update", lambda _, got: replace(got, status=201)),
    ),
    fault(
        "changed-204",
        "a change answers 204",
        "status-documented",
        after("update", lambda _, got: replace(got, status=204)),
    ),
    fault(
        "deleted-204",
        "a deletion that has deleted something answers 204",
        FITS,
        after("delete", lambda _, got: replace(got, status=204)),
    ),
    fault(
        "nothing-deleted-200",
        "a deletion that finds nothing answers 200",
        FITS,
        when(lambda one, got: outcome(one) == "delete" and got.status == 204, 200),
    ),
    fault(
        "nothing-deleted-400",
        "a deletion that finds nothing is refused",
        FITS,
        when(lambda one, got: outcome(one) == "delete" and got.status == 204, 400),
    ),
    fault(
        "nothing-deleted-404",
        "a deletion that finds nothing answers 404",
        "status-documented",
        when(lambda one, got: outcome(one) == "delete" and got.status == 204, 404),
    ),
    fault(
        "absent-404",
        "what does not exist is answered with 404",
        "status-documented",
        when(lambda one, got: got.status == 400 and one.id == "getProfile", 404),
    ),
    fault("refused-422", "every refusal answers 422", "status-documented", status(422, 400)),
    fault("no-token-401", "an unknown token is answered with 401", "status-documented", when(_unknown_token, 401)),
    fault(
        "no-token-403",
        "an unknown token is answered with 403, on one operation",
        "status-documented",
        when(_unknown_token, 403, "listDatabaseProfiles"),
    ),
    fault(
        "made-by-put-200",
        "a change of many that made one answers 200",
        "change-that-makes",
        status(200, 303),
    ),
    fault("made-by-put-201", "a change of many that made one answers 201", "status-documented", status(201, 303)),
    fault(
        "no-route-404",
        "an unknown address is answered with 404",
        "unknown-route",
        when(lambda one, got: one.operation is None and got.status == 400, 404),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "wrong-method-405",
        "a method that is not offered is answered with 405",
        "wrong-method",
        when(lambda one, got: one.method == "PATCH", 405),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "fails-on-forms",
        "a form is a crash",
        "no-server-error encodings-agree",
        when(lambda one, _: "form" in (one.header("content-type") or ""), 500),
    ),
    fault(
        "fails-on-broken-json",
        "JSON that cannot be read is a crash",
        "no-server-error body-that-cannot-be-read",
        when(lambda one, _: one.json is None and one.header("content-type") == "application/json", 500),
    ),
    fault(
        "status-of-data-requests-refused",
        "the status of a data request is never told",
        "status-fits-situation",
        when(lambda _, got: got.good, 400, "getDatarequestStatus"),
    ),
    fault(
        "logfiles-of-a-day-refused",
        "the logfiles of a day are never listed",
        "status-fits-situation",
        when(lambda one, got: got.good and bool(re.search(r"/logfiles/[\d-]+$", one.path)), 400),
    ),
)
