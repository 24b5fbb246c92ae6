"""Administration of the product that has no REST path of its own: its tokens, and its event log (A6)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from mockserver.apis.kopicloud_ad.models import BASIC, JWT, Token
from mockserver.apis.kopicloud_ad.service import events, tokens, users
from mockserver.kernel.arguments import read
from mockserver.kernel.journal import Entry
from mockserver.kernel.work import Work

#: Whom a JWT is of when nobody is named: the administrator every domain has.
ADMINISTRATOR = "Administrator"

_OUTPUT = '{"output":'

#: Type of the token an administration function makes.
_MADE_BY = {"create-jwt": JWT, "create-basic": BASIC}


def list_tokens(work: Work, given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every token by name; header values are shown only when a token is made."""
    read(given)
    return [_shown(work, token) for token in tokens.listed(work)]


def create_jwt(work: Work, given: Mapping[str, Any]) -> dict[str, Any]:
    """A JWT: ``name``, ``minutes`` it lasts (0, the default: for ever), ``user`` it is of."""
    values = read(given, name=str, user=(str, ADMINISTRATOR), minutes=(int, 0))
    user = users.named(work, values["user"])
    token = tokens.create_jwt(work, name=values["name"], user=user, minutes=values["minutes"])
    return {**_shown(work, token), "value": tokens.jwt_value(work, token)}


def create_basic(work: Work, given: Mapping[str, Any]) -> dict[str, Any]:
    """A Basic token: ``user``, ``password`` and, if it shall have another than its own, a ``name``."""
    values = read(given, user=str, password=str, name=(str, ""))
    user, password = users.named(work, values["user"]), values["password"]
    token = tokens.create_basic(work, user=user, password=password, name=values["name"] or None)
    return {**_shown(work, token), "value": tokens.basic_value(user.account or user.name, password)}


def enable_token(work: Work, given: Mapping[str, Any]) -> dict[str, Any]:
    """Make a disabled token, by its ``name``, good again."""
    return _shown(work, tokens.set_disabled(work, tokens.named(work, read(given, name=str)["name"]), False))


def disable_token(work: Work, given: Mapping[str, Any]) -> dict[str, Any]:
    """Refuse a token, by its ``name``, until it is enabled."""
    return _shown(work, tokens.set_disabled(work, tokens.named(work, read(given, name=str)["name"]), True))


def delete_token(work: Work, given: Mapping[str, Any]) -> dict[str, Any]:
    """Remove a token, by its ``name``, for good."""
    token = tokens.named(work, read(given, name=str)["name"])
    shown = _shown(work, token)
    tokens.delete(work, token)
    return shown


ADMIN: Mapping[str, Callable[[Work, Mapping[str, Any]], Any]] = {
    function.__name__.replace("_", "-"): function
    for function in (list_tokens, create_jwt, create_basic, enable_token, disable_token, delete_token)
}


def event_lines(entry: Entry) -> list[Mapping[str, Any]]:
    """One exchange as lines of the event log; none for a path that is no operation, unless it made a token."""
    if entry.operation is None:
        return [asdict(line) for line in _administered(entry)]
    return [
        asdict(line)
        for line in events.lines(
            operation=entry.operation.id,
            section=entry.operation.section,
            status=entry.status,
            output=_output(entry.body),
            time=entry.time,
            caller=entry.caller,
            arguments=entry.masked_query(),
        )
    ]


def _administered(entry: Entry) -> Iterator[events.Line]:
    """The line of an administration function: only making a token leaves one."""
    function = entry.path.decode("latin-1").rpartition("/")[2]
    if entry.status >= 400 or function not in _MADE_BY:
        return
    given = entry.masked_query()
    name = given.get("name") or tokens.basic_name(given["user"])
    user = given.get("user", ADMINISTRATOR)
    yield events.token_created(kind=_MADE_BY[function], name=name, time=entry.time, caller=user)


def _output(body: bytes) -> str:
    """The member ``output`` of an envelope of which perhaps only the beginning was kept."""
    text = body.decode("utf-8", "ignore")
    if not text.startswith(_OUTPUT):
        return ""
    try:
        output, _ = json.JSONDecoder().raw_decode(text, len(_OUTPUT))
    except json.JSONDecodeError:
        return text[len(_OUTPUT) + 1 :]
    return str(output)


def credentials(work: Work) -> list[tuple[str, str]]:
    """Every token that came with the seed and its header value, by name."""
    return [(token.name, token.credential) for token in tokens.listed(work) if token.credential]


def accounts(work: Work) -> list[tuple[str, str]]:
    """Users whose Basic pair came with the seed, and their passwords."""
    return [tokens.pair(token.credential) for token in tokens.listed(work) if token.type == BASIC and token.credential]


def _shown(work: Work, token: Token) -> dict[str, Any]:
    return {
        "name": token.name,
        "type": token.type,
        "expires": None if token.expires is None else events.iso_time(token.expires),
        "status": tokens.status(work, token),
        "user": token.user_name,
    }
