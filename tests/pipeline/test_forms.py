"""Request bodies as JSON and as forms: one value, whatever it came in; and never a fault."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.pipeline.forms import FORM, JSON, Forms


@pytest.fixture(params=[True, False], ids=["lane", "connexion"])
def forms(request: pytest.FixtureRequest) -> Iterator[Forms]:
    """The mini API with forms, through the lane or through connexion alone."""
    forms = Forms(lane=request.param)
    yield forms
    forms.close()


@pytest.mark.parametrize("content_type", [FORM, FORM.upper(), f"{FORM}; charset=ISO-8859-1", f" {FORM} ;x", None])
def test_a_form_is_read_whatever_its_charset_and_without_a_type(forms: Forms, content_type: str | None) -> None:
    assert forms.read(b"text=caf%C3%A9&a[b]=1", content_type) == {"text": "café", "a": {"b": "1"}}


@pytest.mark.parametrize("content_type", [JSON, "Application/JSON", f"{JSON};charset=latin-1", f"{JSON};"])
def test_json_is_read_whatever_its_charset(forms: Forms, content_type: str) -> None:
    value = {"text": "café", "a": [1, None, {"b": True}], "": 1.5}
    assert forms.read('{"text":"café","a":[1,null,{"b":true}],"":1.5}'.encode(), content_type) == value


def test_how_a_body_came_is_told(forms: Forms) -> None:
    for content_type in (JSON, FORM):
        answer = forms.call("POST", "/note/1/tags", b"1", content_type=f"{content_type}; charset=utf-8")
        assert answer.body["type"] == content_type
    assert forms.call("PUT", "/note/1/tags").body["type"] is None


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"a":1,"b":2,"a":3}', {"a": 3, "b": 2}),
        (b"1234567890123456789012", 1.2345678901234567890123e21),
        (b"18446744073709551615", 18446744073709551615),
        (b" [] ", []),
        (b'"\\ud83d\\ude00"', "😀"),
        (b'"\\\\u0000"', "\\u0000"),
    ],
)
def test_odd_json_is_read_as_php_reads_it(forms: Forms, body: bytes, value: Any) -> None:
    assert forms.read(body, JSON) == value


@pytest.mark.parametrize(
    ("body", "content_type", "told"),
    [
        (b"{", JSON, "no JSON"),
        (b"", JSON, "missing"),
        (b"", FORM, "missing"),
        (b"\xef\xbb\xbf{}", JSON, "no JSON"),
        (b'{"a":NaN}', JSON, "no JSON"),
        (b"1e999", JSON, "no JSON"),
        (b'"\\ud800"', JSON, "no JSON"),
        (b'{"a":"\xff"}', JSON, "no JSON"),
        (b"[" * 2_000, JSON, "no JSON"),
        (b"[" * 9 + b"]" * 9, JSON, "more than 8 levels"),
        (b'{"a":[{"b":"x\\u0000"}]}', JSON, "request body: a.0.b: NUL"),
        (b'{"a\\u0000":1}', JSON, "NUL"),
        (b"text=%", FORM, "text: '%'"),
        (b"text=%ff", FORM, "text: byte ff"),
        (b"text=\xff", FORM, "text: byte ff"),
        (b"t%zz=1", FORM, "'%zz'"),
        (b"text=a%00", FORM, "text: NUL"),
        (b"a" + b"[b]" * 9 + b"=1", FORM, "more than 8 levels"),
        (b"text=1", "text/plain", "'text/plain' is not read here"),
        (b"text=1", "multipart/form-data; boundary=x", "'multipart/form-data' is not read here"),
        (b"text=1", "x" * 500, "is not read here"),
        (b"text=1", "\xff", "is not read here"),
        (b"x" * 5_000, FORM, "5000 bytes are too many; at most 4096"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(forms: Forms, body: bytes, content_type: str, told: str) -> None:
    answer = forms.call("POST", "/notes", body, content_type=content_type)
    assert answer.status == 400
    assert answer.body["error"].startswith("request body")
    assert told in answer.body["error"]
    assert len(answer.body["error"]) < 400
    assert forms.notes() == {}


def test_more_values_than_anyone_sends_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for lane in (True, False):
        forms = Forms(lane=lane)
        monkeypatch.setattr(forms.door, "_body_limit", 1_000_000)
        for body, content_type in ((b"&".join([b"a=1"] * 10_001), FORM), (b"[" + b"1," * 10_001 + b"1]", JSON)):
            answer = forms.call("POST", "/note/1/tags", body, content_type=content_type)
            assert (answer.status, "more than 10000 values" in answer.body["error"]) == (400, True)
        assert len(forms.read(b"[" + b"1," * 9_999 + b"1]", JSON)) == 10_000
        forms.close()


def test_a_bad_credential_is_told_before_a_bad_body(forms: Forms) -> None:
    for body in (b"{", b'{"text":1}', b""):
        answer = forms.call("POST", "/notes", body, token="wrong", content_type=JSON)
        assert answer.body == {"error": "Invalid access token"}


def test_a_body_that_is_not_as_promised_is_refused_with_its_place(forms: Forms) -> None:
    for body, content_type in ((b'{"text":5}', JSON), (b'{"Text":"x"}', JSON), (b"text[]=x", FORM), (b"[]", JSON)):
        answer = forms.call("POST", "/notes", body, content_type=content_type)
        assert (answer.status, "text" in answer.body["error"]) == (400, True), body
    assert forms.notes() == {}


def test_a_body_where_none_is_accepted_is_ignored(forms: Forms) -> None:
    forms.call("POST", "/notes", b"text=x")
    for body, content_type in ((b"[]", JSON), (b"\xff{", JSON), (b"x", "nonsense")):
        assert forms.call("GET", "/note/1", body, content_type=content_type).body == {"text": "x"}
    assert forms.call("DELETE", "/note/1", b"[]", content_type=JSON).status == 200


# --- types


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"size=5&share=-1.5e2&done=1", {"size": 5, "share": -150.0, "done": True}),
        (b"done=false&list[]=1&list[]=2", {"done": False, "list": [1, 2]}),
        (b"list[0]=1&map[0]=a&map[1]=b", {"list": [1], "map": {"0": "a", "1": "b"}}),
        (b"kind=rICH&other=5", {"kind": "Rich", "other": "5"}),
        (b"each[][kind]=rICH&each[][kind]=PLAIN", {"each": [{"kind": "Rich"}, {"kind": "Plain"}]}),
    ],
)
def test_texts_of_a_form_are_read_as_the_types_promised(forms: Forms, body: bytes, value: Any) -> None:
    assert forms.read(body, FORM, at="/typed") == value


@pytest.mark.parametrize("body", [b"size=5x", b"size=", b"size=100", b"share=nan", b"done=TRUE", b"done=2", b"list=1",
                                  b"list[]=x", b"kind=none", b"map=1", b"each[][kind]=none", b"each=rich"])  # fmt: skip
def test_texts_of_a_form_that_are_of_no_such_type_are_refused(forms: Forms, body: bytes) -> None:
    name = body.partition(b"=")[0].partition(b"[")[0].decode()
    answer = forms.call("POST", "/typed", body)
    assert (answer.status, answer.body["error"].startswith(f"request body: {name}")) == (400, True)


def test_a_long_value_is_told_in_short(forms: Forms) -> None:
    told = forms.call("POST", "/typed", b"kind=" + b"x" * 3000).body["error"]
    assert len(told) < 500
    assert told.startswith("request body: kind: ")
    assert told.endswith("allowed: Plain, Rich")


@pytest.mark.parametrize(("given", "value"), [("true", True), ("1", True), ('"0"', False), ('"false"', False)])
def test_booleans_of_json_have_the_spellings_of_the_conventions(forms: Forms, given: str, value: bool) -> None:
    assert forms.read(b'{"done":%s}' % given.encode(), JSON, at="/typed") == {"done": value}


@pytest.mark.parametrize("given", ["2", '"yes"', "null", "[]", "{}", "1.5"])
def test_other_spellings_are_no_booleans(forms: Forms, given: str) -> None:
    assert forms.call("POST", "/typed", b'{"done":%s}' % given.encode(), content_type=JSON).status == 400


def test_an_empty_list_is_an_empty_map_as_php_writes_it(forms: Forms) -> None:
    assert forms.read(b'{"map":[],"list":{}}', JSON, at="/typed") == {"map": {}, "list": []}
    assert forms.read(b"[]", JSON, at="/typed") == {}
    for body in (b'{"map":["x"]}', b'["x"]', b'{"list":{"0":1}}', b'{"size":"5"}'):
        assert forms.call("POST", "/typed", body, content_type=JSON).status == 400


def test_right_bodies_are_served_by_the_lane() -> None:
    forms = Forms(lane=True)
    forms.call("POST", "/notes", b"text=x")
    forms.call("PUT", "/note/1", b'{"text":"y"}', content_type=JSON)
    forms.call("POST", "/typed", b"size=5&done=1")
    forms.call("POST", "/notes", b"{", content_type=JSON)
    assert [entry.lane for entry in forms.journal.entries("w")] == [True, True, True, False]
    forms.close()
