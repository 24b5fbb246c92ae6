"""The promise of one API as the twin reads it: the bundled OpenAPI document, its operations, and the conventions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from apitwin.data import bundle, dialects
from mockserver.kernel.operation import Operation, PromiseError, operations_of


@dataclass(frozen=True)
class Promise:
    """What one API promises. ``document`` holds no references; ``conventions`` is conventions.yaml as it stands.

    In a ``dialect`` both say what that one does.
    """

    name: str
    document: Mapping[str, Any]
    conventions: Mapping[str, Any]
    dialect: str = ""

    def spoken(self, dialect: str) -> Promise:
        """The promise in a dialect; raises ``KeyError`` for an unknown one."""
        return Promise(
            self.name,
            dialects.document_in(self.document, self.conventions, dialect),
            dialects.conventions_in(self.conventions, dialect),
            dialect,
        )

    @cached_property
    def operations(self) -> dict[str, Operation]:
        """Operations by id; raises ``PromiseError`` for an id that stands twice."""
        found: dict[str, Operation] = {}
        for one in operations_of(self.document):
            other = found.setdefault(one.id, one)
            if other is not one:
                raise PromiseError(f"operationId {one.id}: {other.method} {other.path} and {one.method} {one.path}")
        return found


def load(folder: Path, *, cache: Path | None = None) -> Promise:
    """The promise in a folder such as specs/kopicloud-ad; raises ``PromiseError`` naming what is missing or broken."""
    try:
        found = bundle.load(folder, cache=cache)
    except bundle.BundleError as error:
        raise PromiseError(str(error)) from error
    return Promise(folder.name, found.document, found.conventions)
