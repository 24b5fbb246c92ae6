"""The way of a request through one door, with the lane on and with the lane off: the answers are the same."""

from __future__ import annotations

import pytest

from tests.pipeline.world import World


def test_what_is_created_can_be_read_by_any_case_of_the_route(world: World) -> None:
    assert world.ask("POST", "/things/Ann?sIzE=7").body == {"result": {"name": "Ann", "size": 7}}
    assert world.ask("GET", "/THINGS/Ann").body == {"result": {"name": "Ann", "size": 7}}
    assert world.ask("GET", "/Things/ALL").body == {"result": ["Ann"]}


def test_success_has_exactly_the_promised_content_type(world: World) -> None:
    answer = world.ask("GET", "/Things/All")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-length"] == str(len(answer.content))


def test_an_encoded_slash_is_data(world: World) -> None:
    assert world.ask("POST", "/Things/10.0.0.0%2F24").body["result"]["name"] == "10.0.0.0/24"
    assert world.ask("GET", "/Things/10.0.0.0%2f24").status == 200


@pytest.mark.parametrize("name", ["a%20b", "%25", "a%2Bb", "%E6%97%A5", "a%0Ab", "a;b=c", "..", "%3F%23&"])
def test_any_text_is_a_name(world: World, name: str) -> None:
    created = world.ask("POST", f"/Things/{name}")
    assert created.status == 200
    assert world.ask("GET", f"/Things/{name}").body == created.body


def test_values_are_typed_defaults_filled_and_unknown_names_dropped(world: World) -> None:
    answer = world.ask("GET", "/Echo?word=x&FLAG=False&Number=-3&Color=Dark+Blue&nothing=1")
    assert answer.body["result"] == {"Word": "x", "Flag": False, "Number": -3, "Color": "Dark Blue"}


def test_an_empty_value_is_absent_unless_it_means_something(world: World) -> None:
    assert world.ask("GET", "/Echo?Word=x&Flag=&Number=&Color=&Note=").body["result"] == {
        "Word": "x",
        "Flag": True,
        "Note": "",
    }
    assert world.ask("GET", "/Echo?Word=").status == 400


def test_the_first_of_repeated_values_wins(world: World) -> None:
    assert world.ask("GET", "/Echo?Word=one&word=two").body["result"]["Word"] == "one"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("Flag=true", ["Word", "mandatory"]),
        ("Word=x&Flag=maybe", ["Flag", "'maybe'", "true or false"]),
        ("Word=x&Number=1.5", ["Number", "'1.5'", "whole number"]),
        ("Word=x&Color=Green", ["Color", "'Green'", "Red, Dark Blue"]),
        ("Word=x&Number=1_0", ["Number", "'1_0'", "whole number"]),
        ("Word=x&Number=%201", ["Number", "' 1'", "whole number"]),
        ("Word=x&Number=%D9%A1", ["Number", "'١'", "whole number"]),
        ("Word=x&Number=1234567890123456789", ["Number", "'1234567890123456789'", "at most 18 digits"]),
        ("Word=x&Share=nan", ["Share", "'nan'", "a number"]),
        ("Word=x&Share=1e999", ["Share", "'1e999'", "a number"]),
        ("Word=x&Many=1&Many=two", ["Many", "'two'", "whole number"]),
        ("Word=x&Password=a-password-of-too-many-letters", ["Password", "'***'", "maxLength 20"]),
    ],
)
def test_a_refusal_names_parameter_value_and_what_is_allowed(world: World, query: str, words: list[str]) -> None:
    answer = world.ask("GET", f"/Echo?{query}")
    assert answer.status == 400
    for word in words:
        assert word in answer.body["error"]


def test_the_first_wrong_parameter_is_named_in_the_order_of_the_promise(world: World) -> None:
    answer = world.ask("GET", "/Echo?Share=x&Number=y&Flag=z&Word=w")
    assert answer.body["error"].startswith("Flag: 'z'")


def test_numbers_and_lists_are_typed(world: World) -> None:
    answer = world.ask("GET", "/Echo?Word=x&Share=-1.5e2&many=1&MANY=2&Many=")
    assert answer.body["result"] == {"Word": "x", "Flag": True, "Share": -150.0, "Many": [1, 2]}


def test_words_of_a_choice_keep_their_own_spelling(world: World) -> None:
    assert world.ask("GET", "/Echo?Word=x&Color=dark+BLUE").status == 400
    assert world.ask("GET", "/Echo?Word=x&Color=Dark+Blue").body["result"]["Color"] == "Dark Blue"


def test_a_path_value_is_typed_and_one_of_the_wrong_type_is_refused(world: World) -> None:
    assert world.ask("GET", "/Sizes/12/Of/a%2Fb").body["result"] == {"Size": 12, "Name": "a/b"}
    for wrong in ("x", "-1", "1_0", "%31.5"):
        answer = world.ask("GET", f"/Sizes/{wrong}/Of/x")
        assert (answer.status, answer.body["error"][:6]) == (400, "Size: ")


def test_names_of_other_scripts_are_not_folded_into_ours(world: World) -> None:
    """`Worď` is an unknown name, so the mandatory `Word` is missing."""
    assert world.ask("GET", "/Echo?Wor%C4%8F=x").status == 400


def test_limits_of_a_number_are_kept(world: World) -> None:
    answer = world.ask("POST", "/Things/x?Size=100")
    assert (answer.status, "maximum 99" in answer.body["error"]) == (400, True)
    assert world.ask("GET", "/Things/All").body == {"result": []}


@pytest.mark.parametrize("target", ["/Nothing", "/Things", "/Things/a/b", "/", "/Things//"])
def test_an_unknown_path_is_answered_in_the_envelope(world: World, target: str) -> None:
    answer = world.ask("GET", target)
    assert (answer.status, list(answer.body)) == (404, ["error"])


@pytest.mark.parametrize("method", ["DELETE", "PATCH", "OPTIONS", "QUERY"])
def test_a_wrong_method_names_all_that_are_allowed(world: World, method: str) -> None:
    answer = world.ask(method, "/Things/x")
    assert (answer.status, answer.headers["allow"]) == (405, "GET, POST, PUT")
    assert "error" in answer.body


def test_methods_of_hidden_operations_are_not_told(world: World) -> None:
    world.hide("createThing")
    assert world.ask("DELETE", "/Things/x").headers["allow"] == "GET, PUT"
    world.hide("fail")
    assert world.ask("GET", "/Fail").status == 404


def test_a_literal_path_without_the_method_is_a_value(world: World) -> None:
    assert world.ask("POST", "/Things/All").body["result"]["name"] == "All"
    assert world.ask("GET", "/Things/All").body == {"result": ["All"]}
    assert world.ask("GET", "/Things/%41ll").body == {"result": ["All"]}


def test_a_credential_sent_twice_is_no_credential(world: World) -> None:
    lines = [(b"x-token", b"good"), (b"x-token", b"good")]
    assert world.send("GET", "/Things/All", lines).status == 401


@pytest.mark.parametrize("value", [b"\xff\xfe", b"caf\xe9", b"x" * 100_000, b"", b"good\x00"])
def test_a_credential_of_strange_bytes_is_refused(world: World, value: bytes) -> None:
    assert world.send("GET", "/Things/All", [(b"x-token", value)]).status == 401


def test_head_has_no_body(world: World) -> None:
    answer = world.ask("HEAD", "/Things/All")
    assert (answer.status, answer.content) == (405, b"")


@pytest.mark.parametrize("token", ["", "bad"])
def test_credentials_come_before_input(world: World, token: str) -> None:
    assert world.ask("GET", "/Echo?Flag=maybe", token=token).status == 401
    assert world.ask("POST", "/Things/x", token=token).status == 401
    assert world.ask("GET", "/Things/All").body == {"result": []}


def test_an_open_operation_needs_no_credential(world: World) -> None:
    assert world.ask("GET", "/Open", token="").status == 200


def test_a_hidden_operation_does_not_exist_whatever_the_credential(world: World) -> None:
    world.hide("getThing")
    assert world.ask("GET", "/Things/x", token="").status == 404
    assert world.ask("POST", "/Things/x").status == 200
    world.hide("open")
    assert world.ask("GET", "/Open").status == 404


@pytest.mark.parametrize("target", ["/Things/%zz", "/Things/%00", "/Echo?Word=%", "/Echo?Word=%ED%A0%80", "/Nothing/%"])
def test_a_request_that_cannot_be_read_is_refused(world: World, target: str) -> None:
    answer = world.ask("GET", target)
    assert answer.status == 400
    assert "error" in answer.body


def test_evidence_is_told_when_asked_for(world: World) -> None:
    assert "twin-evidence" not in world.ask("GET", "/Things/All").headers
    assert world.ask("GET", "/Things/All", Twin_Evidence="1").headers["twin-evidence"].startswith("assumed; source=")
    refused = world.ask("GET", "/Things/no", Twin_Evidence="1")
    assert refused.headers["twin-evidence"] == "assumed; source=DEVIATIONS.md; rule=T1"


def test_the_journal_remembers_and_masks(world: World) -> None:
    world.ask("GET", "/Echo?Word=x&password=hidden-word")
    world.ask("GET", "/Nothing")
    first, second = (entry.shown() for entry in world.journal.entries("w"))
    assert (first["operation"], first["caller"], first["status"]) == ("echo", "tester", 200)
    assert first["query"] == {"Word": "x", "password": "***"}
    assert (second["operation"], second["status"]) == (None, 404)


def test_the_lane_serves_what_is_right_and_only_that() -> None:
    world = World(lane=True)
    world.ask("POST", "/Things/x?Size=5")
    world.ask("GET", "/Things/none")
    world.ask("GET", "/Echo?Word=x&Flag=maybe")
    world.ask("GET", "/Things/x", token="bad")
    assert [entry.lane for entry in world.journal.entries("w")] == [True, True, False, False]
    world.close()
