"""Aims cases at things that exist and belong to the run: without that, a random name is just one more 404."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial

from contract_tests.arguments import Values
from contract_tests.exchange import Call, Exchange, Request
from contract_tests.fuzz.cases import Case, Unsendable, arguments_of, request_of
from contract_tests.guard import Refused
from contract_tests.model import Action, Resource
from contract_tests.promise import Operation
from contract_tests.stage import Blocked, Stage, Thing

#: Letters of a made-up name that are kept behind the run's tag.
LONGEST_NAME = 40


@dataclass
class Ground:
    """What a case of an operation starts from: arguments that work, and for a change the thing it is made to."""

    values: Values
    resource: Resource | None = None
    action: Action | None = None
    thing: Thing | None = None

    @property
    def names(self) -> list[str]:
        """Parameters whose value says which thing is meant, now and afterwards."""
        if self.action is None or self.resource is None:
            return []
        new = (name for name, key in self.action.sets.items() if key in self.resource.naming)
        return [*self.action.target, *new]

    @property
    def references(self) -> Values:
        """The arguments that must exist: those that name things, places, and what a thing hangs on."""
        one = self.action
        if one is None:
            return self.values
        names = {*self.names, *one.parts, *one.within, *one.needs, *one.places}
        return {name: value for name, value in self.values.items() if name in names}

    def is_kept_by(self, case: Case, names: Iterable[str]) -> bool:
        """Whether a case still says what the ground says in some parameters, and says it once."""
        return all(case.texts(name) == ([self.values[name]] if name in self.values else []) for name in names)


@dataclass
class Aim:
    """Sends cases at the things of a stage. Changes are made to things of their own, never to those others hang on."""

    stage: Stage
    seed: int
    _turns: dict[str, random.Random] = field(default_factory=dict)
    _known: dict[str, Values] = field(default_factory=dict)
    _victims: dict[str, Thing] = field(default_factory=dict)

    def shoot(self, case: Case) -> Exchange:
        """Send a case. Raises ``Unsendable``, ``Refused``, and ``Blocked`` where what it needs cannot be made."""
        ground = self._ground(case.operation)
        return self._shot(self.aimed(case, ground), ground)

    def again(self, aimed: Case, told: Values) -> Exchange:
        """Send once more a case that was aimed with certain arguments, at what is there now. Raises as ``shoot``."""
        ground = self._ground(aimed.operation)
        for name, value in ground.values.items():
            if name in told and aimed.texts(name) == [told[name]]:
                aimed = aimed.told(name, value)
        return self._shot(aimed, ground)

    def _shot(self, aimed: Case, ground: Ground) -> Exchange:
        self.stage.session.again = partial(repeat, seed=self.seed, aimed=aimed, told=ground.values)
        request = request_of(aimed)
        other = self.stage.promise.sharing(aimed.operation, aimed.path)
        if other is not None:
            raise Unsendable(f"at that address {other.id} is meant")
        if not ground.is_kept_by(aimed, ground.names):
            # a name of somebody else's must not be written down as the run's own
            self.stage.session.guard.check(request)
        return self._sent(aimed, request, ground)

    # --- what to start from

    def _ground(self, operation: Operation) -> Ground:
        found = self.stage.action_of(operation)
        if found is None or found[1].verb == "create" or operation.safe:
            if operation.id not in self._known:
                self._known[operation.id] = self.stage.happy(operation)
            return Ground(self._known[operation.id], *(found or (None, None)))
        resource, action = found
        thing = self._victim(resource, action)
        return Ground(self.stage.values(thing, action), resource, action, thing)

    def _victim(self, resource: Resource, action: Action) -> Thing:
        """A thing of the fuzz for an action to change or delete; a new one once the last is gone."""
        thing = self._victims.get(action.operation.id)
        if thing is None or thing.gone:
            thing = self._victims[action.operation.id] = self.stage.make_for(resource, action)
        return thing

    # --- aiming

    def aimed(self, case: Case, ground: Ground) -> Case:
        """The case with existing things in it.

        Cases that are about one parameter, and half of the random ones, get working arguments for all but that one:
        they come past the first check of their input. The rest keep all but what names things; some reads keep that.
        """
        operation = case.operation
        focus = case.focus if case.focus in operation.by_name else None
        if focus is None and case.positive and not case.whole:
            turn = self._turns.setdefault(operation.id, random.Random(f"{self.seed} {operation.id}"))  # noqa: S311
            choice = turn.randrange(4)
            if choice < 2 and case.names():
                focus = turn.choice(case.names())
            elif choice == 2 and operation.safe:
                return case
        if focus is not None:
            return self._about(case, focus, ground)
        for name, value in ground.references.items():
            case = case.told(name, value)
        return case

    def _about(self, case: Case, focus: str, ground: Ground) -> Case:
        texts = case.texts(focus)
        if focus in ground.names and not case.operation.safe:
            texts = [self._own_name(one) for one in texts[:1] if isinstance(one, str)]
        return Case.of(case.operation, ground.values).given(focus, *texts)

    def _own_name(self, text: str) -> str:
        """A name made up by the generator as one of the run: the tag first, since what cuts names cuts their end.

        Signs that mean something to paths, filters and queries are left out: a server that takes them for syntax would
        reach things of others. Reads and all other parameters keep them.
        """
        kept = (one for one in text if one.isalnum() or one in " -_" or (ord(one) > 0x7F and one.isprintable()))
        return f"{self.stage.session.ledger.tag}{''.join(kept)[:LONGEST_NAME].rstrip()}" if text else text

    # --- sending

    def _sent(self, case: Case, request: Request, ground: Ground) -> Exchange:
        given = arguments_of(case)
        thing, action, resource = ground.thing, ground.action, ground.resource
        if action is not None and resource is not None and action.verb == "create":
            sent = {name: one if isinstance(one, str) else one[0] for name, one in given.items()}
            return self._created(resource, action, sent, request)
        if thing is None or action is None or not ground.is_kept_by(case, action.target):
            return self.stage.session.send(Call(case.operation, given, raw=request))
        return self._changed(thing, action, case, request)

    def _created(self, resource: Resource, action: Action, given: Values, request: Request) -> Exchange:
        thing, exchange = self.stage.create(resource, action, given, {}, None, raw=request)
        if thing is not None:
            self._known.pop(action.operation.id, None)
            self._clear(thing)
        return exchange

    def _changed(self, thing: Thing, action: Action, case: Case, request: Request) -> Exchange:
        if action.verb in ("delete", "bulk"):
            return self.stage.remove(thing, action, None, raw=request)
        fresh = [str(one) for name in action.sets for one in case.texts(name)]
        if action.verb == "rename" and fresh:
            exchange = self.stage.rename(thing, action, fresh[0], None, raw=request)
        else:
            exchange = self.stage.session.send(Call(case.operation, arguments_of(case), raw=request))
            if exchange.succeeded:
                self.stage.learn(thing, exchange, action)
        if exchange.succeeded and action.verb in ("rename", "move"):
            self._clear(thing)
            del self._victims[action.operation.id]
        return exchange

    def _clear(self, thing: Thing) -> None:
        """Take a thing away at once, or lists grow with every case; what resists is left to the end of the run."""
        for action in self.stage.actions(thing, "delete"):
            try:
                self.stage.remove(thing, action, None)
            except (Blocked, Refused):
                continue
            if thing.gone:
                return


def repeat(stage: Stage, *, seed: int, aimed: Case, told: Values) -> None:
    """Send a case of an earlier aim once more."""
    try:
        Aim(stage, seed).again(aimed, told)
    except (Unsendable, Refused, Blocked):
        return
