"""Mail of seeds: single messages, streams made from a number, and what is wrong with a document."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest

from mockserver.apis.copernica.models.mailings import EVENT_TYPES, MARKETING_SUITE, PUBLISHER, SUITES
from mockserver.app import Twin
from mockserver.kernel.seeds import SeedError
from tests.copernica.mailings.post import ANN, DOCUMENTS, NOW, TEMPLATES, Post, message
from tests.copernica.mailings.test_events import LOGFILES
from tests.copernica.people import Database, refused
from tests.support.client import TwinClient

DAYS, MAILINGS, RECEIVERS = 20, 8, 15
FIRST_DAY = str((datetime.fromisoformat(NOW) - timedelta(days=DAYS)).date())
STREAM = {
    "seed": 7, "days": DAYS, "mailings": MAILINGS, "receivers": RECEIVERS, "databases": ["People"],
    "tags": ["spring", "beans", "offers"],
}  # fmt: skip


@pytest.fixture
def people(twin: TwinClient) -> Database:
    """Forty people, half of whom have an order, and one without an address."""
    made = Database(twin, Name="text", Address="email")
    orders = made.collection(Item="text")
    for number in range(40):
        key = made.profile(Name=f"N{number}", Address=f"n{number}@example.com")
        if number % 2:
            orders.subprofile(key)
    made.profile(Name="without")
    return made


def plant(post: Post, **stream: Any) -> None:
    """A stream of both products."""
    post.plant(templates=TEMPLATES, documents=DOCUMENTS, stream={**STREAM, **stream})


def lines(twin: TwinClient) -> dict[str, list[dict[str, Any]]]:
    """Lines of all logfiles by name."""
    names = [name for day in twin.get("/v1/logfiles").body for name in twin.get(f"/v1/logfiles/{day}").body]
    return {name: twin.get(f"/v1/logfiles/{name}/json").body for name in names}


def test_a_stream_is_as_large_as_it_says(twin: TwinClient, post: Post, people: Database) -> None:
    plant(post)
    found = lines(twin)
    attempts = [line for name, each in found.items() if "attempts" in name for line in each]
    sizes = Counter(line["mailingid"] for line in attempts)
    assert list(sizes.values()) == [RECEIVERS] * MAILINGS
    assert all(line["profileid"] and line["databaseid"] == int(people.id) for line in attempts)
    assert len({line["email"] for line in attempts}) > RECEIVERS
    assert {line["collectionid"] is None for line in attempts} == {True, False}
    assert {(line["subprofileid"] is None) == (line["collectionid"] is None) for line in attempts} == {True}
    times = [line["time"] for each in found.values() for line in each]
    assert FIRST_DAY <= min(times) < max(times) <= NOW


def test_both_products_send_tagged_mail_on_the_first_day_and_the_last(
    twin: TwinClient, post: Post, people: Database
) -> None:
    plant(post, mailings=4)
    days = twin.get("/v1/logfiles").body
    assert (days[0], days[-1]) == (FIRST_DAY, NOW[:10])
    for suite in SUITES:
        for day in (days[0], days[-1]):
            each = twin.get(f"/v1/logfiles/{LOGFILES['attempt'][suite]}.{day}.log/json").body
            assert len(each) == RECEIVERS
            assert all(line["tags"] for line in each)


def test_what_happens_follows_from_what_happened_before(twin: TwinClient, post: Post, people: Database) -> None:
    """In each message: an attempt, then an error or a delivery, and a click only after a look."""
    plant(post, mailings=30)
    kinds = {LOGFILES[kind][suite]: kind for kind in EVENT_TYPES for suite in SUITES}
    told = [
        (line["time"], kinds[name.partition(".")[0]], line["id"]) for name, each in lines(twin).items() for line in each
    ]
    stories: dict[str, list[str]] = {}
    for _, kind, key in sorted(told, key=lambda one: (one[0], EVENT_TYPES.index(one[1]))):
        stories.setdefault(key, []).append(kind)
    assert len(stories) == 30 * RECEIVERS
    assert Counter(story[0] for story in stories.values()) == {"attempt": len(stories)}
    for story in stories.values():
        assert story.count("attempt") == 1
        assert ("error" in story) + ("delivery" in story) <= 1
        if {"open", "abuse", "unsubscribe", "click"} & set(story):
            assert "delivery" in story
        if "click" in story:
            assert story.index("open") < story.index("click")
    assert {kind for story in stories.values() for kind in story} == set(EVENT_TYPES)


def test_the_same_number_makes_the_same_stream(
    copernica: Twin, client: Any, twin: TwinClient, post: Post, people: Database
) -> None:
    """But for another number it is another."""
    told = []
    for world, number in (("again-1", 7), ("again-2", 7), ("again-3", 8)):
        copernica.worlds.fork(twin.world, world)
        plant(Post(copernica, world), seed=number)
        told.append(lines(TwinClient(client=client, world=world, api="", parameter="access_token", token=twin.token)))
        copernica.worlds.drop(world)
    assert told[0] == told[1]
    assert told[0] != told[2]


def test_a_message_to_a_subprofile_goes_to_the_first(twin: TwinClient, post: Post, people: Database) -> None:
    post.send(message("n1@example.com", database="People", collection="Orders"))
    (line,) = twin.get("/v1/email/n1@example.com/events").body
    assert twin.get(f"/v1/subprofile/{line['subprofileid']}").body["profile"] == str(line["profileid"])


OF = {"database": "People"}
EVENT = {"type": "open", "time": NOW}


@pytest.mark.parametrize(
    ("mail", "told"),
    [
        ({"messages": [message(ANN, **OF)]}, "mail.messages[0].to: no profile of 'People' has the address"),
        ({"messages": [message(database="Peeple")]}, "messages[0].database: no database 'Peeple' (did you mean"),
        ({"messages": [message(collection="Orders")]}, "messages[0].collection: 'Orders': in which database?"),
        ({"messages": [message("n1@example.com", **OF, collection="Order")]}, "collection: no collection 'Order' in"),
        ({"messages": [message("n2@example.com", **OF, collection="Orders")]}, "n2@example.com has no subprofile in"),
        ({"messages": [message(time="2026-03-31 12:00:01")]}, "messages[0].time: '2026-03-31 12:00:01' is later than"),
        ({"messages": [message(time="2026-02-30 12:00:00")]}, "messages[0].time: '2026-02-30 12:00:00' is no moment"),
        (
            {"messages": [message(events=[{**EVENT, "time": "2026-03-31 11:59:59"}])]},
            "messages[0].events[0].time: '2026-03-31 11:59:59' is before the message was sent",
        ),
        (
            {"messages": [message(events=[{**EVENT, "details": {"linkinfo": "x"}}])]},
            "messages[0].events[0].details: an event of type open has no 'linkinfo'",
        ),
        ({"messages": [{**message(), "template": "Sprig"}]}, "template of marketing-suite 'Sprig' (did you mean"),
        ({"messages": [{**message(), "document": "Spring letter"}]}, "messages[0]: names both"),
        ({"messages": [{"to": ANN, "time": NOW}]}, "messages[0]: names neither"),
        ({"documents": [{"name": "x", "template": "Spring"}]}, "documents[0].template: no template of publisher"),
        ({"stream": {**STREAM, "databases": ["People", "x"]}}, "stream.databases[1]: no database 'x'"),
        ({"stream": {**STREAM, "databases": ["Plain"]}}, "databases[0]: database 'Plain' has no field of type email"),
        ({"stream": STREAM, "templates": [], "documents": []}, "stream: there is neither a template"),
    ],
)
def test_a_fault_is_told_with_its_place(
    twin: TwinClient, post: Post, people: Database, mail: dict[str, Any], told: str
) -> None:
    Database(twin, "Plain", Name="text")
    with pytest.raises(SeedError) as error:
        post.plant(**{"templates": TEMPLATES, "documents": DOCUMENTS, **mail})
    assert told in str(error.value)
    assert twin.get("/v1/logfiles").body == []


def test_products_have_templates_of_the_same_name(twin: TwinClient, post: Post) -> None:
    both = [{"name": "Same", "suite": suite} for suite in SUITES]
    documents = [{"name": "Same", "template": "Same"}]
    sources = {MARKETING_SUITE: {"template": "Same"}, PUBLISHER: {"document": "Same"}}
    post.plant(
        templates=both, documents=documents, messages=[{"to": ANN, "time": NOW, **sources[one]} for one in SUITES]
    )
    new, old = twin.get(f"/v1/email/{ANN}/events").body
    assert new["templateid"] != old["templateid"]
    refused(twin.get(f"/v1/template/{old['templateid']}/events"))
