"""What operations did, as the conventions phrase it: statuses, headers, parts of lists; and in other dialects."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from apitwin.data import dialects
from mockserver.kernel.promise import Promise
from tests.pipeline.forms import Forms
from tests.support.client import Answer
from tests.support.mini_forms import CONVENTIONS, DOCUMENT

BASE = "http://127.0.0.1:80/v1"


@pytest.fixture(params=[True, False], ids=["lane", "connexion"])
def forms(request: pytest.FixtureRequest) -> Iterator[Forms]:
    """The mini API with forms and three notes, through the lane or through connexion alone."""
    forms = Forms(lane=request.param)
    for text in "abc":
        forms.call("POST", "/notes", b"text=" + text.encode())
    yield forms
    forms.close()


def told(answer: Answer) -> tuple[int, bytes, dict[str, str]]:
    """Status, body and the headers that tell what was done."""
    return answer.status, answer.content, {name: text for name, text in answer.headers.items() if name[:2] == "x-"}


def speak(forms: Forms, dialect: str) -> None:
    with forms.store.transaction("w") as store:
        forms.engine.settings.change(store, {"dialect": dialect})


# --- outcomes


def test_a_creation_names_what_it_made(forms: Forms) -> None:
    assert told(forms.call("POST", "/notes", b"text=d")) == (
        201, b"", {"x-location": f"{BASE}/note/4", "x-created": "4"},
    )  # fmt: skip


def test_an_outcome_without_headers_has_none(forms: Forms) -> None:
    assert told(forms.call("PUT", "/note/1", b"text=z")) == (200, b"", {})


def test_a_deletion_names_what_it_deleted(forms: Forms) -> None:
    assert told(forms.call("DELETE", "/note/2")) == (200, b"", {"x-deleted": "note 2"})
    assert forms.notes() == {"1": "a", "3": "c"}


def test_a_deletion_of_nothing_may_be_no_refusal(forms: Forms) -> None:
    assert told(forms.call("DELETE", "/note/9")) == (204, b"", {})
    assert forms.call("GET", "/note/9").status == 400


# --- lists


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"from": 0, "most": 2, "here": 2, "all": 3, "texts": ["a", "b"]}),
        ("from=1&most=1", {"from": 1, "most": 1, "here": 1, "all": 3, "texts": ["b"]}),
        ("most=9", {"from": 0, "most": 3, "here": 3, "all": 3, "texts": ["a", "b", "c"]}),
        ("from=7&counted=no", {"from": 7, "most": 2, "here": 0, "texts": []}),
        ("most=0", {"from": 0, "most": 0, "here": 0, "all": 3, "texts": []}),
    ],
)
def test_a_list_comes_in_the_part_that_is_asked_for(forms: Forms, query: str, shown: dict[str, object]) -> None:
    assert forms.call("GET", f"/texts?{query}").body == shown


# --- dialects


def test_another_dialect_answers_in_its_own_way(forms: Forms) -> None:
    speak(forms, "old")
    assert told(forms.call("POST", "/notes", b"text=d")) == (200, b"", {"x-location": "4"})
    assert told(forms.call("DELETE", "/note/4")) == (200, b"", {"x-deleted": "note 4"})
    answer = forms.call("DELETE", "/note/4")
    assert (answer.status, answer.body) == (400, {"error": "no such note"})
    speak(forms, "new")
    assert forms.call("DELETE", "/note/4").status == 204


def test_the_promise_is_that_of_the_dialect() -> None:
    promise = Promise("mini-forms", DOCUMENT, CONVENTIONS)
    assert dialects.names(CONVENTIONS) == ("new", "old")
    assert promise.spoken("new").document is promise.document
    old = promise.spoken("old")
    assert old.conventions["situations"] == {"delete-unknown": {"code": 400}}
    assert old.conventions["outcomes"]["delete"] == CONVENTIONS["outcomes"]["delete"]
    made, deleted = (old.operations[name].responses for name in ("createNote", "deleteNote"))
    assert set(made) == {200, 400, 500}
    assert made[200]["headers"] == {
        "X-Location": {"required": True, "schema": {"type": "string", "pattern": "^[0-9]+$"}}
    }
    assert set(deleted) == {200, 400, 500}
    with pytest.raises(KeyError, match="ancient"):
        promise.spoken("ancient")


def test_an_api_without_dialects_is_as_it_is() -> None:
    conventions = {name: section for name, section in CONVENTIONS.items() if name != "dialects"}
    promise = Promise("mini-forms", DOCUMENT, conventions)
    assert dialects.names(conventions) == ("",)
    assert promise.spoken("").document is promise.document
