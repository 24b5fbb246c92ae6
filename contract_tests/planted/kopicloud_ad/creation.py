"""Creations that lose, change or invent something, or happen twice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from contract_tests.evidence import Evidence
from contract_tests.planted.arguments import adding, losing, swapping
from contract_tests.planted.bodies import value
from contract_tests.planted.fault import Replacement, fault, forgiving, never, patched, returning
from contract_tests.planted.kopicloud_ad.tools import before, resaved, undoing_nothing
from contract_tests.planted.wire import Answer, Asked, answers
from mockserver.apis.kopicloud_ad.handlers import shapes
from mockserver.apis.kopicloud_ad.models import OBJECTS, UNIQUE_ACCOUNT
from mockserver.apis.kopicloud_ad.service import countries, directory, dn, groups, ous, records, users, zones
from mockserver.kernel.errors import NotFound

NOWHERE = "00000000-0000-4000-8000-000000000000"


def _renewed(good: Any) -> Any:
    """A second creation takes the place of the first."""

    def add(work: Any, node: Any) -> Any:
        old = work.store.find(UNIQUE_ACCOUNT, node.account_key) if node.account_key else None
        if old is None:
            return good(work, node)
        return resaved(work, node, id=old.id)

    return add


def _overwrite(work: Any, *, name: str, change: Any, **_: Any) -> None:
    """A user of that name gets what was sent; the refusal that follows undoes it unless it is kept."""
    user = users.find(work, name)
    if user is not None:
        resaved(work, user, attributes={**user.attributes, **{key: text for key, text in change.texts.items() if text}})


def _found_or(find: Any) -> Replacement:
    """What exists is answered as if it were new."""
    return lambda good: lambda work, *given, **named: find(work, *given, **named) or good(work, *given, **named)


def _same_ou(work: Any, *, name: str, path: str, **_: Any) -> Any:
    return ous.find(work, f"OU={dn.escape(name)},{path}")


def _same_record(work: Any, kind: Any, **named: Any) -> Any:
    try:
        return records.get(work, kind, **named)
    except NotFound:
        return None


def _no_id(_: Asked, answer: Answer) -> Answer:
    """An id that leads nowhere."""
    body = answer.json
    return answer.with_json({**body, "result": {**body["result"], "guid": NOWHERE}}) if answer.good else answer


def _one_name(good: Any) -> Any:
    """Names are compared exactly."""

    def add(work: Any, node: Any) -> Any:
        if node.object_class != "group":
            return good(work, node)
        other = work.store.find(UNIQUE_ACCOUNT, node.account_key)
        if other is None or other.name == node.name:
            return good(work, node)
        key = f"{node.name_key}!"
        return good(work, replace(node, account_key=key, name_key=key))

    return add


def _no_name_space(good: Any) -> Any:
    """A group may have the name of a user."""

    def add(work: Any, node: Any) -> Any:
        other = work.store.find(UNIQUE_ACCOUNT, node.account_key) if node.object_class == "group" else None
        if other is None or other.object_class == "group":
            return good(work, node)
        key = f"{node.name_key}!"
        return good(work, replace(node, account_key=key, name_key=key))

    return add


def _default_place(work: Any, text: str) -> Any:
    """The container users lie in, whenever the one named does not exist."""
    return directory.find(work, text) or work.store.get(OBJECTS, directory.installation(work).users)


FAULTS = (
    fault("loses-city", "a new user has no city", "created-as-sent", losing("City", "createUser")),
    fault("loses-text-of-ou", "a new OU has no description", "created-as-sent", losing("OUDescription", "createOu")),
    fault(
        "loses-mail", "a new group has no address", "created-as-sent", losing("GroupEmail", "createDistributionGroup")
    ),
    fault(
        "loses-text-of-computer",
        "a new computer has no description",
        "created-as-sent",
        losing("ADComputerDescription", "registerComputer"),
    ),
    fault(
        "loses-protection",
        "a new OU is never protected",
        "created-as-sent story",
        losing("IsProtected", "createOu"),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "loses-flag", "a flag that is switched off is lost", "created-as-sent", losing("RdsAllowLogon", "createUser")
    ),
    fault("loses-scope", "every group is global", "created-as-sent", patched(groups, "scope_named", never("Global"))),
    fault(
        "loses-place-of-user",
        "a new user lies in the default container",
        "created-in-its-place",
        losing("OUPath", "createUser"),
    ),
    fault(
        "loses-place-of-group",
        "a new group lies in the default container",
        "created-in-its-place",
        losing("OUPath", "createSecurityGroup"),
    ),
    fault(
        "loses-place-of-computer",
        "a new computer lies in the default container",
        "created-in-its-place",
        losing("OUPath", "registerComputer"),
    ),
    fault(
        "loses-zone", "a new record lies in the default zone", "created-as-sent", losing("ZoneName", "createDnsARecord")
    ),
    fault(
        "loses-parent",
        "a new OU lies in the domain root",
        "created-in-its-place",
        patched(ous, "_holder", lambda good: lambda work, path: good(work, path[path.upper().index("DC=") :])),
    ),
    fault(
        "swaps-city-and-state", "city and state are swapped", "created-as-sent", swapping("City", "State", "createUser")
    ),
    fault(
        "swaps-phones",
        "two telephone numbers are swapped in answers",
        "created-as-sent",
        patched(
            shapes.Selection,
            "show",
            returning(
                lambda one, *_: (
                    {**one, "homePhone": one["officePhone"], "officePhone": one["homePhone"]}
                    if "homePhone" in one
                    else one
                )
            ),
        ),
        unseen="only who wrote two numbers knows which is which",
    ),
    fault(
        "default-off",
        "users may not log on over RDS unless told",
        "defaults-apply",
        adding("RdsAllowLogon", "false", "createUser"),
    ),
    fault(
        "default-scope",
        "a new group is universal unless told",
        "defaults-apply",
        adding("GroupScope", "Universal", "createSecurityGroup"),
    ),
    fault(
        "default-protected",
        "a new OU is protected unless told",
        "defaults-apply",
        adding("IsProtected", "true", "createOu"),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "default-keep",
        "a new password need not be changed unless told",
        "defaults-apply",
        adding("ChangePasswordNextLogon", "false", "createUser"),
    ),
    fault(
        "default-text",
        "a new computer has a description nobody gave",
        "defaults-apply",
        adding("ADComputerDescription", "registered", "registerComputer"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "default-company",
        "a new user has a company nobody gave",
        "defaults-apply",
        adding("Company", "KopiCloud", "createUser"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "stores-other",
        "what is stored is not what was answered",
        "created-as-sent addresses-agree",
        patched(
            ous,
            "create",
            lambda good: (
                lambda work, **named: (good(work, **named), resaved(work, _same_ou(work, **named), description=None))[0]
            ),
        ),
    ),
    fault(
        "answers-other-id",
        "the id in the answer leads nowhere",
        "addresses-agree",
        answers(_no_id, "createSecurityGroup"),
    ),
    fault(
        "one-address-differs",
        "one address shows another value",
        "addresses-agree created-as-sent",
        value("displayName", lambda text: text and f"{text} ", "getUserByGuid"),
    ),
    fault(
        "same-id",
        "every OU has one id",
        "ids-are-unique lists-what-exists addresses-agree",
        value("guid", lambda _: NOWHERE, "createOu", "getOuByPath"),
    ),
    fault(
        "upsert",
        "a second creation takes the place of the first",
        "creating-twice",
        patched(directory, "add", _renewed),
    ),
    fault(
        "record-twice",
        "a record that exists is answered as if it were new",
        "creating-twice",
        patched(records, "create", _found_or(_same_record)),
    ),
    fault(
        "zone-twice",
        "a zone that exists is answered as if it were new",
        "creating-twice",
        patched(zones, "create_forward", _found_or(zones.find)),
    ),
    fault(
        "ou-twice",
        "an OU that exists is answered as if it were new",
        "creating-twice",
        patched(ous, "create", _found_or(_same_ou)),
    ),
    fault(
        "overwrites",
        "a refused second creation changes the first",
        "creating-twice",
        patched(users, "create", before(_overwrite)),
        undoing_nothing("createUser"),
    ),
    fault(
        "twice-in-another-case",
        "a group may exist twice, in another case",
        "names-match-without-case",
        patched(directory, "add", _one_name),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "shared-name",
        "a group may have the name of a user",
        "names-are-shared",
        patched(directory, "add", _no_name_space),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "absent-container-taken",
        "a container that does not exist is taken for the default one",
        "parts-must-exist status-fits-situation",
        patched(directory, "container", lambda good: _default_place),
        reads=Evidence.ASSUMED,
    ),
    fault(
        "absent-zone-made",
        "a zone that does not exist is made for a record",
        "parts-must-exist status-fits-situation",
        patched(
            zones,
            "chosen",
            lambda good: (
                lambda work, name: zones.find(work, name or "kopicloud.local") or zones.create_forward(work, name)
            ),
        ),
    ),
    fault(
        "absent-manager-taken",
        "a manager who does not exist is taken",
        "references-must-exist status-fits-situation",
        patched(users, "_manager", forgiving(NotFound)),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "country-code",
        "countries come back as codes",
        "created-as-sent story",
        value("country", lambda name: name and name[:2].upper()),
        reads=Evidence.ASSUMED,
    ),
    fault(
        "country-unchecked",
        "any word is a country",
        "story status-fits-situation",
        patched(countries, "english_name", lambda good: lambda text: text),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "created-disabled",
        "a new user cannot log on",
        "login-checks-the-password status-fits-situation",
        patched(users, "create", returning(lambda user, work, **_: resaved(work, user, enabled=False))),
        evidence=Evidence.CLIENT,
    ),
)
