"""Bodies of answers: where there should be none, of another media type, refusals in another form."""

from __future__ import annotations

from dataclasses import replace

from contract_tests.evidence import Evidence
from contract_tests.planted.copernica_v1.tools import after
from contract_tests.planted.fault import fault
from contract_tests.planted.wire import Answer, answers


def _refusal(got: Answer, body: object) -> Answer:
    return got.with_json(body) if got.status == 400 else got


FAULTS = (
    fault(
        "body-of-creations",
        "a creation answers its thing",
        "no-body",
        after("create", lambda _, got: got.with_json({"ID": "1"})),
    ),
    fault("body-of-changes", "a change answers true", "no-body", after("update", lambda _, got: got.with_json(True))),
    fault(
        "body-of-deletions",
        "a deletion answers an empty object",
        "no-body",
        after("delete", lambda _, got: got.with_json({})),
    ),
    fault(
        "json-with-charset",
        "JSON is announced with a charset",
        "media-type-is-exact",
        after(
            "read",
            lambda _, got: got.with_header("content-type", "application/json; charset=utf-8") if got.json else got,
        ),
    ),
    fault(
        "json-as-text",
        "JSON is announced as a text",
        "content-type",
        after("read", lambda _, got: got.with_header("content-type", "text/html"), "getDatabase"),
    ),
    fault(
        "refusal-without-envelope",
        "a refusal has its message at the top",
        "envelope-on-refusal missing-key",
        answers(lambda _, got: _refusal(got, {"message": "no"})),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "refusal-as-text",
        "the error of a refusal is a text",
        "envelope-on-refusal types",
        answers(lambda _, got: _refusal(got, {"error": "no"})),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "refusal-says-nothing",
        "a refusal has an empty message",
        "refusal-says-why",
        answers(lambda _, got: _refusal(got, {"error": {"message": ""}})),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "refusal-is-a-page",
        "a refusal is a page for people",
        "content-type body-is-json",
        answers(
            lambda _, got: (
                got.with_body(b"<h1>Bad Request</h1>").with_header("content-type", "text/html")
                if got.status == 400
                else got
            )
        ),
    ),
    fault(
        "empty-reads",
        "a read has no body",
        "body-is-json",
        after("read", lambda _, got: replace(got, body=b"").with_body(b""), "getView"),
    ),
)
