"""Lists in parts: which part a request asks for, and the envelope it comes in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.kernel.http import Batch, Call
from mockserver.kernel.operation import Operation
from mockserver.kernel.store.query import WHOLE, Page


class Paging:
    """How one operation is asked for a part of a list: ``paging`` and ``lists`` of the conventions.

    A limit above the maximum means the maximum.
    """

    def __init__(self, operation: Operation, conventions: Mapping[str, Any]) -> None:
        rules, self._keys = conventions.get("paging", {}), conventions.get("lists", {})
        numbers = {one.name for one in operation.parameters_in("query") if one.schema.get("type") == "integer"}
        names = {part: rules.get(part, {}).get("parameter") for part in ("start", "limit", "total")}
        self._start, self._limit, self._total = names["start"], names["limit"], names["total"]
        self._most: int | None = rules.get("limit", {}).get("maximum")
        self._paged = {self._start, self._limit} <= numbers

    def page(self, arguments: Mapping[str, Any]) -> Page:
        """The part that typed arguments ask for; everything where the operation knows no parts."""
        if not self._paged:
            return WHOLE
        limit: int = arguments[self._limit]
        return Page(limit=limit if self._most is None else min(limit, self._most), offset=arguments[self._start])

    def envelope(self, batch: Batch, call: Call) -> dict[str, Any]:
        """A part in its envelope; the whole list is counted only if the client wants to know."""
        keys, page = self._keys, call.page
        shown: dict[str, Any] = {
            keys["start"]: page.offset,
            keys["limit"]: len(batch.items) if page.limit is None else page.limit,
            keys["count"]: len(batch.items),
        }
        if call.arguments.get(self._total, True):
            shown[keys["total"]] = batch.total()
        return {**shown, keys["items"]: list(batch.items)}
