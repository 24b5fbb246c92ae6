"""The model of a machine: what exists after all that was done, where it lies, and what nobody has any more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from contract_tests.compare import dn_key, dn_within, same
from contract_tests.evidence import Evidence
from contract_tests.machines.families import IN, Facts
from contract_tests.model import Action, Resource
from contract_tests.thing import Thing


@dataclass(eq=False)
class Former:
    """A thing as it was known before it was deleted, renamed or moved: ``thing`` is a copy, ``now`` what it became.

    ``evidence`` says how well it is known that nothing has its name and place any more.
    """

    thing: Thing
    now: Thing
    addresses: Mapping[Action, dict[str, str]]
    evidence: Evidence


@dataclass
class Model:
    """Things of one example. ``fields`` of a living thing are what it should show, ``free`` keys the next look tells.

    ``fixed`` things are there from the beginning and stay. ``weak`` says of keys of a thing how well they are known,
    where that is less than for others.
    """

    facts: Facts
    living: list[Thing] = field(default_factory=list)
    fixed: list[Thing] = field(default_factory=list)
    former: list[Former] = field(default_factory=list)
    free: dict[Thing, set[str]] = field(default_factory=lambda: defaultdict(set))
    weak: dict[Thing, dict[str, Evidence]] = field(default_factory=lambda: defaultdict(dict))
    ids: set[str] = field(default_factory=set)

    def of(self, name: str) -> list[Thing]:
        """Living things of a resource."""
        return [one for one in self.living if one.resource.name == name]

    def changeable(self, *verbs: str) -> list[Thing]:
        """Living things that actions of some verbs are for, the one that was changed last first."""
        return [one for one in reversed(self.living) if one not in self.fixed and self.actions(one, *verbs)]

    def actions(self, thing: Thing, *verbs: str) -> list[Action]:
        """The actions of some verbs that are for a thing."""
        return [one for one in thing.resource.all(*verbs) if thing.concerns(one)]

    def touch(self, thing: Thing) -> None:
        """Know that a thing is the one that was changed last."""
        self.living.remove(thing)
        self.living.append(thing)

    def holder(self, thing: Thing) -> Thing | None:
        """What a thing lies in; links lie in nothing."""
        return None if thing.resource.fresh else next(iter(thing.parts.values()), None)

    def inside(self, outer: Thing) -> list[Thing]:
        """Everything that lies in a thing, at any depth."""
        direct = [one for one in self.living if self.holder(one) is outer]
        return [deep for one in direct for deep in (one, *self.inside(one))]

    def lies_in(self, thing: Thing, outer: Thing, *, deep: bool) -> bool:
        """Whether a thing lies in another one, directly or ``deep``."""
        holder = self.holder(thing)
        return holder is outer or (deep and holder is not None and self.lies_in(holder, outer, deep=True))

    def links(self, things: Iterable[Thing]) -> list[Thing]:
        """Links that one of these things is an end of."""
        ends = list(things)
        linked = [one for one in self.living if one.resource.fresh]
        return [one for one in linked if any(end in ends for end in one.parts.values())]

    def rival(self, resource: Resource, wanted: Mapping[str, Any], besides: Thing | None = None) -> Thing | None:
        """The living thing that has what must be unique; ``wanted`` are values by key, the place under ``in``."""
        keys = self.facts.unique_of(resource).keys
        for one in self.of(resource.name) if keys else ():
            if one is not besides and all(
                self.holder(one) is wanted.get(IN)
                if key == IN
                else self.equal(resource, key, one.get(key), wanted.get(key))
                for key in keys
            ):
                return one
        return None

    def equal(self, resource: Resource, key: str, one: Any, other: Any) -> bool:
        """Whether two values of a key name the same."""
        kind = resource.compare.get(key, "exact")
        if kind == "exact" and self.facts.folds and isinstance(one, str) and isinstance(other, str):
            kind = "fold"
        return same("exact" if kind == "ignore" else kind, one, other)

    @property
    def renamed(self) -> list[Former]:
        """What living things were before, under another name or in another place."""
        return [one for one in self.former if one.now in self.living and one.now not in self.fixed]

    @property
    def deleted(self) -> list[Former]:
        """What is gone, as it was."""
        return [one for one in self.former if one.now not in self.living]

    # --- what changes

    def remember(
        self, thing: Thing, before: Mapping[str, Any], addresses: Mapping[Action, dict[str, str]], evidence: Evidence
    ) -> None:
        """Know what a thing was called before a change, when its keys were as ``before``."""
        copy = replace(thing, fields=dict(before), sent=dict(thing.sent), parts=dict(thing.parts))
        self.former.append(Former(copy, thing, addresses, evidence))

    def former_of(self, thing: Thing) -> Former:
        """What a thing was before its last change of name or place."""
        return next(one for one in reversed(self.former) if one.now is thing)

    def follow(self, outer: Thing, key: str, old: str) -> None:
        """What lies in a thing shows its new place: distinguished names that end in the old one end in the new."""
        for one in self.inside(outer):
            for name, kind in one.resource.compare.items():
                value = one.fields.get(name)
                if kind == "dn" and isinstance(value, str) and dn_within(value, old):
                    one.fields[name] = ending(value, old, str(outer.get(key)))

    def entries(self, thing: Thing, key: str, expected: Any, shown: Mapping[str, Any]) -> tuple[Any, Mapping[str, Any]]:
        """A map and what shows it, with those of its entries that the model knows: what they are called is there."""
        body = shown.get(key)
        if not isinstance(expected, dict) or not isinstance(body, dict):
            return expected, shown
        naming = thing.resource.map[key]
        called = {one.get(naming.key) for one in self.of(naming.resource) if beside(one, thing)}
        known = {name: value for name, value in expected.items() if name in body or name in called}
        return known, {**shown, key: {name: value for name, value in body.items() if name in known}}

    def call_entries(self, named: Thing, old: str, new: str | None) -> None:
        """Entries of maps that a thing names are called otherwise, or their values are not known any more."""
        for one in self.living:
            for key, reference in one.resource.map.items():
                entries = one.fields.get(key)
                if reference.resource != named.resource.name or not beside(one, named):
                    continue
                if isinstance(entries, dict) and old in entries:
                    kept = {name: value for name, value in entries.items() if name != old}
                    one.fields[key] = kept | ({new: entries[old]} if new is not None else {})

    def ghosts(
        self, items: Iterable[Any], resource: Resource, address: Mapping[str, str]
    ) -> Iterator[tuple[Any, Evidence]]:
        """Items of a list that show what a thing was called before, and that is not the name of anything now.

        ``address`` are the values by key that the list was asked for. With each comes how well that is known.
        """
        keys = [key for key in resource.identity if key != resource.id] or sorted(resource.naming)
        named = resource.item or {key: key for key in keys}
        before = [one for one in self.former if one.thing.resource is resource and self.has(one.thing, address)]
        now = [one for one in self.of(resource.name) if self.has(one, address)]
        for item in items:
            if not isinstance(item, dict) or not named or not all(key in item for key in named):
                continue
            known = [one.evidence for one in before if self._shows(item, one.thing, named)]
            if known and not any(self._shows(item, one, named) for one in now):
                yield item, max(known)

    def has(self, thing: Thing, values: Mapping[str, str]) -> bool:
        """Whether a thing has these values, by key."""
        return all(self.equal(thing.resource, key, thing.get(key), value) for key, value in values.items())

    def _shows(self, item: Mapping[str, Any], thing: Thing, named: Mapping[str, str]) -> bool:
        return all(self.equal(thing.resource, key, item[key], thing.get(name)) for key, name in named.items())


def beside(one: Thing, other: Thing) -> bool:
    """Whether two things are hung on the same."""
    return any(part is holder for part in one.parts.values() for holder in other.parts.values())


def folded(values: Mapping[str, str]) -> dict[str, str]:
    """An address in a form that equal ones share."""
    return {name: dn_key(value) for name, value in values.items()}


def ending(value: str, old: str, new: str) -> str:
    """A distinguished name that ends in another one, ending in a new one."""
    if value.lower().endswith(old.lower()):
        return value[: len(value) - len(old)] + new
    return dn_key(value).removesuffix(dn_key(old)) + new


def beginning(value: Any, old: str, new: str) -> str | None:
    """A distinguished name whose first part is a name, with another name; ``None`` where it is something else."""
    first, comma, rest = str(value).partition(",")
    kind, sign, name = first.partition("=")
    return f"{kind}={new}{comma}{rest}" if sign and name.casefold() == old.casefold() else None


def dns(thing: Thing, before: Mapping[str, Any], change: Callable[[str], str | None]) -> dict[str, str]:
    """Distinguished names of a thing itself, changed."""
    names = {key: before.get(key) for key, kind in thing.resource.compare.items() if kind == "dn"}
    found = {key: change(value) for key, value in names.items() if isinstance(value, str)}
    return {key: value for key, value in found.items() if value is not None}
