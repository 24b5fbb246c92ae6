"""Arguments misread: names and words in another case, empty and repeated values, encodings, values cut or changed."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from contract_tests.evidence import Evidence
from contract_tests.planted.fault import Plant, fault, patched, returning
from contract_tests.planted.kopicloud_ad.status import when
from contract_tests.planted.wire import Answer, Asked, answers, requests
from mockserver.apis.kopicloud_ad import models
from mockserver.apis.kopicloud_ad.service import directory, dn, policy, users
from mockserver.kernel.compiled import Compiled


def texts(change: Callable[[str], str], *operations: str) -> Plant:
    """Every query value changed before the server sees it, but for DNs."""

    def changed(asked: Asked) -> Asked:
        pairs = tuple((name, value if "DC=" in value.upper() else change(value)) for name, value in asked.query)
        return replace(asked, query=pairs)

    return requests(changed, *operations)


def exact_names(*operations: str) -> Plant:
    """Query names that are not spelled as promised are unknown."""

    def changed(asked: Asked) -> Asked:
        known = {one.name for one in asked.operation.parameters} if asked.operation else set()
        return replace(asked, query=tuple(pair for pair in asked.query if pair[0] in known))

    return requests(changed, *operations)


def _exact_route(asked: Asked, answer: Answer) -> Answer:
    """Routes that are not spelled as promised do not exist."""
    operation = asked.operation
    if operation is None:
        return answer
    literal = [part for part in operation.path.split("/") if not part.startswith("{")]
    given = asked.path.rstrip("/").split("/")
    there = [part for part, like in zip(given, operation.path.split("/"), strict=False) if not like.startswith("{")]
    return answer if literal == there else replace(answer, status=404).with_json({"output": "no route", "result": None})


def _last(asked: Asked) -> Asked:
    """Of a repeated name the last value counts."""
    return replace(asked, query=tuple({name.lower(): (name, value) for name, value in asked.query}.values()))


def _split_path(asked: Asked) -> Asked:
    """An encoded slash is a slash."""
    return replace(asked, path=asked.path.replace("%2F", "/").replace("%2f", "/"))


def _decoded_twice(asked: Asked) -> Asked:
    """Values are decoded twice."""
    return replace(asked, query=tuple((name, unquote(value)) for name, value in asked.query))


def _empty_kept(_: Any) -> Any:
    """Empty values are values."""

    def settle(self: Compiled, pairs: Any) -> dict[str, list[str]]:
        settled: dict[str, list[str]] = {}
        for name, value in pairs:
            parameter = self.names.get(name.lower())
            if parameter is not None:
                settled.setdefault(parameter.name, [self.spellings.get(parameter.name, {}).get(value.lower(), value)])
        return settled

    return settle


def _pairs(asked: Asked, name: str, change: Callable[[str], str]) -> Asked:
    """The values of one query name changed."""
    return replace(asked, query=tuple((key, change(one) if key.lower() == name else one) for key, one in asked.query))


def _known_scope(asked: Asked) -> Asked:
    return _pairs(asked, "groupscope", lambda word: word if word.title() in models.SCOPES else "Global")


def _empty_is_false(asked: Asked) -> Asked:
    return _pairs(asked, "rdsallowlogon", lambda word: word or "false")


def _flags(asked: Asked) -> set[str]:
    """Names of the booleans an operation takes, in lower case."""
    return {
        one.name.lower() for one in (asked.operation.parameters if asked.operation else ()) if one.kind == "boolean"
    }


def _odd_boolean(asked: Asked, _: Answer) -> bool:
    flags = _flags(asked)
    return any(name.lower() in flags and word not in ("true", "false", "") for name, word in asked.query)


def _lax(asked: Asked) -> Asked:
    """Every word that is not true is false."""
    flags = _flags(asked)
    pairs = [
        (name, "false" if name.lower() in flags and word.lower() != "true" else word) for name, word in asked.query
    ]
    return replace(asked, query=tuple(pairs))


def _unknown_refused(asked: Asked, answer: Answer) -> Answer:
    known = {one.name.lower() for one in asked.operation.parameters} if asked.operation else set()
    strange = [name for name, _ in asked.query if name.lower() not in known]
    return (
        replace(answer, status=400).with_json({"output": f"unknown {strange}", "result": None}) if strange else answer
    )


def _by_pattern(good: Any) -> Any:
    """A name with a star finds the first that matches."""

    def find(work: Any, name: str) -> Any:
        if not name.endswith("*"):
            return good(work, name)
        return next((one for one in users.listed(work) if (one.account_key or "").startswith(name[:-1].lower())), None)

    return find


FAULTS = (
    fault(
        "names-exact", "query names are case-sensitive", "other-case-of-names", exact_names(), evidence=Evidence.CLIENT
    ),
    fault(
        "names-exact-on-writes",
        "query names of creations are case-sensitive",
        "other-case-of-arguments",
        exact_names("createUser", "createOu", "createSecurityGroup", "updateUser"),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "routes-exact",
        "routes are case-sensitive",
        "other-case-of-names",
        answers(_exact_route),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "booleans-exact",
        "only true and false in lower case are booleans",
        "other-case-of-arguments words-in-any-case",
        when(_odd_boolean, 400),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "booleans-lax",
        "every word that is not true is false",
        "unreadable-value",
        requests(_lax),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "enums-exact",
        "words of an enum are case-sensitive",
        "other-case-of-arguments",
        when(lambda one, _: (one.argument("GroupScope") or "Global") not in models.SCOPES, 400),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "enums-lax", "an unknown scope is Global", "unreadable-value", requests(_known_scope), evidence=Evidence.ASSUMED
    ),
    fault(
        "unknown-names-refused",
        "unknown query names are refused",
        "unknown-name-ignored",
        answers(_unknown_refused),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "empty-is-a-value",
        "empty values are values",
        "mandatory-value-missing empty-is-absent unreadable-value status-fits-situation",
        patched(Compiled, "settle", _empty_kept),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "empty-scope-refused",
        "an empty scope is refused",
        "empty-is-absent",
        when(lambda one, _: one.argument("GroupScope") == "", 400),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "empty-flag-is-false",
        "an empty flag is false",
        "empty-is-absent",
        requests(_empty_is_false),
        evidence=Evidence.CLIENT,
    ),
    fault(
        "last-value-counts",
        "of a repeated name the last value counts",
        "first-value-counts",
        requests(_last),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "slash-splits",
        "an encoded slash splits a path",
        "every-operation-succeeds created-as-sent status-fits-situation",
        requests(_split_path),
    ),
    fault(
        "decoded-twice",
        "percent signs are decoded twice",
        "created-as-sent update-changes-only-what-was-sent",
        requests(_decoded_twice),
    ),
    fault("plus-is-lost", "a plus sign becomes a space", "created-as-sent", texts(lambda text: text.replace("+", " "))),
    fault("lowered", "the case of texts is lost", "created-as-sent", texts(str.lower, "createUser")),
    fault(
        "html-escaped",
        "texts are escaped for HTML",
        "created-as-sent",
        texts(lambda text: html.escape(text, quote=False), "createUser", "createOu"),
    ),
    fault(
        "quotes-doubled", "quotation marks are doubled", "created-as-sent", texts(lambda text: text.replace("'", "''"))
    ),
    fault("backslashes-lost", "backslashes are lost", "created-as-sent", texts(lambda text: text.replace("\\", ""))),
    fault(
        "decomposed",
        "letters with accents are taken apart",
        "created-as-sent",
        texts(lambda text: unicodedata.normalize("NFD", text)),
    ),
    fault(
        "cut-at-commas",
        "texts end at a comma",
        "created-as-sent",
        texts(lambda text: text.split(",")[0], "createUser", "updateUser"),
    ),
    fault(
        "cut-at-50",
        "texts are cut after 50 characters",
        "too-long-value",
        texts(lambda text: text[:50], "createUser"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "too-long-taken",
        "texts of any length are taken",
        "too-long-value",
        patched(policy, "check_length", lambda good: lambda label, text, limit: text),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "one-short",
        "the longest texts are refused",
        "longest-value",
        patched(policy, "check_length", lambda good: lambda label, text, limit: good(label, text, limit and limit - 1)),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "ids-exact",
        "user names are case-sensitive",
        "names-match-without-case",
        patched(users, "find", returning(lambda user, work, name: user if user and user.account == name else None)),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "paths-exact",
        "DNs are case-sensitive",
        "paths-in-any-form",
        patched(directory, "fold", lambda good: lambda text: good(text) if text.islower() else good(text) + "!"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "paths-without-spaces",
        "spaces after the commas of a DN are part of it",
        "paths-in-any-form",
        patched(dn, "parse", lambda good: lambda text: good(text.replace(", ", ",\\20"))),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "ldap-paths-refused",
        "LDAP paths are no DNs",
        "paths-in-any-form",
        when(lambda one, _: any(value.upper().startswith("LDAP:") for _, value in one.query), 400),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "malformed-path-taken",
        "a text that is no DN is an absent one",
        "story status-fits-situation",
        when(lambda _, got: got.status == 400 and b"is no distinguished name" in got.body, 404),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "names-lowered",
        "names are kept in lower case",
        "case-is-kept",
        patched(users, "create", lambda good: lambda work, *, name, **more: good(work, name=name.lower(), **more)),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "names-unchecked",
        "user names may hold anything",
        "story status-fits-situation",
        patched(policy, "check_user_name", lambda good: lambda text: text),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "group-names-unchecked",
        "group names may hold anything",
        "story status-fits-situation",
        patched(policy, "check_group_name", lambda good: lambda text: text),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "computer-names-unchecked",
        "computer names may hold anything",
        "story status-fits-situation",
        patched(policy, "check_computer_name", lambda good: lambda text: text),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "long-user-names",
        "user names of any length are taken",
        "story status-fits-situation",
        patched(policy, "LONGEST_USER", lambda good: 64),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "names-are-patterns",
        "a star in a name stands for anything",
        "story",
        patched(users, "find", _by_pattern),
    ),
    fault(
        "names-are-cut",
        "what follows a parenthesis in a name does not count",
        "story",
        patched(users, "find", lambda good: lambda work, name: good(work, name.split(")")[0])),
    ),
)
