"""Computer accounts: registering, renaming, describing and removing them, one or many."""

from __future__ import annotations

from dataclasses import replace

from mockserver.apis.kopicloud_ad.models import (
    DESCRIPTION_LIMIT,
    MEMBERSHIP_MEMBER,
    MEMBERSHIPS,
    OBJECT_NAME,
    OBJECTS,
    Computer,
    fold,
)
from mockserver.apis.kopicloud_ad.service import directory, policy
from mockserver.kernel.errors import BadInput
from mockserver.kernel.store.query import Eq, Like
from mockserver.kernel.work import Work


def account_of(name: str) -> str:
    """The account name of a computer: its name and a ``$`` (P11); one trailing ``$`` may be sent along (P10)."""
    return name.removesuffix("$") + "$"


def find(work: Work, name: str) -> Computer | None:
    """The computer with this name, in any case."""
    return directory.account(work, Computer, account_of(name))


def named(work: Work, name: str) -> Computer:
    """As `find`; raises ``NotFound``."""
    computer = find(work, name)
    if computer is None:
        raise directory.absent(work, Computer, name)
    return computer


def listed(work: Work, *, path: str | None = None, recursive: bool = True) -> list[Computer]:
    """Computers by name, below a container or directly in it."""
    return directory.listed(work, Computer, path=path, recursive=recursive)


def register(work: Work, *, name: str, description: str | None = None, path: str | None = None) -> Computer:
    """A new account in ``CN=Computers`` or the given container, for a machine that has not joined (C1)."""
    name = policy.check_computer_name(name)
    if description:
        policy.check_length("ADComputerDescription", description, DESCRIPTION_LIMIT)
    anchors = directory.installation(work)
    computer = Computer(
        id=work.ids.guid(),
        parent=directory.container(work, path).id if path else anchors.computers,
        name=name,
        name_key=fold(name),
        account=account_of(name),
        account_key=fold(account_of(name)),
        sid=directory.next_sid(work),
        primary_group=anchors.domain_computers,
        description=description or None,
        created=work.clock.timestamp(),
    )
    return directory.add(work, computer)


def rename(work: Work, name: str, *, to: str) -> Computer:
    """Another name; the DNS name follows only where there is one (C2)."""
    to = policy.check_computer_name(to)
    computer, account = named(work, name), account_of(to)
    dns_name = f"{to}.{work.settings['ADDomainName']}" if computer.dns_name else None
    changed = replace(
        computer, name=to, name_key=fold(to), account=account, account_key=fold(account), dns_name=dns_name
    )
    return directory.save(work, changed)


def describe(work: Work, name: str, description: str | None) -> Computer:
    """Another description; ``None`` leaves it, an empty text clears it (U6)."""
    policy.check_length("ComputerDescription", description or "", DESCRIPTION_LIMIT)
    computer = named(work, name)
    if description is None:
        return computer
    changed = replace(computer, description=description or None)
    work.store.replace(OBJECTS, changed)
    return changed


def delete(work: Work, computer: Computer) -> None:
    """Remove an account; raises ``RuleBroken`` for a domain controller (P18)."""
    directory.check_critical(computer)
    for membership in work.store.select(MEMBERSHIPS, Eq(MEMBERSHIP_MEMBER, computer.id)):
        work.store.delete(MEMBERSHIPS, membership.id)
    work.store.delete(OBJECTS, computer.id)


def matching(work: Work, *, pattern: str | None, path: str | None, recursive: bool) -> list[Computer]:
    """Computers whose names match a pattern, domain controllers left out; raises ``BadInput`` without a limit (C3)."""
    if not pattern and not path:
        raise BadInput("WildCard and OUPath: both missing; allowed: at least one of them", rule="C3")
    base = directory.container(work, path) if path else None
    where = Like(OBJECT_NAME, _like(pattern)) if pattern else None
    found = directory.selected(work, Computer, base=base, recursive=recursive, where=where)
    return [computer for computer in found if not computer.critical]


def _like(pattern: str) -> str:
    r"""``web*`` as an SQL pattern; ``%``, ``_`` and ``\`` stand for themselves, and so does the wide ``＊``."""
    return "%".join(_literal(fold(part)) for part in pattern.removesuffix("$").split("*"))


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
