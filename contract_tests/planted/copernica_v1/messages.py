"""Messages, impressions and data requests: bodies in another media type, filters without effect, refused words."""

from __future__ import annotations

from contract_tests.evidence import Evidence
from contract_tests.planted.copernica_v1.tools import header_of, query, refused
from contract_tests.planted.fault import Fault, Plant, fault
from contract_tests.planted.wire import Again, Answer, Asked, answers, talking


def _fault(name: str, title: str, rules: str, plant: Plant, evidence: Evidence = Evidence.ASSUMED) -> Fault:
    return fault(name, title, rules, plant, evidence=evidence)


def _as_html(_: Asked, got: Answer) -> Answer:
    plain = got.good and "plain" in (header_of(got, "content-type") or "")
    return got.with_header("content-type", "text/html") if plain else got


async def _words_in_one_case(asked: Asked, server: Again) -> Answer:
    """The form of a body is read in the case that is listed alone."""
    answer = await server(asked)
    return answer if asked.argument("type") in ("MIME", "HTML", "Text") else refused(answer)


async def _without_body(asked: Asked, server: Again) -> Answer:
    """Whom to report to is understood in the address alone."""
    answer = await server(asked)
    return refused(answer) if asked.body else answer


def _but(*names: str) -> Plant:
    return query(lambda pairs: tuple(one for one in pairs if one[0] not in names), "listImpressions")


FAULTS = (
    _fault(
        "bodies-all-html",
        "a message as text is labelled as HTML",
        "media-type-as-asked",
        answers(_as_html, "getMessageBody"),
    ),
    _fault(
        "bodies-words-in-one-case",
        "mime, html and text are refused",
        "story",
        talking(_words_in_one_case, "getMessageBody"),
    ),
    _fault(
        "impressions-of-everybody",
        "profile has no effect on impressions",
        "query-narrows",
        _but("profile"),
        Evidence.DOCUMENTED,
    ),
    _fault(
        "impressions-of-all-mailings",
        "emailing and destination have no effect on impressions",
        "query-narrows",
        _but("emailing", "destination"),
        Evidence.DOCUMENTED,
    ),
    _fault(
        "reports-in-bodies-refused",
        "a data request with a body is refused",
        "story",
        talking(_without_body, "requestProfileData", "requestSubprofileData"),
    ),
)
