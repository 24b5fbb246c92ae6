"""Objects that the promise leaves open: other keys are no fault there, a promised one that is misspelt is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
import pytest

from apitwin.data import specs_dir
from contract_tests.exchange import Call, Exchange, Response, build_request
from contract_tests.promise import Promise, load
from contract_tests.rules.keys import key_casing, undocumented_key


@pytest.fixture(scope="module")
def promise() -> Promise:
    """A promise with objects of both sorts."""
    return load(specs_dir() / "copernica-v1")


def answered(promise: Promise, name: str, body: Any, values: Mapping[str, str]) -> Exchange:
    """An exchange that answered 200 with a body."""
    call = Call(promise.operation(name), dict(values))
    return Exchange(call, build_request(call), Response(200, (), orjson.dumps(body)))


def complaints(promise: Promise, exchange: Exchange) -> list[str]:
    """What the rules on keys say of it."""
    return [one.message for rule in (undocumented_key, key_casing) for one in rule(exchange, promise) or ()]


@pytest.mark.parametrize(
    ("event", "told"),
    [
        ({"event": "open", "id": "m-1", "ip": "192.0.2.1"}, []),
        ({"Event": "open", "id": "m-1"}, ["key 'Event' should be 'event'"]),
    ],
)
def test_an_event_may_have_other_keys(promise: Promise, event: dict[str, str], told: list[str]) -> None:
    exchange = answered(promise, "listEmailEvents", [event], {"email": "ann@example.com"})
    assert complaints(promise, exchange) == told


def test_an_account_may_not(promise: Promise) -> None:
    identity = {"ID": "1", "name": "x", "description": "", "company": "y", "secret": "z"}
    assert complaints(promise, answered(promise, "getIdentity", identity, {})) == ["key 'secret' is not documented"]
