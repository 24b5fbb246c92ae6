"""The log of what really changed of profiles."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mockserver.apis.copernica.models.people import CHANGES, Profile
from mockserver.apis.copernica.models.structure import ACCOUNTS, Account, Database
from mockserver.apis.copernica.service import changes, databases, fields, interests, lists, profiles, subprofiles
from mockserver.apis.copernica.service.layout import Layout
from mockserver.kernel.settings import Settings
from mockserver.kernel.store.memory import MemoryStore
from mockserver.kernel.work import Work, begin


@pytest.fixture
def work() -> Iterator[Work]:
    """An open transaction on a world with one account."""
    store = MemoryStore()
    store.create("w")
    with store.transaction("w") as transaction:
        account = Account("1", "Roasters", "Coffee", "Roasters Ltd")
        transaction.insert(ACCOUNTS, account)
        yield begin(transaction, Settings("copernica", ()))


@pytest.fixture
def database(work: Work) -> Database:
    """A database with two fields and two interests."""
    account = work.store.get(ACCOUNTS, "1")
    assert account is not None
    database = databases.create(work, account, name="People")
    for name in ("Name", "Town"):
        fields.create(work, database, name=name)
    for name in ("tennis", "chess"):
        interests.create(work, database, name=name)
    return database


def logged(work: Work, profile: Profile) -> list[tuple[str, str, str, str]]:
    """Type, field, interest and subprofile of every change, in the order they happened."""
    found = sorted(changes.of(work, profile), key=lambda change: change.number)
    assert all(change.profile == profile.id for change in found)
    return [(change.type, change.field, change.interest, change.subprofile) for change in found]


NEW = ("new", "", "", "")


def test_a_new_profile_is_new_since_it_was_created(work: Work, database: Database) -> None:
    profile = profiles.create(work, database, {"Name": "Ann"})
    (made,) = changes.of(work, profile)
    assert (made.type, made.time) == ("new", profile.created)


def test_each_field_that_changes_is_logged_and_no_other(work: Work, database: Database) -> None:
    name, town = (one.id for one in fields.listed(work, database))
    profile = profiles.create(work, database, {"Name": "Ann"})
    profile = profiles.change(work, database, profile, given={"Name": "Bob", "Town": "", "nothing": "x"})
    assert logged(work, profile) == [NEW, ("edit", name, "", "")]
    profile = profiles.change(work, database, profile, given={"Name": "Cee", "Town": "Delft"})
    assert logged(work, profile)[2:] == [("edit", name, "", ""), ("edit", town, "", "")]
    assert profiles.change(work, database, profile, given={"Name": "Cee"}) is profile
    assert len(logged(work, profile)) == 4


def test_another_secret_is_an_edit_without_a_field(work: Work, database: Database) -> None:
    profile = profiles.create(work, database, {})
    changed = profiles.change(work, database, profile, secret="s")
    profiles.change(work, database, changed, secret="s")
    assert logged(work, profile) == [NEW, ("edit", "", "", "")]


def test_interests_are_got_and_lost(work: Work, database: Database) -> None:
    tennis, chess = (one.id for one in interests.listed(work, database))
    profile = profiles.create(work, database, {})
    profile = profiles.add_interests(work, database, profile, ["tennis"])
    profile = profiles.add_interests(work, database, profile, {"tennis": True, "chess": False})
    assert logged(work, profile) == [NEW, ("gotinterest", "", tennis, "")]
    profile = profiles.change(work, database, profile, switches=["chess"])
    assert logged(work, profile)[2:] == [("gotinterest", "", chess, ""), ("lostinterest", "", tennis, "")]


def test_subprofiles_come_change_and_go(work: Work, database: Database) -> None:
    collection = databases.create_collection(work, database, name="Orders")
    field = fields.create(work, collection, name="Product")
    profile, other = (profiles.create(work, database, {}) for _ in range(2))
    made = subprofiles.create(work, profile, collection, {})
    layout = Layout(work, collection)
    for _ in range(2):
        subprofiles.change_all(work, layout, lists.subprofiles(work, collection).rows, {"Product": "Tea"})
    subprofiles.delete(work, made)
    assert logged(work, profile) == [
        NEW, ("newsubprofile", "", "", made.id), ("editsubprofile", field.id, "", made.id),
        ("removesubprofile", "", "", made.id),
    ]  # fmt: skip
    assert logged(work, other) == [NEW]


def test_a_changed_field_edits_nobody(work: Work, database: Database) -> None:
    profile = profiles.create(work, database, {"Name": "Ann"})
    fields.change(work, fields.listed(work, database)[0], {"type": "integer"})
    assert logged(work, profile) == [NEW]


def test_the_log_goes_with_its_profile(work: Work, database: Database) -> None:
    profile, other = (profiles.create(work, database, {}) for _ in range(2))
    for one in (profile, other):
        profiles.change(work, database, one, given={"Name": "x"})
    profiles.delete(work, profile)
    assert {one.profile for one in work.store.select(CHANGES)} == {other.id}
