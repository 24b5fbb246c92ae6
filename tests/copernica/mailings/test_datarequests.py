"""Data requests: asked for, gathered while the clock moves, fetched, expired."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.apis.copernica.models.mailings import EVENT_TYPES, SUITES
from mockserver.apis.copernica.service.datarequests import GATHERING, KEPT
from tests.copernica.mailings.post import ANN, BOB, Post, everything, message
from tests.copernica.people import Database, made, refused
from tests.support.client import ControlRefused, TwinClient


@pytest.fixture
def request_id(twin: TwinClient, post: Post) -> str:
    """A data request on an address that got one message, just made."""
    post.send(message(events=everything()))
    return made(twin.post(f"/v1/email/{ANN}/datarequest"))


def status(twin: TwinClient, key: str) -> str:
    """How far a request is."""
    answer = twin.get(f"/v1/datarequest/{key}/status")
    assert answer.status == 200, answer.body
    text: str = answer.body["status"]
    return text


def data(twin: TwinClient, key: str) -> list[list[Any]]:
    """The lists of a request, once it is gathered."""
    twin.advance(GATHERING)
    answer = twin.get(f"/v1/datarequest/{key}/data")
    assert answer.status == 200, answer.body
    assert twin.get(f"/v1/datarequest/{key}").body == answer.body
    lists: list[list[Any]] = answer.body["data"]
    return lists


def test_data_are_there_when_the_clock_has_moved(twin: TwinClient, request_id: str) -> None:
    path = f"/v1/datarequest/{request_id}"
    twin.advance(GATHERING - 1)
    assert status(twin, request_id) == "pending"
    early = twin.get(f"{path}/data")
    assert (early.status, early.body) == (404, {"error": {"message": "Data not available (yet)"}})
    info = {"type": "email", "id": ANN}
    assert twin.get(path).body == {"info": info, "data": "Data not available (yet)"}
    twin.advance(1)
    ready = twin.get(f"{path}/data")
    assert (ready.status, ready.body["info"]) == (200, info)
    assert twin.get(path).body == ready.body
    assert twin.get(f"{path}/status").body == {
        "status": "available",
        "available": len(ready.content),
        "content-type": "application/json",
    }


def test_data_expire(twin: TwinClient, request_id: str) -> None:
    path = f"/v1/datarequest/{request_id}"
    twin.advance(GATHERING + KEPT - 1)
    assert twin.get(f"{path}/data").status == 200
    twin.advance(1)
    assert twin.get(f"{path}/status").body == {"status": "not available"}
    for gone in (path, f"{path}/data"):
        assert request_id in refused(twin.get(gone))


def test_a_request_is_its_accounts(twin: TwinClient, other: TwinClient, request_id: str) -> None:
    for client, key in ((other, request_id), (twin, "99999"), (twin, "b2f5-x")):
        assert client.get(f"/v1/datarequest/{key}/status").body == {"status": "not available"}
        for end in ("", "/data"):
            assert key in refused(client.get(f"/v1/datarequest/{key}{end}"))
    assert status(twin, request_id) == "pending"


@pytest.mark.parametrize("seconds", [0, 5])
def test_how_long_it_takes_can_be_set(twin: TwinClient, post: Post, seconds: int) -> None:
    twin.settings(datarequest_delay=seconds)
    key = made(twin.post(f"/v1/email/{ANN}/datarequest"))
    assert status(twin, key) == ("pending" if seconds else "available")
    twin.advance(seconds)
    assert status(twin, key) == "available"
    assert twin.get(f"/v1/datarequest/{key}/data").body["data"] == []


@pytest.mark.parametrize("seconds", [-1, KEPT + 1, "soon"])
def test_what_is_no_delay_is_refused(twin: TwinClient, seconds: Any) -> None:
    with pytest.raises(ControlRefused, match="datarequest-delay"):
        twin.settings(datarequest_delay=seconds)


def test_the_older_dialect_has_no_404(twin: TwinClient, request_id: str) -> None:
    twin.settings(dialect="seed-002")
    assert "yet" in refused(twin.get(f"/v1/datarequest/{request_id}/data"))


def test_an_address_is_told_its_messages_and_events(twin: TwinClient, other: TwinClient, post: Post) -> None:
    post.send(*(message(suite=suite, events=everything()) for suite in SUITES), message(BOB))
    messages, *events = data(twin, made(twin.post(f"/v1/email/{ANN}/datarequest")))
    assert [ANN in one and "MIME-Version: 1.0" in one for one in messages] == [True, True]
    assert [[one["event"] for one in kind] for kind in events] == [[kind] * 2 for kind in EVENT_TYPES]
    listed = twin.get(f"/v1/email/{ANN}/events").body
    assert sorted(map(str, (one for kind in events for one in kind))) == sorted(map(str, listed))
    assert data(other, made(other.post(f"/v1/email/{ANN}/datarequest"))) == []


def test_a_profile_is_told_what_it_holds_and_got(twin: TwinClient, post: Post) -> None:
    database = Database(twin, Name="text", Address="email")
    database.interest("tennis")
    ann, bob = (database.profile(Name=name, Address=to) for name, to in (("Ann", ANN), ("Bob", BOB)))
    assert twin.put(f"/v1/profile/{ann}/interests", json=["tennis"]).status == 200
    orders = database.collection(Item="text")
    order, _ = orders.subprofile(ann, Item="beans"), orders.subprofile(bob, Item="oil")
    post.send(
        message(database="People"), message(database="People", collection="Orders"), message(BOB, database="People"),
        message(ANN),
    )  # fmt: skip
    whole = made(twin.post(f"/v1/profile/{ann}/datarequest"))
    part = made(twin.post(f"/v1/subprofile/{order}/datarequest"))
    twin.advance(GATHERING)
    found = [twin.get(f"/v1/datarequest/{key}/data").body for key in (whole, part)]
    assert [one["info"] for one in found] == [{"type": "profile", "id": ann}, {"type": "subprofile", "id": order}]
    (known, messages, attempts), (own, (single,), (attempt,)) = (one["data"] for one in found)
    assert [(one["ID"], one["fields"], one["interests"]) for one in known] == [
        (ann, {"Name": "Ann", "Address": ANN}, ["tennis"]),
        (order, {"Item": "beans"}, []),
    ]
    assert (known[0]["database"], known[1]["collection"]) == (database.id, orders.id)
    assert own == known[1:]
    assert len(messages) == 2
    assert [one["profileid"] for one in attempts] == [int(ann)] * 2
    assert [one["subprofileid"] for one in attempts] == [None, int(order)]
    assert attempt == attempts[1]
    assert single == messages[1]


def test_what_is_told_is_that_of_the_moment_of_the_request(twin: TwinClient, post: Post, database: Database) -> None:
    ann = database.profile(Name="Ann", Address=ANN)
    key = made(twin.post(f"/v1/profile/{ann}/datarequest"))
    assert twin.put(f"/v1/profile/{ann}/fields", json={"Name": "Eve"}).status == 200
    post.send(message(database="People"))
    (known,) = data(twin, key)
    assert known[0]["fields"]["Name"] == "Ann"
    assert twin.delete(f"/v1/profile/{ann}").status == 200
    assert data(twin, key) == [known]


def test_a_request_answers_where_it_lies(twin: TwinClient, database: Database) -> None:
    """POST and PUT alike, with the report in the query, in a body, or nowhere."""
    ann = database.profile(Address=ANN)
    order = database.collection(Item="text").subprofile(ann)
    for path in (f"profile/{ann}", f"subprofile/{order}", f"email/{ANN}"):
        for method in ("POST", "PUT"):
            for more in ({}, {"report": BOB}, {"json": {"report": BOB}}, {"form": {"report": BOB}}):
                answer = twin.call(method, f"/v1/{path}/datarequest", **more)
                key = made(answer)
                assert answer.headers["x-location"].endswith(f"/v1/datarequest/{key}")
                assert status(twin, key) == "pending"


def test_nobody_asks_for_what_is_not_there_or_not_theirs(
    twin: TwinClient, other: TwinClient, database: Database
) -> None:
    ann = database.profile(Address=ANN)
    order = database.collection(Item="text").subprofile(ann)
    for path, key in (("profile", ann), ("subprofile", order)):
        foreign = refused(other.post(f"/v1/{path}/{key}/datarequest"))
        assert foreign.replace(key, "99999") == refused(twin.post(f"/v1/{path}/99999/datarequest"))
    assert "report" in refused(twin.post(f"/v1/profile/{ann}/datarequest", json={"report": True}))
