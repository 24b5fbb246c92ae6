"""The case of letters: what counts as it is spelt, and one place or operation reads in any case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from contract_tests.evidence import Evidence
from contract_tests.planted.fault import fault, patched
from contract_tests.planted.wire import Again, Answer, Asked, requests, talking
from mockserver.apis.copernica.models.structure import Database
from mockserver.apis.copernica.service import databases, filters, profiles, subprofiles
from mockserver.apis.copernica.service.layout import Layout
from mockserver.kernel.errors import NotFound

KEYS, STATUS = "keys-in-another-case", "status-fits-situation"


def _respelt(given: Mapping[str, Any], names: Mapping[str, Any]) -> dict[str, Any]:
    """Values under the names there are, whatever case they came in."""
    known = {name.lower(): name for name in names}
    return {name if name in names else known.get(name.lower(), name): value for name, value in given.items()}


def _made(good: Any) -> Any:
    """A creation that reads names of fields in any case; its second last argument is what has the fields."""
    return lambda work, *more: good(work, *more[:-1], _respelt(more[-1], Layout(work, more[-2]).named))


def _changed(good: Any) -> Any:
    return lambda work, layout, rows, given: good(work, layout, rows, _respelt(given, layout.named))


async def _folded_interests(asked: Asked, server: Again) -> Answer:
    """Names of interests in a map with other keys are turned until they are right."""
    answer, body = await server(asked), asked.json
    if answer.status == 400 and isinstance(body, dict) and isinstance(body.get("interests"), list):
        return await server(asked.with_json({**body, "interests": [str(one).swapcase() for one in body["interests"]]}))
    return answer


def _lowered(asked: Asked) -> Asked:
    """Names in the query in small letters, but that of the token."""
    return replace(
        asked, query=tuple((name if "token" in name.lower() else name.lower(), text) for name, text in asked.query)
    )


def _path_lowered(asked: Asked) -> Asked:
    lowered = asked.path.lower()
    return replace(asked, path=lowered) if lowered.removeprefix("/v1").startswith("/view/") else asked


def _word_lowered(*keys: str) -> Any:
    def change(asked: Asked) -> Asked:
        body = asked.json
        if not isinstance(body, dict):
            return asked
        return asked.with_json(
            {key: one.lower() if key in keys and isinstance(one, str) else one for key, one in body.items()}
        )

    return change


def _direction_lowered(asked: Asked) -> Asked:
    return replace(asked, query=tuple((name, text.lower() if name == "order" else text) for name, text in asked.query))


def _any_column(good: Any) -> Any:
    return lambda name, layout: good(next(iter(_respelt({name: 0}, {**layout.named, **filters.SPECIAL}))), layout)


def _any_like(good: Any) -> Any:
    def like(pattern: str) -> Any:
        test = good(pattern.lower())
        return lambda text: test(text.lower())

    return like


def _any_database(good: Any) -> Any:
    def named(work: Any, account: Any, text: str) -> Database:
        try:
            found: Database = good(work, account, text)
        except NotFound:
            for one in databases.listed(work, account):
                if one.name.lower() == text.lower():
                    return one
            raise
        return found

    return named


FAULTS = (
    fault(
        "made-in-any-case",
        "names of fields count in any case when a profile or subprofile is made",
        KEYS,
        patched(profiles, "create", _made),
        patched(subprofiles, "create", _made),
    ),
    fault(
        "many-changed-in-any-case",
        "names of fields count in any case when many profiles are changed",
        KEYS,
        patched(profiles, "change_all", _changed),
    ),
    fault(
        "interests-of-a-profile-in-any-case",
        "names of interests count in any case in the change of a profile",
        KEYS,
        talking(_folded_interests, "updateProfile"),
    ),
    fault(
        "query-in-any-case",
        "one list reads names in the query in any case",
        "query-names-in-another-case",
        requests(_lowered, "listMiniviewSubprofiles"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "paths-in-any-case",
        "paths of selections count in any case",
        f"routes-in-another-case {STATUS}",
        requests(_path_lowered),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "words-in-any-case",
        "types of fields count in any case",
        f"unreadable-value {STATUS}",
        requests(_word_lowered("type"), "createDatabaseField", "createCollectionField"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "directions-in-any-case",
        "order=DESC is understood",
        f"lists-in-the-order-asked-for {STATUS}",
        requests(_direction_lowered),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "filter-names-in-any-case",
        "filters find their field in any case",
        f"filter-that-says-nothing {STATUS}",
        patched(filters, "column", _any_column),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "likes-in-any-case",
        "patterns match in any case",
        "filter-chooses",
        patched(filters, "_like", _any_like),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "databases-in-any-case",
        "a database is found by its name in any case",
        f"names-stand-for-ids {STATUS}",
        patched(databases, "named", _any_database),
        evidence=Evidence.ASSUMED,
    ),
)
