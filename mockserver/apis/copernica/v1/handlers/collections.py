"""Collections: settings and fields."""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.apis.copernica.models.structure import Collection
from mockserver.apis.copernica.service import databases
from mockserver.apis.copernica.v1.conventions import account_of
from mockserver.apis.copernica.v1.handlers import places, shapes
from mockserver.kernel.api import Handler
from mockserver.kernel.http import Call, Done
from mockserver.kernel.work import Work


def collection_of(work: Work, call: Call) -> Collection:
    """The collection an address names; raises ``NotFound``."""
    return databases.collection(work, account_of(work, call), call.arguments["collectionId"])


def get_collection(work: Work, call: Call) -> Done:
    return Done(shapes.collection(work, collection_of(work, call)))


def update_collection(work: Work, call: Call) -> Done:
    collection = collection_of(work, call)
    return Done(id=databases.rename_collection(work, collection, (call.body or {}).get("name", collection.name)).id)


HANDLERS: Mapping[str, Handler] = {
    "getCollection": get_collection,
    "updateCollection": update_collection,
    **places.operations("Collection", "collectionId", collection_of),
}
