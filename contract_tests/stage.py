"""The stage scenarios play on: makes things of the run, addresses them, reads them back, and clears up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from contract_tests.compare import NOTHING, from_wire, same
from contract_tests.evidence import Evidence
from contract_tests.exchange import MISSING, Call, Exchange, Expectation
from contract_tests.guard import Refused
from contract_tests.ledger import Entry
from contract_tests.model import Action, Resource
from contract_tests.promise import Operation, Parameter
from contract_tests.samples import Namer, Samples
from contract_tests.session import Session

#: Passes over what is left when clearing up: a container goes only after what it holds.
PASSES = 4

Values = dict[str, str]


class Blocked(Exception):
    """A scenario that cannot go on, because something it needs did not work or is not offered."""


@dataclass
class Thing:
    """Something the run has made. ``fields`` is the object as last read, ``sent`` what it was made with."""

    resource: Resource
    entry: Entry
    action: Action
    sent: Values
    parts: dict[str, Thing] = field(default_factory=dict)
    fields: dict[str, Any] = field(default_factory=dict)
    gone: bool = False

    def get(self, name: str) -> Any:
        """A value the thing is known by: a field, a part, or an argument of its creation."""
        if name in self.fields:
            return self.fields[name]
        return self.sent.get(name)


class Stage:
    """Everything a scenario needs, over one session. ``resources`` by name, in the order they depend on each other."""

    def __init__(
        self, session: Session, resources: Mapping[str, Resource], *, seed: int, environment: Mapping[str, str]
    ) -> None:
        self.session, self.resources, self.environment = session, resources, dict(environment)
        self.promise = session.promise
        self.conventions = session.promise.conventions
        self.name = Namer(session.ledger.tag)
        self.samples = Samples(self.conventions.get("samples", {}), tag=session.ledger.tag, seed=seed)
        self.things: list[Thing] = []
        self._standing: dict[str, Thing] = {}
        self._count = 0

    # --- sending -----------------------------------------------------------------------------------------------

    def call(
        self,
        operation: Operation,
        values: Mapping[str, str | list[str]],
        situation: str | None = "success",
        *,
        why: str = "",
        evidence: Evidence = Evidence.DOCUMENTED,
        **more: Any,
    ) -> Exchange:
        """Call an operation and expect a situation; the exchange rules say so when another one comes."""
        expect = Expectation(situation, why, evidence) if situation else None
        return self.session.send(Call(operation, self._projected(operation, values), expect=expect, **more))

    def _projected(self, operation: Operation, values: Mapping[str, Any]) -> dict[str, Any]:
        """Ask for every field where an operation answers only the chosen ones."""
        projection = self.conventions.get("projection", {})
        name = projection.get("parameter")
        if name and operation.parameter(name) and name not in values:
            return {**values, name: projection["all"]}
        return {key: value for key, value in values.items() if value is not None}

    def payload(self, exchange: Exchange) -> Any:
        """What an answer is about, without its envelope; ``MISSING`` when there is none."""
        body = exchange.response.json
        key = self.conventions.get("envelope", {}).get("payload")
        if key is None or body is MISSING:
            return body
        return body.get(key, MISSING) if isinstance(body, dict) else MISSING

    def succeeded(self, exchange: Exchange) -> bool:
        return 200 <= exchange.response.status < 300

    # --- making ------------------------------------------------------------------------------------------------

    def standing(self, name: str) -> Thing:
        """The run's standing thing of a resource, made on first use; scenarios only read it."""
        thing = self._standing.get(name)
        if thing is None or thing.gone:
            thing = self._standing[name] = self.make(self.resources[name])
        return thing

    def make(
        self,
        resource: Resource,
        values: Mapping[str, str] | None = None,
        *,
        action: Action | None = None,
        full: bool = False,
        variant: int = 0,
        parts: Mapping[str, Thing] | None = None,
        why: str = "",
    ) -> Thing:
        """Make a thing; raises ``Blocked`` when the target will not."""
        action = action or resource.first("create")
        if action is None:
            raise Blocked(f"{resource.name}: nothing creates one")
        chosen = dict(parts or {})
        given = self.arguments(resource, action, values or {}, chosen, full=full, variant=variant)
        thing, exchange = self.create(resource, action, given, chosen, why=why)
        if thing is None:
            raise Blocked(f"{action.operation.id} answered {exchange.response.status}, so there is no {resource.title}")
        return thing

    def create(
        self, resource: Resource, action: Action, given: Values, parts: dict[str, Thing], why: str = ""
    ) -> tuple[Thing | None, Exchange]:
        """Send a creation that should work; the thing is ``None`` when it did not."""
        entry = self.session.ledger.intend(resource.name, {**given, **action.fixed})
        exchange = self.call(action.operation, given, why=why or f"create a {resource.title}")
        if not self.succeeded(exchange):
            if 400 <= exchange.response.status < 500:
                self.session.ledger.tell_gone(entry)
            return None, exchange
        thing = Thing(resource, entry, action, given, parts)
        self.things.append(thing)
        self.learn(thing, exchange, action)
        return thing, exchange

    def learn(self, thing: Thing, exchange: Exchange, action: Action) -> None:
        """Take over what an answer says about a thing, if it is about it."""
        body = self.payload(exchange)
        if action.answers == "self" and isinstance(body, dict):
            thing.fields = dict(body)
        else:
            self._take_location(thing, exchange)
        for parameter, name in action.target.items():
            if name not in thing.fields and parameter in thing.sent:
                thing.fields[name] = thing.sent[parameter]
        known = {name: value for name, value in thing.fields.items() if isinstance(value, str)}
        self.session.ledger.know(thing.entry, known)

    def _take_location(self, thing: Thing, exchange: Exchange) -> None:
        """An answer without a body names the new thing in a header."""
        name = thing.resource.raw.get("location_header")
        value = exchange.response.header(name) if name else None
        if value and thing.resource.id:
            thing.fields[thing.resource.id] = value.rstrip("/").rpartition("/")[2]

    def arguments(
        self,
        resource: Resource,
        action: Action,
        values: Mapping[str, str],
        parts: dict[str, Thing],
        *,
        full: bool = False,
        variant: int = 0,
    ) -> Values:
        """The arguments of a creation: names, parts, what is required, and with ``full`` everything it can set."""
        given: Values = {}
        naming = {one for one, name in action.target.items() if name in resource.naming}
        for parameter in action.operation.parameters:
            part = resource.parts.get(parameter.name)
            if parameter.name in values:
                given[parameter.name] = values[parameter.name]
            elif part is not None:
                self._give_part(given, parameter, part.resource, part.field, parts)
            elif parameter.name in naming:
                given[parameter.name] = self.fresh_name(resource)
            elif parameter.required or parameter.name in action.needs or (full and parameter.field):
                given[parameter.name] = action.needs.get(parameter.name) or self.sample(parameter, self._next())
        if full:
            self._respect_exclusions(given, values, variant)
        return {**given, **{key: value for key, value in values.items() if key not in given}}

    def _give_part(
        self, given: Values, parameter: Parameter, resource: str, name: str, parts: dict[str, Thing]
    ) -> None:
        if parameter.name not in parts and resource not in self.environment:
            parts[parameter.name] = self.standing(resource)
        if parameter.name in parts:
            given[parameter.name] = str(parts[parameter.name].get(name))
        else:
            given[parameter.name] = self.environment[resource]

    def _next(self) -> int:
        self._count += 1
        return self._count

    def fresh_name(self, resource: Resource) -> str:
        """A name of the run for a new thing of a resource."""
        form = resource.raw.get("name_form")
        letter = str(resource.raw.get("letter", resource.name[0]))
        if form is None:
            return self.name(letter)
        n = self._next()
        return str(form).format(tag=self.session.ledger.tag, n=n, hi=1 + n // 250, lo=1 + n % 250)

    def sample(self, parameter: Parameter, n: int) -> str:
        """A value for a parameter: a reference to a thing of the run, a listed sample, or one made by its schema."""
        reference = self.conventions.get("references", {}).get(parameter.field or parameter.name)
        if reference:
            return str(self.standing(reference["resource"]).get(reference["field"]))
        return self.samples.value(parameter, n)

    def exclusions(self, operation: Operation) -> list[list[str]]:
        """Groups of parameters of which at most one may be given (of booleans: be true) at a time."""
        groups = self.conventions.get("exclusive", [])
        return [[one for one in group if operation.parameter(one)] for group in groups]

    def _respect_exclusions(self, given: Values, fixed: Mapping[str, str], variant: int) -> None:
        for group in self.conventions.get("exclusive", []):
            present = [one for one in group if one in given]
            if len(present) < 2:
                continue
            kept = next((one for one in present if one in fixed), present[variant % len(present)])
            for one in present:
                if one != kept:
                    if given[one] in ("true", "false"):
                        given[one] = "false"
                    else:
                        del given[one]

    # --- addressing and reading ----------------------------------------------------------------------------------

    def address(self, action: Action, thing: Thing) -> Values:
        """The arguments by which an action finds a thing; raises ``Blocked`` when the thing has no such value."""
        values: Values = dict(action.needs)
        for parameter, name in action.target.items():
            value = thing.get(name)
            if value in NOTHING:
                value = thing.sent.get(parameter)
            if value in NOTHING:
                raise Blocked(f"{action.operation.id} needs {name}, which the {thing.resource.title} does not tell")
            values[parameter] = str(value)
        return values

    def concerns(self, action: Action, thing: Thing) -> bool:
        """Whether an action is for this sort of thing, e.g. only for reverse zones."""
        return all(
            thing.get(key) in (value if isinstance(value, list) else [value]) for key, value in action.where.items()
        )

    def actions(self, thing: Thing, *verbs: str) -> list[Action]:
        return [one for one in thing.resource.all(*verbs) if self.concerns(one, thing)]

    def read(self, thing: Thing, action: Action | None = None, why: str = "read it back") -> dict[str, Any]:
        """The object as an address shows it now; raises ``Blocked`` when it cannot be read."""
        action = action or next(iter(self.actions(thing, "read")), None)
        if action is None:
            raise Blocked(f"nothing reads a {thing.resource.title}")
        exchange = self.call(action.operation, self.address(action, thing), why=why)
        body = self.payload(exchange)
        if not self.succeeded(exchange) or not isinstance(body, dict):
            raise Blocked(f"{action.operation.id} answered {exchange.response.status}")
        self.last = exchange
        return dict(body)

    def refresh(self, thing: Thing) -> dict[str, Any]:
        """Read a thing by its first address and remember what it says."""
        action = next(iter(self.actions(thing, "read")), None)
        body = self.read(thing, action)
        if action is not None and action.answers == "self":
            thing.fields = body
        return body

    def listed(self, action: Action, values: Mapping[str, str], why: str = "list") -> tuple[list[Any], Exchange]:
        """The items of a list; raises ``Blocked`` when there is no list."""
        exchange = self.call(action.operation, values, why=why)
        body = self.payload(exchange)
        key = self.conventions.get("lists", {}).get("items")
        if key and isinstance(body, dict):
            body = body.get(key)
        if not self.succeeded(exchange) or not isinstance(body, list):
            raise Blocked(f"{action.operation.id} answered {exchange.response.status} and no list")
        return body, exchange

    def is_item(self, item: Any, thing: Thing, action: Action) -> bool:
        """Whether an item of a list stands for a thing: by its id, else by everything that names it."""
        if not isinstance(item, dict):
            return False
        match = thing.resource.raw.get("item") or self._item_fields(thing, item)
        kinds = thing.resource.compare
        return bool(match) and all(
            key in item and same(kinds.get(key, "exact"), item[key], thing.get(name)) for key, name in match.items()
        )

    def _item_fields(self, thing: Thing, item: Mapping[str, Any]) -> dict[str, str]:
        resource = thing.resource
        if resource.id and resource.id in item and thing.get(resource.id) is not None:
            return {resource.id: resource.id}
        return {one: one for one in resource.raw.get("identity", sorted(resource.naming))}

    def expected(self, thing: Thing, parameter: Parameter, text: str) -> Any:
        """What a sent text comes back as, by the schema of the field it sets."""
        field_schema = self.field_schema(thing.resource, parameter.field or "")
        return from_wire(text, str(field_schema.get("type", "string")))

    def field_schema(self, resource: Resource, name: str) -> Mapping[str, Any]:
        from contract_tests.schema import properties_of

        return properties_of(resource.schema).get(name, {})

    # --- removing ------------------------------------------------------------------------------------------------

    def remove(self, thing: Thing, action: Action | None = None, why: str = "delete it") -> Exchange:
        """Delete a thing, forcing it where the action knows a way; raises ``Blocked`` when nothing deletes it."""
        action = action or next(iter(self.actions(thing, "delete")), None)
        if action is None:
            raise Blocked(f"nothing deletes a {thing.resource.title}")
        exchange = self.call(action.operation, self.address(action, thing), why=why)
        if self.succeeded(exchange):
            self.mark_gone(thing)
        return exchange

    def mark_gone(self, thing: Thing) -> None:
        thing.gone = True
        self.session.ledger.tell_gone(thing.entry)

    def clear_up(self) -> list[str]:
        """Delete everything of the run that still stands, youngest first; returns what would not go."""
        for _ in range(PASSES):
            left = [one for one in reversed(self.things) if not one.gone]
            if not left:
                return []
            gone_before = sum(one.gone for one in self.things)
            for thing in left:
                self._clear(thing)
            if sum(one.gone for one in self.things) == gone_before:
                break
        return [f"{one.resource.name} {one.entry.values}" for one in self.things if not one.gone]

    def _clear(self, thing: Thing) -> None:
        for action in self.actions(thing, "delete"):
            try:
                values = self.address(action, thing)
                forced = {name: "true" for role, name in action.switches.items() if role == "force"}
                exchange = self.call(action.operation, {**values, **forced}, None)
            except (Blocked, Refused):
                continue
            if self.succeeded(exchange) or exchange.response.status in self.absent_codes():
                self.mark_gone(thing)
                return

    def absent_codes(self) -> set[int]:
        """The codes that say: no such thing."""
        return {self.promise.status_of("not_found")}


def find_environment(session: Session, wanted: Mapping[str, Any]) -> dict[str, str]:
    """Facts about the target that no promise can hold, such as the root of its directory: read from its own answers."""
    found: dict[str, str] = {}
    for name, recipe in wanted.items():
        operation = session.promise.operation(recipe["operation"])
        exchange = session.send(
            Call(operation, recipe.get("values", {}), expect=Expectation("success", f"find {name}"))
        )
        texts = list(_texts(exchange.response.json, recipe["field"]))
        pattern = re.compile(recipe.get("pattern", "(.+)"), re.IGNORECASE)
        match = next((one for one in map(pattern.search, texts) if one), None)
        if match:
            found[name] = match.group(1)
    return found


def _texts(value: Any, key: str) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get(key), str):
            yield value[key]
        for inner in value.values():
            yield from _texts(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, key)
