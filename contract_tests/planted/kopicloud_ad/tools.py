"""What several faults of the domain are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from contract_tests.planted.fault import Plant, Replacement, patched, returning
from mockserver.apis.kopicloud_ad.models import (
    MEMBERSHIP_GROUP,
    MEMBERSHIP_MEMBER,
    MEMBERSHIPS,
    OBJECT_CLASS_NAME,
    OBJECTS,
)
from mockserver.kernel.engine import Engine, Outcome, encoded
from mockserver.kernel.errors import ApiError, NotFound
from mockserver.kernel.store.query import Eq

UPDATES = ("updateUser", "updateUserByGuid")


def resaved(work: Any, node: Any, **changes: Any) -> Any:
    """An object changed behind the back of the service."""
    changed = replace(node, **changes)
    work.store.replace(OBJECTS, changed)
    return changed


def before(act: Any) -> Replacement:
    """Something done with the arguments before the good function is called."""

    def replacement(good: Any) -> Any:
        def called(*given: Any, **named: Any) -> Any:
            act(*given, **named)
            return good(*given, **named)

        return called

    return replacement


def undoing_nothing(*operations: str) -> Plant:
    """Refusals of operations that keep what was done before them."""

    def run(good: Any) -> Any:
        def kept(self: Engine, work: Any, asked: Any, caller: Any, *given: Any) -> Any:
            try:
                return good(self, work, asked, caller, *given)
            except ApiError as error:
                if asked.compiled.operation.id not in operations:
                    raise
                reply = self.conventions.failure(error)
                return Outcome(reply, encoded(reply), caller.name, work.clock.timestamp(), error)

        return kept

    return patched(Engine, "run", run)


def refusing(condition: Callable[[Any, Mapping[str, Any]], bool], *operations: str) -> Plant:
    """Operations that do not find what they find otherwise: ``condition(work, arguments)``."""

    def run(good: Any) -> Any:
        def refused(self: Engine, work: Any, asked: Any, caller: Any, arguments: Mapping[str, Any]) -> Any:
            if asked.compiled.operation.id in operations and condition(work, arguments):
                raise NotFound("no such object")
            return good(self, work, asked, caller, arguments)

        return refused

    return patched(Engine, "run", run)


def after(act: Callable[..., Any]) -> Any:
    """Something done to what the good function answers: ``act(work, node)``; what it answers is answered."""
    return returning(lambda node, work, *_, **__: act(work, node) or node)


def other(work: Any, node: Any) -> Any:
    """Another object of the same class, made last before this one."""
    others = [one for one in work.store.select(OBJECTS, Eq(OBJECT_CLASS_NAME, node.object_class)) if one.id != node.id]
    return max(others, key=lambda one: (one.created, one.sid or "", one.name_key))


def neighbour(change: Callable[[Any], dict[str, Any]]) -> Callable[[Any, Any], None]:
    def act(work: Any, node: Any) -> None:
        one = other(work, node)
        resaved(work, one, **change(one))

    return act


def new_id(work: Any, node: Any) -> Any:
    """An object gets another id."""
    work.store.delete(OBJECTS, node.id)
    changed = replace(node, id=work.ids.guid())
    work.store.insert(OBJECTS, changed)
    return changed


def without_links(work: Any, node: Any) -> None:
    """The memberships of an object are lost."""
    for side in (MEMBERSHIP_GROUP, MEMBERSHIP_MEMBER):
        for link in work.store.select(MEMBERSHIPS, Eq(side, node.id)):
            work.store.delete(MEMBERSHIPS, link.id)
