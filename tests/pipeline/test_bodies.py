"""Request bodies: bounded, whole, read as JSON where the promise has one, ignored where it has none."""

from __future__ import annotations

import pytest

from mockserver.kernel.receiving import BODY_LIMIT
from tests.pipeline.world import World


def test_a_body_over_the_limit_is_refused(world: World) -> None:
    answer = world.ask("POST", "/Things/x", body=b"x" * (BODY_LIMIT + 1))
    assert (answer.status, str(BODY_LIMIT) in answer.body["error"]) == (400, True)
    assert world.things() == []


def test_a_body_at_the_limit_is_read(world: World) -> None:
    assert world.ask("POST", "/Things/x", body=b"x" * BODY_LIMIT).status == 200


def test_a_body_that_hides_its_length_is_refused_when_it_grows_too_large(world: World) -> None:
    answer = world.talk("POST", "/Things/x", [b"x" * (BODY_LIMIT // 2)] * 3)
    assert answer is not None
    assert (answer.status, str(BODY_LIMIT) in answer.body["error"]) == (400, True)
    assert world.things() == []


def test_a_body_in_chunks_is_one_body(world: World) -> None:
    world.ask("POST", "/Things/x")
    answer = world.talk("PUT", "/Things/x", [b'{"Si', b'ze"', b": 3}"])
    assert answer is not None
    assert answer.body == {"result": {"name": "x", "size": 3}}


@pytest.mark.parametrize("chunks", [[], [b'{"Size": 3'], [b'{"Size": 3}']])
def test_a_client_that_goes_away_has_asked_for_nothing(world: World, chunks: list[bytes]) -> None:
    """Half a request is not served: what it would have changed stays as it was."""
    assert world.talk("POST", "/Things/x", chunks, complete=False) is None
    assert world.things() == []
    assert list(world.journal.entries("w")) == []


def test_a_body_nobody_asked_for_is_ignored_whatever_its_type(world: World) -> None:
    answer = world.ask("POST", "/Things/x?Size=5", body=b"\xff{", content_type="text/plain")
    assert answer.body == {"result": {"name": "x", "size": 5}}


@pytest.mark.parametrize(
    "content_type", ["application/json", "APPLICATION/JSON", "Application/Json; charset=utf-8", "application/json;"]
)
def test_a_json_body_is_read_in_whatever_case_its_type_is_written(world: World, content_type: str) -> None:
    world.ask("POST", "/Things/x")
    answer = world.ask("PUT", "/Things/x", body=b'{"Size": 3}', content_type=content_type)
    assert answer.body == {"result": {"name": "x", "size": 3}}
    refused = world.ask("PUT", "/Things/x", body=b'{"Size": "3"}', content_type=content_type)
    assert (refused.status, "Size" in refused.body["error"]) == (400, True)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'{"Size": "3"}', b'{"Size": NaN}', b"\xff", b'{"Size": "\\ud800"}', b"[" * 100_000],
    ids=["none", "open", "list", "null", "text", "NaN", "not UTF-8", "lone surrogate", "deep"],
)
def test_a_json_body_that_is_not_right_is_refused(world: World, body: bytes) -> None:
    world.ask("POST", "/Things/x")
    answer = world.ask("PUT", "/Things/x", body=body, content_type="application/json")
    assert answer.status == 400
    assert answer.body["error"].lower().replace(" ", "").startswith("requestbody")
    assert world.ask("GET", "/Things/x").body["result"]["size"] == 1


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "nonsense", ""])
def test_a_body_of_another_type_is_refused(world: World, content_type: str) -> None:
    world.ask("POST", "/Things/x")
    answer = world.ask("PUT", "/Things/x", body=b"Size=3", content_type=content_type)
    assert (answer.status, list(answer.body)) == (400, ["error"])
