"""Conditions on messages received, from the mail there is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from mockserver.apis.copernica.models.mailings import PUBLISHER
from tests.copernica.mailings.post import LETTER, SUITE, Post, message
from tests.copernica.people import Collection, Database
from tests.copernica.selections import Selection, miniview, view
from tests.support.client import TwinClient

SOMETHING, DOCUMENT, NOTHING, NOT_DOCUMENT = (
    f"match_profiles_that_received_{word}" for word in ("something", "document", "nothing", "not_document")
)
FIRST, SECOND, LATER = "2026-03-10 09:00:00", "2026-03-20 09:00:00", "2026-03-20 10:00:00"
PEOPLE = {"database": "People"}
CLICK = {"type": "click", "time": LATER, "details": {"linkinfo": "https://x.example/a"}}
BOUNCE = {"type": "error", "time": LATER, "details": {"type": "nohost", "code": "512"}}


@dataclass(frozen=True)
class Club:
    """People by name, and orders of theirs: cid got three mails, bob a letter, dan one mail to an order, ann none."""

    database: Database
    orders: Collection
    people: dict[str, str]
    order: str

    def who(self, **demand: Any) -> set[str]:
        """Names of those who meet an Email condition."""
        some = view(self.database, f"s{demand}")
        return {name for name, key in self.people.items() if key in self._ids(some, demand)}

    def orders_with(self, **demand: Any) -> list[str]:
        """Ids of the orders that meet one."""
        return self._ids(miniview(self.orders, f"s{demand}"), demand)

    def _ids(self, selection: Selection, demand: dict[str, Any]) -> list[str]:
        selection.rule({"type": "Email", **{key.replace("_", "-"): value for key, value in demand.items()}})
        return selection.ids()


EVERYBODY = {"ann", "bob", "cid", "dan"}


@pytest.fixture
def club(twin: TwinClient, post: Post) -> Club:
    """People who got mail; ann got none."""
    database = Database(twin, Address="email")
    orders = database.collection(Item="text")
    people = {name: database.profile(Address=f"{name}@example.com") for name in sorted(EVERYBODY)}
    order = orders.subprofile(people["dan"])
    orders.subprofile(people["cid"])
    post.send(
        message("bob@example.com", FIRST, suite=PUBLISHER, **PEOPLE),
        message("cid@example.com", FIRST, **PEOPLE),
        message("cid@example.com", SECOND, events=[{"type": "open", "time": LATER}], **PEOPLE),
        message("cid@example.com", SECOND, events=[CLICK, BOUNCE], **PEOPLE),
        message("dan@example.com", FIRST, collection="Orders", **PEOPLE),
    )
    return Club(database, orders, people, order)


@pytest.mark.parametrize(
    ("mode", "more", "who"),
    [
        (SOMETHING, {}, {"bob", "cid", "dan"}),
        (NOTHING, {}, {"ann"}),
        (DOCUMENT, {"document": LETTER}, {"bob"}),
        (NOT_DOCUMENT, {"document": LETTER}, {"ann", "cid", "dan"}),
        (DOCUMENT, {"document": "Unheard of"}, set()),
        (NOT_DOCUMENT, {"document": "Unheard of"}, EVERYBODY),
        (DOCUMENT, {}, set()),
        (NOT_DOCUMENT, {}, set()),
        (SOMETHING, {"document": LETTER}, {"bob", "cid", "dan"}),
        (SOMETHING, {"template": SUITE}, {"cid", "dan"}),
        (NOTHING, {"template": SUITE}, {"ann", "bob"}),
        (DOCUMENT, {"document": LETTER, "template": SUITE}, set()),
    ],
)
def test_somebody_got_something(club: Club, mode: str, more: dict[str, Any], who: set[str]) -> None:
    assert club.who(match_mode=mode, **more) == who


@pytest.mark.parametrize(
    ("operator", "number", "who"),
    [("=", 3, {"cid"}), ("=", "1", {"bob", "dan"}), ("=", 0, set()), ("!=", 1, {"cid"}), (">", 1, {"cid"}),
     ("<", 2, {"bob", "dan"}), ("<>", "2-3", {"cid"}), ("<>", "1, 2", {"bob", "dan"}), ("<>", "3", {"cid"}),
     ("=", "", {"bob", "cid", "dan"}), ("=", "many", set())],
)  # fmt: skip
def test_messages_are_counted(club: Club, operator: str, number: Any, who: set[str]) -> None:
    assert club.who(operator=operator, number=number) == who


@pytest.mark.parametrize(
    ("more", "who"),
    [
        ({"after_time": SECOND}, {"cid"}),
        ({"before_time": FIRST}, {"bob", "cid", "dan"}),
        ({"before_time": "2026-03-10 08:59:59"}, set()),
        ({"after_mutation": '["minus","2","week","day"]'}, {"cid"}),
        ({"after_time": SECOND, "number": 2}, {"cid"}),
        ({"after_time": SECOND, "match_mode": NOTHING}, {"ann", "bob", "dan"}),
    ],
)
def test_messages_are_those_of_a_span(club: Club, more: dict[str, Any], who: set[str]) -> None:
    assert club.who(**more) == who


@pytest.mark.parametrize(
    ("more", "who"),
    [
        ({"required_result": "view"}, {"cid"}),
        ({"required_result": "anyclick", "number": 1}, {"cid"}),
        ({"required_result": "anyclick", "number": 2}, set()),
        ({"required_result": "clickonurl", "clicked_url": "https://x.example/a"}, {"cid"}),
        ({"required_result": "clickonurl", "clicked_url": "https://x.example/b"}, set()),
        ({"required_result": "error", "required_errors": "nohost"}, {"cid"}),
        ({"required_result": "error", "required_errors": "temp"}, set()),
        ({"required_result": "noclick"}, {"bob", "cid", "dan"}),
        ({"required_result": "noclick", "number": 2}, {"cid"}),
        ({"required_result": "anyclick", "match_mode": NOTHING}, {"ann", "bob", "dan"}),
    ],
)
def test_what_came_of_messages_counts(club: Club, more: dict[str, Any], who: set[str]) -> None:
    assert club.who(**more) == who


@pytest.mark.parametrize(
    ("to", "who"), [("profile", {"bob", "cid"}), ("subprofile", {"dan"}), ("anything", {"bob", "cid", "dan"})]
)
def test_messages_go_to_profiles_or_subprofiles(club: Club, to: str, who: set[str]) -> None:
    assert club.who(required_destination=to) == who
    assert club.orders_with(required_destination=to) == ([] if to == "profile" else [club.order])


def test_messages_of_another_database_are_others(twin: TwinClient, club: Club) -> None:
    others = Database(twin, "Others", Address="email")
    others.profile(Address="cid@example.com")
    some = view(others)
    some.rule({"type": "Email"})
    assert some.ids() == []


@pytest.mark.parametrize("kind", ["Fax", "Sms"])
def test_nobody_gets_faxes_and_text_messages(club: Club, kind: str) -> None:
    for mode, found in ((SOMETHING, []), (DOCUMENT, []), (NOTHING, list(club.people.values()))):
        some = view(club.database, mode)
        some.rule({"type": kind, "match-mode": mode, "document": LETTER, "number": 1})
        assert some.ids() == found
