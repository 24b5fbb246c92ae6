"""Spelling: what case, emptiness, repetition and form of an argument mean."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from contract_tests.compare import exact
from contract_tests.evidence import Evidence, level_of
from contract_tests.findings import Complaint
from contract_tests.model import Action, Resource
from contract_tests.promise import Operation, Parameter
from contract_tests.rules.creation import look, unsent
from contract_tests.rules.inputs import differs
from contract_tests.rules.naming import COMMA, PREFIXES, other_address, written
from contract_tests.rules.registry import scenario_rule
from contract_tests.samples import other_case
from contract_tests.showing import as_sent, kept, settable
from contract_tests.stage import Stage, Thing

#: The first character of a value in a distinguished name, unless it is written as a hexadecimal pair.
_FIRST = re.compile(r"\\([^0-9A-Fa-f])|([^\\])")


@scenario_rule(
    "other-case-of-arguments",
    title="Arguments of writes count in any case of their names and words",
    source="casing in conventions.yaml",
    evidence=Evidence.CLIENT,
)
def other_case_of_arguments(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """Where names of parameters, booleans and words match without case, a creation with all of them turned makes the
    same thing as one that spells them as promised, and an update changes the same; every other write succeeds."""
    casing = stage.conventions.get("casing", {})
    if casing.get("query_names") != "insensitive":
        return
    evidence = level_of(casing, Evidence.CLIENT)
    for action in resource.all("create"):
        given, parts = stage.arguments.creation(resource, action, {}, full=True, variant=0)
        turned = _turned(action.operation, given, casing)
        thing, exchange = stage.create(
            resource,
            action,
            turned,
            parts,
            renamed=_renamed(action.operation),
            why="names and words in another case",
            evidence=evidence,
        )
        if thing is not None and exchange.succeeded and stage.actions(thing, "read"):
            thing.sent = given
            body, seen = stage.refresh(thing)
            where = "when it was sent in another case"
            yield from _known_as(as_sent(thing, body, given, seen, where), evidence)
    for action in resource.all("update", "act", "rename", "move", "delete"):
        thing = stage.make_for(resource, action, why="create something to change in another case")
        sent = _news(stage, thing, action) if action.verb == "update" else {}
        more: dict[str, Any] = {"renamed": _renamed(action.operation), "evidence": evidence}
        if casing.get("routes") == "insensitive":
            more["path_case"] = "".join(
                part if part.startswith("{") else other_case(part)
                for part in re.split(r"(\{[^}]*\})", action.operation.path)
            )
        exchange = written(
            stage, thing, action, "names and words in another case", _turned(action.operation, sent, casing), **more
        )
        if sent and exchange.succeeded:
            body, seen = stage.refresh(thing)
            where = "after an update in another case"
            yield from _known_as(as_sent(thing, body, sent, seen, where, by=action), evidence)


def _renamed(operation: Operation) -> dict[str, str]:
    return {one.name: other_case(one.name) for one in operation.parameters if one.place == "query"}


def _news(stage: Stage, thing: Thing, action: Action) -> dict[str, str]:
    """Another value for every key an update can set, but for those that exclude one chosen before."""
    if thing.resource.shown:
        stage.refresh(thing)
    found: dict[str, str] = {}
    for one in settable(action, thing):
        sent = stage.arguments.another(thing.resource, action.operation, one, thing.get(one.field or ""))
        found |= sent if sent and not set(sent) & set(found) else {}
    return found


def _turned(operation: Operation, given: Mapping[str, str], casing: Mapping[str, str]) -> dict[str, str]:
    """Booleans and words of an enum in another case, where that means the same."""
    values = dict(given)
    for one in operation.parameters:
        if one.name in values and (
            (one.kind == "boolean" and casing.get("booleans") == "insensitive")
            or ("enum" in one.schema and casing.get("enums") == "insensitive")
        ):
            values[one.name] = other_case(values[one.name])
    return values


def _known_as(complaints: Iterator[Complaint], evidence: Evidence) -> Iterator[Complaint]:
    for one in complaints:
        yield Complaint(one.message, one.received, one.promised, one.cause, min(evidence, one.evidence), one.exchange)


@scenario_rule(
    "words-in-any-case",
    writes=False,
    title="Booleans and words of reads count in any case",
    source="casing in conventions.yaml",
    evidence=Evidence.CLIENT,
    each="operation",
)
def words_in_any_case(stage: Stage, operation: Operation) -> Iterator[Complaint]:
    """A read that is sent a boolean or a word of an enum in another case answers what it answers to the promised
    spelling."""
    casing = stage.conventions.get("casing", {})
    for parameter in operation.parameters if operation.safe else ():
        for word in ("true", "false") if parameter.kind == "boolean" else parameter.schema.get("enum", ()):
            plain = {parameter.name: str(word)}
            turned = _turned(operation, plain, casing)
            if parameter.place == "query" and turned != plain:
                values = stage.happy(operation)
                yield from _same_word(stage, operation, {**values, **plain}, {**values, **turned}, casing)


def _same_word(
    stage: Stage, operation: Operation, plain: Mapping[str, Any], turned: Mapping[str, Any], casing: Mapping[str, Any]
) -> Iterator[Complaint]:
    before = stage.call(operation, plain, why="words as promised", evidence=operation.evidence)
    exchange = stage.call(operation, turned, None, why="words in another case")
    if differs(stage, before, exchange, plain):
        (name,) = (one for one in plain if plain[one] != turned[one])
        told = f"{name}={turned[name]} is not read as {plain[name]}"
        known = level_of(casing, Evidence.CLIENT)
        yield Complaint(told, str(turned[name]), str(plain[name]), name, known, exchange)


@scenario_rule(
    "names-match-without-case",
    writes=False,
    title="Things are found under their names in any case, and addresses in any spelling",
    source="casing.names in conventions.yaml",
    evidence=Evidence.ASSUMED,
)
def names_match_without_case(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """Read, listed, asked for and deleted under it; a second thing cannot have it. So with all that has other forms."""
    if stage.conventions.get("casing", {}).get("names") != "insensitive":
        return
    for creation in resource.all("create"):
        thing = stage.make(resource, action=creation, why="create something with a name")
        for action in stage.actions(thing, "read", "facet", "exists", "list"):
            values = {**stage.address(action, thing), **stage.scope(action, thing)}
            turned = _other_name(thing, action, values)
            if turned != values:
                yield from _same_answer(stage, action, values, turned, "its name in another case")
        turned = _other_name(thing, creation, thing.sent)
        if turned != thing.sent and resource.naming:
            why = "a taken name in another case"
            again, _ = stage.create(resource, creation, turned, None, "duplicate", why=why, evidence=Evidence.ASSUMED)
            if again is not None:
                stage.mark_gone(again)
        for action in stage.actions(thing, "delete")[:1]:
            turned = _other_name(thing, action, stage.address(action, thing))
            why = "delete it by its name in another case"
            exchange = stage.call(action.operation, turned, why=why, evidence=Evidence.ASSUMED)
            if exchange.succeeded:
                stage.mark_gone(thing)


def _other_name(thing: Thing, action: Action, values: Mapping[str, str]) -> dict[str, str]:
    """The same address with names turned, those of things it hangs on too, and other keys that have other forms."""
    compare = thing.resource.compare
    held = {thing.action.target.get(one, "") for one in thing.action.parts}
    named = thing.resource.naming | held | {key for key, kind in compare.items() if kind == "fold"}
    found = dict(values)
    for parameter, key in action.target.items():
        if parameter in found and compare.get(key) == "ip":
            found[parameter] = other_address(found[parameter]) or found[parameter]
        elif parameter in found and key in named:
            found[parameter] = other_case(found[parameter])
    return found


def _same_answer(
    stage: Stage, action: Action, plain: Mapping[str, str], turned: Mapping[str, str], how: str
) -> Iterator[Complaint]:
    before = stage.call(action.operation, plain, why="as it is known", evidence=action.evidence)
    exchange = stage.call(action.operation, turned, None, why=how)
    if differs(stage, before, exchange, plain):
        told = f"{exchange.response.status}, another answer"
        yield Complaint(f"{how} changes the answer", told, "the same answer", how, exchange=exchange)


@scenario_rule(
    "case-is-kept",
    title="Names keep the case they were given",
    source="casing.names in conventions.yaml",
    evidence=Evidence.ASSUMED,
)
def case_is_kept(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """A name of capitals and small letters comes back as it was sent."""
    for creation in resource.all("create") if resource.shown else ():
        given, parts = stage.arguments.creation(resource, creation, {}, full=False, variant=0)
        names = {one: key for one, key in creation.target.items() if key in resource.naming and one in given}
        for parameter in names:
            given[parameter] = "".join(
                letter.upper() if place % 2 else letter for place, letter in enumerate(given[parameter])
            )
        thing, made = stage.create(resource, creation, given, parts, why="create with capitals and small letters")
        if thing is None or not made.succeeded:
            continue
        body, seen = stage.refresh(thing)
        for parameter, key in names.items():
            if resource.compare.get(key) != "fold" and key in body and not exact(body[key], given[parameter]):
                yield Complaint(f"{key} is {body[key]!r}", repr(body[key]), given[parameter], key, exchange=seen)


@scenario_rule(
    "paths-in-any-form",
    writes=False,
    title="A distinguished name is understood in every form",
    source="RFC 4514; names in conventions.yaml that are compared as distinguished names",
    evidence=Evidence.ASSUMED,
)
def paths_in_any_form(stage: Stage, resource: Resource) -> Iterator[Complaint]:
    """In another case, with spaces after its commas, with a hexadecimal escape, and as an LDAP path."""
    thing = stage.standing(resource.name)
    for action in stage.actions(thing, "read", "exists", "list"):
        values = {**stage.address(action, thing), **stage.scope(action, thing)}
        for parameter in _paths(thing, action):
            path = values.get(parameter, "")
            for how, form in spellings(path):
                yield from _same_answer(stage, action, values, {**values, parameter: form}, f"a DN {how}")


def _paths(thing: Thing, action: Action) -> list[str]:
    """Parameters whose value is a distinguished name."""
    compare = thing.resource.compare
    named = {one for one, key in action.target.items() if compare.get(key) == "dn"}
    return [*named, *(one for one in action.within if one not in named)]


def spellings(path: str) -> Iterator[tuple[str, str]]:
    """Other spellings of a distinguished name. Commas and signs behind a backslash are part of a value."""
    head, equals, rest = path.partition("=")
    if equals and rest:
        first = _FIRST.match(rest)
        yield "in another case", other_case(path)
        yield "with spaces after its commas", COMMA.sub(lambda found: found[1] or ", ", path)
        yield "with spaces before its commas", COMMA.sub(lambda found: found[1] or " ,", path)
        if first is not None:
            pairs = "".join(f"\\{octet:02x}" for octet in (first[1] or first[2]).encode())
            yield "with a hexadecimal escape", f"{head}={pairs}{rest[first.end() :]}"
        yield from ((f"behind {prefix}", f"{prefix}{path}") for prefix in PREFIXES)


@scenario_rule(
    "empty-is-absent",
    writes=False,
    title="An empty value is none",
    source="query.empty_value in conventions.yaml: the published client sends what is unset as empty",
    evidence=Evidence.CLIENT,
    each="operation",
)
def empty_is_absent(stage: Stage, operation: Operation) -> Iterator[Complaint]:
    """With every optional argument sent empty, a read gets the same answer, a creation makes what the minimum makes,
    and an update changes nothing but the keys that an empty value clears."""
    optional = [one for one in operation.parameters if one.place == "query" and not one.required and not one.clears]
    if stage.conventions.get("query", {}).get("empty_value") != "absent" or not optional:
        return
    found = stage.action_of(operation)
    if operation.safe:
        values = stage.happy(operation)
        empty = {**{one.name: "" for one in optional}, **values}
        before = stage.call(operation, {**values, **_all_keys(stage, operation, "")}, why="without optional values")
        exchange = stage.call(
            operation, {**empty, **_all_keys(stage, operation, "")}, None, why="optional values empty"
        )
        if differs(stage, before, exchange, {**values, **_all_keys(stage, operation, "")}):
            told = f"{exchange.response.status}, another answer"
            yield Complaint("empty values change the answer", told, "the same answer", "empty", exchange=exchange)
        yield from _each_empty(stage, operation, values, [one.name for one in optional if one.name in values])
    elif found is not None and found[1].verb == "create":
        yield from _empty_creation(stage, *found, optional)
    elif found is not None and found[1].verb == "update":
        yield from _empty_update(stage, *found, optional)


def _each_empty(stage: Stage, operation: Operation, values: Mapping[str, str], names: list[str]) -> Iterator[Complaint]:
    """An optional value that tells a read where to look, sent empty and left out: both are answered alike."""
    for name in names:
        rest = {one: text for one, text in values.items() if one != name}
        exchanges = [
            stage.call(operation, sent, None, why=f"{name} empty, or left out") for sent in (rest, {**rest, name: ""})
        ]
        told, shown = (str(one.response.status) for one in exchanges)
        again = stage.call(operation, rest, None, why=f"{name} left out")
        if told != shown and told == str(again.response.status):
            yield Complaint(f"{name} empty changes the answer", shown, told, f"empty {name}", exchange=exchanges[1])


def _all_keys(stage: Stage, operation: Operation, word: str) -> dict[str, str]:
    """The choice of keys, said as it is and not for all of them."""
    name = stage.conventions.get("projection", {}).get("parameter")
    return {name: word} if name and operation.parameter(name) else {}


def _empty_creation(stage: Stage, resource: Resource, action: Action, optional: list[Parameter]) -> Iterator[Complaint]:
    given, parts = stage.arguments.creation(resource, action, {}, full=False, variant=0)
    empty = {one.name: "" for one in optional if one.name not in given}
    thing, made = stage.create(
        resource, action, {**given, **empty}, parts, why="optional values empty", evidence=Evidence.CLIENT
    )
    if thing is not None and made.succeeded and stage.actions(thing, "read"):
        body, seen = stage.refresh(thing)
        yield from _known_as(unsent(thing, body, seen), Evidence.CLIENT)


def _empty_update(stage: Stage, resource: Resource, action: Action, optional: list[Parameter]) -> Iterator[Complaint]:
    thing = stage.make_for(resource, action, full=True, why="create something to update")
    before = look(stage, thing)
    empty = {one.name: "" for one in optional if one.name not in action.target}
    values = {**empty, **stage.address(action, thing)}
    exchange = stage.call(action.operation, values, why="optional values empty", evidence=Evidence.ASSUMED)
    yield from _known_as(kept(thing, before, look(stage, thing), exchange, why=" by empty values"), Evidence.ASSUMED)


@scenario_rule(
    "first-value-counts",
    writes=False,
    title="Of a repeated name the first value counts",
    source="query.repeated in conventions.yaml",
    evidence=Evidence.ASSUMED,
    each="operation",
)
def first_value_counts(stage: Stage, operation: Operation) -> Iterator[Complaint]:
    """A read that names a thing, and after it one that does not exist, gets the answer about the first; of two values
    an update sets the first."""
    found = stage.action_of(operation)
    if stage.conventions.get("query", {}).get("repeated") != "first" or found is None:
        return
    resource, action = found
    if action.verb == "update" and stage.mode.writes:
        yield from _first_is_set(stage, resource, action)
    if not operation.safe:
        return
    thing = stage.standing(resource.name, resource.creation(action))
    values, ghost = stage.happy(operation), stage.ghost(action, thing)
    for name, other in (ghost or {}).items():
        parameter = operation.parameter(name)
        if parameter is None or parameter.place != "query" or other == values.get(name):
            continue
        before = stage.call(operation, values, why="the first alone")
        exchange = stage.call(operation, {**values, name: [values[name], other]}, None, why="two values of one name")
        if differs(stage, before, exchange, values):
            told = f"{exchange.response.status}, another answer"
            yield Complaint("a second value changes the answer", told, "the same answer", name, exchange=exchange)


def _first_is_set(stage: Stage, resource: Resource, action: Action) -> Iterator[Complaint]:
    thing = stage.make_for(resource, action, why="create something to update")
    parameter = next((one for one in settable(action, thing) if stage.arguments.is_free(one)), None)
    if parameter is None or parameter.place != "query":
        return
    first, second = (stage.arguments.sample(parameter, stage.arguments.unused()) for _ in range(2))
    values = {**stage.values(thing, action), parameter.name: [first, second]}
    why = f"two values of {parameter.name}"
    exchange = stage.call(action.operation, values, why=why, evidence=Evidence.ASSUMED)
    if exchange.succeeded:
        body, seen = stage.refresh(thing)
        sent = {parameter.name: first}
        yield from _known_as(as_sent(thing, body, sent, seen, "where two were sent", by=action), Evidence.ASSUMED)


@scenario_rule(
    "default-sent-is-default",
    writes=False,
    title="A default that is sent means what leaving it out means",
    source="defaults of parameters",
    each="operation",
)
def default_sent_is_default(stage: Stage, operation: Operation) -> Iterator[Complaint]:
    """A read with a documented default in words gets the answer of one that leaves it out."""
    defaults = [one for one in operation.parameters if one.default is not None and one.place == "query"]
    if not operation.safe or not defaults:
        return
    values = stage.happy(operation)
    unsaid = [one for one in defaults if one.name not in values]
    if not unsaid:
        return
    before = stage.call(operation, values, why="without them")
    for one in unsaid:
        text = str(one.default).lower() if one.kind == "boolean" else str(one.default)
        exchange = stage.call(operation, {**values, one.name: text}, None, why=f"{one.name}={text}")
        if differs(stage, before, exchange, values):
            message = f"{one.name}={text} changes the answer, although it is the default"
            told = f"{exchange.response.status}, another answer"
            yield Complaint(message, told, "the same answer", one.name, one.evidence, exchange)
