"""Subprofiles in collections, and those of one profile."""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.apis.copernica.models.people import Profile, Subprofile
from mockserver.apis.copernica.models.structure import Collection
from mockserver.apis.copernica.service import lists, subprofiles
from mockserver.apis.copernica.service.layout import Layout
from mockserver.apis.copernica.v1.conventions import account_of
from mockserver.apis.copernica.v1.handlers import people
from mockserver.apis.copernica.v1.handlers.collections import collection_of
from mockserver.apis.copernica.v1.handlers.profiles import profile_of
from mockserver.kernel.api import Handler
from mockserver.kernel.http import Call, Done
from mockserver.kernel.work import Work


def subprofile_of(work: Work, call: Call) -> tuple[Subprofile, Collection]:
    """The subprofile an address names, and its collection; raises ``NotFound``."""
    return subprofiles.numbered(work, account_of(work, call), call.arguments["subprofileId"])


def owner_of(work: Work, call: Call) -> tuple[Profile, Collection]:
    """The profile an address names, and the collection of its database; raises ``NotFound``."""
    profile, database = profile_of(work, call)
    return profile, subprofiles.collection_for(work, database, call.arguments["collectionId"])


def list_profile_subprofiles(work: Work, call: Call) -> Done:
    profile, collection = owner_of(work, call)
    return Done(people.subprofiles(work, call, collection, owner=profile))


def create_subprofile(work: Work, call: Call) -> Done:
    profile, collection = owner_of(work, call)
    return Done(id=subprofiles.create(work, profile, collection, call.body or {}).id)


def update_subprofiles(work: Work, call: Call) -> Done:
    profile, collection = owner_of(work, call)
    part = lists.subprofiles(work, collection, people.wish(call), profile=profile)
    if not part.rows and call.arguments["create"]:
        made = subprofiles.create(work, profile, collection, call.body or {})
        return Done(id=made.id, outcome="create-by-put", path=f"/subprofile/{made.id}")
    subprofiles.change_all(work, part.layout, part.rows, call.body or {})
    return Done()


def list_collection_subprofiles(work: Work, call: Call) -> Done:
    return Done(people.subprofiles(work, call, collection_of(work, call)))


def list_subprofile_ids(work: Work, call: Call) -> Done:
    return Done([one.id for one in lists.subprofiles(work, collection_of(work, call)).rows])


def get_subprofile(work: Work, call: Call) -> Done:
    subprofile, collection = subprofile_of(work, call)
    return Done({**people.subprofile(subprofile, Layout(work, collection)), "interests": []})


def delete_subprofile(work: Work, call: Call) -> Done:
    subprofile, _ = subprofile_of(work, call)
    subprofiles.delete(work, subprofile)
    return Done(id=subprofile.id)


def get_fields(work: Work, call: Call) -> Done:
    subprofile, collection = subprofile_of(work, call)
    return Done(Layout(work, collection).shown(subprofile.values))


def update_fields(work: Work, call: Call) -> Done:
    subprofile, collection = subprofile_of(work, call)
    subprofiles.change_all(work, Layout(work, collection), (subprofile,), call.body or {})
    return Done(id=subprofile.id)


HANDLERS: Mapping[str, Handler] = {
    "listProfileSubprofiles": list_profile_subprofiles,
    "createProfileSubprofile": create_subprofile,
    "updateProfileSubprofiles": update_subprofiles,
    "listCollectionSubprofiles": list_collection_subprofiles,
    "listCollectionSubprofileIds": list_subprofile_ids,
    "getSubprofile": get_subprofile,
    "deleteSubprofile": delete_subprofile,
    "getSubprofileFields": get_fields,
    "updateSubprofileFields": update_fields,
}
