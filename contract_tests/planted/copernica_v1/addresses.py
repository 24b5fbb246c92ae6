"""Addresses that are served and should not be, or the other way."""

from __future__ import annotations

from contract_tests.evidence import Evidence
from contract_tests.planted.copernica_v1.tools import header_of, refused
from contract_tests.planted.fault import fault
from contract_tests.planted.wire import Answer, Asked, answers


def _as_asked(asked: Asked, got: Answer) -> Answer:
    """Headers that name addresses below the base path of the request."""
    for name in () if asked.base else ("X-Location", "Location"):
        text = header_of(got, name)
        got = got.with_header(name.lower(), text.replace("/v1/", "/")) if text else got
    return got


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
        "written-under-another-base-path outcome-headers",
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
)
