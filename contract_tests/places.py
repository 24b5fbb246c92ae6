"""Where in its files an API promises something: the line of an operation, and of each of its parameters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml

from contract_tests.promise import METHODS, Promise

ENTRY = "openapi.yaml"


@dataclass(frozen=True, kw_only=True)
class Place:
    """A line of a file, counted from 1; ``file`` is relative to the folder that holds ``specs/``."""

    file: str
    line: int


class Places:
    """Looks places up in the files of a promise, each read when first asked for."""

    def __init__(self, promise: Promise) -> None:
        self._promise = promise
        self._files: dict[Path, yaml.Node | None] = {}

    def of(self, operation: str, parameter: str = "") -> Place:
        """The line of an operation or its parameter; for what has none the next better: the entry document."""
        found = self._operations.get(operation)
        if found is None:
            return self._place(self._entry, None)
        file, key, body = found
        if not parameter:
            return self._place(file, key)
        return next(
            (place for name, place in self._parameters(file, body) if name == parameter), self._place(file, key)
        )

    @property
    def _entry(self) -> Path:
        return (self._promise.folder or Path(self._promise.name)) / ENTRY

    @cached_property
    def _operations(self) -> dict[str, tuple[Path, yaml.Node, yaml.Node]]:
        """File, key and body of each operation, by its id."""
        found: dict[str, tuple[Path, yaml.Node, yaml.Node]] = {}
        file, root = self._entry, self._root(self._entry)
        for _, item in _pairs(_value(root, "paths")):
            where, item_node = self._target(file, item)
            for key, body in _pairs(item_node):
                name = _value(body, "operationId")
                if key.value in METHODS and isinstance(name, yaml.ScalarNode):
                    found[name.value] = (where, key, body)
        return found

    def _parameters(self, file: Path, operation: yaml.Node) -> Iterator[tuple[str, Place]]:
        """Names of parameters and form or body fields, each with its place."""
        for one in _items(_value(operation, "parameters")):
            where, node = self._target(file, one)
            name = _value(node, "name")
            if isinstance(name, yaml.ScalarNode):
                yield name.value, self._place(where, name)
        where, body = self._target(file, _value(operation, "requestBody"))
        for _, content in _pairs(_value(body, "content")):
            inner, schema = self._target(where, _value(content, "schema"))
            for key, _ in _pairs(_value(schema, "properties")):
                yield key.value, self._place(inner, key)

    def _target(self, file: Path, node: yaml.Node | None) -> tuple[Path, yaml.Node | None]:
        """What a node stands for: itself, or what its ``$ref`` leads to."""
        reference = _value(node, "$ref")
        if not isinstance(reference, yaml.ScalarNode):
            return file, node
        name, _, pointer = reference.value.partition("#")
        where = (file.parent / name).resolve() if name else file
        found = self._root(where)
        for part in pointer.split("/")[1:]:
            found = _value(found, part.replace("~1", "/").replace("~0", "~"))
        return where, found

    def _root(self, file: Path) -> yaml.Node | None:
        if file not in self._files:
            loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
            try:
                self._files[file] = yaml.compose(file.read_text("utf-8"), Loader=loader)
            except (OSError, yaml.YAMLError):
                self._files[file] = None
        return self._files[file]

    def _place(self, file: Path, node: yaml.Node | None) -> Place:
        folder = self._entry.parent.resolve()
        inside = file.resolve().relative_to(folder.parent) if folder in file.resolve().parents else Path(file.name)
        return Place(file=f"specs/{inside.as_posix()}", line=node.start_mark.line + 1 if node else 1)


def _pairs(node: yaml.Node | None) -> list[tuple[yaml.ScalarNode, yaml.Node]]:
    return node.value if isinstance(node, yaml.MappingNode) else []


def _items(node: yaml.Node | None) -> list[yaml.Node]:
    return node.value if isinstance(node, yaml.SequenceNode) else []


def _value(node: yaml.Node | None, name: str) -> yaml.Node | None:
    return next((value for key, value in _pairs(node) if key.value == name), None)
