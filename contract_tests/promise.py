"""The promise of one API as the judge reads it: its OpenAPI document, its conventions, its operations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from apitwin.data import bundle
from contract_tests.evidence import Evidence, level_of
from contract_tests.schema import Schema, Validator, kind_of

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


class PromiseError(Exception):
    """A promise that is missing, broken or contradicts itself."""


@dataclass(frozen=True)
class Parameter:
    """One argument of an operation.

    ``place``: path, query, header, form (a form field), body (a JSON key) or content (the body as a whole).
    """

    name: str
    place: str
    required: bool
    schema: Schema
    evidence: Evidence
    raw: Mapping[str, Any]

    @property
    def field(self) -> str | None:
        """The key of the resource this parameter sets."""
        field = self.raw.get("x-field")
        return field if isinstance(field, str) else None

    @property
    def max_length(self) -> int | None:
        return self.raw.get("x-max-length") or self.schema.get("maxLength")

    @property
    def clears(self) -> bool:
        """Whether an empty value is a value (it clears), not an absent one."""
        return bool(self.raw.get("allowEmptyValue"))

    @property
    def kind(self) -> str:
        return kind_of(self.schema)

    @property
    def is_text(self) -> bool:
        return self.kind in ("string", "")

    @property
    def words(self) -> list[Any]:
        """The few values it takes; empty where any of its type will do."""
        return list(self.schema.get("enum") or self.schema.get("x-enum") or ())

    @property
    def composite(self) -> bool:
        """Whether a value is a list or a map, written as JSON."""
        return self.kind in ("array", "object")

    @property
    def default(self) -> Any:
        return self.schema.get("default")

    @property
    def secret(self) -> bool:
        return self.schema.get("format") == "password"


@dataclass(frozen=True)
class Reply:
    """One documented answer of an operation; ``schema`` is ``None`` where no body is promised."""

    status: int
    schema: Schema | None
    media_types: tuple[str, ...]
    headers: Mapping[str, Any]
    evidence: Evidence

    @cached_property
    def validator(self) -> Validator | None:
        return None if self.schema is None else Validator(self.schema)


@dataclass(frozen=True)
class Operation:
    """One operation of the document. ``replies`` by status.

    ``good`` are the codes of its success, any 2xx where the promise names none; ``void`` those that say that there was
    nothing to do it to.
    """

    id: str
    method: str
    path: str
    parameters: tuple[Parameter, ...]
    replies: Mapping[int, Reply]
    secured: bool
    tag: str
    evidence: Evidence
    raw: Mapping[str, Any]
    good: frozenset[int] = frozenset()
    void: frozenset[int] = frozenset()

    @cached_property
    def by_name(self) -> dict[str, Parameter]:
        return {one.name: one for one in self.parameters}

    def parameter(self, name: str) -> Parameter | None:
        return self.by_name.get(name)

    @property
    def safe(self) -> bool:
        return self.method in ("GET", "HEAD", "OPTIONS")

    @property
    def shape(self) -> str:
        """Its path without the names of its parts."""
        return re.sub(r"\{[^}]*\}", "{}", self.path)

    @property
    def pending(self) -> int | None:
        """The code by which it answers that its result is not there yet, where it may."""
        code = self.raw.get("x-pending")
        return code if isinstance(code, int) else None

    @property
    def outcome(self) -> str:
        """The class of its success, by its name among ``outcomes`` of the conventions."""
        return str(self.raw.get("x-outcome", ""))

    def succeeded(self, status: int) -> bool:
        """Whether a status says that it was done."""
        return status in self.good or (200 <= status < 300 and status not in self.void)

    def __hash__(self) -> int:
        return hash(self.id)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Operation) and other.id == self.id


@dataclass(frozen=True, eq=False)
class Promise:
    """What one API promises. ``document`` holds no references. A promise is equal to itself only."""

    name: str
    document: Mapping[str, Any]
    conventions: Mapping[str, Any]
    folder: Path | None = None

    @cached_property
    def operations(self) -> dict[str, Operation]:
        return {one.id: one for one in operations_of(self.document, self.conventions)}

    @cached_property
    def routes(self) -> Routes:
        fold = self.conventions.get("casing", {}).get("routes") == "insensitive"
        return Routes(list(self.operations.values()), fold=fold, mirrors=self.conventions.get("mirrors", {}))

    @cached_property
    def base(self) -> str:
        """What stands before every path of the document: the first of ``base_paths``, without its last slash."""
        return self.bases[0]

    @property
    def bases(self) -> list[str]:
        """Every address the operations lie under, without its last slash."""
        return [one.rstrip("/") for one in self.conventions.get("base_paths", ("/",))]

    def operation(self, name: str) -> Operation:
        """Raises ``PromiseError`` for an operation the document does not have."""
        try:
            return self.operations[name]
        except KeyError:
            raise PromiseError(f"{self.name}: conventions name an unknown operation {name!r}") from None

    def sharing(self, operation: Operation, values: Mapping[str, str]) -> Operation | None:
        """The other operation of the same address that is meant where the values of the path fit its forms."""
        given = [values.get(part[1:-1], "") for part in operation.path.split("/") if part.startswith("{")]
        for other in self.operations.values():
            if other == operation or other.method != operation.method or other.shape != operation.shape:
                continue
            forms = [one.schema.get("pattern") for one in other.parameters if one.place == "path"]
            if any(forms) and all(
                form is None or re.search(form, text) for form, text in zip(forms, given, strict=True)
            ):
                return other
        return None

    def status_of(self, situation: str) -> int:
        """The code promised for a situation; raises ``PromiseError`` for an unknown one."""
        if situation == "success":
            return 200
        entry = self.conventions["situations"].get(situation)
        if entry is None:
            known = ", ".join(sorted(self.conventions["situations"]))
            raise PromiseError(f"{self.name}: unknown situation {situation!r}; known: {known}")
        return int(entry["code"] if isinstance(entry, Mapping) else entry)

    def situation_evidence(self, situation: str) -> Evidence:
        entry = self.conventions.get("situations", {}).get(situation)
        return level_of(entry if isinstance(entry, Mapping) else None, Evidence.DOCUMENTED)


class Routes:
    """Which operations a raw path belongs to. Literal segments beat placeholders; an encoded slash is data.

    ``mirrors`` names methods that do the same at an address that has one of them.
    """

    def __init__(self, operations: list[Operation], *, fold: bool, mirrors: Mapping[str, Any] | None = None) -> None:
        self._fold = fold
        self._mirrors = mirrors or {}
        self._patterns: dict[int, list[tuple[re.Pattern[str], Operation]]] = {}
        for one in sorted(operations, key=lambda one: [segment.startswith("{") for segment in one.path.split("/")]):
            self._patterns.setdefault(_depth(one.path), []).append((self._pattern(one.path), one))

    def _pattern(self, template: str) -> re.Pattern[str]:
        parts = [
            "([^/]+)" if segment.startswith("{") else re.escape(segment) for segment in template.strip("/").split("/")
        ]
        return re.compile("/" + "/".join(parts) + "/?", re.IGNORECASE if self._fold else 0)

    def match(self, path: str) -> Iterator[tuple[Operation, tuple[str, ...]]]:
        """Operations at a raw path, best first, each with its raw placeholder values."""
        for pattern, operation in self._patterns.get(_depth(path), ()):
            found = pattern.fullmatch(path)
            if found:
                yield operation, found.groups()

    def find(self, method: str, path: str) -> tuple[Operation, tuple[str, ...]] | None:
        """The operation a request is for, with its raw placeholder values; it may have the other of two methods."""
        pairs = list(self.match(path))
        own = next((pair for pair in pairs if pair[0].method == method), None)
        return own or next((pair for pair in pairs if method in self.mirrored(pair[0])), None)

    def mirrored(self, operation: Operation) -> tuple[str, ...]:
        """Other methods that do what an operation does."""
        methods = self._mirrors.get("methods", ())
        if operation.method not in methods or operation.path in self._mirrors.get("differ", ()):
            return ()
        return tuple(one for one in methods if one != operation.method)


def _depth(path: str) -> int:
    """How many segments a path has, whether or not a slash ends it."""
    return path.removesuffix("/").count("/")


def load(folder: Path, *, cache: Path | None = None) -> Promise:
    """The promise in a folder such as specs/kopicloud-ad; raises ``PromiseError`` naming what is missing or broken."""
    try:
        found = bundle.load(folder, cache=cache)
    except bundle.BundleError as error:
        raise PromiseError(str(error)) from error
    return Promise(folder.name, found.document, {**found.conventions, **found.stories, **found.states}, folder)


def operations_of(document: Mapping[str, Any], conventions: Mapping[str, Any]) -> Iterator[Operation]:
    """Every operation of a document without references. Raises ``PromiseError`` for two with one id."""
    seen: set[str] = set()
    for path, item in document["paths"].items():
        for method in METHODS:
            if method not in item:
                continue
            for where, raw in _meanings(path, item[method]):
                operation = _operation(document, conventions, where, method, item, raw)
                if operation.id in seen:
                    raise PromiseError(f"two operations are called {operation.id!r}")
                seen.add(operation.id)
                yield operation


def _meanings(path: str, raw: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """An operation and those that share its address (``x-also``), each with its path."""
    yield path, raw
    yield from ((also["x-path"], also) for also in raw.get("x-also", ()))


def _operation(
    document: Mapping[str, Any],
    conventions: Mapping[str, Any],
    path: str,
    method: str,
    item: Mapping[str, Any],
    raw: Mapping[str, Any],
) -> Operation:
    credential = conventions.get("credential", {}).get("name")
    evidence = level_of(raw, Evidence.DOCUMENTED)
    given = [*item.get("parameters", ()), *raw.get("parameters", ())]
    parameters = [_parameter(one, one["in"], evidence) for one in given if one["name"] != credential]
    # a key of a body that is called like a part of the address cannot be told from it by name
    parameters += [one for one in _body_parameters(raw, evidence) if one.name not in {each.name for each in parameters}]
    security = raw.get("security", document.get("security", []))
    replies = {int(code): _reply(int(code), one) for code, one in raw["responses"].items() if str(code).isdigit()}
    good, void = _codes(conventions, raw, replies)
    late = conventions.get("situations", {}).get("not-ready")
    if late and late["code"] in replies and late["code"] != conventions["situations"].get("bad-input", {}).get("code"):
        raw = {**raw, "x-pending": late["code"]}
    return Operation(
        id=raw["operationId"],
        method=method.upper(),
        path=path,
        parameters=tuple(parameters),
        replies=replies,
        secured=bool(security),
        tag=(raw.get("tags") or [""])[0],
        evidence=evidence,
        raw=raw,
        good=good,
        void=void,
    )


def _codes(
    conventions: Mapping[str, Any], raw: Mapping[str, Any], replies: Mapping[int, Reply]
) -> tuple[frozenset[int], frozenset[int]]:
    """The codes of success of an operation, and those that say that there was nothing to do it to."""
    outcomes, name = conventions.get("outcomes", {}), raw.get("x-outcome")
    if name not in outcomes:
        return frozenset(), frozenset()
    good = {outcomes[name]["code"]}
    made = outcomes.get("create-by-put", {}).get("code")
    if name == "update" and made in replies:
        good.add(made)
    unknown = conventions.get("situations", {}).get("delete-unknown")
    void = {unknown["code"]} if name == "delete" and unknown else set()
    return frozenset(good), frozenset(void)


def _parameter(raw: Mapping[str, Any], place: str, evidence: Evidence) -> Parameter:
    return Parameter(
        name=raw["name"],
        place=place,
        required=bool(raw.get("required")),
        schema=raw.get("schema", {}),
        evidence=level_of(raw, evidence),
        raw=raw,
    )


def _body_parameters(raw: Mapping[str, Any], evidence: Evidence) -> list[Parameter]:
    content = raw.get("requestBody", {}).get("content", {})
    places = {"application/json": "body", "application/x-www-form-urlencoded": "form"}
    for media_type, place in places.items():
        schema = content.get(media_type, {}).get("schema")
        if schema and "x-field" in schema:
            required = bool(raw["requestBody"].get("required"))
            whole = {**schema, "name": schema["x-field"], "required": required, "schema": schema}
            return [_parameter(whole, "content", evidence)]
        if schema:
            needed = schema.get("required", ())
            return [
                _parameter({**one, "name": name, "required": name in needed, "schema": one}, place, evidence)
                for name, one in schema.get("properties", {}).items()
            ]
    return []


def _reply(status: int, raw: Mapping[str, Any]) -> Reply:
    content = raw.get("content", {})
    schema = next((one.get("schema") for one in content.values()), None)
    return Reply(status, schema, tuple(content), raw.get("headers", {}), level_of(raw, Evidence.DOCUMENTED))
