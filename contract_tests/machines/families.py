"""Families of resources that are changed together, and what a model must know of them, from ``machines`` of the
conventions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from apitwin.data.names import nearest
from contract_tests.evidence import Evidence, level, level_of
from contract_tests.model import Action, Reference, Resource
from contract_tests.promise import Promise, PromiseError

#: The word for the place a thing lies in, among the keys that make it unique.
IN = "in"
PARTS = ("families", "unique", "full", "alike")


@dataclass(frozen=True)
class Known:
    """Keys that say something of a resource, and how that is known.

    ``refused`` says how well it is known that a second thing with the same is refused.
    """

    keys: tuple[str, ...] = ()
    evidence: Evidence = Evidence.DOCUMENTED
    refused: Evidence = Evidence.DOCUMENTED


@dataclass(frozen=True)
class Facts:
    """What holds for things of a resource, by its name.

    ``unique``: no two have the same in all these keys (default: what names them). ``full``: one that others lie in
    is not deleted. ``alike``: what a link connects must be the same in these keys.
    """

    unique: Mapping[str, Known] = field(default_factory=dict)
    full: Mapping[str, Known] = field(default_factory=dict)
    alike: Mapping[str, Known] = field(default_factory=dict)
    folds: bool = False

    def unique_of(self, resource: Resource) -> Known:
        """The keys no two things of a resource have in common."""
        if resource.id is not None and not resource.naming and not resource.fresh:
            return self.unique.get(resource.name, Known())
        links = tuple(key for one in resource.all("create") for key in one.target.values())
        return self.unique.get(resource.name) or Known(links if resource.fresh else tuple(sorted(resource.naming)))


@dataclass(frozen=True)
class Family:
    """Resources whose things a machine makes and changes together."""

    name: str
    resources: tuple[Resource, ...]
    facts: Facts

    def kinds(self, *, links: bool) -> list[tuple[Resource, Action]]:
        """Every way to make a thing, or a link between things."""
        return [(one, action) for one in self.resources if one.fresh is links for action in one.all("create")]

    @property
    def containers(self) -> list[str]:
        """Names of resources that things of the family lie in or are moved to, as far as they can be made at once."""
        found: dict[str, None] = {}
        for resource, action in self.kinds(links=False):
            hung = place_of(resource, action)
            found |= {hung[1].resource: None} if hung else {}
            found |= {one.resource: None for move in resource.all("move") for one in move.places.values()}
        return list(found)


def place_of(resource: Resource, creation: Action) -> tuple[str, Reference] | None:
    """The parameter by which a creation says where the thing lies, and what it names.

    A resource whose things are moved into each other is a tree: what its creation hangs on a fact may as well lie in
    another of them.
    """
    for name, reference in creation.parts.items():
        if reference.key:
            return name, reference
        for move in resource.all("move"):
            for goal in move.places.values():
                if goal.resource == resource.name:
                    return name, goal
    return None


def families_of(promise: Promise, resources: Mapping[str, Resource]) -> list[Family]:
    """The families of the conventions in their order; raises ``PromiseError``."""
    raw: Mapping[str, Any] = promise.conventions.get("machines", {})
    _check("machines", raw, PARTS)
    facts = facts_of(promise, resources)
    found = []
    for name, members in raw.get("families", {}).items():
        _check(f"machines.families.{name}", members, resources)
        found.append(Family(name, tuple(resources[one] for one in members), facts))
    return found


def facts_of(promise: Promise, resources: Mapping[str, Resource]) -> Facts:
    """What holds for things of each resource; raises ``PromiseError``."""
    raw: Mapping[str, Any] = promise.conventions.get("machines", {})
    unique, full, alike = (_known(part, raw.get(part, {}), resources) for part in PARTS[1:])
    folds = promise.conventions.get("casing", {}).get("names") == "insensitive"
    return Facts(unique, full, alike, folds=folds)


def _known(part: str, raw: Mapping[str, Any], resources: Mapping[str, Resource]) -> dict[str, Known]:
    _check(f"machines.{part}", raw, resources)
    for name, one in raw.items():
        _check(f"machines.{part}.{name}", one, ("keys", "evidence", "refused"))
    return {
        name: Known(
            tuple(one.get("keys", ())),
            level_of(one, Evidence.DOCUMENTED),
            level(one.get("refused", Evidence.DOCUMENTED.word)),
        )
        for name, one in raw.items()
    }


def _check(place: str, given: Iterable[str], known: Iterable[str]) -> None:
    names = list(known)
    for one in given:
        if one not in names:
            raise PromiseError(f"{place}: unknown name {one!r}{nearest(str(one), names)}")
