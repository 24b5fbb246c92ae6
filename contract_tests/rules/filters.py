"""Filters and changes of many: what matches is listed and changed, what does not is left out and alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson

from contract_tests.evidence import Evidence
from contract_tests.exchange import Exchange
from contract_tests.findings import Complaint
from contract_tests.guard import Refused
from contract_tests.happy import inner
from contract_tests.model import Action, Resource
from contract_tests.outcome import made_id
from contract_tests.promise import Parameter
from contract_tests.rules.creation import look
from contract_tests.rules.paging import entry_of, hidden_names, listings, several, valued
from contract_tests.rules.registry import scenario_rule
from contract_tests.samples import other_case
from contract_tests.stage import Stage, Thing

SOURCE = "filter in conventions.yaml"

#: What each operator says of a value and the one it is compared with, as texts.
OPERATORS: Mapping[str, Callable[[str, str], bool]] = {
    "==": lambda one, other: one == other,
    "!=": lambda one, other: one != other,
    "<>": lambda one, other: one != other,
    "<": lambda one, other: one < other,
    ">": lambda one, other: one > other,
    "<=": lambda one, other: one <= other,
    ">=": lambda one, other: one >= other,
}
#: Like and unlike, with patterns behind a common beginning, and which of a, b and c match each.
PATTERNS = (("%", "abc"), ("_", "abc"), ("b%", "b"), ("b", "b"), ("_b", ""), ("", ""))
LIKE, UNLIKE = "=~", "!~"


def filtered(stage: Stage, action: Action) -> str | None:
    """The parameter by which a list or a change is filtered."""
    name = stage.conventions.get("filter", {}).get("parameter")
    return name if name and action.operation.parameter(name) is not None else None


@scenario_rule("filter-chooses", title="A filter shows what matches it, by every operator", source=SOURCE)
def filter_chooses(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """Three things that differ in one field are listed, or not, as each operator says of their values; of several
    conditions all must hold; the id is compared as a number."""
    operators = stage.conventions.get("filter", {}).get("operators", ())
    for action in listings(resource):
        if filtered(stage, action) is None:
            continue
        things, entry = valued(stage, resource, action, ("a", "b", "c"))
        if not things:
            continue
        stem = _value(things[0], entry)[:-1]
        for operator in operators:
            for text, wanted in _cases(operator, stem):
                yield from _chosen(stage, action, things, [f"{entry}{operator}{text}"], wanted, operator)
        if stage.conventions.get("casing", {}).get("names") == "exact":
            for operator in {"==", LIKE} & set(operators):
                turned = [f"{entry}{operator}{other_case(stem)}a"]
                yield from _chosen(stage, action, things, turned, "", f"{operator} in another case", Evidence.ASSUMED)
        both = [f"{entry}>={stem}b", f"{entry}<={stem}b"]
        yield from _chosen(stage, action, things, both, "b", "two conditions")
        if resource.id in stage.conventions["filter"].get("names", ()) or resource.id:
            yield from _by_id(stage, action, things)


def _cases(operator: str, stem: str) -> Iterator[tuple[str, str]]:
    """Texts to compare with, and the last letters of those that match."""
    if operator in (LIKE, UNLIKE):
        for tail, letters in PATTERNS:
            others = "".join(one for one in "abc" if one not in letters)
            yield f"{stem}{tail}", letters if operator == LIKE else others
        return
    compare = OPERATORS.get(operator)
    for letter in "abc" if compare else ():
        yield f"{stem}{letter}", "".join(one for one in "abc" if compare and compare(one, letter))


def _by_id(stage: Stage, action: Action, things: list[Thing]) -> Iterator[Complaint]:
    name, key = id_name(stage, things[0]), things[0].resource.id
    if name is None or key is None:
        return
    middle = str(things[1].get(key))
    for operator, letters in (("==", "b"), ("!=", "ac"), ("<", "a"), (">=", "bc")):
        yield from _chosen(stage, action, things, [f"{name}{operator}{middle}"], letters, f"{name} {operator}")


def id_name(stage: Stage, thing: Thing) -> str | None:
    """What a filter calls the id of a thing; nothing where a field has that name."""
    name = next((one for one in stage.conventions["filter"].get("names", ()) if one.lower() == "id"), None)
    return None if name is None or name in hidden_names(stage, thing) else name


def _value(thing: Thing, entry: str) -> str:
    """The value that an entry of a map was made with."""
    for parameter in thing.action.operation.parameters:
        if parameter.field in thing.resource.map and parameter.name in thing.sent:
            return str(orjson.loads(thing.sent[parameter.name]).get(entry, ""))
    return ""


def _chosen(
    stage: Stage,
    action: Action,
    things: list[Thing],
    conditions: list[str],
    wanted: str,
    how: str,
    known: Evidence = Evidence.DOCUMENTED,
) -> Iterator[Complaint]:
    name = str(filtered(stage, action))
    values: dict[str, Any] = {**stage.address(action, things[0]), name: conditions}
    items, exchange = stage.listed(action, values, why=f"list what matches {how}")
    shown = "".join(letter for letter, one in zip("abc", things, strict=True) if _is_there(stage, items, one))
    if shown != wanted:
        told = " and ".join(conditions)
        message = f"{told} matches {shown or 'nothing'}"
        yield Complaint(message, shown, wanted, f"matches {how}", known, exchange)


def _is_there(stage: Stage, items: list[Any], thing: Thing) -> bool:
    return any(stage.is_item(item, thing) for item in items)


@scenario_rule(
    "filter-in-every-spelling",
    title="A filter counts in every spelling of its name",
    source="query.lists in conventions.yaml",
    evidence=Evidence.ASSUMED,
    writes=False,
)
def filter_in_every_spelling(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """With brackets, with a number in them, and without: the answer is the same."""
    forms = stage.conventions.get("query", {}).get("lists", ())
    for action in listings(resource):
        name = filtered(stage, action)
        if name is None or resource.id is None:
            continue
        thing = several(stage, resource, action)
        special = id_name(stage, thing)
        if special is None:
            continue
        values = stage.address(action, thing)
        condition = f"{special}=={thing.get(resource.id)}"
        for form in forms:
            wire = form.format(name=name.removesuffix("[]"), n=0)
            sent = {**values, name: [condition]}
            exchange = stage.call(action.operation, sent, why=f"a filter as {wire}", renamed={name: wire})
            items = stage.items(exchange, action)
            if items is not None and not (len(items) == 1 and stage.is_item(items[0], thing)):
                told = f"{len(items)} items"
                yield Complaint(f"a filter as {wire} is not read", told, "the one thing", form, exchange=exchange)


@scenario_rule(
    "filter-that-says-nothing",
    title="A filter that cannot be read is refused",
    source=SOURCE,
    evidence=Evidence.ASSUMED,
    writes=False,
)
def filter_that_says_nothing(stage: Stage, resource: Resource) -> None:
    """Without an operator, with the letters of one turned, by a field that does not exist, and where names count in
    their exact case, by one in another case."""
    for action in (*listings(resource), *resource.all("bulk")):
        name = filtered(stage, action)
        if name is None or (action.verb == "bulk" and not stage.mode.writes):
            continue
        thing = stage.standing(resource.name, resource.creation(action))
        values = stage.values(thing, action)
        nobody = stage.arguments.fresh_name(resource)
        known = f"{stage.conventions['filter']['names'][0]}"
        for condition, why in (
            (f"{known}~={1}", "~= is no operator"),
            (known, "there is no operator"),
            (f"{nobody}==1", "no field has that name"),
            *_turned(stage, thing),
        ):
            sent = {**values, name: [condition]}
            stage.call(action.operation, sent, "bad-input", why=f"a filter: {why}", evidence=Evidence.ASSUMED)


def _turned(stage: Stage, thing: Thing) -> Iterator[tuple[str, str]]:
    """Conditions on a field and on the id whose names have another case."""
    if stage.conventions.get("casing", {}).get("names") == "exact":
        names = (entry_of(stage, thing), *stage.conventions["filter"]["names"])
        turned = [other_case(one) for one in names if one and other_case(one) != one]
        hidden = hidden_names(stage, thing) if turned else ()
        for name in [one for one in turned if one not in hidden][:2]:
            yield f"{name}==1", "a name in another case"


@scenario_rule(
    "change-of-many",
    title="A change of many changes what matches, and nothing else",
    source="mirrors and filter in conventions.yaml",
)
def change_of_many(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """What matches the filter has the new values, what does not is as it was, and nothing is made. Without a filter it
    is refused, and changes nothing."""
    for action in resource.all("bulk"):
        name, body = filtered(stage, action), _content(action)
        if name is None or body is None:
            continue
        things, entry = valued(stage, resource, action, ("a", "b", "c"))
        if not things:
            continue
        stem = _value(things[0], entry)[:-1]
        new = f"{stem}b changed"
        values = {**stage.address(action, things[0]), body.name: orjson.dumps({entry: new}).decode()}
        before, known = [look(stage, one) for one in things], _ids(stage, resource, things[0])
        exchange = stage.call(action.operation, {**values, name: [f"{entry}=={stem}b"]}, why="change what matches")
        for number, (thing, was) in enumerate(zip(things, before, strict=True)):
            yield from _changed(stage, thing, was, (entry, new) if number == 1 else None, exchange)
        if exchange.succeeded and _ids(stage, resource, things[0]) != known:
            yield Complaint("a change makes or removes things", "others", "the same", "number", exchange=exchange)
        before = [look(stage, one) for one in things]
        exchange = stage.call(action.operation, values, "bad-input", why="a change of many without a filter")
        for thing, was in zip(things, before, strict=True):
            yield from _changed(stage, thing, was, None, exchange)


def _content(action: Action) -> Parameter | None:
    return next((one for one in action.operation.parameters if one.place == "content"), None)


def _changed(
    stage: Stage, thing: Thing, before: Mapping[str, Any], new: tuple[str, str] | None, exchange: Exchange
) -> Iterator[Complaint]:
    """Complaints about entries of a thing's maps that are not as they should be."""
    after = look(stage, thing)
    for key in thing.resource.map:
        old, now = before.get(key), after.get(key)
        if not isinstance(old, dict) or not isinstance(now, dict):
            continue
        wanted = {**old, **({new[0]: new[1]} if new and exchange.succeeded else {})}
        for name, value in wanted.items():
            if now.get(name) != value:
                which = "what matches" if new else "what does not match"
                message = f"{name} of {which} is {now.get(name)!r}"
                yield Complaint(message, repr(now.get(name)), repr(value), which, exchange=exchange)


def _ids(stage: Stage, resource: Resource, thing: Thing) -> set[str]:
    """The ids of everything beside a thing."""
    for action in listings(resource):
        items, _ = stage.listed(action, stage.address(action, thing), why="see what is there")
        return {str(item.get(resource.id)) for item in items if isinstance(item, dict)}
    return set()


@scenario_rule(
    "change-that-makes",
    title="A change that finds nothing makes a thing where it is told to",
    source="create-by-put in conventions.yaml",
)
def change_that_makes(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """Asked to change what matches a filter, and to make one where nothing does, it makes the one it names, with what
    was sent. Asked the same once more it changes that one."""
    by_put = stage.conventions.get("outcomes", {}).get("create-by-put")
    for action in resource.all("bulk"):
        name, body = filtered(stage, action), _content(action)
        if name is None or body is None or by_put is None or action.operation.parameter("create") is None:
            continue
        thing = stage.standing(resource.name)
        text = inner(stage, thing, body, {}, stage.arguments.unused())
        entries = orjson.loads(text) if text else {}
        if not entries:
            continue
        entry, value = next(iter(entries.items()))
        sent = {**stage.address(action, thing), name: [f"{entry}=={value}"], body.name: str(text), "create": "1"}
        before = _ids(stage, resource, thing)
        made, exchange = _made_by(stage, resource, action, thing, sent)
        if exchange.response.status != by_put["code"]:
            told = str(exchange.response.status)
            yield Complaint("what it made is not told", told, str(by_put["code"]), "code", exchange=exchange)
        after = _ids(stage, resource, thing)
        named = {str(made.get(str(resource.id)))} if exchange.succeeded else set()
        if after - before != named:
            shown = ", ".join(sorted(after - before)) or "none"
            yield Complaint("it did not make the one it names", shown, str(named), "made", exchange=exchange)
        again = stage.call(action.operation, sent, why="change the one that was made")
        if _ids(stage, resource, thing) != after:
            yield Complaint("the same change makes another one", "one more", "none", "again", exchange=again)


def _made_by(
    stage: Stage, resource: Resource, action: Action, like: Thing, sent: Mapping[str, Any]
) -> tuple[Thing, Exchange]:
    """What a change of many makes: written down before it is sent, so that it is cleared up."""
    creation = like.action
    hung = {name: like.sent[name] for name in creation.parts if name in like.sent}
    thing = Thing(resource, stage.session.ledger.intend(resource.name, hung), creation, hung, like.parts)
    stage.things.append(thing)
    try:
        exchange = stage.call(action.operation, sent, why="change what nothing matches, and make one")
    except Refused:
        stage.forget(thing)
        raise
    found = made_id(stage.promise, exchange)
    if found is None:
        stage.forget(thing)
    else:
        thing.fields[str(resource.id)] = found
        stage.remember(thing, thing.fields)
    return thing, exchange
