"""Texts: what may be anything comes back as it was sent, whatever a program might take it for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import orjson

from contract_tests.evidence import Evidence
from contract_tests.exchange import Exchange
from contract_tests.findings import Complaint
from contract_tests.lasting import stays
from contract_tests.model import Action, Resource
from contract_tests.promise import Parameter
from contract_tests.rules.creation import look
from contract_tests.rules.registry import scenario_rule
from contract_tests.showing import as_sent, settable
from contract_tests.stage import Stage, Thing

#: Some programs cut the ends.
BLANKS = " blanks at its ends "
#: What is taken for a number, a date, a word or a pattern, decoded once more, folded, composed or cut in the middle of
#: a letter by servers that do more with a text than to keep it.
TEXTS = (
    "00420",
    "+49 30 / 1.50",
    "%41%2B %2541+c",
    "&lt;b&gt; &amp;",
    "\\u0041 \\n \\\\",
    "😀 𝒳",
    "e\u0301 \u212b ½",
    "İı ſß МиР ÿŒ",
    "null",
    "2024-02-30",
    "a  b",
    "{0} ${x} %s [1]",
    BLANKS,
)

Texts = dict[str, str]


@scenario_rule(
    "texts-stay-as-they-are",
    title="A free text comes back letter for letter",
    source="free texts of creations and updates: the document says text, and nothing of what is made of it",
)
def texts_stay_as_they_are(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """Texts that look like numbers, dates, words or escapes, and letters beyond the usual ones, in every free text of
    creations and updates: answers, every address and every list show them as they were sent."""
    for action in resource.all("create") if resource.shown else ():
        made = [pair for shift in _shifts(stage, resource) if (pair := _made(stage, resource, action, shift))]
        for thing, texts in made:
            yield from _read(stage, thing, texts)
        yield from _listed(stage, made)
    for action in resource.all("update"):
        yield from _updated(stage, resource, action)


def _shifts(stage: Stage, resource: Resource) -> range:
    """So many creations that every parameter gets every text; of what stays for ever one."""
    return range(1 if stays(resource, stage.resources) else len(TEXTS))


def free(stage: Stage, resource: Resource, parameters: list[Parameter]) -> list[Parameter]:
    """Parameters that set a key to any text."""
    return [
        one
        for one in parameters
        if one.field
        and one.field not in stage.arguments.references
        and (one.field in resource.map or (one.is_text and stage.arguments.is_free(one)))
    ]


def texts_for(parameters: list[Parameter], shift: int, maps: Mapping[str, list[str]]) -> Texts:
    """A text for each parameter, another one with each shift; none for those that it is too long for.

    ``maps`` are the names of the entries of those that hold a map.
    """
    found: Texts = {}
    for place, one in enumerate(parameters):
        text = TEXTS[(place + shift) % len(TEXTS)]
        if one.name in maps:
            entries = {name: TEXTS[(n + shift) % len(TEXTS)] for n, name in enumerate(maps[one.name])}
            found[one.name] = orjson.dumps(entries).decode()
        elif one.max_length is None or len(text.encode("utf-16-le")) // 2 <= one.max_length:
            found[one.name] = text
    return found


def _made(stage: Stage, resource: Resource, action: Action, shift: int) -> tuple[Thing, Texts] | None:
    given, parts = stage.arguments.creation(resource, action, {}, full=False, variant=0)
    able = [one for one in action.operation.parameters if one.name not in given and resource.has(one.name, given)]
    parameters = free(stage, resource, able)
    maps = _entries(stage, resource, action, parameters, given)
    texts = texts_for([one for one in parameters if one.field not in resource.map or one.name in maps], shift, maps)
    if not texts:
        return None
    why = "create with texts that look like something else"
    thing, made = stage.create(resource, action, {**given, **texts}, parts, why=why, evidence=Evidence.ASSUMED)
    return (thing, texts) if thing is not None and made.succeeded else None


def _entries(
    stage: Stage, resource: Resource, action: Action, parameters: list[Parameter], values: Mapping[str, str]
) -> dict[str, list[str]]:
    """The names of the entries of maps, by parameter, where there are any."""
    found: dict[str, list[str]] = {}
    for one in parameters:
        text = stage.arguments.inner(resource, action, one, values, 0) if one.field in resource.map else None
        found |= {one.name: stage.arguments.entries(text)} if text else {}
    return found


def _as_sent(
    thing: Thing, shown: Mapping[str, Any], texts: Texts, exchange: Exchange, where: str, *, by: Action | None = None
) -> Iterator[Complaint]:
    """Complaints about texts that are shown otherwise; that blanks and the form of a letter count is our reading."""
    for one in as_sent(thing, shown, texts, exchange, where, by=by):
        alike = _folded(one.received) == _folded(one.promised)
        yield replace(one, evidence=Evidence.ASSUMED) if alike else one


def _folded(told: str) -> str:
    """Texts in quotes without blanks at their ends, of others one each, their letters in one form (Unicode, NFKC)."""
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", told))
    return re.sub(r"(?<=['\"]) | (?=['\"])", "", text)


def _read(stage: Stage, thing: Thing, texts: Texts) -> Iterator[Complaint]:
    """What reading a thing shows; of what only its list shows, ``_listed`` looks at the list."""
    readings = [one for one in stage.actions(thing, "read") if one.own_answer]
    if not readings and thing.resource.listing not in stage.actions(thing, "list"):
        body, exchange = stage.refresh(thing)
        yield from _as_sent(thing, body, texts, exchange, "when read back")
    for reading in readings:
        body, exchange = stage.read(thing, reading)
        yield from _as_sent(thing, body, texts, exchange, "when read back")


def _listed(stage: Stage, made: list[tuple[Thing, Texts]]) -> Iterator[Complaint]:
    """What lists show of things; each list is asked for once where it has them all."""
    for listing in stage.actions(made[0][0], "list") if made else ():
        if listing.ids or not listing.own_answer or made[0][0].resource.item:
            continue
        known: dict[tuple[tuple[str, str], ...], tuple[list[Any], Exchange]] = {}
        for thing, texts in made:
            values = {**stage.address(listing, thing), **stage.scope(listing, thing)}
            place = tuple(sorted(values.items()))
            if place not in known:
                known[place] = stage.listed(listing, values, why="list what was made with texts")
            items, exchange = known[place]
            for item in items:
                if isinstance(item, dict) and stage.is_item(item, thing):
                    yield from _as_sent(thing, item, texts, exchange, "in a list")


def _updated(stage: Stage, resource: Resource, action: Action) -> Iterator[Complaint]:
    thing = stage.make_for(resource, action, why="create something to update")
    parameters = free(stage, resource, settable(action, thing))
    maps = {one.name: _names(look(stage, thing), one, stage) for one in parameters if one.field in resource.map}
    parameters = [one for one in parameters if maps.get(one.name, True)]
    for shift in range(len(TEXTS)) if parameters else ():
        texts = texts_for(parameters, shift, maps)
        values = {**stage.values(thing, action), **texts}
        why = "update with texts that look like something else"
        exchange = stage.call(action.operation, values, why=why, evidence=Evidence.ASSUMED)
        if exchange.succeeded:
            shown = stage.shown(action, exchange)
            if shown is not None:
                yield from _as_sent(thing, shown, texts, exchange, "in the answer to its update", by=action)
            body, seen = stage.refresh(thing)
            yield from _as_sent(thing, body, texts, seen, "when read back after an update", by=action)


def _names(shown: Mapping[str, Any], parameter: Parameter, stage: Stage) -> list[str]:
    """Entries of a map that may have any text."""
    entries = shown.get(parameter.field or "")
    return stage.arguments.free_entries(entries) if isinstance(entries, dict) else []
