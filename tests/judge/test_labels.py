"""Findings that depend on what came before, over HTTP."""

from __future__ import annotations

from contract_tests.credentials import from_environment
from contract_tests.promise import Promise
from contract_tests.run import Wish, run
from contract_tests.targets import HttpTarget
from tests.face.command import Twin
from tests.judge.broken import Change, changing
from tests.judge.checking import credentials

#: Calls every read for what a run makes once, and looks at the keys of every answer.
RULES = frozenset({"key-casing", "unknown-name-ignored"})


class FirstIsOdd:
    """A server that spells a key of the first user it was asked for differently, and of no other."""

    def __init__(self) -> None:
        self._first = ""

    def __call__(self, method: str, path: str, body: bytes) -> bytes:
        name = path.partition("/Details")[0]
        if not path.startswith("/api/ADUser/") or name == path:
            return body
        self._first = self._first or name
        return every_user(method, path, body) if name == self._first else body


def every_user(method: str, path: str, body: bytes) -> bytes:
    """The same of every user."""
    return body.replace(b'"city":', b'"City":') if path.startswith("/api/ADUser/") else body


def test_what_only_the_first_thing_shows_is_order_dependent(kopicloud_promise: Promise, served: Twin) -> None:
    assert _labels(kopicloud_promise, served, FirstIsOdd()) == {"order-dependent"}


def test_what_everything_shows_is_steady(kopicloud_promise: Promise, served: Twin) -> None:
    assert _labels(kopicloud_promise, served, every_user) == {"steady"}


def _labels(promise: Promise, served: Twin, change: Change) -> set[str]:
    with changing(served.url, change) as address:
        target = HttpTarget(address)
        given = from_environment(credentials(served))
        verdict = run(Wish(promise=promise, target=target, credentials=given, examples=0, rules=RULES))
        target.close()
    assert verdict.leftovers == []
    return {one.label for one in verdict.findings if one.rule == "key-casing" and one.operation == "getUser"}
