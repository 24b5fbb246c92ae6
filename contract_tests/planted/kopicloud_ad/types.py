"""Values of wrong types, in wrong formats and outside the allowed ones."""

from __future__ import annotations

from contract_tests.evidence import Evidence
from contract_tests.planted.bodies import payloads, value
from contract_tests.planted.fault import fault

FLAGS = ("changePasswordNextLogon", "passwordNeverExpired", "rdsConnectDrive", "rdsAllowLogon")

FAULTS = (
    fault("flags-as-words", "a flag is a word", "types", value("protected", lambda flag: str(flag).lower())),
    fault("flags-as-numbers", "a flag is 0 or 1", "types", value("rdsAllowLogon", int)),
    fault("flags-null", "a flag that is off is null", "types", value("protected", lambda flag: flag or None)),
    fault(
        "flags-null-in-lists",
        "a flag that is off is null, in lists",
        "types",
        value("passwordNeverExpired", lambda flag: flag or None, "listAllUsers"),
    ),
    fault(
        "exists-as-word",
        "existence is told as a word",
        "types exists-agrees",
        payloads(str, "userExists", "groupExists"),
    ),
    fault("exists-as-number", "existence is told as 1 and 0", "types exists-agrees", payloads(int, "ouExists")),
    fault("timestamp-as-number", "the time stamp of a record is a number", "types", value("timestamp", int)),
    fault("guid-plain", "GUIDs have no hyphens", "formats", value("guid", lambda text: text.replace("-", ""))),
    fault(
        "guid-braces", "GUIDs stand in braces", "formats", value("guid", lambda text: "{" + text + "}", "getOuByPath")
    ),
    fault(
        "guid-upper", "GUIDs are in upper case", "values-in-form", value("guid", str.upper), evidence=Evidence.ASSUMED
    ),
    fault("guid-null", "the GUID of an OU is null", "types", value("guid", lambda _: None, "listAllOus")),
    fault(
        "scope-spelled",
        "a scope is spelled DomainLocal",
        "allowed-values",
        value("scope", lambda text: text.replace("_", "")),
    ),
    fault("scope-lower", "scopes are in lower case", "allowed-values", value("scope", str.lower, "listAllGroups")),
    fault("scope-number", "scopes are numbers", "allowed-values types", value("scope", len)),
    fault(
        "one-as-list",
        "a single record comes in a list",
        "types",
        payloads(lambda one: [one], "getDnsARecord", "createDnsCNameRecord"),
    ),
    fault(
        "one-in-list-as-object",
        "a list of one is the object itself",
        "types",
        payloads(lambda found: found[0] if isinstance(found, list) and len(found) == 1 else found),
    ),
    fault(
        "list-as-map",
        "a list is an object",
        "types",
        payloads(lambda found: {str(n): one for n, one in enumerate(found)}, "listAllOus"),
    ),
    fault(
        "nulls-as-words",
        "what is unset is the word null",
        "defaults-apply created-as-sent nothing-is-no-word",
        value("description", lambda text: "null" if text is None else text),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "sid-short",
        "the SID is only its last part",
        "values-in-form",
        value("sid", lambda text: text.rpartition("-")[2]),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "last-logon-as-text",
        "the last logon is in US format",
        "formats story",
        payloads(lambda moment: moment and "11/24/2026 9:05:00 AM", "getUserLastLogon"),
    ),
    fault(
        "last-logon-as-seconds",
        "the last logon is a number of seconds",
        "types story",
        payloads(lambda moment: moment and 1795513500, "getUserLastLogon"),
    ),
    fault(
        "last-logon-without-zone",
        "the last logon has no time zone",
        "formats story",
        payloads(lambda moment: moment and moment.rstrip("Z"), "getUserLastLogon"),
    ),
    fault(
        "created-iso",
        "the time a computer was registered is in ISO format",
        "values-in-form",
        value("created", lambda _: "2026-11-24T09:05:00Z"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "paths-with-prefix",
        "DNs come as LDAP paths",
        "created-as-sent values-in-form lists-keep-to-their-place",
        value("ouPath", lambda text: f"LDAP://{text}"),
    ),
    fault("paths-as-lists", "DNs come as lists of their parts", "types", value("path", lambda text: text.split(","))),
    fault(
        "fields-as-text",
        "the list of fields asked for is a text",
        "types",
        value("_ShowFields", lambda found: ",".join(found or [])),
    ),
)
