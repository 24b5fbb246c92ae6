"""Keys that are missing, misspelled or not promised."""

from __future__ import annotations

from contract_tests.evidence import Evidence
from contract_tests.planted.bodies import items, renamed, things, without
from contract_tests.planted.fault import fault

USERS = ("listAllUsers", "listUsersInOu", "getUser", "getUserByGuid", "createUser", "updateUser", "updateUserByGuid")


def _pascal(one: dict[str, object]) -> dict[str, object]:
    return {key[:1].upper() + key[1:]: value for key, value in one.items()}


def _snake(one: dict[str, object]) -> dict[str, object]:
    return {
        "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in key): value
        for key, value in one.items()
    }


def _no_nulls(one: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in one.items() if value is not None}


FAULTS = (
    fault("pascal-keys", "every key is spelled in Pascal case", "key-casing", things(_pascal)),
    fault("snake-keys", "every key is spelled in snake case", "key-casing", things(_snake)),
    fault("po-box", "streetPoBox is spelled streetPOBox", "key-casing", renamed({"streetPoBox": "streetPOBox"})),
    fault(
        "ou-path-in-lists",
        "ouPath is spelled oUPath, in lists of groups",
        "key-casing",
        renamed({"ouPath": "oUPath"}, "listAllGroups"),
    ),
    fault("dns-name", "dnsName is spelled DNSName", "key-casing", renamed({"dnsName": "DNSName"})),
    fault(
        "underscores-lost",
        "_ShowFields is spelled showFields",
        "key-casing undocumented-key",
        renamed({"_ShowFields": "showFields"}),
    ),
    fault(
        "other-word", "a key has another name", "undocumented-key missing-key", renamed({"computerName": "hostname"})
    ),
    fault(
        "extra-in-things",
        "an internal key leaks",
        "undocumented-key",
        things(lambda one: {**one, "objectClass": "user"}),
    ),
    fault(
        "extra-in-lists",
        "an internal key leaks, in one list",
        "undocumented-key",
        items(lambda found: [{**one, "rowVersion": 1} for one in found], "listDnsLookupZones"),
    ),
    fault(
        "extra-in-one-item",
        "an internal key leaks, in the last item of a list",
        "undocumented-key",
        items(lambda found: [*found[:-1], {**found[-1], "rowVersion": 1}] if found else found, "listAllOus"),
    ),
    fault("missing", "a key is missing", "missing-key", without("description", "getGroup")),
    fault("missing-in-lists", "a key is missing, in lists only", "missing-key", without("sid", "listAllComputers")),
    fault("missing-when-null", "what is null is left out", "missing-key", things(_no_nulls)),
    fault("missing-guid", "users have no guid", "missing-key", without("guid", *USERS)),
    fault(
        "missing-in-deletion",
        "a key is missing in the answer to a deletion",
        "missing-key deletion-answers-the-thing",
        without("scope", "removeGroup"),
    ),
    fault(
        "user-key-missing",
        "a key nobody can set is missing",
        "chosen-keys",
        without("samUsername", "getUser"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "user-key-missing-in-lists",
        "a key that is shown elsewhere is missing in lists",
        "lists-what-exists",
        without("city", "listUsersInOu"),
    ),
    fault("zone-key-missing", "the DN of zones is missing", "missing-key", without("distinguishedName", "getDnsZone")),
)
