"""What lists show before a run and after it: what is left of the run, and what is missing of others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from contract_tests.clearing import label, unscoped
from contract_tests.guard import Refused
from contract_tests.lasting import is_kept, stays
from contract_tests.model import Resource

if TYPE_CHECKING:
    from contract_tests.stage import Stage

#: Things that are named one by one.
NAMED = 5

Identity = tuple[str, ...]
Stock = Mapping[str, Mapping[Identity, Any]]


@dataclass(frozen=True)
class Balance:
    """What is different after a run.

    ``left`` are things of the run. ``marked`` are things of others that show something of the run and did not before:
    it has touched them. ``missing`` ones of others are gone: on a shared system others may have removed them.
    """

    left: list[str] = field(default_factory=list)
    marked: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


class Inventory:
    """Takes stock by every list that needs no arguments, items told apart by their identity."""

    def __init__(self, stage: Stage) -> None:
        self._stage, self._ledger = stage, stage.session.ledger
        self._before: Stock = {}

    def open(self) -> list[str]:
        """Take stock before the run; returns what carries its tag already. What is there is never the run's own."""
        self._before = self._stock()
        mine = list(self._own(self._before))
        for resource, item in self._items(self._before):
            if stays(resource, self._stage.resources) and self._is_own(resource, item):
                # an earlier run with this seed has left it: its names are not given again
                self._stage.arguments.used.update(str(item[key]) for key in resource.naming if key in item)
                unnamed = {key: value for key, value in item.items() if key not in resource.naming}
                self._ledger.respect(resource.name, unnamed)
            elif not is_kept(self._stage, resource, item):
                self._ledger.respect(resource.name, item)
        return mine

    def close(self) -> Balance:
        """Take stock once more and compare."""
        after = self._stock()
        marked, missing = [], []
        for name, items in self._before.items():
            for identity, item in items.items():
                now = after.get(name, {}).get(identity)
                if name in after and now is None:
                    missing.append(label(self._stage.resources[name], item))
                elif now is not None and self._shows_tag(now) and not self._may_show_tag(name, item):
                    marked.append(label(self._stage.resources[name], now))
        return Balance(list(self._own(after)), marked, missing)

    def _stock(self) -> Stock:
        found: dict[str, dict[Identity, Any]] = {}
        for resource in self._stage.resources.values():
            for action in unscoped(resource):
                try:
                    exchange = self._stage.call(action.operation, {}, None, why="take stock")
                    listed = self._stage.items(exchange, action)
                except Refused:
                    continue
                if listed is not None:
                    items = [item for item in listed if isinstance(item, dict)]
                    found.setdefault(resource.name, {}).update((_identity(resource, item), item) for item in items)
        return found

    def _items(self, stock: Stock) -> Iterator[tuple[Resource, Mapping[str, Any]]]:
        return ((self._stage.resources[name], item) for name, items in stock.items() for item in items.values())

    def _own(self, stock: Stock) -> Iterator[str]:
        for resource, item in self._items(stock):
            if self._is_own(resource, item) and not stays(resource, self._stage.resources):
                yield label(resource, item)

    def _is_own(self, resource: Resource, item: Mapping[str, Any]) -> bool:
        names = [item.get(key) for key in {*resource.naming, *resource.identity}]
        return any(isinstance(name, str) and self._ledger.may_name(name, resource.name) for name in names)

    def _may_show_tag(self, name: str, item: Mapping[str, Any]) -> bool:
        return self._shows_tag(item) or is_kept(self._stage, self._stage.resources[name], item)

    def _shows_tag(self, item: Any) -> bool:
        return self._ledger.tag.encode() in orjson.dumps(item).lower()


def _identity(resource: Resource, item: Mapping[str, Any]) -> Identity:
    return tuple(str(item.get(key)).casefold() for key in (resource.item or resource.identity))


def counted(things: list[str]) -> str:
    """Some of them by name, the rest as a number."""
    more = f" and {len(things) - NAMED} more" if len(things) > NAMED else ""
    return f"{', '.join(things[:NAMED])}{more}"
