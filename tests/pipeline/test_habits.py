"""What conventions may choose: base paths, aliases, mirrored methods, lists and booleans of a query, answers that are
no JSON, promised headers, absolute URLs, a credential in the query, pages."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from mockserver.kernel.swagger import Swagger
from tests.pipeline.forms import JSON, Forms
from tests.support.mini_forms import CONVENTIONS, TOKEN


@pytest.fixture(params=[True, False], ids=["lane", "connexion"])
def forms(request: pytest.FixtureRequest) -> Iterator[Forms]:
    """The mini API with forms, through the lane or through connexion alone."""
    forms = Forms(lane=request.param)
    yield forms
    forms.close()


# --- addresses


def test_every_base_path_and_alias_leads_to_the_same(forms: Forms) -> None:
    forms.call("POST", "/v1/notes", b"text=x")
    for path in ("/v1/note/1", "/note/1", "/note/1/", "/%761/note/1", "/memo/1", "/v1/memo/1"):
        assert forms.call("GET", path).body == {"text": "x"}, path


@pytest.mark.parametrize(
    "path", ["/v1/v1/note/1", "/V1/note/1", "/v2/note/1", "/v1", "/v1/", "/", "/v1note/1", "/Note/1"]
)
def test_other_paths_are_unknown_in_the_words_of_the_api(forms: Forms, path: str) -> None:
    answer = forms.call("GET", path)
    assert (answer.status, list(answer.body)) == (400, ["error"])


def test_the_document_names_the_first_base_path(forms: Forms) -> None:
    swagger = Swagger(engine=forms.engine, public_url="https://twin.test")
    assert b'"servers":[{"url":"https://twin.test/mount/v1"}]' in swagger.document("w", "/mount")
    assert b'"servers":[{"url":"/v1"}]' in Swagger(engine=forms.engine).document("w")


def test_operations_at_one_address_are_told_apart_by_its_values(forms: Forms) -> None:
    assert forms.call("GET", "/logs/2016-11-04").body["day"] == "2016-11-04"
    assert forms.call("GET", "/v1/logs/2016%2d11-04").body["operation"] == "listLogs"
    for file in ("2016-11-04.csv", "2016-11-4", "x"):
        assert forms.call("GET", f"/logs/{file}").headers["content-type"] == "text/csv"


# --- mirrors


def test_a_method_without_an_operation_of_its_own_runs_the_other_ones(forms: Forms) -> None:
    assert forms.call("PUT", "/notes", b"text=x").status == 201
    assert forms.call("POST", "/note/1", b'{"text":"y"}', content_type=JSON).status == 200
    assert forms.notes() == {"1": "y"}
    assert forms.call("PUT", "/typed", b"size=1").body["method"] == "PUT"
    assert forms.call("POST", "/note/1", b"").status == 400


def test_methods_that_differ_are_not_mirrored(forms: Forms) -> None:
    for method, operation in (("POST", "addTags"), ("PUT", "setTags")):
        assert forms.call(method, "/note/1/tags", b"a=1").body["operation"] == operation
    assert forms.call("POST", "/only/1").status == 200
    answer = forms.call("PUT", "/only/1")
    assert (answer.status, answer.body["error"]) == (400, "PUT is not offered here; allowed: POST")


def test_mirrored_methods_are_among_those_allowed(forms: Forms) -> None:
    answer = forms.call("PATCH", "/note/1")
    assert (answer.status, answer.body["error"]) == (400, "PATCH is not offered here; allowed: DELETE, GET, POST, PUT")


# --- arguments


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("ids[]=1&ids[]=2", [1, 2]),
        ("ids%5B%5D=1&ids%5b%5d=2", [1, 2]),
        ("ids[0]=1&ids[1]=2", [1, 2]),
        ("ids[1]=1&ids[0]=2", [1, 2]),
        ("ids[0]=1&ids[0]=2", [2]),
        ("ids[5]=1&ids[]=2", [1, 2]),
        ("ids=1&ids=2", [1, 2]),
        ("ids=1&ids[]=2", [1, 2]),
        ("ids[]=&ids[]=2", [2]),
        ("ids[][x]=1&ids[]=2", [2]),
    ],
)
def test_a_list_may_have_brackets(forms: Forms, query: str, ids: list[int]) -> None:
    assert forms.call("GET", f"/notes?{query}").body["ids[]"] == ids


@pytest.mark.parametrize("query", ["IDS[]=1", "ids[]=", "id[]=1", "x[ids[]]=1"])
def test_a_list_under_another_name_is_unknown(forms: Forms, query: str) -> None:
    assert "ids[]" not in forms.call("GET", f"/notes?{query}").body


@pytest.mark.parametrize("query", ["ids[]=x", "ids[0]=1&ids[1]=0", "ids=1.5"])
def test_every_element_of_a_list_is_held_against_the_promise(forms: Forms, query: str) -> None:
    answer = forms.call("GET", f"/notes?{query}")
    assert (answer.status, answer.body["error"].startswith("ids[]: ")) == (400, True)


@pytest.mark.parametrize(("word", "value"), [("yes", True), ("1", True), ("no", False), ("0", False), ("true", True)])
def test_booleans_of_a_query_have_words_of_their_own(forms: Forms, word: str, value: bool) -> None:
    assert forms.call("GET", f"/notes?total={word}").body["total"] is value
    assert forms.call("GET", f"/notes?total={word.upper()}").status == (200 if word.isdigit() else 400)


def test_the_last_of_repeated_values_may_win(forms: Forms) -> None:
    assert forms.call("GET", "/notes?limit=x&limit=7").body["limit"] == 7
    assert forms.call("GET", "/notes?limit=7&limit=x").status == 400


def test_words_may_be_matched_without_case_in_a_path(forms: Forms) -> None:
    assert forms.call("GET", "/kinds/rICH").body["kind"] == "Rich"
    assert forms.call("GET", "/kinds/other").status == 400


def test_a_parameter_may_travel_in_a_header(forms: Forms) -> None:
    assert forms.call("GET", "/notes", x_depth="3").body["X-Depth"] == 3
    assert "X-Depth" not in forms.call("GET", "/notes?X-Depth=3").body
    answer = forms.call("GET", "/notes", X_DEPTH="deep")
    assert (answer.status, answer.body["error"][:9]) == (400, "X-Depth: ")


# --- answers


def test_an_answer_may_be_no_json(forms: Forms) -> None:
    for file, content in (("x", b'1,"a b"\r\n2,c\r\n'), ("empty", b""), ("raw", b"\xff\x00")):
        answer = forms.call("GET", f"/logs/{file}")
        assert (answer.status, answer.content) == (200, content)
        assert (answer.headers["content-type"], answer.headers["content-length"]) == ("text/csv", str(len(content)))


def test_an_answer_without_a_body_has_no_type(forms: Forms) -> None:
    made = forms.call("POST", "/notes", b"text=x")
    assert (made.content, made.headers["content-length"]) == (b"", "0")
    assert "content-type" not in made.headers
    nothing = forms.call("DELETE", "/note/9")
    assert (nothing.status, nothing.content, nothing.headers) == (204, b"", {})


def test_an_answer_without_a_body_may_have_a_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CONVENTIONS, "empty", {"media_type": "sent"})
    forms = Forms(lane=True)
    assert forms.call("POST", "/notes", b"text=x").headers["content-type"] == JSON
    assert "content-type" not in forms.call("DELETE", "/note/9").headers
    forms.close()


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("missing", "header X-Created is promised and missing"),
        ("mistyped", "header X-Created: 'one' is of another type than promised"),
        ("long", "header X-Hint: "),
        ("split", "'a\\r\\nSet-Cookie: b' cannot be written"),
        ("foreign", "'日' cannot be written"),
        ("form", "header X-Location: "),
        ("body", "a body, and none is promised"),
        ("type", "media type 'text/xml' is not promised (promised: application/json)"),
        ("nothing", "no body; promised: application/json"),
    ],
)
def test_an_answer_against_the_promise_is_a_fault_of_the_twin(
    forms: Forms, caplog: pytest.LogCaptureFixture, kind: str, told: str
) -> None:
    with caplog.at_level(logging.ERROR, logger="apitwin.twin"):
        answer = forms.call("POST", f"/broken/{kind}")
    assert (answer.status, list(answer.body), set(answer.headers)) == (
        500,
        ["error"],
        {"content-type", "content-length"},
    )
    assert told in caplog.text
    assert forms.notes() == {}


# --- absolute URLs


def location(forms: Forms, target: str = "/v1/notes", **headers: str) -> str:
    return forms.call("POST", target, b"text=x", **headers).headers["x-location"]


@pytest.mark.parametrize("host", ["twin.test", "127.0.0.1:8080", "[::1]:8080", "localhost", "a-b.c_d.test:1"])
def test_urls_begin_with_the_host_that_was_asked(forms: Forms, host: str) -> None:
    assert location(forms, host=host) == f"http://{host}/v1/note/1"
    assert location(forms, "/notes", host=host) == f"http://{host}/v1/note/2", "answers name the first base path"


@pytest.mark.parametrize(
    "host", ["", "a b", "a/b", "user@host", "host:port", "host:123456", "x" * 300, "\xff", "a, b", "[x]", "-a", "a?b"]
)
def test_a_host_that_is_none_is_not_repeated(forms: Forms, host: str) -> None:
    assert location(forms, host=host) == "http://127.0.0.1:80/v1/note/1"


@pytest.mark.parametrize("lane", [True, False])
def test_a_public_url_comes_first(lane: bool) -> None:
    forms = Forms(lane=lane, public_url="https://example.com/twin")
    assert location(forms, host="other.test") == "https://example.com/twin/v1/note/1"
    forms.close()


# --- the credential in the query


def test_the_credential_is_told_nowhere(forms: Forms, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        answers = [
            forms.call("GET", "/note/1"),
            forms.call("GET", "/nothing"),
            forms.call("POST", "/note/1", b"{", content_type=JSON),
            forms.call("POST", "/broken/missing"),
            forms.call("GET", f"/notes?access_token[]={TOKEN}&ACCESS_TOKEN={TOKEN}"),
            forms.call("GET", f"/notes?limit=x&access_token={TOKEN}x", token=""),
        ]
    assert [answer.status for answer in answers] == [400, 400, 400, 500, 200, 400]
    kept = str([(entry.query, entry.shown()) for entry in forms.journal.entries("w")])
    assert TOKEN not in kept + caplog.text + str(answers)
    assert "access_token" in kept


@pytest.mark.parametrize("name", ["ACCESS_TOKEN", "access_token[]", "Access-Token", "token"])
def test_the_credential_has_one_name_and_one_place(forms: Forms, name: str) -> None:
    assert forms.call("GET", f"/notes?{name}={TOKEN}", token="").status == 400
    assert forms.call("GET", "/notes", token="", access_token=TOKEN, authorization=f"Bearer {TOKEN}").status == 400


# --- pages


def page(forms: Forms, method: str, target: str, form: str = "", **headers: Any) -> Any:
    content_type = "application/x-www-form-urlencoded"
    return forms.call(method, target, form.encode(), token="", content_type=content_type, **headers)


def test_a_page_shows_what_is_there_escaped_and_is_no_part_of_the_promise(forms: Forms) -> None:
    forms.call("POST", "/notes", b"text=%3Cb%3E%26%22'")
    answer = page(forms, "GET", "/book?name=%22%3E%3Cscript%3E")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.content == (
        b'<form><input value="&quot;&gt;&lt;script&gt;"></form><ul><li>&lt;b&gt;&amp;&quot;&#x27;</li></ul>'
    )
    assert "/book" not in forms.engine.promise.document["paths"]


def test_a_page_changes_its_world_or_nothing(forms: Forms, caplog: pytest.LogCaptureFixture) -> None:
    assert page(forms, "POST", "/book/any", "text=x", host="twin.test").headers["location"] == "http://twin.test/book"
    with caplog.at_level(logging.ERROR, logger="apitwin.twin"):
        assert page(forms, "POST", "/book", "text=bad").status == 500
    assert "broken page" in caplog.text
    assert forms.notes() == {"1": "x"}


def test_a_page_cannot_be_made_to_write_headers(forms: Forms) -> None:
    answer = page(forms, "POST", "/book", "text=x&back=/%0D%0ASet-Cookie:%20a")
    assert (answer.status, "location" in answer.headers) == (500, False)
    assert forms.notes() == {}


def test_of_a_page_the_journal_keeps_no_content(forms: Forms) -> None:
    page(forms, "GET", "/book?name=confidential")
    page(forms, "POST", "/book", "text=confidential")
    assert [entry.path for entry in forms.journal.entries("w")] == [b"/book", b"/book"]
    assert "confidential" not in str([entry.shown() for entry in forms.journal.entries("w")])


@pytest.mark.parametrize("path", ["/bookx", "/v1/book", "/Book"])
def test_a_page_has_one_address(forms: Forms, path: str) -> None:
    assert page(forms, "GET", path).status == 400


def test_a_page_that_cannot_be_read_is_refused_in_the_words_of_the_api(forms: Forms) -> None:
    for target, form in (("/book?name=%", ""), ("/book", "text=%ff"), ("/book/%ff", "")):
        answer = page(forms, "POST", target, form)
        assert (answer.status, list(answer.body)) == (400, ["error"])
