"""The resources of an API: what makes, reads, changes and deletes each, and what a thing is known by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from contract_tests.evidence import Evidence
from contract_tests.promise import Operation, PromiseError
from contract_tests.schema import Schema

#: What an operation can be to a resource, in the order a life runs through them.
VERBS = ("create", "read", "facet", "exists", "list", "update", "rename", "move", "act", "delete", "bulk")


@dataclass(frozen=True)
class Reference:
    """A key of another resource, or, without a key, a fact of the environment."""

    resource: str
    key: str = ""

    @classmethod
    def of(cls, text: str) -> Reference:
        """``ou.path`` is the key ``path`` of an ``ou``; ``root`` a fact of the environment."""
        resource, _, key = text.partition(".")
        return cls(resource, key)


@dataclass(frozen=True)
class Action:
    """One operation as a verb of a resource.

    ``target`` maps parameters that name the thing to its keys; ``parts`` those that hang it on something; ``sets``
    those that give it a new name or flag; ``places`` those that move it; ``within`` those that narrow a list.
    ``needs`` are always sent; ``made_with`` is what the creation must have said for the action to be allowed;
    ``where`` says which things it concerns, ``fixed`` what a creation sets; ``switches`` names parameters that
    change behaviour by role. ``own_answer``: the payload is the thing itself. ``ids`` is the key that the items of a
    list of bare ids hold. ``alone``: it finds the first of several things that are alike. ``always``: it also
    answers about what does not exist. ``adds`` is
    the key whose list gets what is sent, ``replaces`` the one whose list is what is sent afterwards.
    """

    verb: str
    operation: Operation
    target: Mapping[str, str]
    parts: Mapping[str, Reference] = field(default_factory=dict)
    sets: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, Reference] = field(default_factory=dict)
    within: Mapping[str, str] = field(default_factory=dict)
    needs: Mapping[str, str] = field(default_factory=dict)
    made_with: Mapping[str, str] = field(default_factory=dict)
    where: Mapping[str, Any] = field(default_factory=dict)
    fixed: Mapping[str, Any] = field(default_factory=dict)
    switches: Mapping[str, str] = field(default_factory=dict)
    own_answer: bool = True
    ids: str = ""
    alone: bool = False
    always: bool = False
    adds: str = ""
    replaces: str = ""
    evidence: Evidence = Evidence.DOCUMENTED

    def __hash__(self) -> int:
        return hash((self.verb, self.operation.id, tuple(self.target.items())))


@dataclass(frozen=True)
class Resource:
    """A kind of thing the API keeps. ``id`` is the key that never changes, ``naming`` those that hold its name.

    ``coming`` is how it comes to be where nothing makes or deletes it: with what it is part of. ``lasting`` things are
    never deleted; ``map`` names keys that hold a map, and what its keys name; ``members`` those that hold a list of
    names, and whose. ``derived`` keys tell of other things. ``variants`` says by parameter and value which other
    parameters a thing of that sort takes.
    """

    name: str
    title: str
    letter: str
    schema: Schema
    actions: tuple[Action, ...]
    id: str | None = None
    naming: frozenset[str] = frozenset()
    identity: tuple[str, ...] = ()
    owned_by: tuple[frozenset[str], ...] = ()
    compare: Mapping[str, str] = field(default_factory=dict)
    computed: frozenset[str] = frozenset()
    also_named: tuple[str, ...] = ()
    follows_name: frozenset[str] = frozenset()
    follows_place: frozenset[str] = frozenset()
    place: Mapping[str, str] = field(default_factory=dict)
    ghosts: Mapping[str, str] = field(default_factory=dict)
    name_form: str | None = None
    fresh: bool = False
    item: Mapping[str, str] = field(default_factory=dict)
    apart: tuple[str, ...] = ()
    namespace: str | None = None
    coming: Action | None = None
    lasting: bool = False
    derived: frozenset[str] = frozenset()
    variants: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    map: Mapping[str, Reference] = field(default_factory=dict)
    members: Mapping[str, Reference] = field(default_factory=dict)

    def all(self, *verbs: str) -> Iterator[Action]:
        """Its actions of some verbs, in the order of the promise."""
        return (one for one in self.actions if one.verb in verbs)

    def first(self, verb: str) -> Action | None:
        """Its first action of a verb."""
        return next(self.all(verb), None)

    def creation(self, action: Action) -> Action:
        """The creation whose things an action concerns; raises ``PromiseError``."""
        for creation in self.all("create"):
            if all(creation.fixed.get(key, value) == value for key, value in action.where.items()):
                return creation
        if self.coming is not None:
            return self.coming
        raise PromiseError(f"{self.name}: nothing creates what {action.operation.id} is for")

    @property
    def origin(self) -> Action | None:
        """Its first creation, or how it comes to be."""
        return self.first("create") or self.coming

    @property
    def shown(self) -> bool:
        """Whether it can be looked at: read alone, or found in a list of its own."""
        return self.first("read") is not None or self.listing is not None

    @property
    def listing(self) -> Action | None:
        """The list that shows it as it is, where nothing reads it alone."""
        if self.item or self.first("read") is not None:
            return None
        return next((one for one in self.all("list") if one.own_answer and not one.ids), None)

    @property
    def parts(self) -> Mapping[str, Reference]:
        """What its creations hang it on."""
        return {name: part for action in self.all("create") for name, part in action.parts.items()}

    def has(self, parameter: str, values: Mapping[str, str]) -> bool:
        """Whether a thing that was made with some values takes a parameter beside those that choose its sort."""
        return all(
            parameter == name or parameter in sorts.get(values.get(name, ""), ())
            for name, sorts in self.variants.items()
        )

    def kind_of(self, key: str) -> str:
        """The resource that a key by which its things are addressed names a thing of."""
        for action in (*self.all("create"), *([self.coming] if self.coming else [])):
            for name, part in action.parts.items():
                if action.target.get(name) == key and part.key:
                    return part.resource
        return self.name

    @property
    def untagged(self) -> bool:
        """Whether its names cannot carry the tag of a run."""
        return self.name_form is not None and "{tag}" not in self.name_form

    @property
    def hung(self) -> frozenset[str]:
        """Its keys that hold what it hangs on."""
        creations = [(action.target, name) for action in self.all("create") for name in action.parts]
        return frozenset(target[name] for target, name in creations if name in target)


class Resources(dict[str, Resource]):
    """The resources of an API by name, in the order they depend on each other."""

    @cached_property
    def by_operation(self) -> Mapping[str, Sequence[tuple[Resource, Action]]]:
        """Every resource an operation belongs to, and as what, by its id."""
        found: dict[str, list[tuple[Resource, Action]]] = {}
        for resource in self.values():
            for action in resource.actions:
                found.setdefault(action.operation.id, []).append((resource, action))
        return found


def tellers(resources: Mapping[str, Resource]) -> dict[str, frozenset[str]]:
    """By resource, the keys and parameters whose value alone names a thing of it, and of nothing it hangs on.

    What may lie in a container of the run, such as a record in a zone, may have any name there, and is not told by it.
    """
    found = {}
    for resource in resources.values():
        alone = {key for group in resource.owned_by if len(group) == 1 for key in group}
        keys = alone - resource.hung - (resource.naming if alone & resource.hung else frozenset())
        pairs = [pair for action in resource.actions for pair in (*action.target.items(), *action.sets.items())]
        named = {name for name, key in pairs if key in keys}
        found[resource.name] = frozenset(keys | named)
    return found
