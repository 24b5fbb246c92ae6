"""Profiles of databases: their fields and interests."""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.apis.copernica.models.people import Profile
from mockserver.apis.copernica.models.structure import Database
from mockserver.apis.copernica.service import lists, profiles
from mockserver.apis.copernica.service.layout import Layout
from mockserver.apis.copernica.v1.conventions import account_of
from mockserver.apis.copernica.v1.handlers import people, shapes
from mockserver.apis.copernica.v1.handlers.databases import database_of
from mockserver.kernel.api import Handler
from mockserver.kernel.http import Call, Done
from mockserver.kernel.work import Work


def profile_of(work: Work, call: Call) -> tuple[Profile, Database]:
    """The profile an address names, and its database; raises ``NotFound``."""
    return profiles.numbered(work, account_of(work, call), call.arguments["profileId"])


def list_profiles(work: Work, call: Call) -> Done:
    return Done(people.profiles(work, call, database_of(work, call)))


def create_profile(work: Work, call: Call) -> Done:
    return Done(id=profiles.create(work, database_of(work, call), call.body or {}).id)


def update_profiles(work: Work, call: Call) -> Done:
    database = database_of(work, call)
    part = lists.profiles(work, database, people.wish(call))
    if not part.rows and call.arguments["create"]:
        made = profiles.create(work, database, call.body or {})
        return Done(id=made.id, outcome="create-by-put", path=f"/profile/{made.id}")
    profiles.change_all(work, part.layout, part.rows, call.body or {})
    return Done(id=database.id, ids={"databaseId": database.id})


def list_profile_ids(work: Work, call: Call) -> Done:
    return Done([one.id for one in lists.profiles(work, database_of(work, call)).rows])


def get_profile(work: Work, call: Call) -> Done:
    profile, database = profile_of(work, call)
    names = people.names_of(work, database) if profile.interests else {}
    return Done(people.profile(profile, Layout(work, database), names))


def update_profile(work: Work, call: Call) -> Done:
    profile, database = profile_of(work, call)
    body = call.body or {}
    interests = people.switches(body["interests"]) if "interests" in body else None
    profiles.change(work, database, profile, given=body.get("fields"), switches=interests, secret=body.get("secret"))
    return Done(id=profile.id)


def delete_profile(work: Work, call: Call) -> Done:
    profile, _ = profile_of(work, call)
    profiles.delete(work, profile)
    return Done(id=profile.id)


def get_fields(work: Work, call: Call) -> Done:
    profile, database = profile_of(work, call)
    return Done(Layout(work, database).shown(profile.values))


def update_fields(work: Work, call: Call) -> Done:
    profile, database = profile_of(work, call)
    return Done(id=profiles.change(work, database, profile, given=call.body).id)


def get_interests(work: Work, call: Call) -> Done:
    profile, database = profile_of(work, call)
    form = call.arguments.get("return")
    on = profiles.interests_of(work, database, profile)
    if form == "objects":
        return Done([shapes.interest(one) for one in on])
    return Done([one.id if form == "ids" else one.name for one in on])


def add_interests(work: Work, call: Call) -> Done:
    profile, database = profile_of(work, call)
    return Done(id=profiles.add_interests(work, database, profile, people.switches(call.body)).id)


def set_interests(work: Work, call: Call) -> Done:
    profile, database = profile_of(work, call)
    return Done(id=profiles.change(work, database, profile, switches=people.switches(call.body)).id)


HANDLERS: Mapping[str, Handler] = {
    "listDatabaseProfiles": list_profiles,
    "createProfile": create_profile,
    "updateDatabaseProfiles": update_profiles,
    "listDatabaseProfileIds": list_profile_ids,
    "getProfile": get_profile,
    "updateProfile": update_profile,
    "deleteProfile": delete_profile,
    "getProfileFields": get_fields,
    "updateProfileFields": update_fields,
    "getProfileInterests": get_interests,
    "addProfileInterests": add_interests,
    "setProfileInterests": set_interests,
}
