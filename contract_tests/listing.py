"""Lists of a stage: all batches of them, and whether an item is a thing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from contract_tests.batches import MOST, batch_of, items_in, rest_of
from contract_tests.blocked import Blocked
from contract_tests.compare import same
from contract_tests.exchange import Exchange
from contract_tests.model import Action

if TYPE_CHECKING:
    from contract_tests.stage import Stage
    from contract_tests.thing import Thing


def listed(stage: Stage, action: Action, values: Mapping[str, str], why: str) -> tuple[list[Any], Exchange]:
    """The items of a list, of all its batches; raises ``Blocked`` when there is none, or a longer one than is read."""
    exchange = stage.call(action.operation, values, why=why, evidence=action.evidence)
    check_length(stage, exchange)
    items = items_of(stage, exchange, action)
    if items is None:
        raise Blocked(f"{action.operation.id} answered {exchange.response.status} and no list")
    return items, exchange


def check_length(stage: Stage, exchange: Exchange) -> None:
    """Raises ``Blocked`` where an answer is the first batch of a list of which more is there than is read."""
    if is_too_long(stage, exchange):
        raise Blocked(f"{exchange.operation.id}: the list is too long to be read as a whole")


def is_too_long(stage: Stage, exchange: Exchange) -> bool:
    """Whether of a list, of which an answer shows the first batch, more is there than is read."""
    batch = batch_of(stage.promise, stage.payload(exchange)) if exchange.succeeded else None
    return batch is not None and isinstance(batch.total, int) and batch.total > (MOST + 1) * len(batch.items) > 0


def items_of(stage: Stage, exchange: Exchange, action: Action) -> list[Any] | None:
    """The items of a list of which an answer shows the first batch; ``None`` when it is no list."""
    if not exchange.succeeded or items_in(stage.promise, stage.payload(exchange)) is None:
        return None
    items = whole(stage, exchange)
    return [{action.ids: one} for one in items] if action.ids else items


def whole(stage: Stage, exchange: Exchange) -> list[Any]:
    """The items of all batches of a list of which an answer shows the first one; none of what is no list."""
    body = stage.payload(exchange)
    items = items_in(stage.promise, body) or []
    for _ in range(MOST):
        more = rest_of(stage.promise, exchange, body)
        if more is None:
            break
        exchange = stage.call(exchange.operation, {**exchange.call.values, **more}, why="list the next ones")
        body = stage.payload(exchange)
        items = [*items, *(items_in(stage.promise, body) or ())]
    return items


def picked(stage: Stage, thing: Thing) -> tuple[dict[str, Any], Exchange]:
    """A thing that nothing reads alone, as its list shows it; raises ``Blocked``."""
    listing = thing.resource.listing
    if listing is None:
        raise Blocked(f"nothing reads a {thing.resource.title}")
    items, exchange = listed(stage, listing, stage.address(listing, thing), "read it back in its list")
    body = next((one for one in items if is_item(one, thing)), None)
    if body is None:
        raise Blocked(f"{listing.operation.id} does not have it")
    thing.fields = {**thing.fields, **body}
    return dict(body), exchange


def is_item(item: Any, thing: Thing, by: Iterable[str] | None = None) -> bool:
    """Whether an item of a list stands for a thing: by its id, else by everything that names it, or ``by`` keys."""
    resource = thing.resource
    keys = resource.item or {one: one for one in (by or resource.identity)}
    return (
        isinstance(item, dict)
        and bool(keys)
        and all(
            key in item and same(resource.compare.get(key, "exact"), item[key], thing.get(name))
            for key, name in keys.items()
        )
    )
