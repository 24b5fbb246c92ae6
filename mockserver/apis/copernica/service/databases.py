"""Databases and collections of an account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mockserver.apis.copernica.models.structure import (
    COLLECTION_DATABASE,
    COLLECTIONS,
    COLLECTIONS_BY_NUMBER,
    DATABASE_ACCOUNT,
    DATABASE_NAME,
    DATABASES,
    DATABASES_BY_NUMBER,
    Account,
    Collection,
    Database,
)
from mockserver.apis.copernica.service.numbers import is_id, next_id, stamp
from mockserver.kernel.errors import BadInput, NotFound
from mockserver.kernel.store.query import WHOLE, And, Eq, Page
from mockserver.kernel.work import Work


def listed(work: Work, account: Account, page: Page = WHOLE) -> list[Database]:
    """Databases by id."""
    return work.store.select(DATABASES, Eq(DATABASE_ACCOUNT, account.id), order=DATABASES_BY_NUMBER, page=page)


def count(work: Work, account: Account) -> int:
    """How many databases there are."""
    return work.store.count(DATABASES, Eq(DATABASE_ACCOUNT, account.id))


def named(work: Work, account: Account, text: str) -> Database:
    """The database with an id or, unless the text is all digits, a name; of several the one with the lowest id.

    Raises ``NotFound``, also for what is another account's (NAMES-AS-IDS, DATABASE-NAMES, UNKNOWN-ID).
    """
    if is_id(text):
        found = work.store.get(DATABASES, text)
        if found is not None and found.account == account.id:
            return found
    else:
        both = And(Eq(DATABASE_ACCOUNT, account.id), Eq(DATABASE_NAME, text))
        for one in work.store.select(DATABASES, both, order=DATABASES_BY_NUMBER, page=Page(limit=1)):
            return one
    raise NotFound(f"there is no database {text[:80]!r}", rule="UNKNOWN-ID")


def create(work: Work, account: Account, *, name: str, description: str = "", archived: bool = False) -> Database:
    """A new database; raises ``BadInput`` for an empty name (NAME-REQUIRED)."""
    key, number = next_id(work, "database")
    made = Database(key, number, account.id, check_name(name), description, archived, stamp(work))
    work.store.insert(DATABASES, made)
    return made


def change(work: Work, database: Database, given: Mapping[str, Any]) -> Database:
    """Change attributes of a database; raises ``BadInput``."""
    changed = replace(database, **given)
    check_name(changed.name)
    work.store.replace(DATABASES, changed)
    return changed


def collections(work: Work, database: Database, page: Page = WHOLE) -> list[Collection]:
    """Collections of a database by id."""
    return work.store.select(COLLECTIONS, Eq(COLLECTION_DATABASE, database.id), order=COLLECTIONS_BY_NUMBER, page=page)


def count_collections(work: Work, database: Database) -> int:
    """How many collections a database has."""
    return work.store.count(COLLECTIONS, Eq(COLLECTION_DATABASE, database.id))


def collection(work: Work, account: Account, key: str) -> Collection:
    """The collection with an id; raises ``NotFound``, also for what is another account's (UNKNOWN-ID)."""
    found = work.store.get(COLLECTIONS, key)
    if found is not None:
        database = work.store.get(DATABASES, found.database)
        if database is not None and database.account == account.id:
            return found
    raise NotFound(f"there is no collection {key[:80]!r}", rule="UNKNOWN-ID")


def create_collection(work: Work, database: Database, *, name: str) -> Collection:
    """A new collection; raises ``BadInput``."""
    key, number = next_id(work, "collection")
    made = Collection(key, number, database.id, check_name(name))
    work.store.insert(COLLECTIONS, made)
    return made


def rename_collection(work: Work, collection: Collection, name: str) -> Collection:
    """Another name; raises ``BadInput``."""
    renamed = replace(collection, name=check_name(name))
    work.store.replace(COLLECTIONS, renamed)
    return renamed


def check_name(name: str) -> str:
    """The name, unless it is empty: then it raises ``BadInput``."""
    if not name.strip():
        raise BadInput("name: empty; allowed: any text that is more than blanks", rule="NAME-REQUIRED")
    return name
