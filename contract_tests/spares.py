"""Things of the run that nothing deletes, used by one scenario after another in place of new ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from contract_tests import lasting
from contract_tests.model import Action, Resource
from contract_tests.thing import Thing

if TYPE_CHECKING:
    from contract_tests.stage import Stage


class Spares:
    """Where a run is sparing, what it has made of such a thing before. No scenario is given one twice.

    ``keeping``: what is made now is for every run on the system.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._given: set[Thing] = set()
        self._kept: set[Thing] = set()
        self.keeping = False

    @contextmanager
    def kept(self) -> Iterator[None]:
        """While something is made for every run on the system."""
        self.keeping = True
        try:
            yield
        finally:
            self.keeping = False

    def keep(self, thing: Thing) -> Thing:
        """All scenarios work in a thing, so that none is given it."""
        self._kept.add(thing)
        return thing

    def renew(self) -> None:
        """Another scenario begins."""
        self._given.clear()

    def give(self, thing: Thing) -> Thing:
        """A scenario works on a thing, and on what it hangs on."""
        self._given.update((thing, *thing.parts.values()))
        return thing

    def found(self, resource: Resource, action: Action, values: Mapping[str, str], *, fresh: bool) -> Thing | None:
        """One that a creation with these values would come to; with ``fresh`` it hangs on what no scenario has."""
        if not lasting.few(self._stage, resource):
            return None
        for thing in self._stage.things:
            if thing.resource is resource and thing.action is action and self._fits(thing, values, fresh=fresh):
                return self.give(thing)
        return None

    def _fits(self, thing: Thing, values: Mapping[str, str], *, fresh: bool) -> bool:
        used = self._given | self._kept
        if thing in used or thing.gone or any(thing.sent.get(name) != value for name, value in values.items()):
            return False
        names = [name for name, one in thing.action.parts.items() if one.key and name not in values]
        if not thing.parts.keys() >= set(names):
            return False  # a rule told the holder by its id alone: it may be anybody's
        holders = [thing.parts[name] for name in names]
        return all(one not in used if fresh else one in self._kept for one in holders)
