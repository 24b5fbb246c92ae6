"""Who got which messages, and what came of them: what Email conditions ask."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from mockserver.apis.copernica.models.mailings import PUBLISHER
from mockserver.apis.copernica.models.selections import RESULTS
from mockserver.apis.copernica.models.structure import COLLECTIONS, DATABASES, Collection, Database
from mockserver.apis.copernica.service.mailings import Question, tally
from mockserver.app import Twin
from mockserver.kernel.work import Work, begin
from tests.copernica.conftest import NAME
from tests.copernica.mailings.post import ANN, BOB, LETTER, SUITE, Post, message
from tests.copernica.people import Database as Made
from tests.support.client import TwinClient

EVE, NAN = "eve@example.com", "nan@example.com"
SENT, LATER = "2026-03-10 09:00:00", "2026-03-11 10:00:00"
PEOPLE = {"database": "People"}

#: What becomes of a message, by who gets it.
FATES = {
    "unread": [],
    "delivered": [{"type": "delivery", "time": LATER}],
    "opened": [{"type": "open", "time": LATER}],
    "clicked": [{"type": "click", "time": LATER, "details": {"linkinfo": "https://x.example/a"}}],
    "read": [{"type": "open", "time": LATER}, {"type": "click", "time": LATER, "details": {"linkinfo": "https://x.example/b"}}],
    "full": [{"type": "error", "time": LATER, "details": {"type": "other", "code": "452"}}],
    "lost": [{"type": "error", "time": LATER, "details": {"type": "nohost", "code": "512"}}],
    "angry": [{"type": "abuse", "time": LATER}],
    "gone": [{"type": "unsubscribe", "time": LATER}],
}  # fmt: skip


@contextmanager
def within(copernica: Twin, world: str) -> Iterator[Work]:
    """An open transaction on a world."""
    engine = copernica.engines[NAME]
    with engine.store.transaction(world) as store:
        yield begin(store, engine.settings)


def place(work: Work, key: str) -> Database:
    """A database as the service knows it."""
    found = work.store.get(DATABASES, key)
    assert found is not None
    return found


@pytest.fixture
def asked(copernica: Twin, twin: TwinClient, post: Post) -> Iterator[tuple[Work, Database, dict[str, str]]]:
    """A database with somebody for each fate, and names by ids."""
    made = Made(twin, Address="email")
    names = {made.profile(Address=f"{name}@example.com"): name for name in (*FATES, "nobody")}
    post.send(*(message(f"{name}@example.com", SENT, **PEOPLE, events=fate) for name, fate in FATES.items()))
    with within(copernica, twin.world) as work:
        yield work, place(work, made.id), names


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        (Question(), set(FATES)),
        (Question(result="view"), {"opened", "read"}),
        (Question(result="viewnoclick"), {"opened"}),
        (Question(result="anyclick"), {"clicked", "read"}),
        (Question(result="clickonurl", clicked_url="https://x.example/b"), {"read"}),
        (Question(result="clickonurl", clicked_url="https://x.example/"), set()),
        (Question(result="noclick"), set(FATES) - {"clicked", "read"}),
        (Question(result="error"), {"full", "lost"}),
        (Question(result="error", error="temp"), {"full"}),
        (Question(result="error", error="final"), {"lost"}),
        (Question(result="error", error="512"), {"lost"}),
        (Question(result="error", error="other"), {"full"}),
        (Question(result="error", error="51"), set()),
        (Question(result="noerror"), set(FATES) - {"full", "lost"}),
        (Question(result="noerror", error="temp"), set(FATES) - {"full"}),
        (Question(result="abuse"), {"angry"}),
        (Question(result="noabuse"), set(FATES) - {"angry"}),
        (Question(result="nothing"), {"unread", "delivered"}),
        (Question(result="anything"), set(FATES) - {"unread", "delivered"}),
    ],
)
def test_what_came_of_a_message(
    asked: tuple[Work, Database, dict[str, str]], question: Question, meant: set[str]
) -> None:
    work, database, names = asked
    assert {names[key]: count for key, count in tally(work, database, question).items()} == dict.fromkeys(meant, 1)


def test_every_result_of_a_condition_is_understood(asked: tuple[Work, Database, dict[str, str]]) -> None:
    work, database, names = asked
    for result in RESULTS:
        counted = tally(work, database, Question(result=result))
        assert {names[key] for key in counted} <= set(FATES)


def test_messages_are_counted_by_where_they_come_from_and_when(copernica: Twin, twin: TwinClient, post: Post) -> None:
    made = Made(twin, Address="email")
    ann, bob, eve = (made.profile(Address=one) for one in (ANN, BOB, EVE))
    Made(twin, "Others", Address="email").profile(Address=ANN)
    orders = made.collection(Item="text")
    order = orders.subprofile(ann)
    days = ["2026-03-10 09:00:00", "2026-03-11 09:00:00", "2026-03-12 09:00:00"]
    post.send(
        *(message(ANN, day, **PEOPLE) for day in days),
        message(ANN, days[0], suite=PUBLISHER, **PEOPLE),
        message(ANN, days[0], collection="Orders", **PEOPLE),
        message(BOB, days[2], suite=PUBLISHER, **PEOPLE),
        message(NAN, days[0]),
        message(ANN, days[0], database="Others"),
    )
    counts: list[tuple[Question, dict[str, int]]] = [
        (Question(), {ann: 5, bob: 1}),
        (Question(template=SUITE), {ann: 4}),
        (Question(template="Letters"), {ann: 1, bob: 1}),
        (Question(document=LETTER), {ann: 1, bob: 1}),
        (Question(document=LETTER, template=SUITE), {}),
        (Question(document="None"), {}),
        (Question(template="None"), {}),
        (Question(to="profile"), {ann: 4, bob: 1}),
        (Question(to="subprofile"), {ann: 1}),
        (Question(after=days[1]), {ann: 2, bob: 1}),
        (Question(before=days[1]), {ann: 4}),
        (Question(after=days[1], before=days[1]), {ann: 1}),
        (Question(after="2026-03-11 09:00:01"), {ann: 1, bob: 1}),
    ]
    with within(copernica, twin.world) as work:
        database = place(work, made.id)
        for question, expected in counts:
            assert tally(work, database, question) == expected, question
            assert eve not in tally(work, database, question)
        collection = work.store.get(COLLECTIONS, orders.id)
        assert isinstance(collection, Collection)
        assert tally(work, collection, Question(to="anything")) == {order: 1}
        assert tally(work, collection, Question(to="profile")) == {}
        assert tally(work, replace(collection, id="99999"), Question()) == {}
