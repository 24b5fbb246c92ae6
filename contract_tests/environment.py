"""Facts about a target that no promise can hold, such as the root of its directory: read from its own answers.

It is the first thing a run does, so it also shows whether the target answers at all and accepts the credential.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from contract_tests.batches import items_in
from contract_tests.exchange import MISSING, Call, Exchange, Expectation
from contract_tests.refusal import message_in, payload_of
from contract_tests.resources import resources_of
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
    needed = _needed(session)
    found: dict[str, str] = {}
    for name, recipe in wanted.items():
        text = _fact(session, recipe, found, bold=bool(found) and name not in needed, title=recipe.get("title", name))
        if text is None and name in needed:
            text = _told_elsewhere(session, recipe)
        if text is not None:
            found[name] = text
        elif name in needed:
            _hear(session)
            title = recipe.get("title", name)
            shown = f"no {recipe['key']}" if "key" in recipe else "nothing"
            raise NoFooting(f"{recipe['operation']} shows {shown} that tells the {title}; the run needs one")
    if not wanted:
        _knock(session)
    if not found:
        _hear(session)
    return found


def _hear(session: Session) -> None:
    """Raises ``NoFooting`` when the last answer is none of an API: a page, or nothing at all."""
    last = session.last
    if last is not None and last.succeeded and last.response.json is MISSING:
        kind = last.response.header("content-type") or "no media type"
        raise NoFooting(f"{last.operation.id} answered {kind} and no JSON: is this the address of the API?")


def _needed(session: Session) -> set[str]:
    """Facts that nothing can be made without: what the first creation of some resource hangs things on."""
    firsts = (one.first("create") for one in resources_of(session.promise).values())
    return {part.resource for one in firsts if one for part in one.parts.values() if not part.key}


def _fact(
    session: Session, recipe: Mapping[str, Any], found: Mapping[str, str], *, bold: bool, title: str
) -> str | None:
    """A fact, asked for with what is known already; ``None`` where the target does not tell it.

    A ``bold`` question may be refused: rules say so, and the run goes on without what it was to tell.
    """
    try:
        values = {key: str(text).format(**found) for key, text in recipe.get("values", {}).items()}
    except KeyError:
        return None  # it follows from another fact, which the target does not tell
    exchange = _asked(session, recipe["operation"], values, f"find the {title}", bold=bold)
    return _match(exchange, recipe)


def _match(exchange: Exchange, recipe: Mapping[str, Any]) -> str | None:
    pattern = re.compile(recipe.get("pattern", "(.+)"))
    matches = map(pattern.search, _texts(exchange.response.json, recipe.get("key")))
    match = next((one for one in matches if one), None)
    if match is None:
        return None
    return match.group(1) if pattern.groups else match.group(0)


def _told_elsewhere(session: Session, recipe: Mapping[str, Any]) -> str | None:
    """A fact of a certain form under a certain key, as other lists of all tell it: the one to ask first has nothing."""
    last = session.last
    listed = last is not None and last.succeeded and items_in(session.promise, payload_of(session.promise, last)) == []
    if not listed or not {"key", "pattern"} <= recipe.keys():
        return None
    for resource in resources_of(session.promise).values():
        for action in resource.all("list"):
            plain = not any(one.required for one in action.operation.parameters)
            if plain and action.own_answer and action.operation.id != recipe["operation"]:
                text = _match(_asked(session, action.operation.id, {}, "find a fact", bold=True), recipe)
                if text is not None:
                    return text
    return None


def _knock(session: Session) -> None:
    """Without facts to find: one read that needs no arguments, where there is one."""
    for operation in session.promise.operations.values():
        if operation.safe and operation.secured and not any(one.required for one in operation.parameters):
            _asked(session, operation.id, {}, "see whether it answers")
            return


def _asked(session: Session, name: str, values: Mapping[str, str], why: str, *, bold: bool = False) -> Exchange:
    operation = session.promise.operation(name)
    exchange = session.send(Call(operation, values, expect=Expectation("success", why)))
    if not exchange.succeeded and not bold:
        status = exchange.response.status
        said = f"{operation.id} answered {status}: {_said(session, exchange)}"
        raise NoFooting(f"{_hint(session, status)}{said}", answered=status not in (401, 403))
    return exchange


def _hint(session: Session, status: int) -> str:
    """What to do about a refused credential, before words of the target that may have to be masked."""
    refused = status == session.promise.status_of("unauthenticated")
    return "is the credential in APITWIN_TOKEN good? " if refused else ""


def _said(session: Session, exchange: Exchange) -> str:
    message, aim = message_in(session.promise, exchange.response.json), exchange.response.header("location")
    if 300 <= exchange.response.status < 400 and aim:
        return f"it points to {aim[:200]}"
    return str(exchange.response.text if message is MISSING else message)[:200]


def _texts(value: Any, key: str | None) -> Iterator[str]:
    """Texts and numbers under a key, or of a bare list, the last first where nothing names them."""
    if isinstance(value, dict):
        if key is not None and _is_plain(value.get(key)):
            yield str(value[key])
        for inner in value.values():
            yield from _texts(inner, key)
    elif isinstance(value, list):
        for inner in value if key is not None else reversed(value):
            if key is None and _is_plain(inner):
                yield str(inner)
            yield from _texts(inner, key)


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)
