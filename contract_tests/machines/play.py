"""A play: one sequence of changes in an area of its own, each answer compared with the model as it comes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Set
from dataclasses import replace
from typing import Any

from contract_tests.compare import NOTHING
from contract_tests.evidence import Evidence
from contract_tests.exchange import Exchange
from contract_tests.findings import Complaint
from contract_tests.lasting import few
from contract_tests.machines.families import IN, Family, place_of
from contract_tests.machines.looking import Looking
from contract_tests.machines.making import Hung, Making, chosen, is_flag, made_with, promised, updated
from contract_tests.machines.model import Model, beginning, dns, ending, folded
from contract_tests.model import Action, Resource
from contract_tests.promise import Parameter
from contract_tests.rules.machines import Outcome
from contract_tests.rules.registry import Rule
from contract_tests.samples import other_case
from contract_tests.showing import settable
from contract_tests.stage import Stage
from contract_tests.thing import Blocked, Thing

#: A change by its name and the numbers that choose what is changed, and how.
Step = tuple[str, tuple[int, ...]]


class Divergence(Exception):
    """The target shows something else than the model says."""

    def __init__(self, rule: Rule, complaint: Complaint, exchange: Exchange) -> None:
        super().__init__(complaint.message)
        self.rule, self.complaint, self.exchange = rule, complaint, exchange

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from others."""
        return (self.rule.id, self.exchange.operation.id, self.complaint.cause)


#: Told of a divergence; raises it, or returns when the play is to end quietly.
Diverged = Callable[[Divergence], None]


class Play:
    """One sequence. Numbers choose among what there is, the remainder counts; a step without a choice is nothing.

    ``over``: nothing more is sent, because the model and the target have parted. ``changed``: something was sent
    since the last look. ``compared`` counts comparisons by rule.
    """

    def __init__(self, stage: Stage, family: Family, *, diverged: Diverged, compared: Counter[str]) -> None:
        self.stage, self.family, self.model = stage, family, Model(family.facts)
        self.over, self.changed = False, False
        self._diverged, self._compared = diverged, compared
        self._trail: list[Exchange] = []
        self._looking = Looking(stage, self.model, self._judge)
        self._making = Making(stage, family, self.model)
        self._mark = len(stage.things)

    # --- from beginning to end

    def begin(self) -> None:
        """Make the area: one of each container, which stays as it is. Raises ``Blocked``."""
        for name in self.family.containers:
            resource = self.stage.resources[name]
            creation = resource.first("create")
            if creation is None or self.over:
                continue
            thing = self._area(resource, creation)
            if thing is not None:
                self.model.fixed.append(thing)

    def _area(self, resource: Resource, creation: Action) -> Thing | None:
        """Something to work in; the one there is of what stays for ever."""
        if few(self.stage, resource):
            thing = self.stage.standing(resource.name, creation)
            self.model.living.append(thing)
            return thing
        given, hung = self._making.area(resource, creation)
        return self._made(resource, creation, given, hung, Outcome(why=f"make a {resource.title} to work in"))

    def step(self, name: str, *numbers: int) -> None:
        """Take a step; what it needs and does not find makes it nothing."""
        if not self.over:
            try:
                getattr(self, name)(*numbers)
            except Blocked:
                return

    def end(self) -> None:
        """Look at everything."""
        if not self.over:
            self._looking.everything(self.family.resources)

    def clear(self) -> None:
        """Remove what the play has made."""
        self.stage.clear_up(self.stage.things[self._mark :])

    def can(self, name: str) -> bool:
        """Whether there is something for a step."""
        if name == "create":
            return True
        if name == "link":
            return self.linkable
        if name in ("remake", "delete_again"):
            return bool(self.model.deleted)
        if name == "back":
            return bool(self.model.renamed)
        return self.changed if name == "look" else bool(self.model.changeable(name))

    @property
    def linkable(self) -> bool:
        """Whether there are things that could be linked."""
        return any(
            all(self.model.of(part.resource) for part in action.parts.values())
            for _, action in self.family.kinds(links=True)
        )

    # --- steps

    def look(self, which: int) -> None:
        """One of the lists, unless nothing has been done since the last look."""
        lists = [(one, action) for one in self.family.resources for action in one.all("list")]
        if self.changed:
            self.changed = False
            self._looking.lists(*chosen(lists, which))

    def create(self, kind: int, where: int, name: int, rich: int) -> None:
        """Make a thing in one of the places there are, with a name of the pool, which may be taken."""
        resource, action = chosen(self.family.kinds(links=False), kind)
        hung = self._making.hung(resource, action, where, name)
        given = self._making.values(resource, action, hung, name=name, rich=bool(rich), variant=where)
        self._make(resource, action, hung, given)

    def link(self, kind: int, one: int, other: int) -> None:
        """Make a link between two things, which may be linked already."""
        resource, action = chosen(self.family.kinds(links=True), kind)
        hung = self._making.hung(resource, action, one, other)
        self._make(resource, action, hung, self._making.values(resource, action, hung))

    def remake(self, which: int) -> None:
        """Make what was deleted anew: under its name, in its place, if that is still there."""
        former = chosen(self.model.deleted[::-1], which)
        resource, (action, hung) = former.thing.resource, self._making.hung_as(former.thing)
        names = {name: str(former.thing.get(key)) for name, key in action.target.items()}
        self._make(resource, action, hung, self._making.values(resource, action, hung, names))

    def rename(self, which: int, how: int, name: int) -> None:
        """Give a thing a name of the pool, which may be taken, or its own in another case."""
        thing, action = self._chosen("rename", which, how)
        self._rename(thing, action, self._making.name(thing.resource, next(iter(action.sets.values())), name))

    def move(self, which: int, how: int, where: int) -> None:
        """Put a thing into another place: also one that it is in, below itself, or where its name is taken."""
        thing, action = self._chosen("move", which, how)
        (reference,) = action.places.values()
        self._move(thing, action, chosen(self._making.goals(thing, reference), where))

    def back(self, which: int) -> None:
        """Give a thing a name back that it had, or put it back to where it was."""
        former = chosen(self.model.renamed[::-1], which)
        thing, holder = former.now, self.model.holder(former.thing)
        for action in self.model.actions(thing, "rename"):
            key = next(iter(action.sets.values()))
            if former.thing.get(key) != thing.get(key):
                return self._rename(thing, action, str(former.thing.get(key)))
        for action in self.model.actions(thing, "move"):
            (reference,) = action.places.values()
            if holder in self._making.goals(thing, reference) and holder is not self.model.holder(thing):
                return self._move(thing, action, holder)
        return None

    def _rename(self, thing: Thing, action: Action, fresh: str) -> None:
        key = next(iter(action.sets.values()))
        current = str(thing.get(key))
        outcome = Outcome(why=f"rename a {thing.resource.title} to a name that is free", evidence=action.evidence)
        if self.model.equal(thing.resource, key, fresh, current):
            fresh = other_case(current)
            outcome = replace(outcome, why="rename to the same name in another case", evidence=Evidence.ASSUMED)
            if not self.family.facts.folds or fresh == current:
                return
        elif self._rival(thing, {key: fresh, IN: self.model.holder(thing)}):
            outcome = Outcome("duplicate", "rename to a name that is taken", action.evidence)
        before, addresses = dict(thing.fields), self._addresses([thing, *self.model.inside(thing)])
        exchange = self.stage.rename(thing, action, fresh, None)
        if self._came(thing.resource, outcome, exchange):
            names = dict.fromkeys((*action.sets.values(), *thing.resource.also_named), fresh)
            names |= dns(thing, before, lambda value: beginning(value, current, fresh))
            free = ((thing.resource.follows_name | thing.resource.follows_place) & set(before)) - set(names)
            self.model.call_entries(thing, current, fresh)
            self._changed(thing, action, exchange, {**before, **names}, free)
            self._followed(thing, before, addresses)

    def _move(self, thing: Thing, action: Action, goal: Thing) -> None:
        parameter, reference = next(iter(action.places.items()))
        holder, place = self.model.holder(thing), str(goal.get(reference.key))
        outcome = Outcome(why=f"move a {thing.resource.title} to another place", evidence=action.evidence)
        if goal is thing or goal in self.model.inside(thing):
            outcome = Outcome("rule", "move a thing below itself", Evidence.ASSUMED)
        elif goal is holder:
            outcome = Outcome(why="move a thing to where it is", evidence=Evidence.ASSUMED)
        elif IN in self.family.facts.unique_of(thing.resource).keys and self._rival(thing, {IN: goal}):
            outcome = Outcome("duplicate", "move a thing to where its name is taken", Evidence.ASSUMED)
        before, addresses = dict(thing.fields), self._addresses([thing, *self.model.inside(thing)])
        former = dict(thing.parts)
        exchange = self.stage.move(thing, action, {parameter: place}, None)
        if self._came(thing.resource, outcome, exchange):
            self._making.put(thing, goal, place)
            old = str(holder.get(reference.key)) if holder is not None else ""
            moved = dns(thing, before, lambda value: ending(value, old, place) if old else None)
            moved = {key: value for key, value in moved.items() if key in thing.resource.follows_place}
            free = (thing.resource.follows_place & set(before)) - set(moved)
            self._changed(thing, action, exchange, {**before, **moved}, free)
            self._followed(thing, before, addresses)
            self.model.former_of(thing).thing.parts = former

    def update(self, which: int, how: int, parameter: int, value: int) -> None:
        """Set one key to another value, or clear it."""
        thing, action = self._chosen("update", which, how)
        references = self.stage.conventions.get("references", {})
        kept = {*references, *made_with(thing.resource)}
        free = [one for one in settable(action, thing) if not kept & {one.field, one.name}]
        one: Parameter = chosen(free, parameter)
        key, known = str(one.field), one.evidence
        sent = self.stage.arguments.another(thing.resource, action.operation, one, thing.get(key))
        if one.clears and value % 3 == 2:
            sent, known = {one.name: ""}, min(known, Evidence.CLIENT)
        if sent is None:
            return
        before = dict(thing.fields)
        exchange = self.stage.call(action.operation, {**self.stage.address(action, thing), **sent}, None)
        outcome = Outcome(why=f"update {one.name} of a {thing.resource.title}", evidence=min(known, action.evidence))
        if self._came(thing.resource, outcome, exchange):
            weak = self.model.weak[thing]
            # that unsent flags stay as they are is our reading: the documents print creation defaults there
            weak |= {name: Evidence.ASSUMED for name in before if is_flag(thing, name)} | {key: known}
            linked = self.stage.arguments.linked(action.operation, one)
            self._forget_entries(thing)
            self._changed(thing, action, exchange, {**before, key: updated(thing, key, sent[one.name])}, linked)

    def _forget_entries(self, thing: Thing) -> None:
        """What is in the entries that a thing names is read anew when it is another one."""
        for key in thing.resource.naming:
            self.model.call_entries(thing, str(thing.get(key)), None)

    def act(self, which: int, how: int) -> None:
        """An action that changes no key but those it is said to."""
        thing, action = self._chosen("act", which, how)
        before = dict(thing.fields)
        exchange = self.stage.call(action.operation, self.stage.address(action, thing), None)
        outcome = Outcome(why=f"{action.operation.id}, also when it is so already", evidence=action.evidence)
        if self._came(thing.resource, outcome, exchange):
            self._changed(thing, action, exchange, before, set(action.sets.values()) & set(before))

    def delete(self, which: int, how: int) -> None:
        """Delete a thing: what lies in it keeps it from being deleted or goes too, links of both go."""
        thing, action = self._chosen("delete", which, how)
        resource, inside = thing.resource, self.model.inside(thing)
        full = self.family.facts.full.get(resource.name)
        outcome = Outcome(why=f"delete a {resource.title} that is there", evidence=action.evidence)
        if inside and full:
            outcome = Outcome("rule", f"delete a {resource.title} that holds something", full.evidence)
        doomed = [thing, *inside, *self.model.links([thing, *inside])]
        addresses, before = self._addresses(doomed), dict(thing.fields)
        exchange = self.stage.remove(thing, action, None)
        if self._came(resource, outcome, exchange):
            shown = self.stage.shown(action, exchange)
            if shown is not None:
                self._shown(thing, before, shown, exchange)
            for one in doomed:
                # that links and contents go too, and do not come back with the next of that name, is our reading
                known = action.evidence if one is thing else Evidence.ASSUMED
                self._forget_entries(one)
                self.model.remember(one, one.fields, addresses[one], known)
                self.model.living.remove(one)

    def delete_again(self, which: int) -> None:
        """Delete what is gone."""
        former = chosen(self.model.deleted[::-1], which)
        resource = former.thing.resource
        for action, values in former.addresses.items():
            now = [self._looking.addresses(one).get(action) for one in self.model.of(resource.name)]
            if action.verb == "delete" and not any(folded(one) == folded(values) for one in now if one):
                exchange = self.stage.call(action.operation, values, None)
                why = f"delete a {resource.title} that is gone"
                self._came(resource, Outcome("not-found", why, min(former.evidence, action.evidence)), exchange)
                return

    def _chosen(self, verb: str, which: int, how: int) -> tuple[Thing, Action]:
        thing: Thing = chosen(self.model.changeable(verb), which)
        return thing, chosen(self.model.actions(thing, verb), how)

    # --- what came of it

    def _make(self, resource: Resource, action: Action, hung: Hung, given: dict[str, str]) -> None:
        if few(self.stage, resource):
            raise Blocked(f"a {resource.title} stays for ever")
        things = {one: part for one, (part, _) in hung.items()}
        holder = None if resource.fresh else next(iter(things.values()), None)
        wanted = self._making.wanted(resource, action, given, holder)
        outcome = Outcome(why=f"make a {resource.title}, all it needs is there")
        if self.model.rival(resource, {**wanted, IN: holder}) is not None:
            known = self.family.facts.unique_of(resource).evidence
            outcome = Outcome("duplicate", f"there is such a {resource.title} already", known)
        self._made(resource, action, given, things, outcome)

    def _made(
        self, resource: Resource, action: Action, given: dict[str, str], parts: dict[str, Thing], outcome: Outcome
    ) -> Thing | None:
        thing, exchange = self.stage.create(resource, action, given, dict(parts), None)
        if not self._came(resource, outcome, exchange) or thing is None:
            return None
        expected, known = promised(thing, given)
        self.model.weak[thing] = dict(known)
        shown = self.stage.shown(action, exchange)
        if shown is not None:
            self._shown(thing, expected, shown, exchange)
        self.model.living.append(thing)
        self._looking.at(thing)
        self._id(thing, exchange)
        return thing

    def _id(self, thing: Thing, exchange: Exchange) -> None:
        key = thing.resource.id
        if key is not None and thing.get(key) not in NOTHING:
            value = f"{thing.resource.name} {thing.get(key)}".lower()
            self._judge("machine-ids", thing.resource, exchange, key, value, self.model.ids, exchange)
            self.model.ids.add(value)

    def _changed(
        self, thing: Thing, action: Action, exchange: Exchange, expected: Mapping[str, Any], free: Set[str]
    ) -> None:
        """A change succeeded: the thing is to show ``expected``; what is ``free`` is learned from what it shows."""
        shown = self.stage.shown(action, exchange)
        self.model.touch(thing)
        thing.fields = dict(expected)
        self.model.free[thing] |= free
        if shown is not None:
            self._looking.shown(thing, shown, exchange)

    def _followed(self, thing: Thing, before: Mapping[str, Any], addresses: Mapping[Thing, Any]) -> None:
        """A thing has another name or place: what hangs on it knows, and its former addresses find nothing."""
        inside = self.model.inside(thing)
        for one in inside:
            self.model.remember(one, one.fields, addresses[one], Evidence.DOCUMENTED)
        self.model.remember(thing, before, addresses[thing], Evidence.DOCUMENTED)
        for key, kind in thing.resource.compare.items():
            if kind == "dn" and isinstance(before.get(key), str):
                self.model.follow(thing, key, before[key])
        self.stage.remember(thing, thing.fields)
        for one in self.model.living:
            for parameter, part in one.parts.items():
                if part is thing or part in inside:
                    hung = one.action.parts[parameter] if one.resource.fresh else place_of(one.resource, one.action)
                    reference = hung[1] if isinstance(hung, tuple) else hung
                    if reference is not None:
                        self.stage.relink(one, parameter, str(part.get(reference.key)))
        for one in (thing, *inside, *self.model.links([thing])):
            self._looking.at(one)

    def _rival(self, thing: Thing, changed: Mapping[str, Any]) -> bool:
        """Whether another thing has what this one would have."""
        keys = self.family.facts.unique_of(thing.resource).keys
        wanted = {**{key: thing.get(key) for key in keys if key != IN}, **changed}
        return self.model.rival(thing.resource, wanted, thing) is not None

    def _addresses(self, things: list[Thing]) -> dict[Thing, dict[Action, dict[str, str]]]:
        return {one: self._looking.addresses(one) for one in things}

    # --- judging

    def _shown(self, thing: Thing, expected: Mapping[str, Any], shown: Mapping[str, Any], exchange: Exchange) -> None:
        known = self.model.weak[thing]
        self._judge("machine-fields", thing.resource, exchange, thing, expected, shown, exchange, known)

    def _came(self, resource: Resource, outcome: Outcome, exchange: Exchange) -> bool:
        """Whether a change was made as it was to be; where it came to something else, the play is over."""
        self._trail.append(exchange)
        self.changed = True
        self._judge("machine-outcome", resource, exchange, outcome, exchange, self.stage.promise)
        self.over = self.over or exchange.succeeded is not outcome.succeeds
        return outcome.succeeds and not self.over

    def _judge(self, rule: str, resource: Resource, exchange: Exchange, *given: Any) -> None:
        """Hold an answer to a rule; the first complaint ends the play."""
        known = self.stage.session.rules.get(rule)
        if known is None or self.over:
            return
        self._compared[rule] += 1
        for complaint in self.stage.session.judged(known, exchange.operation.id, *given):
            self.over = True
            steps = tuple(one for one in self._trail if one is not exchange)
            placed = replace(complaint, cause=f"{resource.name} {complaint.cause}", exchange=exchange, steps=steps)
            self._diverged(Divergence(known, placed, exchange))
            return
