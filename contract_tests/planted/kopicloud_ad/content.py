"""Wrong forms of answers: content types, charsets, bodies that are no JSON, and what must not stand in them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable

from contract_tests.evidence import Evidence
from contract_tests.planted.demands import header, no_content
from contract_tests.planted.fault import Plant, fault
from contract_tests.planted.wire import Answer, Asked, answers

PAGE = b"<!DOCTYPE html><html><body><h1>404 - File or directory not found.</h1></body></html>"
NET_TRACE = (
    "System.NullReferenceException: Object reference not set to an instance of an object.\n"
    "   at KopiCloud.Controllers.UserController.Get(String name) in C:\\src\\UserController.cs:line 41"
)
PYTHON_TRACE = 'Traceback (most recent call last):\n  File "/app/users.py", line 12, in get'
JAVA_TRACE = "java.lang.NullPointerException\n\tat com.example.ad.Users.find(Users.java:77)"


def typed(content_type: str | None, *, code: int | None = None) -> Plant:
    """Another content type, on answers of one code or on all."""
    return answers(lambda _, got: got.with_header("content-type", content_type) if code in (None, got.status) else got)


def refusing(change: Callable[[Answer], Answer], *codes: int) -> Plant:
    """Refusals of some codes changed."""
    return answers(lambda _, got: change(got) if got.status in codes else got)


def _said(text: str) -> Callable[[Answer], Answer]:
    """Another outcome text."""
    return lambda got: got.with_json({**got.json, "output": text})


def _page(answer: Answer) -> Answer:
    return answer.with_body(PAGE).with_header("content-type", "text/html")


def _zipped(answer: Answer) -> Answer:
    return answer.with_body(gzip.compress(answer.body)).with_header("content-encoding", "gzip")


def _twice(_: Asked, answer: Answer) -> Answer:
    return answer.with_body(answer.body.replace(b'"output":', b'"output":"","output":', 1))


def _echo(*names: str) -> Plant:
    """Arguments of these names in the outcome text."""

    def change(asked: Asked, answer: Answer) -> Answer:
        sent = [value for name in names if (value := asked.argument(name))]
        return answer.with_json({**answer.json, "output": f"done with {', '.join(sent)}"}) if sent else answer

    return answers(change)


FAULTS = (
    fault("type-text", "answers are labelled text/plain", "content-type", typed("text/plain")),
    fault("type-text-json", "answers are labelled text/json", "content-type", typed("text/json")),
    fault("type-missing", "answers have no content type", "content-type", typed(None)),
    fault(
        "type-problem",
        "refusals are problem documents",
        "content-type unreadable-value",
        typed("application/problem+json", code=400),
    ),
    fault(
        "page-404", "what is absent is answered with an HTML page", "content-type body-is-json", refusing(_page, 404)
    ),
    fault("page-401", "a wrong credential is answered with an HTML page", "body-is-json", refusing(_page, 401)),
    fault(
        "body-empty-401",
        "a wrong credential is answered without a body",
        "body-is-json",
        refusing(lambda got: got.with_body(b""), 401),
    ),
    fault(
        "body-empty-404",
        "what is absent is answered without a body",
        "body-is-json",
        refusing(lambda got: got.with_body(b""), 404),
    ),
    fault(
        "body-null",
        "deletions answer null",
        "types envelope-on-success deleted-is-gone",
        answers(lambda one, got: got.with_body(b"null") if one.method == "DELETE" and got.good else got),
    ),
    fault(
        "body-repr",
        "answers are written as the program prints them",
        "body-is-json",
        answers(lambda _, got: got.with_body(repr(got.json).encode()), "getGroup"),
    ),
    fault(
        "body-callback",
        "answers are wrapped in a function call",
        "body-is-json",
        answers(lambda _, got: got.with_body(b"callback(" + got.body + b")")),
    ),
    fault("body-cut", "long answers are cut", "body-is-json", answers(lambda _, got: got.with_body(got.body[:900]))),
    fault(
        "body-marked",
        "answers begin with a byte order mark",
        "body-is-json",
        answers(lambda _, got: got.with_body(b"\xef\xbb\xbf" + got.body)),
    ),
    fault(
        "body-zipped",
        "answers are compressed though nobody asked for it",
        "body-is-json",
        answers(lambda _, got: _zipped(got)),
    ),
    fault(
        "charset-latin-1", "answers are labelled ISO-8859-1", "charset", typed("application/json; charset=iso-8859-1")
    ),
    fault(
        "charset-utf-16",
        "answers are UTF-16",
        "charset body-is-json",
        answers(lambda _, got: got.with_body(got.body.decode().encode("utf-16"))),
    ),
    fault(
        "bytes-latin-1",
        "letters outside ASCII are written in ISO-8859-1",
        "charset body-is-json",
        answers(lambda _, got: got.with_body(got.body.decode().encode("latin-1", "replace"))),
    ),
    fault(
        "letters-lost",
        "letters outside ASCII become question marks",
        "created-as-sent",
        answers(lambda _, got: got.with_body(got.body.decode().encode("ascii", "replace"))),
        unseen="only who wrote a name knows its letters",
    ),
    fault("key-twice", "the outcome text stands twice", "repeated-key", answers(_twice)),
    fault(
        "length-wrong",
        "the announced length is not the length",
        "announced-length",
        answers(lambda _, got: got.with_header("content-length", str(len(got.body) + 1))),
    ),
    fault(
        "trace-net",
        "refusals show a .NET stack trace",
        "no-inner-workings unreadable-value",
        refusing(_said(NET_TRACE), 400),
    ),
    fault(
        "trace-python", "refusals show a Python stack trace", "no-inner-workings", refusing(_said(PYTHON_TRACE), 404)
    ),
    fault("trace-java", "refusals show a Java stack trace", "no-inner-workings", refusing(_said(JAVA_TRACE), 401)),
    fault(
        "password-echoed",
        "a new user's password stands in the answer",
        "no-secret-echoed",
        _echo("Password", "newPassword"),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "login-password-echoed",
        "the password of a login stands in the answer",
        "no-secret-echoed",
        _echo("password"),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "numbers-not-finite",
        "a key is not a number",
        "body-is-json",
        answers(lambda _, got: got.with_body(json.dumps({**got.json, "took": float("nan")}).encode()), "listAllOus"),
    ),
    fault(
        "header-missing",
        "a promised header is missing",
        "promised-header",
        demand=header("X-Request-Id", "200"),
    ),
    fault("body-not-promised", "there is a body where none is promised", "no-body", demand=no_content("401")),
)
