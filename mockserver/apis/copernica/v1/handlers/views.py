"""Selections: on a database or nested in each other, and who is in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.apis.copernica.models.selections import View
from mockserver.apis.copernica.models.structure import Database
from mockserver.apis.copernica.service import evaluation, rules, selections, values, views
from mockserver.apis.copernica.service.numbers import stamp
from mockserver.apis.copernica.v1.conventions import account_of
from mockserver.apis.copernica.v1.handlers import people
from mockserver.apis.copernica.v1.handlers.databases import database_of
from mockserver.kernel.api import Handler
from mockserver.kernel.errors import BadInput, RuleBroken
from mockserver.kernel.http import Batch, Call, Done
from mockserver.kernel.work import Work


def view_of(work: Work, call: Call) -> View:
    """The selection an address names; raises ``NotFound``."""
    return views.numbered(work, account_of(work, call), call.arguments["viewId"])


def list_database_views(work: Work, call: Call) -> Done:
    return _listed(work, call, database_of(work, call))


def create_database_view(work: Work, call: Call) -> Done:
    return Done(id=views.create(work, database_of(work, call), **call.body).id)


def get_view(work: Work, call: Call) -> Done:
    return Done(_shown(work, view_of(work, call)))


def update_view(work: Work, call: Call) -> Done:
    view, body = view_of(work, call), call.body or {}
    given = {key: value for key, value in body.items() if not key.startswith("parent-")}
    return Done(id=views.change(work, view, {**given, "parent": _parent(view, body)}).id)


def delete_view(work: Work, call: Call) -> Done:
    view = view_of(work, call)
    views.delete(work, view)
    return Done(id=view.id)


def list_profiles(work: Work, call: Call) -> Done:
    view = view_of(work, call)
    database = selections.database(work, view)
    return Done(people.profiles(work, call, database, among=evaluation.profiles(work, view)))


def list_profile_ids(work: Work, call: Call) -> Done:
    return Done([one.id for one in evaluation.profiles(work, view_of(work, call))])


def list_nested_views(work: Work, call: Call) -> Done:
    return _listed(work, call, view_of(work, call))


def create_nested_view(work: Work, call: Call) -> Done:
    return Done(id=views.create(work, view_of(work, call), **call.body).id)


def _listed(work: Work, call: Call, place: Database | View) -> Done:
    shown = [_shown(work, one) for one in views.listed(work, place, call.page)]
    return Done(Batch(shown, lambda: views.count(work, place)))


def _shown(work: Work, view: View) -> dict[str, Any]:
    """A selection; it is built whenever somebody asks (EVALUATED-ON-READ)."""
    return {
        "ID": view.id,
        "name": view.name,
        "description": view.description,
        "parent-type": "view" if view.parent else "database",
        "parent-id": view.parent or view.database,
        "has-children": views.count(work, view) > 0,
        "has-referred": views.is_referred(work, view),
        "has-rules": rules.count(work, view) > 0,
        "database": view.database,
        "last-built": stamp(work),
    }


def _parent(view: View, body: Mapping[str, Any]) -> str:
    """The selection that one is to hang on, empty for the database; what is not said stays (VIEW-MOVE, PARENT-TYPE).

    Raises ``BadInput``, and ``RuleBroken`` for another database.
    """
    nested = bool(view.parent)
    wanted = body.get("parent-type", "view" if nested else "database") != "database"
    key = values.spelled(body.get("parent-id", (view.parent or view.database) if wanted == nested else ""))
    if not wanted and key not in ("", view.database):
        raise RuleBroken(f"parent-id: view {view.id} stays in database {view.database}", rule="VIEW-MOVE")
    if wanted and not key:
        raise BadInput("parent-id: missing; allowed: the id of the view to hang on", rule="VIEW-MOVE")
    return key if wanted else ""


HANDLERS: Mapping[str, Handler] = {
    "listDatabaseViews": list_database_views,
    "createDatabaseView": create_database_view,
    "getView": get_view,
    "updateView": update_view,
    "deleteView": delete_view,
    "listViewProfiles": list_profiles,
    "listViewProfileIds": list_profile_ids,
    "listViewViews": list_nested_views,
    "createViewView": create_nested_view,
}
