"""Addresses that are served and should not be, or the other way."""

from __future__ import annotations

from dataclasses import replace

from contract_tests.evidence import Evidence
from contract_tests.planted.copernica_v1.tools import header_of, refused
from contract_tests.planted.fault import fault
from contract_tests.planted.wire import Again, Answer, Asked, answers, talking


def _as_asked(asked: Asked, got: Answer) -> Answer:
    """Headers that name addresses below the base path of the request."""
    for name in () if asked.base else ("X-Location", "Location"):
        text = header_of(got, name)
        got = got.with_header(name.lower(), text.replace("/v1/", "/")) if text else got
    return got


def _unnamed(asked: Asked, got: Answer) -> Answer:
    """Writes that find databases by their ids only."""
    named = not asked.values.get("databaseId", "1").isdecimal()
    return refused(got) if named and asked.method != "GET" else got


async def _moved(asked: Asked, server: Again) -> Answer:
    """A server that writes at plain addresses only."""
    odd = not asked.base or asked.path.endswith("/")
    plain = asked.method == "GET" or asked.operation is None
    return await server(asked if plain or not odd else replace(asked, path="/v1/nowhere"))


async def _aliasless(asked: Asked, server: Again) -> Answer:
    writes = asked.method == "POST" and asked.path.endswith("/minirules")
    return await server(replace(asked, path="/v1/nowhere") if writes else asked)


FAULTS = (
    fault(
        "no-address-without-version",
        "the addresses without a version are not served",
        "every-base-path",
        answers(lambda asked, got: refused(got) if not asked.base and asked.operation else got),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "addresses-as-asked",
        "what is made without the version is named without it",
        "writes-at-every-address outcome-headers",
        answers(_as_asked),
    ),
    fault(
        "slash-counts",
        "an address with a slash at its end is another one",
        "slash-at-the-end",
        answers(lambda asked, got: refused(got) if asked.path.endswith("/") else got),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "no-alias",
        "an address that a page prints is not served",
        "other-addresses",
        answers(lambda asked, got: refused(got) if asked.path.endswith(("/subprofile", "/minirules")) else got),
    ),
    fault(
        "no-names",
        "the name of a database does not stand for its id",
        "names-stand-for-ids",
        answers(lambda asked, got: refused(got) if not asked.values.get("databaseId", "1").isdecimal() else got),
    ),
    fault(
        "writes-at-plain-addresses",
        "writes are served at plain addresses only",
        "writes-at-every-address status-fits-situation",
        talking(_moved),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "writes-by-id",
        "writes find databases by their ids only",
        "writes-at-every-address status-fits-situation",
        answers(_unnamed, "createDatabaseInterest", "updateDatabase"),
        evidence=Evidence.ASSUMED,
    ),
    fault(
        "alias-for-reads",
        "an address that a page prints is served for reads only",
        "writes-at-other-addresses status-fits-situation",
        talking(_aliasless),
        evidence=Evidence.ASSUMED,
    ),
)
