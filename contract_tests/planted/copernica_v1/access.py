"""Access: tokens that are not looked at, or found where they do not belong, and accounts that see each other."""

from __future__ import annotations

from dataclasses import replace

from contract_tests.evidence import Evidence
from contract_tests.planted.fault import Plant, fault
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


def _theirs(asked: Asked) -> Asked:
    """The other account is taken for this one."""
    return _opened(asked) if (TOKEN, OTHER) in asked.query else asked


async def _made_in_secret(asked: Asked, server: Again) -> Answer:
    """What another account makes in a thing of this one is refused, and made all the same."""
    answer = await server(asked)
    if not answer.good and (TOKEN, OTHER) in asked.query:
        await server(_opened(asked))
    return answer


async def _joined(asked: Asked, server: Again) -> Answer:
    """Each account is shown the lists of both."""
    answer = await server(asked)
    rest = tuple(one for one in asked.query if one[0] != TOKEN)
    shown = [await server(replace(asked, query=(*rest, (TOKEN, token)))) for token in (MINE, OTHER)]
    lists = [one.json for one in shown if one.good and isinstance(one.json, list)]
    return answer.with_json(sorted({text for one in lists for text in one})) if answer.good else answer


async def _by_name(asked: Asked, server: Again) -> Answer:
    """Databases are found by name in either account."""
    named = not asked.values.get("databaseId", "1").isdecimal()
    return await _shared(asked, server) if named else await server(asked)


def _saying(words: str, *, bare: bool) -> Plant:
    """Other words for who has no token, or an unknown one."""

    def changed(asked: Asked, answer: Answer) -> Answer:
        told = answer.status == 400 and b"access token" in answer.body
        mine = (asked.argument(TOKEN) is None) is bare
        return answer.with_json({"error": {"message": words}}) if told and mine else answer

    return answers(changed)


def _first_counts(asked: Asked) -> Asked:
    tokens = [text for name, text in asked.query if name == TOKEN]
    rest = tuple(one for one in asked.query if one[0] != TOKEN)
    return replace(asked, query=(*rest, (TOKEN, tokens[0]))) if tokens else asked


def _small(asked: Asked) -> Asked:
    """Tokens without case."""
    return replace(asked, query=tuple((name, text.lower() if name == TOKEN else text) for name, text in asked.query))


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
    fault(
        "events-shared",
        "events are those of all accounts",
        "strangers-have-their-own",
        requests(_theirs, "listEmailEvents", "listTagEvents"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "mail-shared",
        "another account reads messages and mailings",
        "strangers-have-their-own status-fits-situation",
        talking(_shared, "getMessage", "getMessageBody", "getOldMessage", "getEmailingDocument"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "impressions-shared",
        "impressions are those of the first account, whoever asks",
        "strangers-have-their-own",
        requests(_theirs, "listImpressions"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "identity-shared",
        "whoever asks is the first account",
        "strangers-have-their-own",
        requests(_theirs, "getIdentity"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "logfiles-shared",
        "another account reads logfiles that only this one has",
        "strangers-have-their-own status-fits-situation",
        talking(_shared, "getLogfileCsv", "getLogfileXml"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "dates-joined",
        "days with logfiles of all accounts are listed",
        "listed-words-lead-somewhere",
        talking(_joined, "listLogfileDates"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "requests-shared",
        "another account is told that data requests are under way",
        "strangers-see-nothing",
        requests(_theirs, "getDatarequestStatus"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "unsubscribe-shared",
        "another account reads what happens to who unsubscribes",
        "strangers-see-nothing status-fits-situation",
        talking(_shared, "getCollectionUnsubscribe"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "names-shared",
        "the name of a database finds those of other accounts",
        "strangers-see-nothing status-fits-situation",
        talking(_by_name),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "made-by-others",
        "another account makes fields and profiles in a database",
        "strangers-make-nothing status-fits-situation",
        requests(_theirs, "createDatabaseField", "createProfile"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "made-by-others-in-secret",
        "a field that another account makes is refused and there",
        "strangers-make-nothing",
        talking(_made_in_secret, "createDatabaseField"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "unknown-token-in-other-words",
        "an unknown token is refused in other words",
        "refusal-in-promised-words",
        _saying("Unauthorized", bare=False),
    ),
    fault(
        "no-token-in-other-words",
        "a missing token is refused in other words",
        "refusal-in-promised-words",
        _saying("No access token", bare=True),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "first-token",
        "of two tokens the first counts",
        "credential-forms status-fits-situation",
        requests(_first_counts),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "token-in-any-case",
        "the case of a token means nothing",
        "credential-forms status-fits-situation",
        requests(_small),
        evidence=Evidence.ASSUMED,
    ),
)
