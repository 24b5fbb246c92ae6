"""Conditions of rules: what can be said of each type, what is shown, what is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.copernica.people import FORM, Database, made, refused
from tests.copernica.selections import Selection, condition, miniview, send, view
from tests.copernica.telling import headers
from tests.support.client import TwinClient

TYPES = ("Change", "Date", "DoubleField", "Email", "Export", "Fax", "Field", "Interest", "LastContact", "MiniView",
         "Part", "ReferView", "Sms", "Survey", "ToDo")  # fmt: skip

TIMES = {"before-time": "2026-03-04 05:06:07", "after-time": "2026-01-02 00:00:00",
         "before-mutation": '["plus","2","day","hour"]', "after-mutation": '["minus","1","week",""]'}  # fmt: skip
NO_TIMES = dict.fromkeys(TIMES, False)
MESSAGE = {"match-mode": "match_profiles_that_received_document", "required-destination": "subprofile",
           "document": "Mäil", "template": "Tëmplate", "number": "3", "operator": "<>"}  # fmt: skip
CONTACT = {"match-type": "match_exact", "match-mode": "match_not_contacted_profiles", "contact-type": "phone",
           "min-closed": 1, "max-closed": 4, "user": "Ann", "priority": "high", "contains": "späť"}  # fmt: skip

#: For each type all its keys with plain values, as they are sent and as they are shown.
PLAIN: Mapping[str, Mapping[str, Any]] = {
    "Change": {"change-type": "noedit", **TIMES},
    "Date": {"compare-mode": "ignoreyear", **TIMES},
    "DoubleField": {"match-mode": "match_last_profiles"},
    "Email": {**MESSAGE, "required-result": "clickonurl", "clicked-url": "https://shop.test/?a=b&c",
              "required-errors": "nohost", **TIMES},
    "Export": {"include-never-exported-profiles": True, **TIMES},
    "Fax": {**MESSAGE, **TIMES},
    "Field": {"comparison": "not contains", "value": "żółw", "numeric-comparison": True},
    "Interest": {"match-mode": "match_profiles_without_interestgroup", "interest-group": "spörts"},
    "LastContact": {**CONTACT, **TIMES},
    "MiniView": {"min-subprofiles": 2, "max-subprofiles": 0},
    "Part": {"begin": "-10%", "length": "12.5"},
    "ReferView": {"check-type": "no"},
    "Sms": {**MESSAGE, **TIMES},
    "Survey": {"submitter": "nosubprofile", "survey-name": "Übung", **TIMES},
    "ToDo": {**CONTACT, **TIMES},
}  # fmt: skip

NOTHING = {"start": 0, "limit": 0, "count": 0, "total": 0, "data": []}
NO_MESSAGE = {"match-mode": "match_profiles_that_received_something", "required-destination": "anything",
              "document": "", "template": "", "number": "", "operator": "=", **NO_TIMES}  # fmt: skip
NO_CONTACT = {"match-type": "match_intelligent", "match-mode": "match_contacted_profiles", "contact-type": False,
              "user": False, "priority": "", "contains": "", **NO_TIMES}  # fmt: skip

#: What a condition shows of which nothing is said.
BARE: Mapping[str, Mapping[str, Any]] = {
    "Change": {"change-type": "any", "field": False, "interest": "", **NO_TIMES},
    "Date": {"compare-mode": "full", "field": False, **NO_TIMES},
    "DoubleField": {"match-mode": "match_unique_profiles", "fields": NOTHING},
    "Email": {**NO_MESSAGE, "required-result": "nocheck", "clicked-url": "", "required-errors": ""},
    "Export": {"include-never-exported-profiles": False, **NO_TIMES},
    "Fax": NO_MESSAGE,
    "Field": {"comparison": "equals", "field": False, "value": "", "other-field": False, "numeric-comparison": False},
    "Interest": {"match-mode": "match_profiles_with_interest", "interest": "", "interest-group": ""},
    "LastContact": NO_CONTACT,
    "MiniView": {"mini-view": False},
    "Part": {"begin": "", "length": "", "fields": NOTHING},
    "ReferView": {"refer-view": False, "check-type": "yes"},
    "Sms": NO_MESSAGE,
    "Survey": {"submitter": "anything", "survey-name": "", **NO_TIMES},
    "ToDo": NO_CONTACT,
}  # fmt: skip


@pytest.fixture
def database(twin: TwinClient) -> Database:
    """A new database with fields and interests."""
    made = Database(twin, Title="text", Born="date", Seen="datetime", Age="integer")
    for name, group in (("tennis", "spörts"), ("chess", "games")):
        made.interest(name, group)
    return made


@pytest.fixture(params=["view", "miniview"])
def selection(request: pytest.FixtureRequest, database: Database) -> Selection:
    """A selection of either kind."""
    return view(database) if request.param == "view" else miniview(database.collection(Title="text"))


@pytest.fixture
def rule(selection: Selection) -> str:
    """The address of a rule of either kind."""
    return selection.rule()


# --- all types


@pytest.mark.parametrize("encoding", ["json", "form"])
@pytest.mark.parametrize("kind", TYPES)
def test_a_condition_is_as_it_was_made(twin: TwinClient, rule: str, kind: str, encoding: str) -> None:
    answer = send(twin, "POST", f"{rule}/conditions", encoding, {"type": kind, **PLAIN[kind]})
    key = made(answer)
    at = f"{rule.removeprefix('/v1')}/conditions"
    assert headers(answer) == {"x-location": at, "x-created": key, "location": at}
    assert answer.content == b""
    base = {"ID": key, "type": kind, "rule": rule.rpartition("/")[2]}
    assert condition(twin, rule) == {**base, **BARE[kind], **PLAIN[kind]}


@pytest.mark.parametrize("kind", TYPES)
def test_a_bare_condition_shows_what_is_meant(twin: TwinClient, rule: str, kind: str) -> None:
    key = made(twin.post(f"{rule}/conditions", json={"type": kind}))
    assert condition(twin, rule) == {"ID": key, "type": kind, "rule": rule.rpartition("/")[2], **BARE[kind]}


@pytest.mark.parametrize("spell", [str.lower, str.upper, str.swapcase])
@pytest.mark.parametrize("kind", TYPES)
def test_a_type_is_read_in_any_case_and_shown_in_one(twin: TwinClient, rule: str, kind: str, spell: Any) -> None:
    made(twin.post(f"{rule}/conditions", json={"type": spell(kind)}))
    assert condition(twin, rule)["type"] == kind
    assert twin.put(f"{rule}/conditions/{spell(kind)}", json={"type": spell(kind)}).status == 200
    assert twin.put(rule, json={"conditions": [{"type": spell(kind)}]}).status == 200
    assert condition(twin, rule)["type"] == kind


@pytest.mark.parametrize("encoding", ["json", "form"])
@pytest.mark.parametrize("kind", TYPES)
def test_a_change_keeps_what_it_does_not_name(twin: TwinClient, rule: str, kind: str, encoding: str) -> None:
    made(twin.post(f"{rule}/conditions", json={"type": kind, **PLAIN[kind]}))
    before = condition(twin, rule)
    for name, value in PLAIN[kind].items():
        answer = send(twin, "PUT", f"{rule}/conditions/{kind}", encoding, {name: value})
        assert headers(answer) == {"x-location": f"{rule.removeprefix('/v1')}/conditions"}
        assert (answer.status, answer.content) == (200, b"")
    assert twin.put(f"{rule}/conditions/{kind}").status == 200
    assert condition(twin, rule) == before


@pytest.mark.parametrize("encoding", ["json", "form"])
@pytest.mark.parametrize("kind", TYPES)
def test_keys_count_in_their_exact_case(twin: TwinClient, rule: str, kind: str, encoding: str) -> None:
    key = made(twin.post(f"{rule}/conditions", json={"type": kind}))
    before = condition(twin, rule)
    for spell in (str.upper, str.title, lambda name: name.replace("-", "_") + ("s" if "-" not in name else "")):
        body = {spell(name): value for name, value in PLAIN[kind].items()}
        assert send(twin, "PUT", f"{rule}/conditions/{key}", encoding, body).status == 200
    assert condition(twin, rule) == before


@pytest.mark.parametrize("kind", TYPES)
def test_keys_of_other_types_mean_nothing(twin: TwinClient, rule: str, kind: str) -> None:
    others = {name: value for one in PLAIN.values() for name, value in one.items() if name != "match-mode"}
    foreign = {name: value for name, value in others.items() if name not in PLAIN[kind]}
    made(twin.post(f"{rule}/conditions", json={"type": kind, **foreign}))
    assert {name: value for name, value in condition(twin, rule).items() if name not in ("ID", "type", "rule")} == BARE[
        kind
    ]


# --- which one is meant


def test_of_several_of_one_type_the_first_is_meant_and_each_has_an_id(twin: TwinClient, rule: str) -> None:
    keys = [made(twin.post(f"{rule}/conditions", json={"type": "Field", "value": word})) for word in ("a", "b", "c")]
    twin.put(f"{rule}/conditions/Field", json={"value": "A"})
    twin.put(f"{rule}/conditions/{keys[1]}", form={"value": "B"})
    twin.post(f"{rule}/conditions/{keys[2]}", json={"value": "C"})
    shown = twin.get(f"{rule}/conditions").body
    assert [(one["ID"], one["value"]) for one in shown["data"]] == list(zip(keys, "ABC", strict=True))
    assert [shown[key] for key in ("start", "limit", "count", "total")] == [0, 3, 3, 3]


def test_a_condition_of_another_rule_is_not_meant(twin: TwinClient, selection: Selection) -> None:
    first, second = selection.rule({"type": "Export"}), selection.rule({"type": "Survey"})
    key = condition(twin, first)["ID"]
    for one in (key, "Export", "999999", "Nothing", "%00", "9" * 400):
        refused(twin.put(f"{second}/conditions/{one}", json={}))


def test_another_type_makes_it_another_condition(twin: TwinClient, rule: str) -> None:
    key = made(twin.post(f"{rule}/conditions", json={"type": "Field", "field": "Title", "value": "sir"}))
    assert twin.put(f"{rule}/conditions/Field", json={"type": "part", "begin": 3}).status == 200
    shown = {"ID": key, "type": "Part", "rule": rule.rpartition("/")[2], **BARE["Part"], "begin": "3"}
    assert condition(twin, rule) == shown
    refused(twin.put(f"{rule}/conditions/Field", json={}))


# --- times


@pytest.mark.parametrize(
    ("said", "shown"),
    [("2026-02-28", "2026-02-28 00:00:00"), ("2024-02-29 23:59:59", "2024-02-29 23:59:59"), ("", False)],
)
def test_a_moment_is_shown_in_full(twin: TwinClient, rule: str, said: str, shown: Any) -> None:
    made(twin.post(f"{rule}/conditions", json={"type": "Date", "before-time": said, "after-time": "2020-01-01"}))
    assert condition(twin, rule)["before-time"] == shown
    twin.put(f"{rule}/conditions/Date", form={"after-time": ""})
    assert condition(twin, rule)["after-time"] is False


@pytest.mark.parametrize(
    "said",
    ["2026-02-29", "2026-13-01", "yesterday", "2026-01-01T00:00:00", "2026-01-01 24:00:00", "٢٠٢٦-01-01", " 2026-01-01",
     "0000-00-00", 20260101, None, True, ["2026-01-01"]],
)  # fmt: skip
@pytest.mark.parametrize("key", ["before-time", "after-time"])
def test_what_is_no_moment_is_refused(twin: TwinClient, rule: str, key: str, said: Any) -> None:
    assert key in refused(twin.post(f"{rule}/conditions", json={"type": "Date", key: said}))


@pytest.mark.parametrize(
    ("said", "shown"),
    [('["plus","1","day","day"]', '["plus","1","day","day"]'),
     (["plus", "1", "day", "day"], '["plus","1","day","day"]'),
     (["minus", 2, "month"], '["minus",2,"month"]'), ('["plus","2016-01-01","10:00"]', '["plus","2016-01-01","10:00"]'),
     ("tomorrow", "tomorrow"), ("[[[", "[[["), ("[" * 5000, "[" * 5000), ('{"a":1}', '{"a":1}'), ("[null]", "[null]"),
     ("", False), ([], False), ("1e999", "1e999")],
)  # fmt: skip
@pytest.mark.parametrize("key", ["before-mutation", "after-mutation"])
def test_a_mutation_is_shown_as_it_was_written(twin: TwinClient, rule: str, key: str, said: Any, shown: Any) -> None:
    made(twin.post(f"{rule}/conditions", json={"type": "Date", key: said}))
    assert condition(twin, rule)[key] == shown
    twin.put(f"{rule}/conditions/Date", form={key: ""})
    assert condition(twin, rule)[key] is False


def test_a_mutation_in_a_form(twin: TwinClient, rule: str) -> None:
    body = b"type=date&before-mutation[]=plus&before-mutation[]=1&before-mutation[]=day&before-mutation[]=day"
    made(twin.post(f"{rule}/conditions", raw=body, headers=FORM))
    assert condition(twin, rule)["before-mutation"] == '["plus","1","day","day"]'


# --- what is refused


@pytest.mark.parametrize(
    ("kind", "key", "said"),
    [("Change", "change-type", "Any"), ("Date", "compare-mode", "FULL"), ("Field", "comparison", "Equals"),
     ("Email", "required-result", "seen"), ("Sms", "required-destination", "nobody"), ("Fax", "operator", ">="),
     ("ToDo", "match-type", "exact"), ("ReferView", "check-type", "maybe"), ("Survey", "submitter", "me"),
     ("DoubleField", "match-mode", "match_profiles_with_interest"), ("Interest", "match-mode", "match_unique_profiles"),
     ("Email", "match-mode", "match_contacted_profiles"), ("LastContact", "match-mode", ""),
     ("Export", "include-never-exported-profiles", "maybe"), ("Field", "numeric-comparison", 2),
     ("MiniView", "min-subprofiles", -1), ("MiniView", "max-subprofiles", 1.5), ("ToDo", "min-closed", "many"),
     ("Part", "begin", "first"), ("Part", "length", "10 %"), ("Part", "begin", "9" * 20), ("Part", "length", "١"),
     ("Part", "begin", 1e300), ("Part", "begin", "--1"), ("Part", "begin", True), ("Sms", "number", [1]),
     ("ToDo", "user", True), ("Email", "clicked-url", True), ("Date", "before-mutation", 7),
     ("Date", "after-mutation", [["plus"]]),
     ("Field", "value", ["sir"]), ("Field", "value", None), ("Survey", "survey-name", "a\0b")],
)  # fmt: skip
def test_what_a_key_cannot_be_is_refused(twin: TwinClient, rule: str, kind: str, key: str, said: Any) -> None:
    assert key in refused(twin.post(f"{rule}/conditions", json={"type": kind, key: said}))
    assert twin.get(f"{rule}/conditions").body["total"] == 0
    made(twin.post(f"{rule}/conditions", json={"type": kind}))
    before = condition(twin, rule)
    assert key in refused(twin.put(f"{rule}/conditions/{kind}", json={key: said}))
    assert condition(twin, rule) == before


def test_a_word_that_is_refused_is_told_with_those_allowed(twin: TwinClient, rule: str) -> None:
    body = {"type": "DoubleField", "match-mode": "match_unique_profile"}
    message = refused(twin.post(f"{rule}/conditions", json=body))
    assert "match_unique_profile'" in message
    assert "match_toberepeated_profiles" in message
    message = refused(twin.put(f"{rule}/conditions/Feild", json={}))
    assert "Field" in message


@pytest.mark.parametrize("body", [{}, {"Type": "Field"}, {"type": "Nothing"}, {"type": ""}, {"type": 7}, {"type": None},
                                  {"type": "Fie\u212ad"}, [], "Field", 7, [{"type": "Field"}]])  # fmt: skip
def test_a_condition_has_a_type(twin: TwinClient, rule: str, body: Any) -> None:
    refused(twin.post(f"{rule}/conditions", json=body))
    assert twin.get(f"{rule}/conditions").body["total"] == 0


@pytest.mark.parametrize("expression", ["(", "[a", "a{5000}{5000}", "(?=a)", r"\1", "*"])
def test_an_expression_that_cannot_be_matched_is_refused(twin: TwinClient, rule: str, expression: str) -> None:
    refused(twin.post(f"{rule}/conditions", json={"type": "Field", "comparison": "regexp", "value": expression}))
    made(twin.post(f"{rule}/conditions", json={"type": "Field", "value": expression}))
    refused(twin.put(f"{rule}/conditions/Field", json={"comparison": "regexp"}))
    assert condition(twin, rule)["comparison"] == "equals"


def test_strict_keys_refuse_a_key_of_no_type(twin: TwinClient, rule: str) -> None:
    twin.settings(strict_keys=True)
    refused(twin.post(f"{rule}/conditions", json={"type": "Field", "Value": "x"}))
    made(twin.post(f"{rule}/conditions", json={"type": "Field", "value": "x"}))
