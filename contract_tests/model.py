"""The resources of an API as its conventions describe them: which operation does what, and what it names its target by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from contract_tests.evidence import Evidence
from contract_tests.promise import Operation
from contract_tests.schema import Schema

#: What an operation can be to a resource, in the order a life runs through them.
VERBS = ("create", "read", "exists", "list", "update", "rename", "move", "act", "delete")
READING = ("read", "exists", "list")


@dataclass(frozen=True)
class Action:
    """One operation as a verb of a resource.

    ``target`` maps the parameters that name the thing to its fields; ``sets`` those that give it new values (a new name,
    a new place); ``within`` those that narrow a list or a lookup to a container; ``needs`` values it is always sent.
    ``where`` says which things it concerns; ``switches`` names behaviour parameters by role (``recursive``, ``force``).
    """

    verb: str
    operation: Operation
    target: Mapping[str, str]
    sets: Mapping[str, str] = field(default_factory=dict)
    within: Mapping[str, str] = field(default_factory=dict)
    needs: Mapping[str, str] = field(default_factory=dict)
    where: Mapping[str, Any] = field(default_factory=dict)
    switches: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, Any] = field(default_factory=dict)
    bulk: bool = False
    answers: str = "self"
    evidence: Evidence = Evidence.DOCUMENTED


@dataclass(frozen=True)
class Resource:
    """A kind of thing the API keeps. ``id`` is the field that never changes, ``name`` the one people use."""

    name: str
    schema: Schema
    id: str | None
    title: str
    actions: tuple[Action, ...]
    parts: Mapping[str, Part] = field(default_factory=dict)
    compare: Mapping[str, str] = field(default_factory=dict)
    samples: Mapping[str, Any] = field(default_factory=dict)
    naming: frozenset[str] = frozenset()
    owned_by: tuple[tuple[str, ...], ...] = ()
    raw: Mapping[str, Any] = field(default_factory=dict)

    def all(self, *verbs: str) -> Iterator[Action]:
        return (one for one in self.actions if one.verb in verbs)

    def first(self, verb: str) -> Action | None:
        return next(self.all(verb), None)


@dataclass(frozen=True)
class Part:
    """A thing another thing hangs on: the container of a user, the group of a membership."""

    resource: str
    parameter: str
    field: str
