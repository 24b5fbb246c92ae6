"""The stage scenarios play on: makes things of the run, names them to operations, reads them back, and clears up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from functools import partial
from typing import Any

from contract_tests import ghosts, happy, lasting, listing
from contract_tests.arguments import Arguments, Values
from contract_tests.clearing import Clearing
from contract_tests.compare import NOTHING
from contract_tests.evidence import Evidence
from contract_tests.exchange import Call, Exchange, Expectation
from contract_tests.finding import is_own, is_taken, look_up, reserve
from contract_tests.hanging import Inside, come
from contract_tests.model import Action, Resource, Resources
from contract_tests.modes import Mode
from contract_tests.outcome import made_id
from contract_tests.promise import Operation, Parameter, Promise
from contract_tests.refusal import payload_of
from contract_tests.session import Session
from contract_tests.spares import Spares
from contract_tests.thing import Blocked, Thing
from contract_tests.vanished import is_about_vanished

__all__ = ("Blocked", "Stage", "Thing")


class Stage:
    """Everything a scenario needs, over one session. ``resources`` in the order they depend on each other.

    ``leased`` are names of things to work in, by resource. ``sparing``: as little as can be is made of what stays.
    """

    def __init__(
        self,
        session: Session,
        resources: Resources,
        *,
        seed: int,
        environment: Mapping[str, str],
        leased: Mapping[str, str] | None = None,
        sparing: bool = False,
    ) -> None:
        self.session, self.resources = session, resources
        self.promise: Promise = session.promise
        self.conventions = session.promise.conventions
        self.arguments = Arguments(
            conventions=self.conventions,
            tag=session.ledger.tag,
            seed=seed,
            environment=environment,
            supply=lambda name, new: self.make(self.resources[name]) if new else self.standing(name),
            taken=lambda resource, name: is_taken(self, resource, name),
            inner=Inside(self).names,
            left=frozenset(self.conventions.get("singular", ())) if leased else frozenset(),
        )
        session.excused = partial(is_about_vanished, self)
        session.guard.facts = frozenset(fact.casefold() for fact in environment.values())
        self.leased: Mapping[str, str] = leased or {}
        self.sparing = sparing or session.guard.mode is Mode.ADDITIVE
        self.spares = Spares(self)
        self.things: list[Thing] = []
        self._standing: dict[tuple[str, Action | None], Thing] = {}
        self.accounts: dict[str, Thing] = {}
        self.unlinked: set[str] = set()  #: resources of which no pair of things has a link

    # --- sending

    def call(
        self,
        operation: Operation,
        values: Mapping[str, Any],
        situation: str | None = "success",
        *,
        why: str = "",
        evidence: Evidence = Evidence.DOCUMENTED,
        **more: Any,
    ) -> Exchange:
        """Call an operation and expect a situation; the exchange rules say so when another one comes."""
        return self.bare(operation, self._projected(operation, values), situation, why=why, evidence=evidence, **more)

    def bare(
        self,
        operation: Operation,
        values: Mapping[str, Any],
        situation: str | None = "success",
        *,
        why: str = "",
        evidence: Evidence = Evidence.DOCUMENTED,
        refused: Evidence | None = None,
        **more: Any,
    ) -> Exchange:
        """The same with these arguments only: nothing is said about the keys of the answer."""
        if situation == "not-found" and operation.void:
            situation = "delete-unknown"
        expect = Expectation(situation, why, evidence, refused) if situation else None
        return self.session.send(Call(operation, values, expect=expect, **more))

    def _projected(self, operation: Operation, values: Mapping[str, Any]) -> dict[str, Any]:
        """Ask for every key where an operation answers only the chosen ones."""
        projection = self.conventions.get("projection", {})
        name = projection.get("parameter")
        if name and operation.parameter(name) and name not in values:
            return {**values, name: projection["all"]}
        return dict(values)

    def payload(self, exchange: Exchange) -> Any:
        """What an answer is about, without its envelope; ``MISSING`` when there is none. What is no JSON is a text."""
        return payload_of(self.promise, exchange)

    def shown(self, action: Action, exchange: Exchange) -> dict[str, Any] | None:
        """The object an answer shows, if it is the thing itself."""
        body = self.payload(exchange)
        return body if action.own_answer and exchange.succeeded and isinstance(body, dict) else None

    # --- making and changing

    def standing(self, name: str, action: Action | None = None) -> Thing:
        """The run's standing thing of a resource (and creation), made on first use; scenarios only read it."""
        resource = self.resources[name]
        chosen = action or resource.origin
        thing = self._standing.get((name, chosen))
        if thing is None or thing.gone:
            thing = self._standing[name, chosen] = self._to_stand(resource, chosen)
        return thing

    def _to_stand(self, resource: Resource, chosen: Action | None) -> Thing:
        if chosen is not None and chosen is resource.coming:
            return come(self, resource, fresh=False)
        if chosen is not None and lasting.few(self, resource):
            return self.spares.keep(lasting.kept(self, resource, chosen))
        return self.make(resource, action=chosen)

    @property
    def operations(self) -> list[Operation]:
        """What the run may call: all of the promise, or what reads."""
        return [one for one in self.promise.operations.values() if self.mode.writes or one.safe]

    @property
    def mode(self) -> Mode:
        """How far the run may go."""
        return self.session.guard.mode

    def make(
        self,
        resource: Resource,
        values: Mapping[str, str] | None = None,
        *,
        action: Action | None = None,
        full: bool = False,
        fresh: bool = False,
        why: str = "",
    ) -> Thing:
        """Make a thing, with ``fresh`` on things made for it; raises ``Blocked`` when the target will not."""
        chosen = action or resource.origin
        if chosen is None:
            raise Blocked(f"nothing creates a {resource.title}")
        if chosen is resource.coming:
            return come(self, resource, fresh=True)
        if not self.mode.writes:
            return look_up(self, resource, chosen)
        if spare := self.spares.found(resource, chosen, values or {}, fresh=fresh):
            return spare
        lasting.allow(self, resource)
        given, parts = self.arguments.creation(resource, chosen, values or {}, full=full, variant=0, fresh=fresh)
        thing, exchange = self.create(resource, chosen, given, parts, why=why or f"create a {resource.title}")
        if thing is None or not exchange.succeeded:
            raise Blocked(f"{chosen.operation.id} answered {exchange.response.status}, so there is no {resource.title}")
        return self.spares.give(thing)

    def make_for(self, resource: Resource, action: Action, *, full: bool = False, why: str = "") -> Thing:
        """Make a thing that an action is for; raises ``Blocked``."""
        creation = resource.creation(action)
        return self.make(resource, action.made_with, action=creation, full=full, fresh=action.alone, why=why)

    def create(
        self,
        resource: Resource,
        action: Action,
        given: Values,
        parts: dict[str, Thing] | None = None,
        situation: str | None = "success",
        **more: Any,
    ) -> tuple[Thing | None, Exchange]:
        """Send a creation, written down before it is sent; no thing when it was refused.

        An answer that says neither (a 5xx) leaves a thing behind that clearing up will look for.
        """
        thing, exchange = self.tried(resource, action, given, parts, situation, **more)
        if 400 <= exchange.response.status < 500:
            self.forget(thing)
            return None, exchange
        return thing, exchange

    def tried(
        self,
        resource: Resource,
        action: Action,
        given: Values,
        parts: dict[str, Thing] | None = None,
        situation: str | None = "success",
        **more: Any,
    ) -> tuple[Thing, Exchange]:
        """Send a creation; the thing is there for clearing up until it is forgotten, whatever was answered."""
        lasting.allow(self, resource)
        reserve(self, resource, action, given)
        self._vet(action.operation, given, **more)
        entry = self.session.ledger.intend(resource.name, {**given, **action.fixed})
        thing = Thing(resource, entry, action, given, parts or {})
        self.things.append(thing)
        exchange = self.call(action.operation, given, situation, **more)
        self.learn(thing, exchange, action)
        return thing, exchange

    def _vet(self, operation: Operation, values: Mapping[str, Any], **more: Any) -> None:
        """Nothing is written down as the run's own that the guard would not let through; raises ``Refused``."""
        sent = {one.name: more[one.name] for one in fields(Call) if one.name in more}
        self.session.vet(Call(operation, self._projected(operation, values), **sent))

    def forget(self, thing: Thing) -> None:
        """What was refused was not made: its values are not the run's."""
        self.things.remove(thing)
        self.session.ledger.disown(thing.entry)

    def learn(self, thing: Thing, exchange: Exchange, action: Action) -> None:
        """Take over what a successful answer says about a thing."""
        key, made = thing.resource.id, made_id(self.promise, exchange) if action is thing.action else None
        if key and made and not self.session.ledger.is_foreign(thing.resource.name, {key: made}):
            thing.fields[key] = made
        shown = self.shown(action, exchange)
        if shown is not None and is_own(self, thing.resource, shown):
            thing.fields = shown or thing.fields
        if action is thing.action:
            for parameter, name in action.target.items():
                if name not in thing.fields and parameter in thing.sent:
                    thing.fields[name] = thing.sent[parameter]
        self.remember(thing, thing.fields)

    def remember(self, thing: Thing, known: Mapping[str, Any]) -> None:
        """Write down what a thing of the run is known by, before or after a request."""
        if not self.mode.writes or thing.entry.number < 0:
            return
        self.session.ledger.know(thing.entry, {key: value for key, value in known.items() if isinstance(value, str)})

    def rename(
        self, thing: Thing, action: Action, fresh: str, situation: str | None = "success", **more: Any
    ) -> Exchange:
        """Give a thing a new name."""
        values = {**self.address(action, thing), **dict.fromkeys(action.sets, fresh)}
        self._vet(action.operation, values, **more)
        self.remember(thing, dict.fromkeys(action.sets, fresh))
        exchange = self.call(action.operation, values, situation, **more)
        if exchange.succeeded:
            self._take_name(thing, action, fresh)
            self.learn(thing, exchange, action)
        return exchange

    def _take_name(self, thing: Thing, action: Action, fresh: str) -> None:
        for parameter, name in thing.action.target.items():
            if name in action.sets.values():
                thing.sent[parameter] = fresh
        thing.fields = {**thing.fields, **dict.fromkeys(action.sets.values(), fresh)}

    def relink(self, thing: Thing, parameter: str, name: str) -> None:
        """Know that what a thing hangs on has another name now."""
        thing.sent[parameter] = name
        if parameter in thing.action.target:
            thing.fields[thing.action.target[parameter]] = name
        self.remember(thing, {parameter: name})

    def move(
        self, thing: Thing, action: Action, goals: Values, situation: str | None = "success", **more: Any
    ) -> Exchange:
        """Put a thing into another place."""
        values = {**self.address(action, thing), **goals}
        exchange = self.call(action.operation, values, situation, **more)
        if exchange.succeeded:
            self.learn(thing, exchange, action)
        return exchange

    def remove(self, thing: Thing, action: Action, situation: str | None = "success", **more: Any) -> Exchange:
        """Delete a thing."""
        exchange = self.call(action.operation, self.address(action, thing), situation, **more)
        if exchange.succeeded:
            self.mark_gone(thing)
        return exchange

    def mark_gone(self, thing: Thing) -> None:
        """Know that a thing is no more."""
        self.session.ledger.tell_gone(thing.entry)

    def action_of(self, operation: Operation) -> tuple[Resource, Action] | None:
        """The resource an operation belongs to, and as what."""
        return next(iter(self.actions_of(operation)), None)

    def actions_of(self, operation: Operation) -> Sequence[tuple[Resource, Action]]:
        """Every resource an operation belongs to, and as what."""
        return self.resources.by_operation.get(operation.id, ())

    def happy(self, operation: Operation) -> Values:
        """Arguments with which an operation should succeed now, on the run's standing things; ``Blocked``."""
        return happy.happy(self, operation)

    def pair(self, operation: Operation) -> Values:
        """The arguments of a session operation for an account of the run; raises ``Blocked``."""
        return happy.pair(self, operation)

    def inner(self, thing: Thing, parameter: Parameter) -> str | None:
        """A map or list of names for a thing, as JSON; ``None`` where nothing has the names."""
        return happy.inner(self, thing, parameter, {}, self.arguments.unused())

    def values(self, thing: Thing, action: Action) -> Values:
        """Everything an action on a thing must be sent; a new name is made up, a new place is a standing one."""
        values = {**self.address(action, thing), **self.scope(action, thing)}
        values |= {name: self.arguments.fresh_name(thing.resource) for name in action.sets if action.verb == "rename"}
        values |= {name: str(self.standing(one.resource).get(one.key)) for name, one in action.places.items()}
        return {**values, **happy.demanded(self, thing, action, values)}

    def goals(self, action: Action) -> Values:
        """New places for a move, made for it."""
        return {name: str(self.make(self.resources[one.resource]).get(one.key)) for name, one in action.places.items()}

    # --- addressing and reading

    def address(self, action: Action, thing: Thing) -> Values:
        """The arguments by which an action finds a thing; raises ``Blocked`` when the thing does not tell one."""
        values: Values = {name: str(value) for name, value in action.needs.items()}
        for parameter, reference in action.parts.items():
            values[parameter] = thing.sent.get(parameter) or self.arguments.fact(reference.resource)
        for parameter, name in action.target.items():
            value = thing.get(name)
            if value in NOTHING:
                value = thing.sent.get(parameter)
            if value in NOTHING:
                raise Blocked(f"{action.operation.id} needs {name}, which the {thing.resource.title} does not tell")
            values[parameter] = str(value)
        return values

    def scope(self, action: Action, thing: Thing) -> Values:
        """The arguments that narrow a list to where a thing lies."""
        found = {parameter: thing.get(name) for parameter, name in action.within.items()}
        return {parameter: str(value) for parameter, value in found.items() if value not in NOTHING}

    def ghost(self, action: Action, thing: Thing) -> Values | None:
        """The address of a sibling that does not exist; ``None`` where there is no telling."""
        return ghosts.ghost(self, action, thing)

    def absent(self, resource: Resource, key: str) -> str | None:
        """A value of a key that no thing has; ``None`` where none is known."""
        return ghosts.absent(self, resource, key)

    def actions(self, thing: Thing, *verbs: str) -> list[Action]:
        """The actions of some verbs that are for a thing; of a read-only run those that read."""
        wanted = [one for one in thing.resource.all(*verbs) if thing.concerns(one)]
        return [one for one in wanted if self.mode.writes or one.operation.safe]

    def read(self, thing: Thing, action: Action, why: str = "read it back") -> tuple[dict[str, Any], Exchange]:
        """The object as an address shows it now; raises ``Blocked`` when it cannot be read."""
        exchange = self.call(action.operation, self.address(action, thing), why=why, evidence=action.evidence)
        body = self.payload(exchange)
        if not exchange.succeeded or not isinstance(body, dict):
            raise Blocked(f"{action.operation.id} answered {exchange.response.status}")
        return dict(body), exchange

    def refresh(self, thing: Thing) -> tuple[dict[str, Any], Exchange]:
        """Read a thing by its first address and remember what it says; raises ``Blocked`` where nothing reads it."""
        action = next(iter(self.actions(thing, "read")), None)
        if action is None:
            return listing.picked(self, thing)
        body, exchange = self.read(thing, action)
        if action.own_answer:
            self.learn(thing, exchange, action)
        return body, exchange

    def listed(self, action: Action, values: Mapping[str, str], why: str = "list") -> tuple[list[Any], Exchange]:
        """The items of a list, of all its batches; raises ``Blocked`` when there is no list."""
        return listing.listed(self, action, values, why)

    def items(self, exchange: Exchange, action: Action) -> list[Any] | None:
        """The items of a list of which an answer shows the first batch; ``None`` when it is no list."""
        return listing.items_of(self, exchange, action)

    def is_item(self, item: Any, thing: Thing, by: Iterable[str] | None = None) -> bool:
        """Whether an item of a list stands for a thing: by its id, else by everything that names it, or ``by`` keys."""
        return listing.is_item(item, thing, by)

    # --- clearing up

    def clear_up(self, things: Sequence[Thing] | None = None) -> list[str]:
        """Delete what still stands of some things, or of the whole run, youngest first; returns what would not go."""
        return Clearing(self).clear(None if things is None else [one.entry for one in things])
