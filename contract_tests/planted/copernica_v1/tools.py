"""What several faults are made of: answers and requests at the wire, changed where they are of some sort."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contract_tests.planted.fault import Plant
from contract_tests.planted.wire import Answer, Asked, Pairs, answers, requests

Thing = dict[str, Any]


def outcome(asked: Asked) -> str:
    """The class of success of the operation that was asked for."""
    return asked.operation.outcome if asked.operation else ""


def after(kind: str, change: Callable[[Asked, Answer], Answer], *operations: str) -> Plant:
    """Answers of successes of one class changed."""
    return answers(lambda asked, got: change(asked, got) if outcome(asked) == kind and got.good else got, *operations)


def header(kind: str, name: str, change: Callable[[str], str | None], *operations: str) -> Plant:
    """One header of successes of a class changed, or left out."""

    def changed(_: Asked, got: Answer) -> Answer:
        given = header_of(got, name)
        return got.with_header(name.lower(), change(given)) if given is not None else got

    return after(kind, changed, *operations)


def header_of(answer: Answer, name: str) -> str | None:
    """The value of a header of an answer."""
    return next((value.decode() for key, value in answer.headers if key.lower() == name.lower().encode()), None)


def things(change: Callable[[Thing], Thing], *operations: str) -> Plant:
    """Every object of a read changed, alone or in a list."""

    def changed(_: Asked, got: Answer) -> Answer:
        body = got.json
        if isinstance(body, dict) and isinstance(body.get("data"), list):
            return got.with_json({**body, "data": [change(one) for one in body["data"]]})
        return got.with_json(change(body)) if isinstance(body, dict) else got

    return after("read", changed, *operations)


def envelopes(change: Callable[[Asked, Thing], Any], *operations: str) -> Plant:
    """The envelope of every list changed."""

    def changed(asked: Asked, got: Answer) -> Answer:
        body = got.json
        return got.with_json(change(asked, body)) if isinstance(body, dict) and "data" in body else got

    return after("read", changed, *operations)


def query(change: Callable[[Pairs], Pairs], *operations: str) -> Plant:
    """The query of requests changed before the server reads it."""
    return requests(lambda asked: replace(asked, query=change(asked.query)), *operations)


def conditions(change: Callable[[str], str | None], *operations: str) -> Plant:
    """Every condition of a filter changed, or lost."""

    def changed(pairs: Pairs) -> Pairs:
        found = []
        for name, value in pairs:
            text = change(value) if is_filter(name) else value
            found += [(name, text)] if text is not None else []
        return tuple(found)

    return query(changed, *operations)


def is_filter(name: str) -> bool:
    """Whether a name of a query is that of the filter."""
    return re.fullmatch(r"fields(?:\[\d*\])?", name) is not None


def sent(change: Callable[[Any], Any], *operations: str) -> Plant:
    """The JSON body of requests changed before the server reads it."""

    def changed(asked: Asked) -> Asked:
        return asked.with_json(change(asked.json)) if asked.json is not None else asked

    return requests(changed, *operations)


def without(body: Any, *names: str) -> Any:
    """An object without some keys; anything else as it is."""
    return {key: one for key, one in body.items() if key not in names} if isinstance(body, dict) else body


def refused(answer: Answer, status: int = 400, message: str = "This is not possible") -> Answer:
    """A refusal in the place of an answer."""
    kept = tuple(one for one in answer.headers if not one[0].lower().startswith((b"x-", b"location")))
    plain = replace(answer, status=status, headers=kept).with_header("content-type", "application/json")
    return plain.with_json({"error": {"message": message}})
