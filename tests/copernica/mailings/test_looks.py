"""What reads of mail cost: no more rows are looked at than those of the thing, or the days, that are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest

from mockserver.apis.copernica.models.mailings import EVENTS
from mockserver.apis.copernica.service.datarequests import GATHERING
from mockserver.apis.copernica.v1.handlers import HANDLERS, datarequests, events, logfiles, messages
from mockserver.app import Twin
from mockserver.kernel.http import Call, Caller
from mockserver.kernel.store.protocol import Kind, Row, Transaction
from mockserver.kernel.store.query import WHOLE, Condition, Order, Page, equalities_of
from mockserver.kernel.work import Work, begin
from tests.copernica.conftest import NAME
from tests.copernica.mailings.post import ANN, BOB, Post, message
from tests.copernica.people import Database, made
from tests.support.client import TwinClient

READS = sorted(
    name
    for module in (messages, events, logfiles, datarequests)
    for name in module.HANDLERS
    if name.startswith(("get", "list")) and name != "listImpressions"
)

#: Demands of the list of impressions on its items.
DEMANDS = [f"listImpressions {name}" for name in ("profile", "emailing", "destination")]


@dataclass
class Watched:
    """A transaction that tells which declared look-up a query can use, and how many events lie in that one at least."""

    store: Transaction
    scans: list[str] = field(default_factory=list)
    looked: int = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    def select(
        self, kind: Kind[Row], where: Condition | None = None, *, order: tuple[Order, ...] = (), page: Page = WHOLE
    ) -> list[Row]:
        """As ever."""
        self._look(kind, where)
        return self.store.select(kind, where, order=order, page=page)

    def count(self, kind: Kind[Row], where: Condition | None = None) -> int:
        """As ever."""
        self._look(kind, where)
        return self.store.count(kind, where)

    def _look(self, kind: Kind[Any], where: Condition | None) -> None:
        pinned = equalities_of(where)
        usable = [index.by for index in kind.indexes if set(index.by) <= pinned.keys()]
        if not usable:
            self.scans.append(f"{kind.name} where {where}")
        elif kind.name == EVENTS.name:
            groups = ({name: pinned[name] for name in by} for by in usable)
            self.looked += min(sum(_is(row, group) for row in self.store.select(EVENTS)) for group in groups)


def _is(row: object, group: Mapping[str, Any]) -> bool:
    return all(getattr(row, name) == value for name, value in group.items())


def opened(time: str) -> list[dict[str, Any]]:
    """A message is looked at once."""
    return [{"type": "open", "time": time}]


@pytest.fixture
def arguments(twin: TwinClient, post: Post, database: Database) -> dict[str, str]:
    """Values of all parameters in a world with ninety days of mail to Bob, and one to Ann."""
    ann = database.profile(Address=ANN)
    database.profile(Address=BOB)
    order = database.collection(Item="text").subprofile(ann)
    days = [str(date(2026, 1, 1) + timedelta(days=step)) for step in range(90)]
    many = [
        message(BOB, f"{day} {hour}:00:00", database="People", tags=["a"], events=opened(f"{day} 09:30:00"))
        for day in days
        for hour in ("08", "09")
    ]
    own = [
        message(
            database="People",
            time="2026-03-31 08:00:00",
            collection=one,
            tags=["a"],
            suite=suite,
            events=opened("2026-03-31 09:00:00"),
        )
        for one, suite in (("Orders", "marketing-suite"), ("Orders", "publisher"))
    ]
    post.send(*many, *own)
    new, old = (one for one in twin.get(f"/v1/email/{ANN}/events").body if one["event"] == "attempt")
    (seen, _) = twin.get("/v1/impressions", profile=ann).body["data"]
    request = made(twin.post(f"/v1/profile/{ann}/datarequest"))
    twin.advance(GATHERING)
    return {
        "profileId": ann, "subprofileId": order, "messageId": new["id"], "old": old["id"], "email": ANN, "tags": "a",
        "templateId": str(new["templateid"]), "old template": str(old["templateid"]), "type": "MIME",
        "documentId": str(old["documentid"]), "emailingdocumentId": str(old["documentid"]), "date": "2026-03-31",
        "filename": "cdm-attempts.2026-03-31.log", "datarequestId": request, "start": "2026-03-30",
        **{name: seen[name] for name in ("profile", "emailing", "destination")},
    }  # fmt: skip


def asked(copernica: Twin, work: Work, name: str, values: Mapping[str, str]) -> None:
    """One operation, with what it needs of some values."""
    name, _, only = name.partition(" ")
    operation = copernica.engines[NAME].promise.operations[name]
    meant = {one.name: values[one.name] for one in operation.parameters if one.name in values}
    if "Old" in name:
        meant |= {"messageId": values["old"], "templateId": values["old template"]}
    if name == "listImpressions":
        meant = {only: values[only]} if only else {}
    call = Call(operation, meant, caller=Caller("1"), page=Page(limit=100))
    HANDLERS[name](work, call)


@contextmanager
def watched(copernica: Twin, world: str) -> Iterator[tuple[Watched, Work]]:
    """A watched transaction on a world."""
    engine = copernica.engines[NAME]
    with engine.store.transaction(world) as store:
        work = begin(store, engine.settings)
        found: Any = Watched(store)
        yield found, Work(found, work.clock, work.ids, work.settings)


@pytest.mark.parametrize("name", [*READS, *DEMANDS])
def test_a_read_goes_through_look_ups(copernica: Twin, twin: TwinClient, arguments: dict[str, str], name: str) -> None:
    with watched(copernica, twin.world) as (store, work):
        asked(copernica, work, name, arguments)
        assert store.scans == []
        # four events of Ann, or with these the eight of two days
        assert store.looked <= 12


def test_impressions_are_read_in_parts(copernica: Twin, twin: TwinClient, arguments: dict[str, str]) -> None:
    with watched(copernica, twin.world) as (store, work):
        asked(copernica, work, "listImpressions", arguments)
        assert store.scans == []


def test_a_scan_would_be_seen(copernica: Twin, twin: TwinClient, arguments: dict[str, str]) -> None:
    with watched(copernica, twin.world) as (store, work):
        work.store.select(EVENTS)
        work.store.count(EVENTS, None)
        assert len(store.scans) == 2
        asked(copernica, work, "listTagEvents", {**arguments, "start": "2026-02-01"})
        assert store.looked > 50
