"""Faults of arguments: read as others, or not at all."""

from __future__ import annotations

from dataclasses import replace

from contract_tests.planted.fault import Plant
from contract_tests.planted.wire import Asked, requests


def losing(name: str, *operations: str) -> Plant:
    """One argument that is not read."""

    def changed(asked: Asked) -> Asked:
        return replace(asked, query=tuple(pair for pair in asked.query if pair[0].lower() != name.lower()))

    return requests(changed, *operations)


def adding(name: str, text: str, *operations: str) -> Plant:
    """A value for an argument that was not given."""

    def changed(asked: Asked) -> Asked:
        return asked if asked.argument(name) else replace(asked, query=(*asked.query, (name, text)))

    return requests(changed, *operations)


def swapping(one: str, other: str, *operations: str) -> Plant:
    """Two arguments taken for each other."""
    names = {one.lower(): other, other.lower(): one}

    def changed(asked: Asked) -> Asked:
        return replace(asked, query=tuple((names.get(name.lower(), name), text) for name, text in asked.query))

    return requests(changed, *operations)
