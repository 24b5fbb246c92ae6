"""Facts about a target that no promise can hold, such as the root of its directory: read from its own answers.

It is the first thing a run does, so it also shows whether the target answers at all and accepts the credential.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from contract_tests.exchange import Call, Exchange, Expectation
from contract_tests.session import Session


class NoFooting(Exception):
    """The target refuses the caller, or does not tell what a run must know.

    ``answered`` tells that it did answer the caller, only not as promised: that much of it has been judged.
    """

    def __init__(self, message: str, *, answered: bool = True) -> None:
        super().__init__(message)
        self.answered = answered


def find_environment(session: Session) -> dict[str, str]:
    """The facts the conventions ask for, by name; raises ``NoFooting``."""
    wanted: Mapping[str, Any] = session.promise.conventions.get("environment", {})
    found = {name: _fact(session, name, recipe) for name, recipe in wanted.items()}
    if not wanted:
        _knock(session)
    return found


def _fact(session: Session, name: str, recipe: Mapping[str, Any]) -> str:
    exchange = _asked(session, recipe["operation"], recipe.get("values", {}), f"find the {recipe.get('title', name)}")
    pattern = re.compile(recipe.get("pattern", "(.+)"))
    matches = map(pattern.search, _texts(exchange.response.json, recipe["key"]))
    match = next((one for one in matches if one), None)
    if match is None:
        title = recipe.get("title", name)
        raise NoFooting(f"{recipe['operation']} shows no {recipe['key']} that tells the {title}; the run needs one")
    return match.group(1) if pattern.groups else match.group(0)


def _knock(session: Session) -> None:
    """Without facts to find: one read that needs no arguments, where there is one."""
    for operation in session.promise.operations.values():
        if operation.safe and operation.secured and not any(one.required for one in operation.parameters):
            _asked(session, operation.id, {}, "see whether it answers")
            return


def _asked(session: Session, name: str, values: Mapping[str, str], why: str) -> Exchange:
    operation = session.promise.operation(name)
    exchange = session.send(Call(operation, values, expect=Expectation("success", why)))
    if not exchange.succeeded:
        status = exchange.response.status
        said = f"{operation.id} answered {status}: {_said(session, exchange)}"
        raise NoFooting(f"{_hint(session, status)}{said}", answered=status not in (401, 403))
    return exchange


def _hint(session: Session, status: int) -> str:
    """What to do about a refused credential, before words of the target that may have to be masked."""
    refused = status == session.promise.status_of("unauthenticated")
    return "is the credential in APITWIN_TOKEN good? " if refused else ""


def _said(session: Session, exchange: Exchange) -> str:
    key = session.promise.conventions.get("envelope", {}).get("message")
    body = exchange.response.json
    text = body.get(key) if isinstance(body, dict) and key else exchange.response.text
    return str(text)[:200]


def _texts(value: Any, key: str) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get(key), str):
            yield value[key]
        for inner in value.values():
            yield from _texts(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, key)
