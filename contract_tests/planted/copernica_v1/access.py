"""Access: tokens that are not looked at, or found where they do not belong, and accounts that see each other."""

from __future__ import annotations

from dataclasses import replace

from contract_tests.evidence import Evidence
from contract_tests.planted.fault import fault
from contract_tests.planted.wire import Again, Answer, Asked, answers, requests, talking

TOKEN = "access_token"  # noqa: S105 - the name of a parameter
#: The tokens of the baseline: of the account that is judged, and of the other one.
MINE, OTHER = "0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"
REFUSED = "credential-needed status-fits-situation"


def _opened(asked: Asked) -> Asked:
    """Every call is let in."""
    rest = tuple(one for one in asked.query if one[0] != TOKEN)
    return replace(asked, query=(*rest, (TOKEN, MINE)))


def _anyone(asked: Asked) -> Asked:
    """Any token but none at all is let in."""
    return _opened(asked) if any(one[0] == TOKEN for one in asked.query) else asked


def _from_header(asked: Asked) -> Asked:
    given = asked.header("authorization") or ""
    scheme, _, token = given.partition(" ")
    return replace(asked, query=(*asked.query, (TOKEN, token))) if scheme == "Bearer" and token else asked


def _any_case(asked: Asked) -> Asked:
    return replace(
        asked, query=tuple((name.lower() if name.lower() == TOKEN else name, text) for name, text in asked.query)
    )


def _from_body(asked: Asked) -> Asked:
    body = asked.json
    token = body.get(TOKEN) if isinstance(body, dict) else None
    return replace(asked, query=(*asked.query, (TOKEN, token))) if isinstance(token, str) else asked


def _repeating(asked: Asked, answer: Answer) -> Answer:
    token = next((text for name, text in asked.query if name == TOKEN), "")
    if answer.status != 400 or not token or b"access token" not in answer.body:
        return answer
    return answer.with_json({"error": {"message": f"Invalid access token {token}"}})


async def _shared(asked: Asked, server: Again) -> Answer:
    """What the account of a caller does not have is looked for in the other one."""
    answer = await server(asked)
    if answer.status not in (204, 400) or (TOKEN, OTHER) not in asked.query:
        return answer
    return await server(_opened(asked))


FAULTS = (
    fault("no-token-needed", "nobody needs a token", REFUSED, requests(_opened)),
    fault("any-token", "any token will do", REFUSED, requests(_anyone)),
    fault("no-token-for-ids", "a list of ids needs no token", REFUSED, requests(_opened, "listDatabaseProfileIds")),
    fault(
        "no-token-for-deletions",
        "a deletion needs no token",
        REFUSED + " refused-changes-nothing",
        requests(_opened, "deleteRule"),
    ),
    fault(
        "no-token-for-creations",
        "a creation needs no token",
        REFUSED + " refused-creation-makes-nothing",
        requests(_opened, "createDatabaseField"),
    ),
    fault(
        "token-in-header",
        "a token in a header counts",
        "credential-in-its-place status-fits-situation",
        requests(_from_header),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "token-name-in-any-case",
        "the name of the token counts in any case",
        "credential-in-its-place status-fits-situation",
        requests(_any_case),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "token-in-body",
        "a token in a body counts",
        "credential-in-its-place status-fits-situation",
        requests(_from_body),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "profiles-shared",
        "another account reads profiles",
        "strangers-see-nothing status-fits-situation",
        talking(_shared, "getProfile", "listDatabaseProfiles"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "rules-shared",
        "another account deletes rules",
        "strangers-see-nothing status-fits-situation",
        talking(_shared, "deleteRule"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "databases-shared",
        "another account changes databases",
        "strangers-see-nothing status-fits-situation",
        talking(_shared, "updateDatabase"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "token-from-a-header-of-one",
        "one read takes the token from a header too",
        "credential-in-its-place status-fits-situation",
        requests(_from_header, "getProfile"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "token-from-the-body-of-one",
        "one creation takes the token from its body too",
        "credential-in-its-place status-fits-situation",
        requests(_from_body, "createDatabaseField"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "token-in-the-message",
        "a refusal repeats the token in its message",
        "credential-not-echoed",
        answers(_repeating),
        evidence=Evidence.ASSUMED,
    ),
)
