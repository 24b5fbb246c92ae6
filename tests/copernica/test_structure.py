"""Databases, collections, fields and interests of accounts, and the tokens that lead to them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from mockserver.apis.copernica.models.structure import (
    ACCOUNTS,
    APPLICATIONS,
    FIELD_TYPES,
    TOKENS,
    USERS,
    Account,
    Application,
    Collection,
    Database,
    User,
)
from mockserver.apis.copernica.service import databases, fields, interests, tokens
from mockserver.kernel.errors import ApiError, BadInput, Duplicate, NotFound, RuleBroken, Unauthenticated
from mockserver.kernel.settings import Settings
from mockserver.kernel.store.memory import MemoryStore
from mockserver.kernel.store.query import Page
from mockserver.kernel.work import Work, begin

ONE, TWO = Account("1", "Roasters", "Coffee", "Roasters Ltd"), Account("2", "Millers", "Flour", "Millers Ltd")
SHOP = Application("shop", "Shop", "shop-secret")
BACK = "https://shop.test/back"


@pytest.fixture
def work() -> Iterator[Work]:
    """An open transaction on a world with two accounts, a user and an application."""
    store = MemoryStore()
    store.create("w")
    with store.transaction("w") as transaction:
        for account in (ONE, TWO):
            transaction.insert(ACCOUNTS, account)
        transaction.insert(APPLICATIONS, SHOP)
        transaction.insert(APPLICATIONS, Application("other", "Other", "other-secret"))
        transaction.insert(USERS, User("ann", "pässword", ("1", "2")))
        yield begin(transaction, Settings("copernica", ()))


@pytest.fixture
def database(work: Work) -> Database:
    """A database of the first account."""
    return databases.create(work, ONE, name="Customers")


@pytest.fixture(params=["database", "collection"])
def place(request: pytest.FixtureRequest, work: Work, database: Database) -> Database | Collection:
    """Whatever has fields."""
    return database if request.param == "database" else databases.create_collection(work, database, name="Orders")


# --- accounts


def test_an_account_sees_only_what_is_its_own(work: Work, database: Database) -> None:
    databases.create(work, TWO, name="Mills")
    orders = databases.create_collection(work, database, name="Orders")
    assert [one.name for one in databases.listed(work, ONE)] == ["Customers"]
    assert databases.count(work, TWO) == 1
    assert databases.collection(work, ONE, orders.id) == orders
    for name in (database.id, database.name):
        with pytest.raises(NotFound):
            databases.named(work, TWO, name)
    with pytest.raises(NotFound):
        databases.collection(work, TWO, orders.id)


def test_a_database_is_named_by_its_id_or_its_name(work: Work, database: Database) -> None:
    databases.create(work, ONE, name="Customers")
    digits = databases.create(work, ONE, name="1")
    assert databases.named(work, ONE, "Customers") == database
    assert databases.named(work, ONE, database.id) == database
    assert databases.named(work, ONE, digits.id) == digits
    for unknown in ("customers", "", "99", "-1", "١"):
        with pytest.raises(NotFound):
            databases.named(work, ONE, unknown)


def test_ids_are_in_the_order_of_numbers(work: Work) -> None:
    for number in range(12):
        databases.create(work, ONE, name=f"d{number}")
    assert [one.name for one in databases.listed(work, ONE, Page(offset=8, limit=3))] == ["d8", "d9", "d10"]


def test_a_change_keeps_what_is_not_named(work: Work, database: Database) -> None:
    changed = databases.change(work, database, {"description": "Who buys"})
    assert databases.named(work, ONE, database.id) == changed
    assert (changed.name, changed.description, changed.archived) == ("Customers", "Who buys", False)
    assert changed.created == database.created


@pytest.mark.parametrize("name", ["", "  ", "\t"])
def test_nothing_has_an_empty_name(work: Work, database: Database, name: str) -> None:
    for act in (
        lambda: databases.create(work, ONE, name=name),
        lambda: databases.change(work, database, {"name": name}),
        lambda: databases.create_collection(work, database, name=name),
        lambda: interests.create(work, database, name=name),
        lambda: fields.create(work, database, name=name),
    ):
        with pytest.raises(BadInput):
            act()


# --- fields


def test_a_field_is_found_by_its_id_and_where_it_may_be_by_its_name(work: Work, place: Database | Collection) -> None:
    made = fields.create(work, place, name="Title")
    assert fields.find(work, place, "Title") is None
    assert fields.find(work, place, "Title", names=True) == made
    assert fields.find(work, place, "title", names=True) is None
    assert fields.find(work, place, made.id, names=True) == fields.numbered(work, place, made.id) == made
    other = databases.create(work, ONE, name="Other")
    with pytest.raises(NotFound):
        fields.numbered(work, other, made.id)


@pytest.mark.parametrize("kind", FIELD_TYPES)
def test_of_some_types_there_is_one_field(work: Work, place: Database | Collection, kind: str) -> None:
    first = fields.create(work, place, name="first", type=kind)
    assert fields.change(work, first, {"name": "renamed"}).type == kind
    if kind not in ("email", "phone_fax", "phone_gsm"):
        fields.create(work, place, name="second", type=kind)
        return
    with pytest.raises(RuleBroken, match=kind):
        fields.create(work, place, name="second", type=kind)
    second = fields.create(work, place, name="second")
    with pytest.raises(RuleBroken):
        fields.change(work, second, {"type": kind})


def test_names_of_fields_are_unique_in_exact_case(work: Work, place: Database | Collection) -> None:
    fields.create(work, place, name="Title")
    other = fields.create(work, place, name="title")
    with pytest.raises(Duplicate):
        fields.create(work, place, name="Title")
    with pytest.raises(Duplicate):
        fields.change(work, other, {"name": "Title"})
    assert fields.count(work, place) == 2


def test_the_newest_ordered_field_takes_over(work: Work, place: Database | Collection) -> None:
    first = fields.create(work, place, name="first", ordered=True)
    second = fields.create(work, place, name="second", ordered=True)
    assert [one.ordered for one in fields.listed(work, place)] == [False, True]
    fields.change(work, fields.numbered(work, place, first.id), {"ordered": True})
    assert [one.ordered for one in fields.listed(work, place)] == [True, False]
    fields.delete(work, first)
    assert fields.listed(work, place) == [fields.numbered(work, place, second.id)]


@pytest.mark.parametrize("given", [{"type": "big", "index": True}, {"length": 256}])
def test_what_a_field_cannot_be_is_refused(work: Work, place: Database | Collection, given: dict[str, Any]) -> None:
    with pytest.raises(ApiError):
        fields.create(work, place, name="x", **given)
    assert fields.count(work, place) == 0


def test_no_more_than_64_fields_have_an_index(work: Work, place: Database | Collection) -> None:
    for number in range(64):
        fields.create(work, place, name=f"f{number}", index=True)
    last = fields.create(work, place, name="last")
    with pytest.raises(RuleBroken, match="64"):
        fields.change(work, last, {"index": True})


# --- interests


def test_an_interest_is_meant_by_its_name_or_its_id(work: Work, database: Database) -> None:
    tennis, again = (interests.create(work, database, name="tennis", group=group) for group in ("sports", "shoes"))
    assert interests.meant(work, database, "tennis") == tennis
    assert interests.meant(work, database, again.id) == again
    digits = interests.create(work, database, name=again.id)
    assert interests.meant(work, database, again.id) == digits
    other = databases.create(work, ONE, name="Other")
    for unknown in ("Tennis", "99", ""):
        with pytest.raises(BadInput):
            interests.meant(work, database, unknown)
    with pytest.raises(BadInput):
        interests.meant(work, other, tennis.id)
    assert interests.count(work, database) == 3


# --- tokens


def test_a_token_leads_to_its_account_until_it_is_revoked(work: Work) -> None:
    token = tokens.issue(work, application=SHOP, account=ONE)
    assert tokens.holder(work, token.id) == ONE
    assert tokens.issue(work, application=SHOP, account=ONE) == token
    assert tokens.issue(work, application=SHOP, account=TWO).id != token.id
    tokens.revoke(work, token)
    for credential in (token.id, token.id.upper(), "", None, "unknown"):
        with pytest.raises(Unauthenticated, match=r"^Invalid access token$"):
            tokens.holder(work, credential)
    assert tokens.issue(work, application=SHOP, account=ONE).id != token.id


def test_a_code_works_once_for_one_application_at_one_address(work: Work) -> None:
    code = tokens.authorise(work, application=SHOP, account=TWO, redirect_uri=BACK).id
    right = {"client_id": "shop", "client_secret": "shop-secret", "redirect_uri": BACK, "code": code}
    for wrong in (
        {"client_id": "nobody"},
        {"client_id": "other"},
        {"client_secret": "Shop-secret"},
        {"client_id": "other", "client_secret": "other-secret"},
        {"redirect_uri": f"{BACK}/"},
        {"code": "unknown"},
    ):
        with pytest.raises(BadInput):
            tokens.exchange(work, **{**right, **wrong})
    token = tokens.exchange(work, **right)
    assert tokens.holder(work, token.id) == TWO
    with pytest.raises(BadInput, match="once"):
        tokens.exchange(work, **right)
    assert len(work.store.select(TOKENS)) == 1


@pytest.mark.parametrize(
    ("state", "weak"),
    [("", True), ("x", True), ("a" * 32, True), ("ab" * 20, True), ("0123456789abcdef0123456789abcde", True),
     ("0123456789abcdef0123456789abcdef", False), ("d41d8cd98f00b204e9800998ecf8427e", False)],
)  # fmt: skip
def test_a_state_that_can_be_guessed_is_weak(state: str, weak: bool) -> None:
    assert tokens.is_weak(state) is weak


def test_a_user_has_a_password(work: Work) -> None:
    found = tokens.user(work, "ann", "pässword")
    assert found is not None
    assert found.accounts == ("1", "2")
    assert tokens.user(work, "ann", "password") is None
    assert tokens.user(work, "bob", "pässword") is None
