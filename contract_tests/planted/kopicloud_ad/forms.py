"""Texts that are made into others, and names, words and ids that one operation knows in one form only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from contract_tests.evidence import Evidence
from contract_tests.planted.bodies import value
from contract_tests.planted.fault import Plant, fault
from contract_tests.planted.kopicloud_ad.tools import refusing
from contract_tests.planted.wire import Answer, Asked, answers, requests
from mockserver.apis.kopicloud_ad.models import User
from mockserver.apis.kopicloud_ad.service import directory

STAY, FORMS, CASE = "texts-stay-as-they-are", "writes-in-any-form", "other-case-of-arguments"


def made_of(name: str, change: Callable[[str], str], *operations: str) -> Plant:
    """A text that is kept otherwise than it was sent."""

    def changed(asked: Asked) -> Asked:
        query = ((one, change(text) if one.lower() == name.lower() else text) for one, text in asked.query)
        return replace(asked, query=tuple(query))

    return requests(changed, *operations)


def _is_other_case(work: Any, arguments: Mapping[str, Any]) -> bool:
    user = directory.account(work, User, str(arguments.get("Username", "")))
    return user is not None and user.account != arguments["Username"]


def _is_in_capitals(_: Any, arguments: Mapping[str, Any]) -> bool:
    return str(arguments.get("UserGuid", "")) != str(arguments.get("UserGuid", "")).lower()


def _has_blanks(_: Any, arguments: Mapping[str, Any]) -> bool:
    return ", " in str(arguments.get("OUPath", ""))


def _is_ads_path(_: Any, arguments: Mapping[str, Any]) -> bool:
    return str(arguments.get("OUPath", "")).lower().startswith("ldap:")


def spelled(name: str, *operations: str) -> Plant:
    """An argument that is read under its name as it is written in the promise only."""

    def changed(asked: Asked) -> Asked:
        kept = (pair for pair in asked.query if pair[0] == name or pair[0].lower() != name.lower())
        return replace(asked, query=tuple(kept))

    return requests(changed, *operations)


def _routed(asked: Asked, answer: Answer) -> Answer:
    """A route that is known as it is written in the promise only."""
    literals = [part for part in asked.operation.path.split("/") if "{" not in part] if asked.operation else []
    known = all(part in asked.path.split("/") for part in literals)
    return answer if known else replace(answer, status=404).with_json({"output": "no such route", "result": None})


def _last(asked: Asked) -> Asked:
    return replace(asked, query=tuple({name.lower(): (name, text) for name, text in asked.query}.values()))


def _empty_is_false(asked: Asked) -> Asked:
    words = ((name, text or ("false" if name.lower() == "recursive" else "")) for name, text in asked.query)
    return replace(asked, query=tuple(words))


FAULTS = (
    fault(
        "text-decoded-again", "an update decodes a text twice", STAY, made_of("Company", unquote, "updateUserByGuid")
    ),
    fault(
        "text-of-one-byte-letters",
        "an update keeps the letters of one alphabet only",
        STAY,
        made_of("JobTitle", lambda text: text.encode("latin-1", "replace").decode("latin-1"), "updateUser"),
    ),
    fault(
        "text-without-rare-letters",
        "a creation loses letters of four bytes",
        STAY,
        made_of("State", lambda text: "".join(one if one <= "\uffff" else "?" for one in text), "createUser"),
    ),
    fault(
        "text-as-a-number",
        "a creation takes a text of digits for a number",
        STAY,
        made_of("OfficePhone", lambda text: text.removeprefix("+"), "createUser"),
    ),
    fault(
        "text-as-a-number-in-list",
        "a list shows texts without zeros before them",
        STAY,
        value("postalCode", lambda text: text.lstrip("0") if text else text, "listAllUsers"),
    ),
    fault(
        "text-trimmed",
        "a creation cuts blanks at the ends of a text",
        STAY,
        made_of("FirstName", str.strip, "createUser"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "name-exact-for-an-action",
        "an account is unlocked by its name in the right case only",
        FORMS,
        refusing(_is_other_case, "unlockUser"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "name-exact-for-joining",
        "a user joins a group by a name in the right case only",
        FORMS,
        refusing(_is_other_case, "addUserToGroup"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "id-exact-for-deletion",
        "a GUID in capitals is not found when deleting",
        FORMS,
        refusing(_is_in_capitals, "deleteUserByGuid"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "path-exact-for-update",
        "an update finds no path with blanks behind its commas",
        FORMS,
        refusing(_has_blanks, "updateOu"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "path-exact-for-creation",
        "a creation finds no container by its LDAP path",
        FORMS,
        refusing(_is_ads_path, "createUser"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "argument-exact-in-update",
        "an update reads a name in the right case only",
        CASE,
        spelled("OUDescription", "updateOu"),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "route-exact-for-an-action",
        "the route of an action is known in the right case only",
        CASE,
        answers(_routed, "unlockUser"),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "last-value-in-update",
        "of two values an update takes the last",
        "first-value-counts",
        requests(_last, "updateComputerDescription"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "empty-switch-is-off",
        "an empty switch is off although its default is on",
        "lists-keep-to-their-place empty-is-absent",
        requests(_empty_is_false, "listComputersInOu"),
        evidence=Evidence.CLIENT,
    ),
)
