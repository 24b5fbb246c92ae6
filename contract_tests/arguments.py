"""Arguments of a run: made-up names that carry its tag, sample values, and the things a new one is hung on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from hashlib import blake2b
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson

from contract_tests.ambiguity import carries
from contract_tests.blocked import Blocked
from contract_tests.compare import from_wire
from contract_tests.model import Action, Reference, Resource
from contract_tests.promise import Operation, Parameter
from contract_tests.samples import Samples
from contract_tests.schema import properties_of

if TYPE_CHECKING:
    from contract_tests.stage import Thing

Values = dict[str, str]
#: Whether somebody has a thing of that name already; a name nobody has becomes the run's own.
Taken = Callable[[Resource, str], bool]
#: Names that are tried where names cannot carry the tag, before the last one is left to the guard to refuse.
TRIES = 20
#: A number that no thing has as its id.
GHOST = "987654321"
#: Finds or makes a thing of the named resource: the run's standing one, or with ``True`` a new one.
Supply = Callable[[str, bool], "Thing"]
#: Names of things of a resource that lie in another thing, made where there are none.
Inner = Callable[[Reference, Action, Mapping[str, str]], list[str]]


class Arguments:
    """Makes arguments. ``environment`` holds facts about the target, ``supply`` the things others hang on.

    ``taken`` is asked about names that cannot carry the tag, ``inner`` for what the keys of a map or the members of a
    list may be called. ``used`` are names that are not to be given again, ``left`` keys that are not set.
    """

    def __init__(
        self,
        *,
        conventions: Mapping[str, Any],
        tag: str,
        seed: int,
        environment: Mapping[str, str],
        supply: Supply,
        taken: Taken = lambda resource, name: False,
        inner: Inner = lambda reference, action, values: [],
        left: frozenset[str] = frozenset(),
    ) -> None:
        self.tag, self.environment = tag, environment
        self._supply, self._taken, self._inner = supply, taken, inner
        self._left = left
        self.used: set[str] = set()
        self._entries: set[str] = set()
        #: Where numbered names begin: two runs at once should seldom meet.
        self._first = int.from_bytes(blake2b(tag.encode(), digest_size=2).digest())
        self.references = {key: Reference.of(text) for key, text in conventions.get("references", {}).items()}
        self._exclusive: list[list[str]] = conventions.get("exclusive", [])
        self._samples = Samples(conventions.get("samples", {}), tag=tag, seed=seed)
        self._count = 0
        self._names: Counter[str] = Counter()

    def carry_on(self, other: Arguments) -> None:
        """Make up names and values where others were left off, so that none is given twice."""
        self._names, self._count = other._names, other._count
        self.used, self._entries = other.used, other._entries

    def creation(
        self,
        resource: Resource,
        action: Action,
        values: Mapping[str, str],
        *,
        full: bool,
        variant: int,
        fresh: bool = False,
    ) -> tuple[Values, dict[str, Thing]]:
        """What a creation is sent: names, what it hangs on, what is mandatory; with ``full`` all it can set.

        ``values`` are given as they are. ``variant`` chooses among parameters that exclude each other. With
        ``fresh`` it hangs on things made for it.
        """
        given: Values = {**values}
        parts: dict[str, Thing] = {}
        sorts = [one for one in action.operation.parameters if one.name in resource.variants]
        for parameter in (*sorts, *action.operation.parameters):
            name = parameter.name
            if name in given or not (parameter.required or resource.has(name, given)):
                continue
            if name in action.parts:
                given[name] = self._part(action.parts[name], fresh or resource.fresh, name, parts)
            elif action.target.get(name) in resource.naming:
                given[name] = self.fresh_name(resource)
            elif name in action.needs:
                given[name] = str(action.needs[name])
            elif name in resource.map or name in resource.members:
                continue
            elif parameter.required or (full and parameter.field and self.can_sample(parameter)):
                given[name] = self._telling(parameter)
        if full:
            given |= self._inside(resource, action, given)
        if full:
            self._respect_exclusions(given, values, variant)
        return {one.name: given[one.name] for one in action.operation.parameters if one.name in given}, parts

    def hung(self, action: Action, *, fresh: bool) -> tuple[Values, dict[str, Thing]]:
        """What something comes with that nothing makes."""
        parts: dict[str, Thing] = {}
        return {name: self._part(one, fresh, name, parts) for name, one in action.parts.items()}, parts

    def fact(self, name: str) -> str:
        """A fact about the target; raises ``Blocked`` where it does not tell it."""
        if name not in self.environment:
            raise Blocked(f"the target tells no {name.replace('_', ' ')}")
        return self.environment[name]

    def _inside(self, resource: Resource, action: Action, given: Values) -> Values:
        """Maps and lists of names that a creation can set and was not given."""
        found: Values = {}
        for parameter in action.operation.parameters:
            if parameter.name not in given and parameter.name in {*resource.map, *resource.members}:
                text = self.inner(resource, action, parameter, given, self._next())
                found |= {parameter.name: text} if text else {}
        return found

    def members(self, reference: Reference, action: Action, values: Mapping[str, str]) -> list[str]:
        """Names of what may be in a list of something that is hung on ``values``."""
        return self._inner(reference, action, values)

    def entries(self, text: str) -> list[str]:
        """The keys of a map that is written as JSON; none of anything else."""
        value = orjson.loads(text)
        return list(value) if isinstance(value, dict) else []

    def inner(
        self, resource: Resource, action: Action, parameter: Parameter, values: Mapping[str, str], n: int
    ) -> str | None:
        """The n-th value of a map or list of names, as JSON; ``None`` where nothing has the names.

        ``values`` say what the thing hangs on, whose own things the keys of a map name.
        """
        field = parameter.field or parameter.name
        reference = resource.map.get(field) or resource.members.get(field)
        names = self._inner(reference, action, values) if reference else []
        self._entries.update(names)
        if not names:
            return None
        if field in resource.members:
            return orjson.dumps([names[n % len(names)]]).decode()
        value = self._samples.text(f"{field} {n}", n)
        return orjson.dumps({name: f"{value} {number}" for number, name in enumerate(names)}).decode()

    def _part(self, reference: Reference, fresh: bool, name: str, parts: dict[str, Thing]) -> str:
        if not reference.key:
            return self.fact(reference.resource)
        parts[name] = self._supply(reference.resource, fresh)
        return str(parts[name].get(reference.key))

    def fresh_name(self, resource: Resource) -> str:
        """A name of the run that no other thing has."""
        name = self._numbered(resource)
        for _ in range(TRIES):
            if carries(self.tag, name) or not self._taken(resource, name):
                break
            name = self._numbered(resource)
        return name

    def _numbered(self, resource: Resource) -> str:
        name = self._next_name(resource)
        while name in self.used:
            name = self._next_name(resource)
        return name

    def _next_name(self, resource: Resource) -> str:
        self._names[resource.name] += 1
        n = self._names[resource.name]
        far = self._first + n
        form = resource.name_form or "{tag}-{letter}{n}"
        return form.format(tag=self.tag, letter=resource.letter, n=n, hi=far // 250 % 250, lo=1 + far % 250)

    def ghost(self, resource: Resource, key: str) -> str | None:
        """The value of a key that no thing has; ``None`` where there is no telling."""
        if key in resource.ghosts:
            return resource.ghosts[key].format(**{**self.environment, "fresh": self.fresh_name(resource)})
        if key in resource.naming:
            return self.fresh_name(resource)
        shape = properties_of(resource.schema).get(key, {})
        if shape.get("format") == "uuid":
            return self._ghost_id(resource)
        return GHOST if key == resource.id and re.fullmatch(shape.get("pattern", "(?!)"), GHOST) else None

    def _ghost_id(self, resource: Resource) -> str:
        """An id nobody has: 128 bits that follow from the tag."""
        return str(UUID(bytes=blake2b(f"{self.tag} {resource.name} {self._next()}".encode(), digest_size=16).digest()))

    def sample(self, parameter: Parameter, n: int) -> str:
        """A value for a parameter: what it refers to, a listed sample, or one made by its schema."""
        reference = self.references.get(parameter.field or parameter.name)
        if reference is not None:
            return str(self._supply(reference.resource, n % 2 == 1).get(reference.key))
        return self._samples.value(parameter, n)

    def _telling(self, parameter: Parameter) -> str:
        """A value that shows it was read: not the default."""
        samples = (self.sample(parameter, self._next()) for _ in range(4))
        return next((one for one in samples if from_wire(one, parameter.kind) != parameter.default), "")

    def can_sample(self, parameter: Parameter) -> bool:
        """Whether a value can be made up: of lists and maps only what is listed."""
        return parameter.field not in self._left and (
            not parameter.composite or self._samples.known(parameter) is not None
        )

    def is_free(self, parameter: Parameter) -> bool:
        """Whether any text will do: nothing says which ones, or of what form."""
        bound = parameter.words or parameter.secret or {"format", "pattern"} & set(parameter.schema)
        return parameter.is_text and not bound and self._samples.known(parameter) is None

    def free_entries(self, current: Mapping[str, Any]) -> list[str]:
        """The entries of a map that are known to hold any text."""
        return [one for one in current if one in self._entries]

    def another(self, resource: Resource, operation: Operation, parameter: Parameter, current: Any) -> Values | None:
        """What to send to change one field: a value it does not have, and what excludes it switched off."""
        if parameter.field in resource.map:
            return self._another_entry(parameter, current)
        if not self.can_sample(parameter):
            return None
        kind = str(properties_of(resource.schema).get(parameter.field or "", {}).get("type", "string"))
        candidates = (self.sample(parameter, n) for n in range(1, 12))
        text = next((one for one in candidates if from_wire(one, kind) != current), None)
        if text is None:
            return None
        others = self._excluded(operation, parameter.name) if text != "false" else ()
        off = {one.name: "false" if one.kind == "boolean" else "" for one in others}
        return {**off, parameter.name: text}

    def _another_entry(self, parameter: Parameter, current: Any) -> Values | None:
        """Another value for one entry of a map that is known to hold any text."""
        names = self.free_entries(current) if isinstance(current, dict) else []
        if not names:
            return None
        n = self._next()
        return {parameter.name: orjson.dumps({names[n % len(names)]: self._samples.text("entry", n)}).decode()}

    def unreadable(self, operation: Operation) -> Values:
        """A value that cannot be read, for the first argument of a query that has a form; none where none has."""
        for one in operation.parameters:
            strict = one.kind in ("boolean", "integer", "number") or "enum" in one.schema
            if one.place == "query" and (strict or one.schema.get("format") == "uuid"):
                return {one.name: f"{self.tag}-n0nsense"}
        return {}

    def linked(self, operation: Operation, parameter: Parameter) -> set[str]:
        """Fields that may move together with a parameter's, because they exclude each other."""
        return {one.field for one in self._excluded(operation, parameter.name) if one.field}

    def variants(self, operation: Operation) -> int:
        """How many creations it takes to set every parameter once, given those that exclude each other."""
        present = [[one for one in group if operation.parameter(one)] for group in self._exclusive]
        return max((len(group) for group in present), default=1) or 1

    def _excluded(self, operation: Operation, name: str) -> Iterator[Parameter]:
        for group in self._exclusive:
            if name in group:
                for other in group:
                    parameter = operation.parameter(other)
                    if other != name and parameter is not None:
                        yield parameter

    def _respect_exclusions(self, given: Values, fixed: Mapping[str, str], variant: int) -> None:
        for group in self._exclusive:
            present = [one for one in group if one in given]
            if len(present) < 2:
                continue
            kept = next((one for one in present if one in fixed), present[variant % len(present)])
            for one in present:
                if one == kept:
                    given[one] = "true" if given[one] in ("true", "false") else given[one]
                elif given[one] in ("true", "false"):
                    given[one] = "false"
                else:
                    del given[one]

    def unused(self) -> int:
        """The number of a sample that nothing was made with."""
        return self._next()

    def _next(self) -> int:
        self._count += 1
        return self._count
