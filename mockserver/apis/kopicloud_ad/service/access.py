"""Who may call what: roles from the nested groups of a user, and the licence of the product."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime

from mockserver.apis.kopicloud_ad.models import OBJECTS, User, fold
from mockserver.apis.kopicloud_ad.service import memberships
from mockserver.kernel.errors import LicenceRefused, PermissionRefused
from mockserver.kernel.work import Work

DOMAIN_ADMINS = {
    "Microsoft AD": "Domain Admins",
    "AWS Managed Microsoft AD": "AWS Delegated Administrators",
    "GCP Managed Service for Microsoft AD": "Cloud Service Administrators",
    "Azure AD Domain Services": "AAD DC Administrators",
}
DOMAIN_ADMIN_ROLE = "domain admin"
VALID_LICENCES = ("trial", "subscription", "perpetual")
LICENCES = (*VALID_LICENCES, "missing", "invalid", "expired")


def check_licence(work: Work) -> float:
    """When the licence runs out, which a perpetual one never does; raises ``LicenceRefused`` if it is no valid one."""
    licence = str(work.settings["licence"])
    if licence not in VALID_LICENCES:
        raise LicenceRefused(f"licence is {licence}; allowed: {', '.join(VALID_LICENCES)}")
    end = str(work.settings["licence-expires"] or "")
    until = datetime.fromisoformat(end).timestamp() if end and licence != "perpetual" else math.inf
    if until <= work.clock.timestamp():
        raise LicenceRefused(f"{licence} licence ran out at {end}")
    return until


def role_of(work: Work, guid: str, roles: Iterable[str], area: str) -> str:
    """The first of the roles found in a user's nested groups (G9); a role is named by its setting.

    Members of the domain-admin group have every role. Raises ``PermissionRefused``.
    """
    wanted = {fold(DOMAIN_ADMINS[str(work.settings["environment"])]): DOMAIN_ADMIN_ROLE}
    for role in roles:
        group = work.settings[role]
        if group:
            wanted[fold(str(group))] = role
    user = work.store.get(OBJECTS, guid)
    if isinstance(user, User):
        for found in memberships.transitive(work, user):
            if found.name_key in wanted:
                return wanted[found.name_key]
    name = user.account if user else guid
    raise PermissionRefused(f"user {name!r} may not use {area}; allowed: members of the groups in {', '.join(roles)}")
