"""Miniselections of collections, and the subprofiles in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.apis.copernica.models.selections import Miniview
from mockserver.apis.copernica.service import databases, evaluation, miniviews
from mockserver.apis.copernica.v1.conventions import account_of
from mockserver.apis.copernica.v1.handlers import people
from mockserver.apis.copernica.v1.handlers.collections import collection_of
from mockserver.kernel.api import Handler
from mockserver.kernel.http import Batch, Call, Done
from mockserver.kernel.work import Work


def miniview_of(work: Work, call: Call) -> Miniview:
    """The miniselection an address names; raises ``NotFound``."""
    return miniviews.numbered(work, account_of(work, call), call.arguments["miniviewId"])


def list_miniviews(work: Work, call: Call) -> Done:
    collection = collection_of(work, call)
    shown = [_shown(one) for one in miniviews.listed(work, collection, call.page)]
    return Done(Batch(shown, lambda: miniviews.count(work, collection)))


def create_miniview(work: Work, call: Call) -> Done:
    return Done(id=miniviews.create(work, collection_of(work, call), **call.body).id)


def get_miniview(work: Work, call: Call) -> Done:
    return Done(_shown(miniview_of(work, call)))


def update_miniview(work: Work, call: Call) -> Done:
    return Done(id=miniviews.change(work, miniview_of(work, call), call.body or {}).id)


def delete_miniview(work: Work, call: Call) -> Done:
    miniview = miniview_of(work, call)
    miniviews.delete(work, miniview)
    return Done(id=miniview.id)


def list_subprofiles(work: Work, call: Call) -> Done:
    miniview = miniview_of(work, call)
    collection = databases.collection(work, account_of(work, call), miniview.collection)
    return Done(people.subprofiles(work, call, collection, among=evaluation.subprofiles(work, miniview)))


def list_subprofile_ids(work: Work, call: Call) -> Done:
    return Done([one.id for one in evaluation.subprofiles(work, miniview_of(work, call))])


def _shown(miniview: Miniview) -> dict[str, Any]:
    return {
        "ID": miniview.id,
        "name": miniview.name,
        "description": miniview.description,
        "parent-type": "collection",
        "parent-id": miniview.collection,
        "collection": miniview.collection,
    }


HANDLERS: Mapping[str, Handler] = {
    "listCollectionMiniviews": list_miniviews,
    "createCollectionMiniview": create_miniview,
    "getMiniview": get_miniview,
    "updateMiniview": update_miniview,
    "deleteMiniview": delete_miniview,
    "listMiniviewSubprofiles": list_subprofiles,
    "listMiniviewSubprofileIds": list_subprofile_ids,
}
