"""Looking: reads, existence and lists of the target, each compared with what a model says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from contract_tests.exchange import Exchange
from contract_tests.listing import is_too_long
from contract_tests.machines.families import place_of
from contract_tests.machines.model import Former, Model, folded
from contract_tests.model import Action, Resource
from contract_tests.rules.machines import Listed
from contract_tests.stage import Stage
from contract_tests.thing import Blocked, Thing

#: Hears a comparison: the id of its rule, the resource it is about, the answer, and what the rule is given.
Judge = Callable[..., None]

#: Different arguments one list is asked with in a look at everything.
ASKED = 4


class Looking:
    """Compares what the target shows with a model."""

    def __init__(self, stage: Stage, model: Model, judge: Judge) -> None:
        self._stage, self._model, self._judge = stage, model, judge
        self._absent = stage.promise.status_of("not-found")

    def everything(self, resources: Iterable[Resource]) -> None:
        """Every address of every thing, every former address, and the lists."""
        for thing in self._model.living:
            self.at(thing)
        for former in self._model.former:
            self.past(former)
        for resource in resources:
            for action in resource.all("list"):
                self.lists(resource, action)

    # --- things

    def at(self, thing: Thing) -> None:
        """A thing by all its addresses."""
        for action in self._stage.actions(thing, "read", "exists"):
            values = self._address(action, thing)
            if values is None:
                continue
            exchange = self._stage.call(action.operation, values, None)
            payload = self._stage.payload(exchange)
            told = payload if action.verb == "exists" else None
            self._judge("machine-found", thing.resource, exchange, True, exchange, told, self._absent, action.evidence)
            if action.verb == "read" and action.own_answer and isinstance(payload, dict):
                self.shown(thing, payload, exchange)

    def shown(self, thing: Thing, body: Mapping[str, Any], exchange: Exchange) -> None:
        """Compare the object an answer shows; what the model cannot know is learned from it."""
        free = self._model.free[thing]
        self._compare(thing, thing.fields, body, exchange)
        learned = {key: value for key, value in body.items() if key in free or key not in thing.fields}
        thing.fields |= learned
        free -= set(body)
        self._stage.remember(thing, learned)

    def _compare(self, thing: Thing, expected: Mapping[str, Any], shown: Mapping[str, Any], exchange: Exchange) -> None:
        free = self._model.free[thing] | thing.resource.derived
        known = {key: value for key, value in expected.items() if key not in free}
        for key in known.keys() & thing.resource.map:
            known[key], shown = self._model.entries(thing, key, known[key], shown)
        weak = self._model.weak[thing]
        self._judge("machine-fields", thing.resource, exchange, thing, known, shown, exchange, weak)

    def past(self, former: Former) -> None:
        """What a thing was called before finds nothing, unless something has that address now."""
        resource = former.thing.resource
        for action, values in former.addresses.items():
            now = (self._address(action, one) for one in self._model.of(resource.name) if one.concerns(action))
            if action.verb not in ("read", "exists") or any(folded(one) == folded(values) for one in now if one):
                continue
            exchange = self._stage.call(action.operation, values, None)
            told = self._stage.payload(exchange) if action.verb == "exists" else None
            self._judge("machine-found", resource, exchange, False, exchange, told, self._absent, former.evidence)

    def _address(self, action: Action, thing: Thing) -> dict[str, str] | None:
        try:
            return self._stage.address(action, thing)
        except Blocked:
            return None

    def addresses(self, thing: Thing) -> dict[Action, dict[str, str]]:
        """Every way to name a thing, for later."""
        actions = self._stage.actions(thing, "read", "exists", "delete", "list")
        found = ((one, self._address(one, thing)) for one in actions)
        return {one: values for one, values in found if values is not None}

    # --- lists

    def lists(self, resource: Resource, action: Action) -> None:
        """One list, asked in every way that concerns what there is."""
        for values, wanted in self._questions(resource, action):
            self._list(resource, action, values, wanted)

    def _questions(self, resource: Resource, action: Action) -> Iterator[tuple[dict[str, str], list[Thing]]]:
        """What to ask a list for, and which living things should be in it."""
        living = [one for one in self._model.of(resource.name) if one.concerns(action)]
        needs = {name: str(value) for name, value in action.needs.items()}
        if action.target:
            for values in self._targets(resource, action):
                asked = {key: values[name] for name, key in action.target.items()}
                yield values, [one for one in living if self._model.has(one, asked)]
        elif action.within:
            yield from self._scopes(resource, action, living)
        else:
            yield needs, living

    def _targets(self, resource: Resource, action: Action) -> list[dict[str, str]]:
        things = [one for one in self._model.of(resource.name) if one.concerns(action)]
        now = [self._address(action, one) for one in things]
        before = [one.addresses.get(action) for one in self._model.former if one.thing.resource is resource]
        known = {tuple(sorted(folded(one).items())): dict(one) for one in (*now, *before) if one}
        return list(known.values())[:ASKED]

    def _scopes(
        self, resource: Resource, action: Action, living: list[Thing]
    ) -> Iterator[tuple[dict[str, str], list[Thing]]]:
        hung = place_of(resource, resource.creation(action))
        if hung is None:
            return
        recursive = action.switches.get("recursive")
        holders = {id(outer): outer for one in living if (outer := self._model.holder(one)) is not None}
        fixed = {id(one): one for one in self._model.fixed if one.resource.name == hung[1].resource}
        for outer in list((fixed | holders).values())[:ASKED]:
            place = str(outer.get(hung[1].key))
            for deep in (True, False) if recursive else (True,):
                values = dict.fromkeys(action.within, place) | ({recursive: str(deep).lower()} if recursive else {})
                yield values, [one for one in living if self._model.lies_in(one, outer, deep=deep)]

    def _list(self, resource: Resource, action: Action, values: dict[str, str], wanted: list[Thing]) -> None:
        exchange = self._stage.call(action.operation, values, None, evidence=action.evidence)
        if is_too_long(self._stage, exchange):
            return
        items = self._stage.items(exchange, action)
        gone = not wanted and exchange.response.status == self._absent
        if gone:
            return  # what the list was asked about is itself no more
        if items is None:
            self._judge("machine-found", resource, exchange, True, exchange, None, self._absent, action.evidence)
            return
        counts = tuple(
            (one, sum(self._stage.is_item(item, one) for item in items), one in wanted)
            for one in (wanted if resource.item else self._model.of(resource.name))
        )
        for thing in wanted if not resource.item else ():
            for item in items:
                if self._stage.is_item(item, thing):
                    expected = {key: value for key, value in thing.fields.items() if key in item}
                    self._compare(thing, expected, item, exchange)
        asked = {key: values[name] for name, key in action.target.items() if name in values}
        ghosts = tuple(self._model.ghosts(items, resource, asked))
        known = min(action.evidence, action.operation.evidence)
        self._judge("machine-lists", resource, exchange, Listed(counts, ghosts), exchange, known)
