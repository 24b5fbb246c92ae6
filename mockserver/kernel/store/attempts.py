"""A transaction that is tried again when another one was faster."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from mockserver.kernel.store.protocol import Conflict, Store, Transaction

Result = TypeVar("Result")

#: How often a transaction is tried. From the second time on it keeps other writers away from its start.
ATTEMPTS = 4


def attempt(store: Store, world: str, act: Callable[[Transaction], Result], *, writing: bool = False) -> Result:
    """What ``act`` returns from a transaction of its own; it has left no trace of the times it was given up.

    ``writing`` as in `Store.transaction`. Raises ``Conflict`` when even the last attempt met another writer.
    """
    for earlier in range(ATTEMPTS - 1):
        try:
            with store.transaction(world, writing=writing or earlier > 0) as transaction:
                return act(transaction)
        except Conflict:
            continue
    with store.transaction(world, writing=True) as transaction:
        return act(transaction)
