"""Operations on organizational units: one function per operation, named by its id."""

from __future__ import annotations

from mockserver.apis.kopicloud_ad.conventions import done
from mockserver.apis.kopicloud_ad.handlers import shapes
from mockserver.apis.kopicloud_ad.models import OrganizationalUnit
from mockserver.apis.kopicloud_ad.service import ous
from mockserver.kernel.http import Call, Reply
from mockserver.kernel.work import Work


def list_all_ous(work: Work, call: Call) -> Reply:
    containers = call.arguments["ListContainers"]
    found = ous.listed(work, containers=containers)
    return done(f"{len(found)} OUs{' and containers' if containers else ''} found", shapes.ou_list(work, found))


def get_ou_by_guid(work: Work, call: Call) -> Reply:
    return _shown(work, "found", ous.by_guid(work, call.arguments["OUGuid"]))


def get_ou_by_path(work: Work, call: Call) -> Reply:
    return _shown(work, "found", ous.at(work, call.arguments["OUPath"]))


def ou_exists(work: Work, call: Call) -> Reply:
    path = call.arguments["OUPath"]
    exists = ous.find(work, path) is not None
    return done(f"OU {path!r} {'exists' if exists else 'does not exist'}", exists)


def create_ou(work: Work, call: Call) -> Reply:
    given = call.arguments
    ou = ous.create(
        work,
        name=given["OUName"],
        path=given["OUDestinationPath"],
        description=given.get("OUDescription"),
        protected=given["IsProtected"],
    )
    return _shown(work, "created", ou)


def update_ou(work: Work, call: Call) -> Reply:
    given = call.arguments
    changed = ous.update(
        work, given["OUPath"], description=given.get("OUDescription"), protected=given.get("IsProtected")
    )
    return _shown(work, "updated", changed)


def move_ou(work: Work, call: Call) -> Reply:
    given = call.arguments
    return _shown(work, "moved", ous.move(work, given["OUPath"], to=given["OUDestinationPath"]))


def rename_ou(work: Work, call: Call) -> Reply:
    path = call.arguments["OUPath"]
    return _shown(work, f"renamed from {path!r}", ous.rename(work, path, to=call.arguments["OUNewName"]))


def remove_ou(work: Work, call: Call) -> Reply:
    ou = ous.removable(work, call.arguments["OUPath"])
    reply = _shown(work, "deleted", ou)
    ous.delete(work, ou, force=call.arguments["Force"])
    return reply


def _shown(work: Work, outcome: str, ou: OrganizationalUnit) -> Reply:
    return done(f"OU {ou.name!r} {outcome}", shapes.ou(work, ou))
