"""Naming: a write finds what it names, in whatever form the name is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

from contract_tests.evidence import Evidence
from contract_tests.exchange import Exchange
from contract_tests.model import Action, Reference, Resource
from contract_tests.rules.registry import scenario_rule
from contract_tests.samples import other_case
from contract_tests.schema import properties_of
from contract_tests.stage import Stage, Thing

PREFIXES = ("LDAP://", "ldap://")
#: A comma of a distinguished name, or what stands behind a backslash.
COMMA = re.compile(r"(\\.)|,")


@scenario_rule(
    "writes-in-any-form",
    title="A write finds what it names in every form of the name",
    source="casing.names in conventions.yaml; RFC 4514; RFC 9562: a UUID in capitals is the same one",
    evidence=Evidence.ASSUMED,
)
def writes_in_any_form(stage: Stage, resource: Resource) -> None:
    """Every operation that changes, renames, moves or deletes a thing finds it by its name and its id in another case,
    by its distinguished name with blanks and escapes, by its address in another spelling; and so does a creation what
    it hangs a thing on."""
    for action in resource.all("update", "act", "rename", "move", "delete"):
        thing = stage.make_for(resource, action, why="create something to find in another form")
        if resource.shown:
            stage.refresh(thing)
        plain = {**thing.fields}
        forms = {key: _form(stage, resource, action, name, thing) for name, key in action.target.items()}
        _know(stage, thing, {key: text for key, text in forms.items() if text is not None})
        if thing.fields != plain:
            exchange = written(stage, thing, action, "its address in another form", {}, evidence=Evidence.ASSUMED)
            if not (exchange.succeeded and action.verb in ("rename", "move")):
                _know(stage, thing, plain)
    for creation in resource.all("create"):
        given, parts = stage.arguments.creation(resource, creation, {}, full=False, variant=0, fresh=resource.fresh)
        turned = {name: _part_form(stage, part, given.get(name, "")) for name, part in creation.parts.items()}
        sent = {**given, **{name: text for name, text in turned.items() if text}}
        if sent != given:
            known = {name: dict(part.fields) for name, part in parts.items()}
            for name, part in parts.items():
                _know(stage, part, {creation.parts[name].key: sent[name]})
            why = "what it hangs on in another form"
            stage.create(resource, creation, sent, parts, why=why, evidence=Evidence.ASSUMED)
            for name, part in parts.items():
                _know(stage, part, known[name])


def _know(stage: Stage, thing: Thing, values: Mapping[str, Any]) -> None:
    """Know a thing by other values, which the guard lets through as its own."""
    thing.fields = {**thing.fields, **values}
    stage.remember(thing, values)


def written(stage: Stage, thing: Thing, action: Action, why: str, values: Mapping[str, str], **more: Any) -> Exchange:
    """Do what an action is for; ``values`` are sent beside what it must be sent."""
    if action.verb == "rename":
        return stage.rename(thing, action, stage.arguments.fresh_name(thing.resource), why=why, **more)
    if action.verb == "move":
        return stage.move(thing, action, stage.goals(action), why=why, **more)
    if action.verb == "delete":
        return stage.remove(thing, action, why=why, **more)
    return stage.call(action.operation, {**stage.values(thing, action), **values}, why=why, **more)


def _form(stage: Stage, resource: Resource, action: Action, name: str, thing: Thing) -> str | None:
    """Another form of what a parameter names a thing by; ``None`` where there is none."""
    key = action.target[name]
    for creation in resource.all("create"):
        part = next(
            (creation.parts[one] for one, of in creation.target.items() if of == key and one in creation.parts), None
        )
        if part is not None:
            return _part_form(stage, part, str(thing.get(key)))
    return _other_form(stage, resource, key, thing.get(key))


def _part_form(stage: Stage, part: Reference, text: str) -> str | None:
    holder = stage.resources.get(part.resource)
    if holder is None:
        return other_case(text) if "=" in text else None
    return _other_form(stage, holder, part.key, text)


def other_address(text: str) -> str | None:
    """Another spelling of an IPv6 address; ``None`` for another text."""
    try:
        return ip_address(text).exploded.upper() if ":" in text else None
    except ValueError:
        return None


def _other_form(stage: Stage, resource: Resource, key: str, value: Any) -> str | None:
    if not isinstance(value, str):
        return None
    kind = resource.compare.get(key, "exact")
    if kind == "dn":
        return PREFIXES[0] + COMMA.sub(lambda found: found[1] or ", ", other_case(value))
    if kind == "ip":
        return other_address(value)
    insensitive = stage.conventions.get("casing", {}).get("names") == "insensitive"
    folds = insensitive and (key in resource.naming or kind == "fold")
    is_id = properties_of(resource.schema).get(key, {}).get("format") == "uuid"
    turned = other_case(value) if folds or is_id else value
    return turned if turned != value else None
