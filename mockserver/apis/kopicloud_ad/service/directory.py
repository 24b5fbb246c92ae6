"""The tree of the directory: resolving and writing DNs, listing below a container, adding and moving objects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar

from mockserver.apis.kopicloud_ad.models import (
    INSTALLATION,
    OBJECT_CLASS,
    OBJECT_CLASS_NAME,
    OBJECT_NAME,
    OBJECT_PARENT,
    OBJECTS,
    UNIQUE_ACCOUNT,
    UNIQUE_RDN,
    Container,
    DirectoryObject,
    Domain,
    Installation,
    OrganizationalUnit,
    fold,
)
from mockserver.apis.kopicloud_ad.service import dn, policy
from mockserver.kernel.errors import Duplicate, Internal, NotFound, RuleBroken
from mockserver.kernel.store.query import And, Condition, Eq, Order
from mockserver.kernel.work import Work

Some = TypeVar("Some", bound=DirectoryObject)

BY_NAME = (Order(OBJECT_NAME),)
PARENTS = (Domain, Container, OrganizationalUnit)


def installation(work: Work) -> Installation:
    """The anchors of the domain."""
    anchors = work.store.get(INSTALLATION, "installation")
    if anchors is None:
        raise Internal("this world holds no domain; plant a seed first")
    return anchors


def rdn_type(node: DirectoryObject) -> str:
    """The attribute an object is named by in DNs."""
    return "OU" if isinstance(node, OrganizationalUnit) else "CN"


class Paths:
    """DNs of objects, each ancestor looked up once."""

    def __init__(self, work: Work) -> None:
        self._store = work.store
        self._root = dn.root(str(work.settings["ADDomainName"]))
        self._known: dict[str, str] = {}

    def of(self, node: DirectoryObject) -> str:
        """The DN of an object."""
        if node.parent is None:
            return self._root
        return f"{rdn_type(node)}={dn.escape(node.name)},{self.parent(node)}"

    def parent(self, node: DirectoryObject) -> str:
        """The DN of the container an object is in."""
        if node.parent is None:
            return self._root
        if node.parent not in self._known:
            self._learn(node.parent)
        return self._known[node.parent]

    def _learn(self, guid: str) -> None:
        chain: list[DirectoryObject] = []
        key: str | None = guid
        while key is not None and key not in self._known:
            node = self._store.get(OBJECTS, key)
            if node is None:
                raise Internal(f"object {key} is missing although others are in it")
            chain.append(node)
            key = node.parent
        for node in reversed(chain):
            self._known[node.id] = self.of(node)


def find(work: Work, text: str) -> DirectoryObject | None:
    """The object a DN names; ``None`` when there is none. Raises ``BadInput`` for a malformed DN (P6)."""
    parts = dn.parse(text)
    root = dn.root_parts(str(work.settings["ADDomainName"]))
    if tuple((kind, fold(value)) for kind, value in parts[-len(root) :]) != root:
        return None
    node: DirectoryObject | None = work.store.get(OBJECTS, installation(work).root)
    for kind, value in reversed(parts[: -len(root)]):
        if node is None:
            return None
        node = work.store.find(UNIQUE_RDN, node.id, fold(value))
        if node is not None and rdn_type(node) != kind:
            return None
    return node


def account(work: Work, variant: type[Some], name: str) -> Some | None:
    """The object of one class with this account name, in any case."""
    node = work.store.find(UNIQUE_ACCOUNT, fold(name))
    return node if isinstance(node, variant) else None


def absent(work: Work, variant: type[DirectoryObject], name: str) -> NotFound:
    """That there is no object of one class with this name."""
    domain = work.settings["ADDomainName"]
    return NotFound(f"{OBJECT_CLASS[variant]} {policy.shown(name)} does not exist in domain {domain}")


def container(work: Work, text: str) -> DirectoryObject:
    """The OU, container or domain root a DN names.

    Raises ``BadInput`` (P6), ``NotFound`` (P7, P15, P16), and ``RuleBroken`` for an object that holds no others.
    """
    node = find(work, text)
    if node is None:
        raise NotFound(f"no OU or container {text!r} in domain {work.settings['ADDomainName']}", rule="P16")
    if not isinstance(node, PARENTS):
        raise RuleBroken(f"{text!r} is a {node.object_class}; allowed: an OU, a container or the domain root")
    return node


def listed(work: Work, variant: type[Some], *, path: str | None, recursive: bool = True) -> list[Some]:
    """Objects of one class by name: below a container or in it only; below the domain root when no path is given."""
    return selected(work, variant, base=container(work, path) if path else None, recursive=recursive)


def selected(
    work: Work,
    variant: type[Some],
    *,
    base: DirectoryObject | None,
    recursive: bool,
    where: Condition | None = None,
) -> list[Some]:
    """As `listed`, for a container at hand, and with a further condition."""
    wanted = Eq(OBJECT_CLASS_NAME, OBJECT_CLASS[variant])
    extra = () if where is None else (where,)
    if recursive and (base is None or base.parent is None):
        rows = work.store.select(OBJECTS, And(wanted, *extra), order=BY_NAME)
    else:
        root = base.id if base else installation(work).root
        places = subtree(work, root) if recursive else iter((root,))
        rows = [
            row
            for place in places
            for row in work.store.select(OBJECTS, And(wanted, Eq(OBJECT_PARENT, place), *extra), order=BY_NAME)
        ]
        rows.sort(key=lambda row: (row.name_key, row.id))
    return [row for row in rows if isinstance(row, variant)]


def subtree(work: Work, guid: str) -> Iterator[str]:
    """A container and every OU and container below it, by objectGUID."""
    waiting = [guid]
    while waiting:
        place = waiting.pop()
        yield place
        for variant in (OrganizationalUnit, Container):
            inside = And(Eq(OBJECT_CLASS_NAME, OBJECT_CLASS[variant]), Eq(OBJECT_PARENT, place))
            waiting += [row.id for row in work.store.select(OBJECTS, inside)]


def within(work: Work, node: DirectoryObject, ancestor: DirectoryObject) -> bool:
    """Whether an object is another one or somewhere below it."""
    current: DirectoryObject | None = node
    while current is not None:
        if current.id == ancestor.id:
            return True
        current = work.store.get(OBJECTS, current.parent) if current.parent else None
    return False


def next_sid(work: Work) -> str:
    """A SID never given before, relative identifiers rising from 1000 (P12)."""
    return f"{installation(work).domain_sid}-{999 + work.ids.number('kopicloud-ad.rid')}"


def add(work: Work, node: Some) -> Some:
    """Put a new object into the directory; raises ``Duplicate`` (P11)."""
    row: DirectoryObject = node
    check_free(work, row)
    work.store.insert(OBJECTS, row)
    return node


def save(work: Work, node: Some) -> Some:
    """Put a changed object in the place of the old one; raises ``Duplicate`` (P11)."""
    row: DirectoryObject = node
    check_free(work, row)
    work.store.replace(OBJECTS, row)
    return node


def move(work: Work, node: Some, target: DirectoryObject) -> Some:
    """Put an object into another container, if that is another one; raises ``Duplicate``, ``RuleBroken``."""
    if target.id == node.parent:
        return node
    check_pinned(node, "moved")
    return save(work, replace(node, parent=target.id))


def check_free(work: Work, node: DirectoryObject) -> None:
    """Raise ``Duplicate`` when another object has this account name, or this name in this container (P11)."""
    if node.account_key is not None:
        other = work.store.find(UNIQUE_ACCOUNT, node.account_key)
        if other is not None and other.id != node.id:
            raise Duplicate(f"{other.object_class} {other.account!r} exists already", rule="P11")
    if node.parent is not None:
        other = work.store.find(UNIQUE_RDN, node.parent, node.name_key)
        if other is not None and other.id != node.id:
            place = Paths(work).parent(node)
            raise Duplicate(f"{other.object_class} {other.name!r} exists already in {place}", rule="P11")


def check_critical(node: DirectoryObject) -> None:
    """Raise ``RuleBroken`` for an object the domain cannot do without (P18)."""
    if node.critical:
        raise RuleBroken(f"{node.object_class} {node.name!r} belongs to the system and cannot be deleted", rule="P18")


def check_pinned(node: DirectoryObject, verb: str) -> None:
    """Raise ``RuleBroken`` for an object that stays where and what it is, such as ``OU=Domain Controllers``."""
    if node.pinned:
        raise RuleBroken(f"{node.object_class} {node.name!r} belongs to the system and cannot be {verb}", rule="P18")
