"""Updates that do too little, too much, or something else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from contract_tests.evidence import Evidence
from contract_tests.planted.arguments import losing
from contract_tests.planted.bodies import value
from contract_tests.planted.fault import Plant, fault, patched
from contract_tests.planted.kopicloud_ad.tools import UPDATES, after, neighbour, new_id
from contract_tests.planted.wire import Again, Answer, Asked, requests, talking
from mockserver.apis.kopicloud_ad.service import computers, ous, users


def _first_only(asked: Asked) -> Asked:
    """Only the first argument beside those that name the thing is read."""
    named = ("username", "userguid", "oupath", "showfields")
    kept = [pair for pair in asked.query if pair[0].lower() in named]
    rest = [pair for pair in asked.query if pair[0].lower() not in named]
    return replace(asked, query=(*kept, *rest[:1]))


def _no_empties(asked: Asked) -> Asked:
    """Empty values are not read."""
    return replace(asked, query=tuple(pair for pair in asked.query if pair[1]))


def _old_shown(operation: str, reading: str, *names: str) -> Plant:
    """A change is made, and the answer shows what was before."""

    async def talk(asked: Asked, server: Again) -> Answer:
        pairs = tuple(pair for pair in asked.query if pair[0] in (*names, "ShowFields"))
        path = (
            f"/api/ADUser/{asked.values.get('Username', '')}/Details"
            if reading == "getUser"
            else "/api/OU/Path/Details"
        )
        before = await server(replace(asked, method="GET", path=path, query=pairs))
        now = await server(asked)
        return before if now.good and before.good else now

    return talking(talk, operation)


async def _half_done(asked: Asked, server: Again) -> Answer:
    """A refused change is made as far as it could be."""
    answer = await server(asked)
    if answer.status == 400 and len(asked.query) > 1:
        for left_out in asked.query:
            await server(replace(asked, query=tuple(pair for pair in asked.query if pair != left_out)))
    return answer


def _emptied(good: Any) -> Any:
    """A change sets everything: what was not sent is unset."""

    def changed(work: Any, user: Any, change: Any) -> Any:
        texts = {**dict.fromkeys(user.attributes, ""), **change.texts}
        return good(work, user, replace(change, texts=texts))

    return changed


def _reset_flags(good: Any) -> Any:
    """A change sets the flags that were not sent to the defaults of a creation."""

    def changed(work: Any, user: Any, change: Any) -> Any:
        allow = True if change.rds_allow_logon is None else change.rds_allow_logon
        connect = False if change.rds_connect_drive is None else change.rds_connect_drive
        return good(work, user, replace(change, rds_allow_logon=allow, rds_connect_drive=connect))

    return changed


def _clears_more(good: Any) -> Any:
    """Clearing the city clears the street too."""

    def changed(work: Any, user: Any, change: Any) -> Any:
        more = {"streetAddress": ""} if change.texts.get("l") == "" else {}
        return good(work, user, replace(change, texts={**change.texts, **more}))

    return changed


def _remembered(good: Any) -> Any:
    """A list is read once, and shown from memory while nothing is added or removed."""
    kept: dict[tuple[str, ...], Any] = {}

    def listed(work: Any, **named: Any) -> Any:
        found = good(work, **named)
        return kept.setdefault(tuple(sorted(one.id for one in found)), found)

    return listed


FAULTS = (
    fault(
        "ignores-office",
        "a change of the office is not made",
        "update-changes-only-what-was-sent",
        losing("Office", *UPDATES),
    ),
    fault(
        "ignores-by-guid",
        "changes by guid are not made",
        "update-changes-only-what-was-sent",
        losing("JobTitle", "updateUserByGuid"),
    ),
    fault(
        "ignores-false",
        "a flag cannot be switched off",
        "update-changes-only-what-was-sent",
        requests(lambda one: replace(one, query=tuple(pair for pair in one.query if pair[1] != "false")), *UPDATES),
    ),
    fault(
        "ignores-protection",
        "the protection of an OU cannot be changed",
        "update-changes-only-what-was-sent",
        losing("IsProtected", "updateOu"),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "ignores-manager",
        "a manager cannot be changed",
        "update-changes-only-what-was-sent",
        losing("Manager", *UPDATES),
    ),
    fault(
        "first-only",
        "of several changes only the first is made",
        "update-takes-all-at-once",
        requests(_first_only, *UPDATES),
    ),
    fault(
        "answered-not-stored",
        "a change is answered and not stored",
        "update-changes-only-what-was-sent",
        patched(
            computers,
            "describe",
            lambda good: lambda work, name, text: replace(computers.named(work, name), description=text or None),
        ),
    ),
    fault(
        "stored-not-answered",
        "a change is stored, its answer shows what was before",
        "update-changes-only-what-was-sent answers-show-the-result",
        _old_shown("updateOu", "getOuByPath", "OUPath"),
    ),
    fault(
        "update-sets-everything",
        "a change unsets what was not sent",
        "update-changes-only-what-was-sent",
        patched(users, "_changes", _emptied),
    ),
    fault(
        "update-resets-flags",
        "a change resets the flags that were not sent",
        "update-changes-only-what-was-sent",
        patched(users, "_changes", _reset_flags),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "update-unprotects",
        "a change of the description lifts the protection",
        "update-changes-only-what-was-sent",
        patched(
            ous,
            "update",
            lambda good: (
                lambda work, path, *, description, protected: good(
                    work, path, description=description, protected=bool(protected)
                )
            ),
        ),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "update-touches-another",
        "a change of one user changes another",
        "update-changes-only-what-was-sent",
        patched(
            users, "update", after(neighbour(lambda one: {"attributes": {**one.attributes, "company": "changed"}}))
        ),
    ),
    fault(
        "update-changes-id",
        "a changed OU has another id",
        "update-changes-only-what-was-sent",
        patched(ous, "update", after(new_id)),
    ),
    fault(
        "half-an-update",
        "a refused change is made as far as it could be",
        "refused-update-changes-nothing",
        talking(_half_done, *UPDATES),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "empty-does-not-clear",
        "an empty value changes nothing",
        "empty-clears",
        requests(_no_empties, *UPDATES, "updateOu", "updateComputerDescription"),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "one-field-never-clears",
        "one text cannot be cleared",
        "empty-clears",
        requests(lambda one: replace(one, query=tuple(p for p in one.query if p != ("HomePhone", ""))), *UPDATES),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "clears-more",
        "clearing one text clears another",
        "empty-clears",
        patched(users, "_changes", _clears_more),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "clears-to-blank",
        "a cleared text is a blank",
        "empty-clears listed-is-read",
        value("description", lambda text: " " if text == "" else text, "updateComputerDescription", "getComputer"),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "stale-list",
        "a list shows old values after a change",
        "every-view-follows",
        patched(ous, "listed", _remembered),
    ),
    fault(
        "nothing-clears",
        "an update that names nothing clears the description",
        "update-of-nothing",
        patched(computers, "describe", lambda good: lambda work, name, text: good(work, name, text or "")),
        evidence=Evidence.ASSUMED,
    ),
)
