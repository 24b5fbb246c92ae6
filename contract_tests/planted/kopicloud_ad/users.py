"""Users: which keys are shown, what excludes what, when somebody last logged on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from contract_tests.evidence import Evidence
from contract_tests.planted.arguments import adding, losing
from contract_tests.planted.bodies import payloads, things, value
from contract_tests.planted.fault import Plant, fault, never, patched, returning
from contract_tests.planted.kopicloud_ad.status import when
from contract_tests.planted.kopicloud_ad.tools import resaved
from contract_tests.planted.wire import Asked, requests
from mockserver.apis.kopicloud_ad.handlers import shapes
from mockserver.apis.kopicloud_ad.models import OBJECT_MANAGER, OBJECTS
from mockserver.apis.kopicloud_ad.service import login, policy, users
from mockserver.kernel.store.query import Eq

READS = ("getUser", "getUserByGuid", "listAllUsers", "listUsersInOu")


def fields(change: Any, *operations: str) -> Plant:
    """Another choice of keys than was asked for."""

    def changed(asked: Asked) -> Asked:
        rest = tuple(pair for pair in asked.query if pair[0].lower() != "showfields")
        return replace(asked, query=(*rest, ("ShowFields", change(asked.argument("ShowFields") or ""))))

    return requests(changed, *operations)


def _nulls(one: dict[str, Any]) -> dict[str, Any]:
    """Keys that were not asked for are null."""
    names = [name for name in shapes.USER_FIELDS if not name.startswith(("rds", "change", "passwordN"))]
    return {**dict.fromkeys(names), **one}


def _old_name(good: Any) -> Any:
    """Those a renamed user manages remember the old name."""

    def rename(work: Any, old: str, new: str) -> Any:
        user = good(work, old, new)
        for one in work.store.select(OBJECTS, Eq(OBJECT_MANAGER, user.id)):
            resaved(work, one, attributes={**one.attributes, "manager": old})
        return user

    return rename


def _as_before(good: Any) -> Any:
    """The remembered name of a manager is shown."""
    return lambda work, user: user.attributes.get("manager") or good(work, user)


FAULTS = (
    fault(
        "fields-ignored", "every key is shown, whatever was asked for", "chosen-keys", fields(lambda _: "All", *READS)
    ),
    fault(
        "fields-ignored-in-list",
        "a list shows every key, whatever was asked for",
        "chosen-keys",
        fields(lambda _: "All", "listAllUsers"),
    ),
    fault("fields-never", "a choice of keys is not read", "chosen-keys", losing("ShowFields", "getUserByGuid")),
    fault(
        "default-fields-all",
        "without a choice every key is shown",
        "chosen-keys",
        fields(lambda text: text or "*", *READS),
    ),
    fault(
        "default-fields-fewer",
        "without a choice the department is not shown",
        "chosen-keys",
        fields(
            lambda text: text or "username,firstName,lastName,displayName,description,company,office,emailAddress",
            *READS,
        ),
    ),
    fault(
        "fields-null",
        "keys that were not asked for are null",
        "chosen-keys",
        things(_nulls, "getUser"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "star-unknown",
        "a star is no choice of all keys",
        "chosen-keys",
        fields(lambda text: text if text != "*" else "guid", *READS),
    ),
    fault(
        "fields-exact",
        "names of keys are case-sensitive",
        "chosen-keys",
        fields(
            lambda text: (
                ",".join(name for name in text.split(",") if name in shapes.USER_FIELDS or name in ("All", "*"))
                or ("guid" if text else "")
            ),
            *READS,
        ),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "unknown-field-refused",
        "an unknown name of a key is refused",
        "chosen-keys",
        when(
            lambda one, _: any(
                name.strip().lower().replace("_", "") not in shapes._FIELDS_BY_KEY
                and name.lower() not in ("all", "*", "guid", "")
                for name in (one.argument("ShowFields") or "").split(",")
            ),
            400,
        ),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "guid-not-chosen",
        "the guid is not shown unless asked for",
        "missing-key chosen-keys",
        things(
            lambda one: {key: item for key, item in one.items() if key != "guid"} if "city" not in one else one,
            "getUser",
        ),
    ),
    fault(
        "fields-stored",
        "a creation stores only what it shows",
        "story status-fits-situation",
        requests(
            lambda one: replace(
                one,
                query=tuple(
                    pair
                    for pair in one.query
                    if pair[0].lower() in ("password", "oupath", "showfields")
                    or (one.argument("ShowFields") or "All").lower() in ("all", "*")
                    or pair[0].lower() in (one.argument("ShowFields") or "").lower()
                ),
            ),
            "createUser",
        ),
    ),
    fault(
        "both-flags",
        "a password may have to be changed and never expire",
        "exclusive-values",
        patched(
            users,
            "checked",
            lambda good: (
                lambda work, change: good(work, replace(change, must_change=None) if change.never_expires else change)
            ),
        ),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "both-homes",
        "a home folder may be local and mapped",
        "exclusive-values",
        patched(
            users,
            "checked",
            lambda good: (
                lambda work, change: good(
                    work,
                    replace(
                        change,
                        texts={
                            key: text
                            for key, text in change.texts.items()
                            if key != "homeDirectory" or not change.texts.get("homeDirectory;local")
                        },
                    ),
                )
            ),
        ),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "drive-unchecked",
        "any word is a drive",
        "story status-fits-situation",
        patched(policy, "check_drive", lambda good: lambda label, text: text),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "logon-at-birth",
        "a new user has logged on",
        "story status-fits-situation",
        payloads(lambda moment: moment or "2026-01-01T00:00:00.000Z", "getUserLastLogon"),
        evidence=Evidence.ASSUMED,
        unseen="only who made a user knows that nobody has logged on",
    ),
    fault(
        "logon-never",
        "a login leaves no trace",
        "story status-fits-situation",
        payloads(never(None)(None), "getUserLastLogon"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "logon-of-failure",
        "a failed login counts as one",
        "story status-fits-situation",
        patched(
            login,
            "_remember_failure",
            lambda good: lambda work, user: resaved(work, user, last_logon=work.clock.timestamp()),
        ),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "enabled-without-password",
        "an account without a password can be enabled",
        "story status-fits-situation",
        patched(users, "enable", lambda good: lambda work, user: resaved(work, user, enabled=True)),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "must-change-ignored",
        "who must change the password logs on all the same",
        "story status-fits-situation",
        patched(login, "obstacle", lambda good: lambda user: good(replace(user, must_change=False))),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "manager-stale",
        "a manager is shown under the old name after a rename",
        "references-follow",
        patched(users, "rename", _old_name),
        patched(users, "manager_of", _as_before),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "manager-of-old",
        "managers are shown by names nobody has",
        "references-name-what-exists",
        value("manager", lambda name: name and f"{name}.old"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "manager-as-path",
        "managers are shown as DNs",
        "created-as-sent references-name-what-exists",
        patched(shapes.View, "manager", returning(lambda name, *_: name and f"CN={name}")),
        reads=Evidence.ASSUMED,
    ),
    fault(
        "long-passwords-cut",
        "only eight characters of a password count",
        "story status-fits-situation",
        patched(policy, "_digest", lambda good: lambda salt, password: good(salt, password[:8])),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "passwords-in-any-case",
        "passwords are compared without case",
        "story status-fits-situation",
        patched(policy, "_digest", lambda good: lambda salt, password: good(salt, password.lower())),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "lockout",
        "one wrong password locks an account",
        "state-story",
        patched(login, "_remember_failure", lambda good: lambda work, user: resaved(work, user, locked=True)),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "default-name",
        "a new user without a name is called by its account",
        "defaults-apply",
        adding("DisplayName", "somebody", "createUser"),
        evidence=Evidence.ASSUMED,
    ),
)
