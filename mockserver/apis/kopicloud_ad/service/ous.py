"""Organizational units: the tree they form, their protection, and what moving or renaming one does to those below."""

from __future__ import annotations

from dataclasses import replace

from mockserver.apis.kopicloud_ad.models import (
    DESCRIPTION_LIMIT,
    OBJECT_PARENT,
    OBJECTS,
    Container,
    DirectoryObject,
    Domain,
    OrganizationalUnit,
    fold,
)
from mockserver.apis.kopicloud_ad.service import directory, dn, policy
from mockserver.kernel.errors import NotFound, RuleBroken
from mockserver.kernel.store.query import Eq
from mockserver.kernel.work import Work


def find(work: Work, path: str) -> OrganizationalUnit | None:
    """The OU a DN names; raises ``BadInput`` for a malformed DN (P6)."""
    node = directory.find(work, path)
    return node if isinstance(node, OrganizationalUnit) else None


def at(work: Work, path: str) -> OrganizationalUnit:
    """As `find`; raises ``NotFound``, for containers too (O9)."""
    ou = find(work, path)
    if ou is None:
        raise NotFound(f"no OU {policy.shown(path)} in domain {work.settings['ADDomainName']}", rule="O9")
    return ou


def by_guid(work: Work, text: str) -> OrganizationalUnit:
    """The OU with this objectGUID; raises ``BadInput`` (P6), ``NotFound``."""
    guid = policy.guid("OUGuid", text)
    node = work.store.get(OBJECTS, guid)
    if not isinstance(node, OrganizationalUnit):
        raise NotFound(f"no OU with GUID {guid} in domain {work.settings['ADDomainName']}")
    return node


def listed(work: Work, *, containers: bool = False) -> list[OrganizationalUnit | Container]:
    """Every OU by name, on request with the containers among them (O9)."""
    found: list[OrganizationalUnit | Container] = [*directory.listed(work, OrganizationalUnit, path=None)]
    if containers:
        found += directory.listed(work, Container, path=None)
        found.sort(key=lambda node: (node.name_key, node.id))
    return found


def create(
    work: Work, *, name: str, path: str, description: str | None = None, protected: bool = False
) -> OrganizationalUnit:
    """A new OU in the domain root or another OU (O1)."""
    policy.check_ou_name(name)
    if description:
        policy.check_length("OUDescription", description, DESCRIPTION_LIMIT)
    ou = OrganizationalUnit(
        id=work.ids.guid(),
        parent=_holder(work, path).id,
        name=name,
        name_key=fold(name),
        description=description or None,
        protected=protected,
        created=work.clock.timestamp(),
    )
    return directory.add(work, ou)


def update(work: Work, path: str, *, description: str | None, protected: bool | None) -> OrganizationalUnit:
    """Another description or protection; ``None`` leaves it, an empty description clears it (U6)."""
    policy.check_length("OUDescription", description or "", DESCRIPTION_LIMIT)
    ou = at(work, path)
    changed = replace(
        ou,
        description=ou.description if description is None else description or None,
        protected=ou.protected if protected is None else protected,
    )
    work.store.replace(OBJECTS, changed)
    return changed


def rename(work: Work, path: str, *, to: str) -> OrganizationalUnit:
    """Another name, protected or not (O7); everything below follows, since DNs are computed (O8)."""
    name = policy.check_ou_name(to)
    ou = at(work, path)
    directory.check_pinned(ou, "renamed")
    return directory.save(work, replace(ou, name=name, name_key=fold(name)))


def move(work: Work, path: str, *, to: str) -> OrganizationalUnit:
    """Another parent; everything below follows (O8). Raises ``RuleBroken`` (O1, O5, O6), ``Duplicate``."""
    dn.parse(to)
    ou, target = at(work, path), _holder(work, to)
    if target.id == ou.parent:
        return ou
    if ou.protected:
        raise RuleBroken(f"OU {ou.name!r} is protected; set IsProtected to false before moving it", rule="O5")
    if directory.within(work, target, ou):
        raise RuleBroken(f"OU {ou.name!r} cannot be moved into itself or below itself ({policy.shown(to)})", rule="O6")
    return directory.move(work, ou, target)


def removable(work: Work, path: str) -> OrganizationalUnit:
    """The OU a DN names; raises ``RuleBroken`` for a default container or the domain root (P18), else as `at`."""
    node = directory.find(work, path)
    if isinstance(node, Container | Domain):
        directory.check_critical(node)
    return at(work, path)


def delete(work: Work, ou: OrganizationalUnit, *, force: bool) -> None:
    """Remove an empty OU; a protected one only by force. Raises ``RuleBroken`` (P18, O3, O4)."""
    directory.check_critical(ou)
    if ou.protected and not force:
        raise RuleBroken(f"OU {ou.name!r} is protected; Force=true deletes it all the same", rule="O4")
    inside = work.store.count(OBJECTS, Eq(OBJECT_PARENT, ou.id))
    if inside:
        raise RuleBroken(f"OU {ou.name!r} is not empty: {inside} objects in it", rule="O3")
    work.store.delete(OBJECTS, ou.id)


def _holder(work: Work, path: str) -> DirectoryObject:
    """What may hold OUs: the domain root or an OU; raises ``RuleBroken`` for a container (O1)."""
    node = directory.container(work, path)
    if not isinstance(node, Domain | OrganizationalUnit):
        raise RuleBroken(f"{policy.shown(path)} is a container; OUs live in the domain root or in OUs", rule="O1")
    return node
