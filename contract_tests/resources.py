"""From conventions.yaml to resources. Whatever does not fit the OpenAPI document is an error with its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from apitwin.data.names import nearest
from contract_tests.compare import KINDS
from contract_tests.evidence import level_of
from contract_tests.model import VERBS, Action, Reference, Resource, Resources
from contract_tests.promise import Operation, Promise, PromiseError
from contract_tests.schema import Schema, properties_of

RESOURCE_KEYS = (
    "title", "letter", "id", "naming", "identity", "owned_by", "compare", "computed", "also_named", "follows_name",
    "follows_place", "place", "ghosts", "name_form", "fresh", "item", "apart", "namespace", "part_of", "lasting", "map",
    "members", "variants", "derived",
)  # fmt: skip
ACTION_KEYS = (
    "operation", "target", "in", "to", "within", "needs", "made_with", "where", "fixed", "switches", "answers",
    "evidence", "ids", "adds", "replaces", "alone", "always",
)  # fmt: skip


@lru_cache(maxsize=16)
def resources_of(promise: Promise) -> Resources:
    """Every resource by name, in the order of the conventions; raises ``PromiseError``."""
    described: Mapping[str, Any] = promise.conventions.get("resources", {})
    found = Resources((name, _resource(promise, name, raw)) for name, raw in described.items())
    _check_letters(found.values())
    facts = promise.conventions.get("environment", {})
    for resource in found.values():
        comes = resource.coming.parts if resource.coming else {}
        named = [(resource.name, one) for one in (*comes.values(), *resource.map.values(), *resource.members.values())]
        for action in resource.actions:
            references = (*action.parts.values(), *action.places.values())
            named += [(f"{resource.name}.{action.verb}", one) for one in references]
        for place, reference in named:
            check_known(place, [reference.resource], found if reference.key else facts)
    return found


def _check_letters(resources: Iterable[Resource]) -> None:
    """Raise ``PromiseError`` for two resources whose made-up names begin alike: things of both would have one name."""
    first: dict[str, str] = {}
    for one in resources:
        if one.naming and first.setdefault(one.letter, one.name) != one.name:
            raise PromiseError(f"resources.{one.name}.letter: {one.letter!r} is that of {first[one.letter]} already")


def _resource(promise: Promise, name: str, raw: Mapping[str, Any]) -> Resource:
    check_known(f"resources.{name}", raw, (*RESOURCE_KEYS, *VERBS))
    key = raw.get("id")
    actions = tuple(_action(promise, name, verb, one, key) for verb in VERBS for one in raw.get(verb, ()))
    comes = "part_of" in raw and bool(actions)
    naming = tuple(raw.get("naming", ()))
    owned_by = raw.get("owned_by") or [*([[key]] if key else []), *([one] for one in naming)]
    for field, kind in raw.get("compare", {}).items():
        check_known(f"resources.{name}.compare.{field}", [kind], (*KINDS, "ignore"))
    return Resource(
        name=name,
        title=raw.get("title", name),
        letter=raw.get("letter", name[0]),
        schema=_schema_of(promise, actions),
        actions=actions,
        id=key,
        naming=frozenset(naming),
        identity=tuple(raw.get("identity", [key] if key else naming)),
        owned_by=tuple(frozenset(one) for one in owned_by),
        compare=raw.get("compare", {}),
        computed=frozenset(raw.get("computed", ())),
        also_named=tuple(raw.get("also_named", ())),
        follows_name=frozenset(raw.get("follows_name", ())),
        follows_place=frozenset(raw.get("follows_place", ())),
        place=raw.get("place", {}),
        ghosts=raw.get("ghosts", {}),
        name_form=raw.get("name_form"),
        fresh=bool(raw.get("fresh")),
        item=raw.get("item", {}),
        apart=tuple(raw.get("apart", ())),
        namespace=raw.get("namespace"),
        coming=Action("come", actions[0].operation, {}, _references(raw["part_of"])) if comes else None,
        lasting=bool(raw.get("lasting")),
        map=_references(raw.get("map", {})),
        derived=frozenset(raw.get("derived", ())),
        members=_references(raw.get("members", {})),
        variants={
            name: {word: tuple(one) for word, one in sorts.items()} for name, sorts in raw.get("variants", {}).items()
        },
    )


def _references(raw: Mapping[str, str]) -> Mapping[str, Reference]:
    return {name: Reference.of(text) for name, text in raw.items()}


def _action(promise: Promise, resource: str, verb: str, raw: Mapping[str, Any], key: str | None) -> Action:
    place = f"resources.{resource}.{verb}"
    check_known(place, raw, ACTION_KEYS)
    operation = promise.operation(raw["operation"])
    _check_parameters(place, operation, raw)
    to = {name: str(text) for name, text in raw.get("to", {}).items()}
    return Action(
        verb=verb,
        operation=operation,
        target=raw.get("target", {}),
        parts=_references(raw.get("in", {})),
        sets={} if verb == "move" else to,
        places=_references(to) if verb == "move" else {},
        within=raw.get("within", {}),
        needs=raw.get("needs", {}),
        made_with=raw.get("made_with", {}),
        where=raw.get("where", {}),
        fixed=raw.get("fixed", {}),
        switches=raw.get("switches", {}),
        own_answer=raw.get("answers", "self") == "self" and _has_body(promise, operation),
        ids=key if raw.get("ids") and key else "",
        always=bool(raw.get("always")),
        alone=bool(raw.get("alone")),
        adds=raw.get("adds", ""),
        replaces=raw.get("replaces", ""),
        evidence=level_of(raw, operation.evidence),
    )


def _has_body(promise: Promise, operation: Operation) -> bool:
    """Whether a success has a body; where the promise does not say it has."""
    return bool(promise.conventions.get("outcomes", {}).get(operation.outcome, {}).get("body", True))


def _check_parameters(place: str, operation: Operation, raw: Mapping[str, Any]) -> None:
    for key in ("target", "in", "to", "within", "needs"):
        check_known(f"{place}.{operation.id}.{key}", raw.get(key, {}), operation.by_name)
    check_known(f"{place}.{operation.id}.switches", raw.get("switches", {}).values(), operation.by_name)


def _schema_of(promise: Promise, actions: Iterable[Action]) -> Schema:
    """The schema of the object itself, from the first operation that answers it, else of the items of a list."""
    payload = promise.conventions.get("envelope", {}).get("payload")
    items = promise.conventions.get("lists", {}).get("items", "")
    for action in actions:
        if action.verb in ("create", "read") and action.own_answer:
            for schema in _answers(action):
                return properties_of(schema).get(payload, {}) if payload else schema
    for action in actions:
        if action.verb == "list" and action.own_answer and not action.ids and items:
            for schema in _answers(action):
                inner: Schema = properties_of(schema).get(items, schema).get("items", {})
                return inner
    return {}


def _answers(action: Action) -> Iterator[Schema]:
    """Schemas of the successes of an action."""
    for status, reply in action.operation.replies.items():
        if 200 <= status < 300 and reply.schema is not None:
            yield reply.schema


def check_known(place: str, given: Iterable[str], known: Iterable[str]) -> None:
    names = list(known)
    for one in given:
        if one not in names:
            raise PromiseError(f"{place}: unknown name {one!r}{nearest(str(one), names)}")
