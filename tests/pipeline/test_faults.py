"""Faults of the twin itself: an answer in the envelope, a trace in the log, and a state that did not change."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from mockserver.kernel.errors import ApiError
from mockserver.kernel.http import Reply
from tests.pipeline.world import World


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """What the twin writes to its log."""
    with caplog.at_level(logging.ERROR, logger="apitwin.twin"):
        yield caplog


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("/Fail", "ZeroDivisionError: secret detail"),
        ("/Lie", 'lie answers 200 against its promise: "nothing" is a required property'),
        ("/Deny", "deny answers 404 against its promise: status 404 is not promised (promised: [200])"),
        ("/Garble", "TypeError: str is not valid UTF-8: surrogates not allowed"),
    ],
)
def test_a_broken_handler_is_a_500_that_tells_the_log_why_and_changes_nothing(
    world: World, logged: pytest.LogCaptureFixture, target: str, told: str
) -> None:
    world.ask("POST", "/Things/x")
    answer = world.ask("POST", target)
    assert (answer.status, list(answer.body)) == (500, ["error"])
    assert "secret" not in answer.body["error"]
    assert "Traceback" not in answer.body["error"]
    assert told in logged.text
    assert "Traceback" in logged.text
    assert world.things() == ["x"]
    assert [entry.status for entry in world.journal.entries("w")] == [200, 500]


def test_a_broken_conventions_room_is_no_bare_500(
    world: World, logged: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def identify(*given: Any) -> Any:
        raise KeyError("no such role")

    monkeypatch.setattr(world.engine.conventions, "identify", identify)
    answer = world.ask("POST", "/Things/x")
    assert (answer.status, list(answer.body)) == (500, ["error"])
    assert "no such role" in logged.text
    assert world.things() == []


def test_a_fault_before_any_operation_is_reached_is_answered_too(
    world: World, logged: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def settle(pairs: Any) -> Any:
        raise RuntimeError("broken before routing ends")

    monkeypatch.setattr(world.engine.compiled["getThing"], "settle", settle)
    answer = world.ask("GET", "/Things/x")
    assert (answer.status, list(answer.body)) == (500, ["error"])
    assert "broken before routing ends" in logged.text


def test_a_refusal_is_held_to_the_envelope_of_the_promise(
    world: World, logged: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    failure = world.engine.conventions.failure

    def without_text(error: ApiError) -> Reply:
        return failure(error) if error.situation == "internal" else Reply(404, {"error": None})

    monkeypatch.setattr(world.engine.conventions, "failure", without_text)
    assert world.ask("GET", "/Things/none").status == 500
    assert "getThing answers 404 against its promise: error: null is not" in logged.text


def test_a_snapshot_refuses_what_would_change_it_and_serves_the_rest(world: World) -> None:
    world.ask("POST", "/Things/x")
    world.store.freeze("w")
    refused = world.ask("POST", "/Things/y")
    assert (refused.status, "snapshot" in refused.body["error"]) == (400, True)
    assert world.ask("GET", "/Things/All").body == {"result": ["x"]}


def test_a_world_that_does_not_exist_is_told_in_the_envelope(world: World) -> None:
    world.store.drop("w")
    answer = world.ask("GET", "/Things/All")
    assert (answer.status, list(answer.body)) == (404, ["error"])
    assert "no world 'w'" in answer.body["error"]
    assert list(world.journal.entries("w")) == []


def test_an_answer_that_connexion_makes_by_itself_is_never_sent(
    logged: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def teapot(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 418, "headers": []})
        await send({"type": "http.response.body", "body": b"<html>connexion inside</html>"})

    world = World(lane=False)
    monkeypatch.setattr(world.door._authority, "_app", teapot)
    answer = world.ask("GET", "/Things/All")
    world.close()
    assert (answer.status, list(answer.body)) == (500, ["error"])
    assert b"connexion" not in answer.content
    assert "connexion answered [418] by itself" in logged.text
