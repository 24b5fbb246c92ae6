"""Things of others that a run reads, and that others take away meanwhile: nobody is blamed that they are not found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from contract_tests.compare import same
from contract_tests.exchange import Exchange
from contract_tests.finding import existing
from contract_tests.thing import Thing

if TYPE_CHECKING:
    from contract_tests.stage import Stage


def is_about_vanished(stage: Stage, exchange: Exchange) -> bool:
    """Whether an answer says of something that was to be there that it is not, and lists do not show it any more by
    what the request named.

    What is gone is not read again: another thing of its sort takes its place.
    """
    expect, absent = exchange.call.expect, stage.promise.status_of("not-found")
    if expect is None or expect.situation != "success" or exchange.response.status != absent:
        return False
    values = exchange.call.values.values()
    sent = {text for one in values for text in (one if isinstance(one, list) else [one])}
    gone = [_is_gone(stage, thing, keys) for thing in stage.session.borrowed if (keys := _naming(thing, sent))]
    return any(gone)


def _naming(thing: Thing, sent: set[str]) -> list[str]:
    """The keys of a thing whose values were sent."""
    return [key for key, value in thing.fields.items() if isinstance(value, str) and value in sent]


def _is_gone(stage: Stage, thing: Thing, keys: list[str]) -> bool:
    """Whether lists do not show it any more: all those that may have answered."""
    if not thing.gone:
        answered: list[bool] = []
        shown = [fields for _, fields in existing(stage, thing.resource, thing.action, answered=answered)]
        known = {*thing.resource.identity, *keys} & thing.fields.keys()
        there = any(all(_alike(thing, one, key) for key in known) for one in shown)
        thing.entry.gone = bool(answered) and all(answered) and not there
    return thing.gone


def _alike(thing: Thing, fields: Mapping[str, Any], key: str) -> bool:
    return key in fields and same(thing.resource.compare.get(key, "exact"), fields[key], thing.get(key))
