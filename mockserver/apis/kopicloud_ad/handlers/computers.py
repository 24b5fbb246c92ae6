"""Operations on computer accounts: one function per operation, named by its id."""

from __future__ import annotations

from mockserver.apis.kopicloud_ad.conventions import done
from mockserver.apis.kopicloud_ad.handlers import shapes
from mockserver.apis.kopicloud_ad.models import Computer
from mockserver.apis.kopicloud_ad.service import computers
from mockserver.kernel.http import Call, Reply
from mockserver.kernel.work import Work


def list_computers_in_ou(work: Work, call: Call) -> Reply:
    given = call.arguments
    return _listed(work, "found", computers.listed(work, path=given.get("OUPath"), recursive=given["Recursive"]))


def list_all_computers(work: Work, call: Call) -> Reply:
    return _listed(work, "found", computers.listed(work))


def get_computer(work: Work, call: Call) -> Reply:
    return _shown(work, "found", computers.named(work, call.arguments["ADComputerName"]))


def computer_exists(work: Work, call: Call) -> Reply:
    name = call.arguments["ADComputerName"]
    exists = computers.find(work, name) is not None
    return done(f"computer {name!r} {'exists' if exists else 'does not exist'}", exists)


def register_computer(work: Work, call: Call) -> Reply:
    given = call.arguments
    computer = computers.register(
        work,
        name=given["ADComputerName"],
        description=given.get("ADComputerDescription"),
        path=given.get("OUPath"),
    )
    return _shown(work, "registered", computer)


def rename_computer(work: Work, call: Call) -> Reply:
    name = call.arguments["ADComputerName"]
    return _shown(work, f"renamed from {name!r}", computers.rename(work, name, to=call.arguments["NewADComputerName"]))


def update_computer_description(work: Work, call: Call) -> Reply:
    given = call.arguments
    changed = computers.describe(work, given["ADComputerName"], given.get("ComputerDescription"))
    return _shown(work, "updated", changed)


def remove_computer(work: Work, call: Call) -> Reply:
    computer = computers.named(work, call.arguments["ADComputerName"])
    reply = _shown(work, "deleted", computer)
    computers.delete(work, computer)
    return reply


def remove_computers_by_wildcard(work: Work, call: Call) -> Reply:
    given = call.arguments
    found = computers.matching(
        work, pattern=given.get("WildCard"), path=given.get("OUPath"), recursive=given["Recursive"]
    )
    reply = _listed(work, "deleted", found)
    for computer in found:
        computers.delete(work, computer)
    return reply


def _shown(work: Work, outcome: str, computer: Computer) -> Reply:
    return done(f"computer {computer.name!r} {outcome}", shapes.computer(work, computer))


def _listed(work: Work, outcome: str, found: list[Computer]) -> Reply:
    return done(f"{len(found)} computers {outcome}", shapes.computer_list(work, found))
