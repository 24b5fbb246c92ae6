"""Databases: settings, fields, interests, collections."""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.apis.copernica.models.structure import Database
from mockserver.apis.copernica.service import databases, interests
from mockserver.apis.copernica.v1.conventions import account_of
from mockserver.apis.copernica.v1.handlers import places, shapes
from mockserver.kernel.api import Handler
from mockserver.kernel.http import Batch, Call, Done
from mockserver.kernel.work import Work


def database_of(work: Work, call: Call) -> Database:
    """The database an address names, by id or name; raises ``NotFound``."""
    return databases.named(work, account_of(work, call), call.arguments["databaseId"])


def list_databases(work: Work, call: Call) -> Done:
    account = account_of(work, call)
    shown = [shapes.database(work, one) for one in databases.listed(work, account, call.page)]
    return Done(Batch(shown, lambda: databases.count(work, account)))


def create_database(work: Work, call: Call) -> Done:
    return Done(id=databases.create(work, account_of(work, call), **call.body).id)


def get_database(work: Work, call: Call) -> Done:
    return Done(shapes.database(work, database_of(work, call)))


def update_database(work: Work, call: Call) -> Done:
    return Done(id=databases.change(work, database_of(work, call), call.body or {}).id)


def list_interests(work: Work, call: Call) -> Done:
    database = database_of(work, call)
    shown = [shapes.interest(one) for one in interests.listed(work, database, call.page)]
    return Done(Batch(shown, lambda: interests.count(work, database)))


def create_interest(work: Work, call: Call) -> Done:
    database = database_of(work, call)
    return Done(id=interests.create(work, database, **call.body).id, ids={"databaseId": database.id})


def list_collections(work: Work, call: Call) -> Done:
    database = database_of(work, call)
    shown = [shapes.collection(work, one) for one in databases.collections(work, database, call.page)]
    return Done(Batch(shown, lambda: databases.count_collections(work, database)))


def create_collection(work: Work, call: Call) -> Done:
    return Done(id=databases.create_collection(work, database_of(work, call), **call.body).id)


HANDLERS: Mapping[str, Handler] = {
    "listDatabases": list_databases,
    "createDatabase": create_database,
    "getDatabase": get_database,
    "updateDatabase": update_database,
    "listDatabaseInterests": list_interests,
    "createDatabaseInterest": create_interest,
    "listDatabaseCollections": list_collections,
    "createDatabaseCollection": create_collection,
    **places.operations("Database", "databaseId", database_of),
}
