"""Where a twin keeps its state: in memory, or in the database at an address; and how an empty one is planted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from mockserver.kernel.api import Api
from mockserver.kernel.engine import Engine
from mockserver.kernel.journal import Journal
from mockserver.kernel.operation import Operation
from mockserver.kernel.store.memory import MemoryStore
from mockserver.kernel.store.protocol import Store, StoreError
from mockserver.kernel.worlds import DEFAULT, Worlds

#: Facts kept in the database: the seed, and the APIs planted from it, each under its name.
SEED, PLANTED = "seed", "planted "


@dataclass(frozen=True, kw_only=True)
class State:
    """A store with its journal. ``facts`` and ``note`` read and write what is known of the whole of it.

    ``journal_of`` makes the journal, given how to find an operation by the name of its API and its id.
    """

    store: Store
    journal_of: Callable[[Callable[[str, str], Operation | None]], Journal]
    alone: Callable[[], AbstractContextManager[None]] = nullcontext
    facts: Callable[[], Mapping[str, str]] = dict
    note: Callable[[Mapping[str, str]], None] = lambda facts: None
    close: Callable[[], None] = field(default=lambda: None)


def state_of(address: str | None, apis: Sequence[Api]) -> State:
    """The state at an address, in memory without one. Raises ``StoreError`` with one clear line."""
    if address is None:
        return State(store=MemoryStore(), journal_of=lambda operations: Journal())
    try:
        from mockserver.kernel.store.sql.journal import SqlJournal
        from mockserver.kernel.store.sql.opening import open_store
    except ImportError as error:
        raise StoreError(
            f"state in a database needs the extra 'sql' ({error.name} is missing): pip install 'apitwin[sql]'"
        ) from None
    store = open_store(address, [kind for api in apis for kind in api.kinds])
    return State(
        store=store,
        journal_of=lambda operations: SqlJournal(store=store, operations=operations),
        alone=store.alone,
        facts=store.facts,
        note=store.note,
        close=store.close,
    )


def planted(
    state: State,
    worlds: Worlds,
    engines: Mapping[str, Engine],
    *,
    seed: str,
    settings: Mapping[str, object],
    plant: Callable[[], None],
) -> list[str]:
    """Plant the world ``default`` if there is none; otherwise what to tell whoever asked for another beginning.

    Raises ``StoreError`` when the state was planted for other APIs, and whatever ``plant`` raises.
    """
    with state.alone():
        if not worlds.exists(DEFAULT):
            plant()
            state.note({SEED: seed, **{PLANTED + name: seed for name in engines}})
            return []
    facts = state.facts()
    known = sorted(name.removeprefix(PLANTED) for name in facts if name.startswith(PLANTED))
    missing = sorted(engines.keys() - set(known))
    if missing:
        raise StoreError(
            f"this state was planted for {', '.join(known)}, not for {', '.join(missing)};"
            f" serve {', '.join(known)} from it, or name another state"
        )
    remarks = []
    if facts[SEED] != seed:
        remarks.append(f"the state began with seed {facts[SEED]!r} and goes on from there; {seed!r} is not planted")
    if settings:
        remarks.append(f"the state has its settings already; {', '.join(settings)} stay as they are")
    return remarks
