"""Changes of bodies in an envelope, as functions of the wire."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from contract_tests.planted.fault import Plant
from contract_tests.planted.wire import Answer, Asked, answers

Thing = dict[str, Any]


def bodies(change: Callable[[Any], Any], *operations: str, good: bool = True) -> Plant:
    """The whole body of successes (or of refusals) changed."""

    def change_answer(_: Asked, answer: Answer) -> Answer:
        body = answer.json
        return answer.with_json(change(body)) if body is not None and answer.good is good else answer

    return answers(change_answer, *operations)


def payloads(change: Callable[[Any], Any], *operations: str) -> Plant:
    """The payload of successes changed."""
    return bodies(lambda body: {**body, "result": change(body["result"])}, *operations)


def things(change: Callable[[Thing], Thing], *operations: str) -> Plant:
    """Every object of a success changed, alone or in a list."""

    def each(payload: Any) -> Any:
        if isinstance(payload, list):
            return [change(one) if isinstance(one, dict) else one for one in payload]
        return change(payload) if isinstance(payload, dict) else payload

    return payloads(each, *operations)


def items(change: Callable[[list[Any]], list[Any]], *operations: str) -> Plant:
    """Every list changed."""
    return payloads(lambda payload: change(payload) if isinstance(payload, list) else payload, *operations)


def value(key: str, change: Callable[[Any], Any], *operations: str) -> Plant:
    """One key of every object changed, where it is."""
    return things(lambda one: {**one, key: change(one[key])} if key in one else one, *operations)


def without(key: str, *operations: str) -> Plant:
    """One key of every object left out."""
    return things(lambda one: {name: item for name, item in one.items() if name != key}, *operations)


def renamed(names: Mapping[str, str], *operations: str) -> Plant:
    """Keys of every object under other names."""
    return things(lambda one: {names.get(name, name): item for name, item in one.items()}, *operations)


def status(wrong: int, right: int, *operations: str) -> Plant:
    """Another code in the place of one."""
    from dataclasses import replace

    return answers(lambda _, answer: replace(answer, status=wrong) if answer.status == right else answer, *operations)
