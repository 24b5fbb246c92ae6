"""What a step says of things, lists and days is held to what a twin answers, and so are logfiles in all their forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from apitwin.data import specs_dir
from contract_tests.credentials import from_environment
from contract_tests.modes import Mode
from contract_tests.planted.wire import Answer, answers
from contract_tests.promise import Promise, load
from contract_tests.run import Wish, run
from contract_tests.targets import Asgi, AsgiTarget
from mockserver.app import Options, Twin, build

Step = Mapping[str, Any]
TOKEN = "0123456789abcdef0123456789abcdef"
ANN: Step = {"make": "profile", "as": "ann", "shows": {"interests": []}}
BOB: Step = {"make": "profile", "as": "bob"}
LOGFILE = "getLogfileCsv"


@pytest.fixture(scope="module")
def promise() -> Promise:
    return load(specs_dir() / "copernica-v1")


@pytest.fixture(scope="module")
def twin() -> Twin:
    return build(["copernica-v1"], Options())


def complaints(promise: Promise, app: Asgi, rule: str) -> list[str]:
    """What one rule finds wrong."""
    target = AsgiTarget(app)
    credentials = from_environment({"APITWIN_TOKEN": TOKEN})
    wish = Wish(
        promise=promise, target=target, credentials=credentials, rules=frozenset({rule}), mode=Mode.FULL, examples=0
    )
    try:
        verdict = run(wish)
    finally:
        target.close()
    assert [one.why for one in verdict.unjudged if one.rule == rule] == []
    return [one.complaint.message for one in verdict.findings]


@pytest.mark.parametrize(
    ("step", "messages"),
    [
        ({"call": "getProfile", "of": "ann", "shows": {"ID": "{ann.ID}"}, "lacks": "interests"}, []),
        ({"call": "getProfile", "of": "bob", "lacks": "database"}, ["database is"]),
        ({"call": "getProfile", "of": "ann", "shows": {"created": "{ann.created|day}"}}, ["created is"]),
        ({"call": "listDatabaseProfiles", "of": "ann", "with": {"fields[]": ["id=={ann.ID}"]}, "only": "ann"}, []),
        (
            {"call": "listDatabaseProfiles", "of": "ann", "with": {"fields[]": ["id=={ann.ID}"]}, "only": ["bob"]},
            ["not just bob in the list"],
        ),
        ({"call": "listDatabaseProfileIds", "of": "ann", "only": "ann"}, ["not just ann in the list"]),
        ({"call": "listDatabaseProfiles", "of": "ann", "has": {"bob": {"ID": "{bob.ID}"}}}, []),
        ({"call": "listDatabaseProfiles", "of": "ann", "has": {"bob": {"ID": "{ann.ID}"}}}, ["ID is"]),
        ({"call": "listDatabaseProfiles", "of": "ann", "each": {"created": "{ann.created|day} .*"}}, []),
        ({"call": "listDatabaseProfiles", "of": "ann", "some": {"created": "{ann.created|plus1} .*"}}, ["no item"]),
        ({"call": "getProfileInterests", "of": "ann", "is_not": []}, ["the payload is []"]),
    ],
)
def test_what_a_step_says_is_held_to_the_twin(promise: Promise, twin: Twin, step: Step, messages: list[str]) -> None:
    twin.worlds.reset("default")
    story = {"id": "tale", "title": "a tale", "steps": [ANN, BOB, step]}
    told = replace(promise, conventions={**promise.conventions, "stories": [story]})
    found = complaints(told, twin.app, "story")
    assert len(found) == len(messages)
    assert all(one.startswith(message) for one, message in zip(found, messages, strict=True))


def broken(change: Callable[[str], str], operation: str, promise: Promise, twin: Twin) -> list[str]:
    """What is found where the text of one form is another one."""

    def changed(_: object, got: Answer) -> Answer:
        plain = got.good and b"json" not in dict(got.headers).get(b"content-type", b"")
        return got.with_body(change(got.body.decode()).encode()) if plain else got

    with answers(changed, operation)(twin.app, promise) as app:
        return complaints(promise, app, "forms-agree")


@pytest.mark.parametrize(
    ("operation", "change", "part"),
    [
        (LOGFILE, lambda text: text, None),
        (LOGFILE, lambda text: text + text, "rows"),
        (LOGFILE, lambda text: text.replace('"', ""), "is not quoted"),
        ("getLogfileCsvWithHeader", lambda text: text.replace("email", "mail", 1), "row 1 is another one"),
        ("getLogfileXml", lambda text: text.replace("</records>", ""), "it is no XML"),
        ("getLogfileXml", lambda text: text.replace("<records>", "<!DOCTYPE x><records>"), "it declares entities"),
        ("getLogfileXml", lambda text: text.replace("record>", "row>"), "other elements"),
        ("getLogfileXml", lambda text: text.replace("<id>", "<id>0", 1), "row 1 is another one"),
    ],
)
def test_forms_of_a_logfile_have_the_same_rows(
    promise: Promise, twin: Twin, operation: str, change: Callable[[str], str], part: str | None
) -> None:
    found = broken(change, operation, promise, twin)
    assert any(part in one for one in found) if part else found == []
