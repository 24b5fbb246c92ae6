"""Operations of a promise: what an OpenAPI document says of each, read once and never again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

#: Headers that are no parameters whatever a document says (OpenAPI 3.0, Parameter Object).
NO_PARAMETERS = ("accept", "content-type", "authorization")


class PromiseError(Exception):
    """The promise says something the twin does not understand; names the place."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """How a promise is known: ``documented``, ``client`` or ``assumed``, and the source."""

    level: str
    source: str

    @classmethod
    def of(cls, node: Mapping[str, Any]) -> Evidence:
        """The ``x-evidence`` of a node of the document; ``assumed`` where it has none."""
        given = node.get("x-evidence", {})
        return cls(given.get("level", "assumed"), given.get("source", "none"))


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: wire name, place, JSON schema, whether an empty value means something, whether it is secret."""

    name: str
    place: str
    required: bool
    schema: Mapping[str, Any]
    allow_empty: bool
    secret: bool

    @property
    def default(self) -> Any:
        """The value of an absent parameter; ``None`` when the promise names none."""
        return self.schema.get("default")


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of an API. ``also``: it shares its address with another, and values of its path tell them apart.

    ``extensions`` are what else the document says of it in words of its own (``x-…``).
    """

    id: str
    method: str
    path: str
    parameters: tuple[Parameter, ...]
    responses: Mapping[int, Mapping[str, Any]]
    body: Mapping[str, Any] | None
    secured: bool
    section: str
    since: str
    evidence: Evidence
    also: bool = False
    extensions: Mapping[str, Any] = field(default_factory=dict)

    def parameters_in(self, place: str) -> tuple[Parameter, ...]:
        """Parameters that travel in ``path``, ``query`` or ``header``."""
        return tuple(parameter for parameter in self.parameters if parameter.place == place)


def operations_of(document: Mapping[str, Any]) -> Iterator[Operation]:
    """Every operation of a bundled OpenAPI 3.0 document, in its order.

    ``x-also`` of an operation are others at its address, under a path of their own: theirs is a request whose path
    values are right for them.
    """
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield _operation(document, path, method, item, item[method])
                for also in item[method].get("x-also", ()):
                    yield _operation(document, also["x-path"], method, item, also)


def _operation(
    document: Mapping[str, Any], path: str, method: str, item: Mapping[str, Any], node: Mapping[str, Any]
) -> Operation:
    if "operationId" not in node:
        raise PromiseError(f"{method.upper()} {path}: no operationId")
    # those of the operation replace those of its path
    given = {(one["name"], one["in"]): one for one in (*item.get("parameters", ()), *node.get("parameters", ()))}
    return Operation(
        id=node["operationId"],
        method=method.upper(),
        path=path,
        parameters=tuple(
            _parameter(one)
            for (name, place), one in given.items()
            if place != "header" or name.lower() not in NO_PARAMETERS
        ),
        responses={int(status): response for status, response in node["responses"].items()},
        body=node.get("requestBody"),
        secured=bool(node.get("security", document.get("security", ()))),
        section=node.get("x-section", ""),
        since=str(node.get("x-since", "1.0")),
        evidence=Evidence.of(node),
        also=node is not item[method],
        extensions={name: value for name, value in node.items() if name.startswith("x-")},
    )


def _parameter(node: Mapping[str, Any]) -> Parameter:
    return Parameter(
        name=node["name"],
        place=node["in"],
        required=node.get("required", False),
        schema=node.get("schema", {}),
        allow_empty=node.get("allowEmptyValue", False),
        secret=node.get("x-secret", False),
    )
