"""Events, by what they happened to and when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from apitwin import data
from apitwin.data import strict_yaml
from mockserver.apis.copernica.models.mailings import EVENT_TYPES, MARKETING_SUITE, PUBLISHER, SUITES
from tests.copernica.mailings.post import ANN, BOB, Post, everything, message
from tests.copernica.people import Database, refused
from tests.support.client import TwinClient

FIRST, TOMORROW = date(2025, 12, 31), date(2026, 4, 1)

#: Columns of every logfile in their order, and logfiles of events by product, as the promise has them.
SCHEMAS = strict_yaml.parse((data.specs_dir() / "copernica-v1/schemas/logfile.yaml").read_text("utf-8"))
LOGFILES: Mapping[str, Mapping[str, str]] = strict_yaml.parse(
    (data.specs_dir() / "copernica-v1/schemas/mail.yaml").read_text("utf-8")
)["Event"]["x-logfiles"]
COLUMNS = {name: SCHEMAS[schema]["required"] for name, schema in SCHEMAS["LogfileRow"]["x-logfiles"].items()}


def listed(twin: TwinClient, path: str, **query: Any) -> list[dict[str, Any]]:
    """Events below an address."""
    answer = twin.get(f"/v1/{path}/events", **query)
    assert answer.status == 200, answer.body
    assert isinstance(answer.body, list)
    return answer.body


def days(twin: TwinClient, path: str, **window: str) -> tuple[str, str] | None:
    """The first and the last day of the events of a window, of which none in between is missing."""
    found = [event["time"][:10] for event in listed(twin, path, **window)]
    if not found:
        return None
    first, last = date.fromisoformat(found[0]), date.fromisoformat(found[-1])
    assert found == [str(first + timedelta(days=step)) for step in range((last - first).days + 1)]
    return found[0], found[-1]


@pytest.mark.parametrize(
    ("window", "shown"),
    [
        ({}, ("2026-03-01", "2026-03-31")),
        ({"start": "2026-01-15"}, ("2026-01-15", "2026-02-14")),
        ({"start": "2026-01-31"}, ("2026-01-31", "2026-02-27")),
        ({"start": "2026-03-20"}, ("2026-03-20", "2026-03-31")),
        ({"end": "2026-02-15"}, ("2026-01-15", "2026-02-14")),
        ({"end": "2026-03-31"}, ("2026-02-28", "2026-03-30")),
        ({"start": "2026-02-03", "end": "2026-02-05"}, ("2026-02-03", "2026-02-04")),
        ({"start": "2026-02-03", "end": "2026-02-04"}, ("2026-02-03", "2026-02-03")),
        ({"start": "2026-02-03", "end": "2026-02-03"}, None),
        ({"start": "2026-02-03", "end": "2026-01-03"}, None),
        ({"start": "2026-01-03", "end": "2026-03-20"}, ("2026-01-03", "2026-02-02")),
        ({"start": "2026-04-01"}, None),
        ({"end": "2025-12-31"}, None),
        ({"start": "9999-12-31"}, None),
        ({"end": "0001-01-01"}, None),
        ({"start": "", "end": ""}, ("2026-03-01", "2026-03-31")),
    ],
)
def test_a_window_is_a_month_at_most(
    twin: TwinClient, post: Post, window: dict[str, str], shown: tuple[str, str] | None
) -> None:
    """Start is inclusive, end is not; one of them means a month from or up to it, none the last month."""
    every = [FIRST + timedelta(days=step) for step in range((TOMORROW - FIRST).days)]
    hours = ["00:00:00", "12:00:00"]
    post.send(*(message(time=f"{one} {hours[step % 2]}", tags=["daily"]) for step, one in enumerate(every)))
    template = listed(twin, f"email/{ANN}")[0]["templateid"]
    for path in (f"email/{ANN}", f"template/{template}", "tags/daily"):
        assert days(twin, path, **window) == shown


@pytest.mark.parametrize(
    "text", ["2026-02-30", "2026-2-3", "20260203", "2026-W05-1", "yesterday", "0000-00-00", "2026-02-03T00:00:00"]
)
@pytest.mark.parametrize("name", ["start", "end"])
def test_what_is_no_date_is_refused(twin: TwinClient, name: str, text: str) -> None:
    assert text in refused(twin.get(f"/v1/email/{ANN}/events", **{name: text}))


@pytest.mark.parametrize(("suite", "path"), [(MARKETING_SUITE, "message"), (PUBLISHER, "old/message")])
def test_events_of_a_message_begin_when_it_was_sent(twin: TwinClient, post: Post, suite: str, path: str) -> None:
    opened = ("2026-01-10 09:30:00", "2026-02-09 23:59:59", "2026-02-10 00:00:00", "2026-03-30 12:00:00")
    late = [{"type": "open", "time": time} for time in opened]
    post.send(message(time="2026-01-10 09:00:00", suite=suite, events=late))
    key = listed(twin, f"email/{ANN}", start="2026-01-10")[0]["id"]
    assert [one["time"] for one in listed(twin, f"{path}/{key}")] == ["2026-01-10 09:00:00", *opened[:2]]
    assert [one["time"] for one in listed(twin, f"{path}/{key}", start="2026-02-10")] == [opened[2]]
    assert [one["time"] for one in listed(twin, f"{path}/{key}", end="2026-04-01")] == [opened[3]]


@pytest.mark.parametrize("suite", SUITES)
def test_an_event_is_its_kind_beside_the_columns_of_its_logfile(twin: TwinClient, post: Post, suite: str) -> None:
    post.send(message(suite=suite, events=everything()))
    found = listed(twin, f"email/{ANN}")
    assert sorted(one["event"] for one in found) == sorted(EVENT_TYPES)
    for one in found:
        kind = LOGFILES[one["event"]][suite]
        assert list(one) == ["event", *COLUMNS[kind]]


def test_every_address_lists_what_happened_there(twin: TwinClient, other: TwinClient, post: Post) -> None:
    """One message of each product to Ann, to a subprofile of hers, to Bob, and to nobody's address."""
    database = Database(twin, Name="text", Address="email")
    ann, bob = database.profile(Address=ANN), database.profile(Address=BOB)
    orders = database.collection(Item="text")
    order = orders.subprofile(ann, Item="beans")
    where = {"database": "People"}
    receivers = [
        {"to": ANN, **where}, {"to": ANN, **where, "collection": "Orders"}, {"to": BOB, **where}, {"to": "x@y.example"},
    ]  # fmt: skip
    post.send(*(message(**to, suite=suite, tags=[f"n{at}"]) for suite in SUITES for at, to in enumerate(receivers)))

    def seen(path: str, client: TwinClient = twin) -> list[tuple[str, str]]:
        """Product and receiver."""
        return [("old" if "documentid" in one else "new", one["tags"]) for one in listed(client, path)]

    both = ("new", "old")
    assert sorted(seen(f"profile/{ann}")) == [(product, tag) for product in both for tag in ("n0", "n1")]
    assert sorted(seen(f"subprofile/{order}")) == [("new", "n1"), ("old", "n1")]
    assert sorted(seen(f"profile/{bob}")) == [("new", "n2"), ("old", "n2")]
    assert sorted(seen(f"email/{ANN}")) == [(product, tag) for product in both for tag in ("n0", "n1")]
    assert sorted(seen("email/x@y.example")) == [("new", "n3"), ("old", "n3")]
    assert sorted(seen("tags/n2")) == [("new", "n2"), ("old", "n2")]
    new, old = sorted(listed(twin, f"subprofile/{order}"), key=lambda one: "documentid" in one)
    every = [f"n{at}" for at in range(4)]
    assert sorted(seen(f"template/{new['templateid']}")) == [("new", tag) for tag in every]
    assert sorted(seen(f"old/template/{old['templateid']}")) == [("old", tag) for tag in every]
    assert sorted(seen(f"old/document/{old['documentid']}")) == [("old", tag) for tag in every]
    assert seen(f"message/{new['id']}") == [("new", "n1")]
    assert seen(f"old/message/{old['id']}") == [("old", "n1")]
    ids = ("profileid", "subprofileid", "databaseid", "collectionid")
    assert [new[name] for name in ids] == [int(one) for one in (ann, order, database.id, orders.id)]
    for path in (f"email/{ANN}", "tags/n2"):
        assert listed(other, path) == []


def test_what_is_not_there_and_what_is_anothers_is_refused_alike(
    twin: TwinClient, other: TwinClient, post: Post, database: Database
) -> None:
    ann = database.profile(Address=ANN)
    order = database.collection(Item="text").subprofile(ann, Item="beans")
    post.send(*(message(suite=suite) for suite in SUITES))
    new, old = sorted(listed(twin, f"email/{ANN}"), key=lambda one: "documentid" in one)
    there = {
        "profile/{}": ann,
        "subprofile/{}": order,
        "message/{}": new["id"],
        "old/message/{}": old["id"],
        "template/{}": str(new["templateid"]),
        "old/template/{}": str(old["templateid"]),
        "old/document/{}": str(old["documentid"]),
    }
    for path, key in there.items():
        assert twin.get(f"/v1/{path.format(key)}/events").status == 200
        foreign = refused(other.get(f"/v1/{path.format(key)}/events"))
        unknown = refused(twin.get(f"/v1/{path.format('99999')}/events"))
        assert foreign.replace(key, "99999") == unknown
    for path, key in (("message", old["id"]), ("old/message", new["id"])):
        refused(twin.get(f"/v1/{path}/{key}/events"))
    for path, key in (("template", old["templateid"]), ("old/template", new["templateid"])):
        refused(twin.get(f"/v1/{path}/{key}/events"))


@pytest.mark.parametrize(
    ("tags", "shown"),
    [
        ("spring", ["spring;beans", "spring"]),
        ("beans", ["spring;beans", "beans"]),
        ("spring;beans", ["spring;beans"]),
        ("beans;spring", ["spring;beans"]),
        ("spring;beans;", ["spring;beans"]),
        ("spring;oil", []),
        ("Spring", []),
        ("spring;;", ["spring;beans", "spring"]),
    ],
)
def test_all_tags_must_be_there(twin: TwinClient, post: Post, tags: str, shown: list[str]) -> None:
    post.send(*(message(tags=own) for own in (["spring", "beans"], ["spring"], ["beans"], [])))
    assert [one["tags"] for one in listed(twin, f"tags/{tags}")] == shown
    for path in (f"email/{ANN}", f"template/{listed(twin, f'email/{ANN}')[0]['templateid']}"):
        assert [one["tags"] for one in listed(twin, path, tags=tags)] == shown
        assert len(listed(twin, path)) == 4


def test_tags_without_a_tag_are_refused(twin: TwinClient) -> None:
    assert "tags" in refused(twin.get("/v1/tags/;;/events"))


def test_tags_and_addresses_may_hold_anything(twin: TwinClient, post: Post) -> None:
    hostile = 'ann+"o\'hare"/%;<&>@exämple.com'
    post.send(message(hostile, tags=["50%/off", "<b>&amp"]))
    encoded = "ann%2B%22o%27hare%22%2F%25%3B%3C%26%3E%40ex%C3%A4mple.com"
    (event,) = listed(twin, f"email/{encoded}")
    assert (event["email"], event["tags"]) == (hostile, "50%/off;<b>&amp")
    for tags in ("50%25%2Foff", "%3Cb%3E%26amp", "%3Cb%3E%26amp;50%25%2Foff", "%3Cb%3E%26amp%3B50%25%2Foff"):
        assert listed(twin, f"tags/{tags}") == [event]
    assert listed(twin, "tags/50%25%2Fof") == []


def test_events_come_in_the_order_of_time(twin: TwinClient, post: Post) -> None:
    read = [{"type": "open", "time": f"2026-03-{day} 10:00:00"} for day in ("28", "11", "30")]
    post.send(message(time="2026-03-10 10:00:00", events=read), message(time="2026-03-09 10:00:00", events=read[:1]))
    for path in (f"email/{ANN}", f"template/{listed(twin, f'email/{ANN}')[0]['templateid']}"):
        times = [one["time"] for one in listed(twin, path)]
        assert times == sorted(times)
        assert len(times) == 6


def test_a_deleted_profile_has_no_events_but_its_mail_was_sent(
    twin: TwinClient, post: Post, database: Database
) -> None:
    ann = database.profile(Address=ANN)
    post.send(message(database="People"))
    assert len(listed(twin, f"profile/{ann}")) == 1
    assert twin.delete(f"/v1/profile/{ann}").status == 200
    refused(twin.get(f"/v1/profile/{ann}/events"))
    assert [one["profileid"] for one in listed(twin, f"email/{ANN}")] == [int(ann)]
