"""The guard: no request of any engine passes that could touch what is not the run's own. Unknown is refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import unquote

from contract_tests.ambiguity import letters, objection_to_method, objection_to_target, pairs_of, spellings
from contract_tests.exchange import Request
from contract_tests.ledger import Ledger
from contract_tests.model import Action, Reference, Resource
from contract_tests.modes import Mode
from contract_tests.promise import Operation, Promise

SAFE = ("GET", "HEAD", "OPTIONS")

#: Words for a flag that is not set.
NO = ("", "0", "false", "no", "off")

Given = Mapping[str, list[str]]


class Refused(Exception):
    """A request the guard does not let through; says which and why."""


@dataclass(frozen=True)
class _Reach:
    """What an operation may reach: its parameters by their letters, those that name what a thing hangs on and what that
    is, whether a thing it makes stays for ever, and which parameters give a new name."""

    names: Mapping[str, str]
    hung: frozenset[tuple[str, Reference]]
    stays: bool
    fresh: frozenset[str]


class Guard:
    """Lets a write through only if all that it names is in the ledger or carries the run's tag.

    Which parameters name the target of a write, and what it hangs on, is read from the resources of the conventions.
    ``facts`` are facts about the target that things may be hung on, such as the root of its directory.
    """

    def __init__(
        self, *, promise: Promise, resources: Iterable[Resource], ledger: Ledger, mode: Mode = Mode.ADDITIVE
    ) -> None:
        self._promise, self._ledger, self.mode = promise, ledger, mode
        self.facts: frozenset[str] = frozenset()
        self.refused: Counter[str] = Counter()
        self._aside = False
        self._actions: dict[str, list[tuple[Resource, Action]]] = {}
        self._holding: dict[str, Reference] = {}
        self._hung: set[str] = set()
        self._reaches: dict[str, _Reach] = {}
        for resource in resources:
            for action in resource.actions:
                self._actions.setdefault(action.operation.id, []).append((resource, action))
                self._holding |= {name: part for name, part in action.parts.items() if part.key}
            keys = {key: Reference(resource.kind_of(key), key) for key in sorted(resource.hung)}
            self._hung |= keys.keys()
            self._holding |= keys
        sessions = promise.conventions.get("sessions", ())
        self._accounts = {one["operation"]: next(iter(one["arguments"])) for one in sessions}
        referring: Mapping[str, str] = promise.conventions.get("references", {})
        self._references = {name: Reference.of(text) for name, text in referring.items()}
        marking: Mapping[str, list[str]] = promise.conventions.get("marks", {})
        self._singular: list[str] = promise.conventions.get("singular", [])
        self._referred = {name: [Reference.of(text) for text in texts] for name, texts in marking.items()}

    def check(self, request: Request) -> None:
        """Raises ``Refused`` unless the request may be sent."""
        reason = self._objection(request)
        if reason is not None:
            self.refused[reason] += 1
            raise Refused(f"{request.method} {request.path}: {reason}")

    @contextmanager
    def standing_aside(self, grave: bool) -> Iterator[None]:
        """While a rule is judged that is about things of others: in a ``full`` run its writes pass."""
        self._aside = grave and self.mode is Mode.FULL
        try:
            yield
        finally:
            self._aside = False

    def _objection(self, request: Request) -> str | None:
        override = objection_to_method(request)
        if override is not None or request.method in SAFE or self._aside:
            return override
        if not self.mode.writes:
            return f"a {self.mode} run sends nothing but reads"
        return objection_to_target(request.target) or self._objection_to_write(request)

    def _objection_to_write(self, request: Request) -> str | None:
        found = self._promise.routes.find(request.method, self._path(request))
        if found is None:
            return self._unrouted(request)
        operation, raw = found
        given = self.arguments(request, operation, raw)
        if given is None:
            return "its body cannot be read"
        if self._reaches_own(operation, given):
            return None
        return f"{operation.id} would reach something that is not of this run"

    def _path(self, request: Request) -> str:
        base = self._promise.base
        return request.path.removeprefix(base) if request.path.startswith(base + "/") else request.path

    def _unrouted(self, request: Request) -> str | None:
        """A method nobody documented: only on a path whose every value is the run's own, and without arguments."""
        found = list(self._promise.routes.match(self._path(request)))
        own = found and all(raw and self._is_own_address(operation, raw) for operation, raw in found)
        return None if own and not request.body else "no operation is documented there"

    def _is_own_address(self, operation: Operation, raw: tuple[str, ...]) -> bool:
        """Whether every value of a path names something of the run."""
        kinds: dict[str, str] = {}
        for one, action in self._actions.get(operation.id, ()):
            kinds |= {name: part.resource for name, part in action.parts.items() if part.key}
            kinds |= {name: one.kind_of(key) for name, key in action.target.items()}
        segments = [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]
        return all(
            self._ledger.owns(unquote(value), kinds.get(name, "")) for name, value in zip(segments, raw, strict=True)
        )

    def arguments(self, request: Request, operation: Operation, raw: tuple[str, ...]) -> Given | None:
        """Every value a server might read for each parameter, wherever it stands and however its name is spelled.

        ``None`` when there is a body that cannot be read.
        """
        segments = [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]
        given: dict[str, list[str]] = {name: [unquote(value)] for name, value in zip(segments, raw, strict=True)}
        pairs = pairs_of(request)
        if pairs is None:
            return None
        names = self._reach_of(operation).names
        for name, value in pairs:
            for spelling in spellings(name) & names.keys():
                given.setdefault(names[spelling], []).append(value)
        return given

    def _reach_of(self, operation: Operation) -> _Reach:
        """What the promise says of an operation; asked for every write, so looked up once."""
        if operation.id not in self._reaches:
            actions = self._actions.get(operation.id, [])
            named = {name for _, one in actions for name in (*one.target, *one.sets, *one.places, *one.parts)}
            names = {*operation.by_name, *named, *self._hung, *self._referred, *self._singular}
            self._reaches[operation.id] = _Reach(
                names={letters(name): name for name in names},
                hung=frozenset(self._hangs(operation, actions)),
                stays=any(one.lasting and action.verb == "create" for one, action in actions),
                fresh=frozenset(
                    name for one, action in actions for name, key in action.sets.items() if key in one.naming
                ),
            )
        return self._reaches[operation.id]

    def _reaches_own(self, operation: Operation, given: Given) -> bool:
        if operation.id in self._accounts:
            # failed attempts may lock an account; without an account there is none to lock
            values = given.get(self._accounts[operation.id], [])
            return all(not value or self._ledger.owns(value) for value in values)
        actions, reach = self._actions.get(operation.id, []), self._reach_of(operation)
        ground = ((value, one) for name, one in reach.hung for value in given.get(name, ()))
        if not all(self._is_ground(value, one, stays=reach.stays) for value, one in ground):
            return False
        if self._is_singled_out(given) and not all(self._is_on_own(one, given) for one in actions):
            return False  # it would be taken from somebody else's thing in the same place
        for name, kinds in self._referred.items():
            if not all(any(self._is_ground(value, one) for one in kinds) for value in given.get(name, ())):
                return False  # what is referred to may show that it is
        if not all(self._may_name(value) for name in reach.fresh for value in given.get(name, ())):
            return False  # of several things that an operation does, it may do each
        return any(self._allows(resource, action, given) for resource, action in actions)

    def _is_singled_out(self, given: Given) -> bool:
        """Whether a thing is given a flag that one thing of a place has at most."""
        return any(value.casefold() not in NO for name in self._singular for value in given.get(name, ()))

    def _is_on_own(self, one: tuple[Resource, Action], given: Given) -> bool:
        """Whether what the thing hangs on was made by the run."""
        resource, action = one
        hung = [(name, key) for name, key in action.target.items() if key in resource.hung]
        return all(
            self._ledger.owns(value, resource.kind_of(key)) for name, key in hung for value in given.get(name, ())
        )

    def _hangs(self, operation: Operation, actions: list[tuple[Resource, Action]]) -> set[tuple[str, Reference]]:
        """Parameters that name what a thing hangs on, goes to, or refers to, and what that is."""
        named = {pair for _, one in actions for pair in (*one.parts.items(), *one.places.items())}
        referring = ((one.name, self._references.get(one.name)) for one in operation.parameters)
        by_field = ((one.name, self._references.get(one.field or "")) for one in operation.parameters)
        elsewhere = self._called_alike(operation, actions)
        return named | {(name, one) for name, one in (*referring, *by_field, *elsewhere) if one is not None}

    def _called_alike(
        self, operation: Operation, actions: list[tuple[Resource, Action]]
    ) -> Iterator[tuple[str, Reference]]:
        """Parameters that mean nothing to the operation, and name what things hang on elsewhere in the promise: some
        server may make something of them."""
        known = {name for _, one in actions for name in (*one.target, *one.sets, *one.places, *one.parts)}
        for name in (operation.by_name.keys() | self._hung) & self._holding.keys() - known:
            yield name, self._holding[name]

    def _is_ground(self, value: str, reference: Reference, *, stays: bool = False) -> bool:
        """Whether things may be hung there; a fact that is a number is none of some resource, and what stays is hung on
        nothing of others."""
        of = reference.resource if reference.key else ""
        theirs = (of and value.isdecimal()) or (stays and self.mode is not Mode.FULL)
        known = value.casefold() in self.facts and not theirs
        return not value or known or self._ledger.owns(value, of) or self._ledger.leases(value, of)

    def _allows(self, resource: Resource, action: Action, given: Given) -> bool:
        kinds = {key: resource.kind_of(key) for key in action.target.values()}
        if action.verb == "bulk" or resource.coming is not None:
            # a server that ignores one filter still meets the other
            filters, named = action.switches.values(), {name: kinds[key] for name, key in action.target.items()}
            named |= {name: one.resource for name, one in action.parts.items()}
            return all(self._owned(given.get(name), of, pattern=name in filters) for name, of in named.items())
        told = {key: given[name] for name, key in action.target.items() if name in given}
        owned = {key for key, values in told.items() if self._owned(values, kinds[key])}
        if action.verb == "create":
            owned |= {key for key in told.keys() & resource.naming if self._may_all_be_named(told[key], resource.name)}
            if resource.id is not None and not resource.naming:
                return True  # a new thing without a name touches nothing but what it hangs on
        names = [one for key in owned & resource.naming for one in told[key]]
        by_name = bool(names) and all(one and not one.isdecimal() for one in names)
        hung = [(one, Reference(kinds[key], key)) for key in told.keys() & resource.hung for one in told[key]]
        if not by_name and not all(self._is_ground(*pair) for pair in hung):
            return False  # an id may be somebody else's in another place; a name of the run is nobody's
        alone = {key for group in resource.owned_by if len(group) == 1 for key in group}
        if owned & alone & resource.hung:
            return True  # what lies in something of the run is the run's
        if (told.keys() & alone) - resource.hung - owned:
            return False
        return self.mode is Mode.FULL or any(group <= owned for group in resource.owned_by)

    def _may_all_be_named(self, values: list[str], of: str) -> bool:
        return all(self._may_name(one) or self._ledger.leases(one, of) for one in values)

    def _may_name(self, value: str) -> bool:
        return self._ledger.may_name(value) or (not value and self.mode is Mode.FULL)

    def _owned(self, values: list[str] | None, of: str, *, pattern: bool = False) -> bool:
        """Whether there are values, and all of them are own; a ``full`` run may also name nothing."""
        # what a pattern matches begins as it does
        texts = [(one.partition("*")[0] or one) if pattern else one for one in values or ()]
        if self.mode is Mode.FULL:
            return all(self._ledger.owns(one, of) for one in texts if one)
        return bool(texts) and all(self._ledger.owns(one, of) for one in texts)
