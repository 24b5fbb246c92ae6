"""What things hang on without being made there: what comes with another thing, and the names inside of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from contract_tests.blocked import Blocked
from contract_tests.lasting import made_once
from contract_tests.ledger import Entry
from contract_tests.model import Action, Reference, Resource
from contract_tests.thing import Thing

if TYPE_CHECKING:
    from contract_tests.stage import Stage

#: Things that are made in another one to have names for the keys of a map, or the members of a list.
INSIDE = 2


def come(stage: Stage, resource: Resource, *, fresh: bool) -> Thing:
    """What comes with another thing, which with ``fresh`` is made for it; raises ``Blocked``."""
    action = resource.coming
    if action is None:
        raise Blocked(f"a {resource.title} comes with nothing")
    given, parts = stage.arguments.hung(action, fresh=fresh)
    return Thing(resource, Entry(-1, resource.name), action, given, parts)


class Inside:
    """Things that lie in others, by what they lie in; made when they are first asked for."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._known: dict[tuple[str, str], list[Thing]] = {}

    def names(self, reference: Reference, action: Action, values: Mapping[str, str]) -> list[str]:
        """The names of those in what something is hung on by ``values``; none where nothing can be made there."""
        resource = self._stage.resources[reference.resource]
        creation, holders = resource.first("create"), {part.resource: name for name, part in action.parts.items()}
        for own, part in creation.parts.items() if creation and self._stage.mode.writes else ():
            holder = values.get(holders.get(part.resource, ""))
            if holder:
                return [str(one.get(reference.key)) for one in self._in(resource, own, holder)]
        return []

    def _in(self, resource: Resource, parameter: str, holder: str) -> list[Thing]:
        if made_once(self._stage, resource):
            return [self._stage.standing(resource.name)]
        known = [one for one in self._known.get((resource.name, holder), ()) if not one.gone]
        for _ in range(INSIDE - len(known)):
            known.append(self._stage.make(resource, {parameter: holder}, why="create something inside"))
        self._known[resource.name, holder] = known
        return known
