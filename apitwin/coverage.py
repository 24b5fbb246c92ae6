"""`apitwin coverage`: which operations of a promise the twin serves, and how each is known."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from apitwin import data
from apitwin.failure import Failed
from apitwin.list import promise_of
from apitwin.table import show
from mockserver.kernel.api import discover
from mockserver.kernel.names import nearest
from mockserver.kernel.promise import Promise


def coverage(api: str, *, as_json: bool) -> bool:
    """Print every operation and whether a handler exists for it; returns whether all have one. Raises ``Failed``."""
    known = data.api_names()
    if api not in known:
        raise Failed(f"unknown API {api!r}{nearest(api, known)}")
    twin = discover().get(api)
    rows = rows_of(promise_of(api), twin.handlers if twin else {})
    done = sum(1 for row in rows if row["done"])
    if as_json:
        print(json.dumps({"api": api, "done": done, "of": len(rows), "operations": rows}, indent=2))
    else:
        show(("operation", "done", "evidence", "since", "section", "request"), [_cells(row) for row in rows])
        print(f"{done} of {len(rows)} operations")
    return done == len(rows)


def rows_of(promise: Promise, handlers: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One row per operation, in the order of the promise."""
    return [
        {
            "operation": operation.id,
            "done": operation.id in handlers,
            "evidence": operation.evidence.level,
            "source": operation.evidence.source,
            "since": operation.since,
            "section": operation.section,
            "request": f"{operation.method} {operation.path}",
        }
        for operation in promise.operations.values()
    ]


def _cells(row: Mapping[str, Any]) -> list[str]:
    done = "yes" if row["done"] else "NO"
    return [row["operation"], done, row["evidence"], row["since"], row["section"], row["request"]]
