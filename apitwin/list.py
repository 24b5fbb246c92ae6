"""`apitwin list`: the APIs there are, how much they promise, and how well it is known."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from apitwin import data
from apitwin.failure import Failed
from apitwin.table import show
from mockserver.kernel.evidence import LEVELS
from mockserver.kernel.operation import PromiseError
from mockserver.kernel.promise import Promise, load


def list_apis(*, as_json: bool) -> None:
    """Print one line per API; raises ``Failed``."""
    rows = [summary(promise_of(name)) for name in data.api_names()]
    if as_json:
        print(json.dumps(rows, indent=2))
        return
    headings = ("API", "operations", "versions", *LEVELS, "title")
    show(headings, [_cells(row) for row in rows])


def promise_of(name: str) -> Promise:
    """The promise of an API; raises ``Failed`` when it cannot be read."""
    try:
        return load(data.specs_dir() / name)
    except PromiseError as error:
        raise Failed(str(error)) from error


def summary(promise: Promise) -> dict[str, Any]:
    """Name, title, number of operations, versions, and per level of evidence the share of operations in percent."""
    operations = promise.operations.values()
    levels = Counter(operation.evidence.level for operation in operations)
    return {
        "api": promise.name,
        "title": promise.document["info"]["title"],
        "operations": len(operations),
        "versions": _versions(promise),
        "evidence": {level: round(100 * levels[level] / max(1, len(operations)), 1) for level in LEVELS},
    }


def _versions(promise: Promise) -> list[str]:
    """The versions the conventions list; where they list none, those that operations came with."""
    listed = [entry["version"] for entry in promise.conventions.get("versions", ())]
    return listed or sorted({operation.since for operation in promise.operations.values()})


def _cells(row: dict[str, Any]) -> list[str]:
    shares = [f"{share:g} %" for share in row["evidence"].values()]
    return [row["api"], str(row["operations"]), " ".join(row["versions"]), *shares, row["title"]]
