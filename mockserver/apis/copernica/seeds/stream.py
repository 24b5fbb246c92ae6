"""What becomes of mails, made from chance: who is not reached, opens, clicks, complains, and when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import NamedTuple

from mockserver.apis.copernica.models.mailings import ABUSE, CLICK, DELIVERY, ERROR, OPEN, RETRY, UNSUBSCRIBE

MINUTE, HOUR, DAY = 60, 3600, 86_400

#: How many of a hundred messages fail, need more than one attempt, are opened, clicked once opened, ...
FAILING, RETRIED, OPENED, CLICKED, UNSUBSCRIBED, COMPLAINED = 6, 12, 45, 40, 5, 3

#: Type of the error, SMTP status, code, what the server said.
_ERRORS = (
    ("mailmessage", "5.1.1", "550", "No such user here"),
    ("mailmessage", "4.2.2", "452", "Mailbox full"),
    ("unreachable", "4.4.1", "421", "Connection timed out"),
    ("nohost", "5.1.2", "512", 'Host "mx.example" not found'),
    ("other", "5.7.1", "554", "Refused, as it is, by policy"),
)
_AGENTS = (
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0",
)
_PLACES = (
    ("NL", "Netherlands", "NH", "Amsterdam"),
    ("DE", "Germany", "BY", "München"),
    ("FR", "France", "OCC", "Nîmes"),
    ("BE", "Belgium", "VLG", "Liège"),
)
_NETWORKS = ("192.0.2", "198.51.100", "203.0.113")
_PAGES = ("offers", "beans?origin=ethiopia&roast=light", "search?q=caf%C3%A9", "unsubscribe")


class Step(NamedTuple):
    """Something that happens to a message, so many seconds after it was sent."""

    after: int
    type: str
    details: Mapping[str, str]


def course(chance: Random, domain: str) -> list[Step]:
    """What becomes of one message, in the order of time; ``domain`` is where its links lead."""
    return sorted(_steps(chance, domain), key=lambda step: step.after)


def _steps(chance: Random, domain: str) -> Iterator[Step]:
    if _one_of(chance, FAILING):
        kind, status, code, said = chance.choice(_ERRORS)
        details = {"type": kind, "status": status, "code": code, "description": said, "content": f"{code} {said}"}
        yield Step(chance.randint(1, MINUTE), ERROR, details)
        return
    retries = chance.randint(1, 3) if _one_of(chance, RETRIED) else 0
    for number in range(1, retries + 1):
        yield Step(number * 5 * MINUTE, RETRY, {"attempts": str(number)})
    delivered = retries * 5 * MINUTE + chance.randint(2, MINUTE)
    yield Step(delivered, DELIVERY, {"attempts": str(retries)})
    if _one_of(chance, OPENED):
        yield from _read(chance, domain, delivered)
    if _one_of(chance, COMPLAINED):
        mail = 'Feedback-Type: abuse\nUser-Agent: Feedback/1.0\n\nThis, they say, is "spam".'
        yield Step(delivered + chance.randint(HOUR, DAY), ABUSE, {"mail": mail})


def _read(chance: Random, domain: str, delivered: int) -> Iterator[Step]:
    """Somebody looks at a message, perhaps more than once, and perhaps does something about it."""
    who = _visitor(chance)
    at = delivered
    for _ in range(chance.randint(1, 3)):
        at += chance.randint(MINUTE, DAY)
        yield Step(at, OPEN, who)
    if _one_of(chance, CLICKED):
        link = f"https://www.{domain}/{chance.choice(_PAGES)}"
        yield Step(
            at + chance.randint(5, 2 * MINUTE), CLICK, {"linkinfo": link, **who, "referer": "https://mail.example/"}
        )
    if _one_of(chance, UNSUBSCRIBED):
        yield Step(at + chance.randint(3 * MINUTE, HOUR), UNSUBSCRIBE, {})


def _visitor(chance: Random) -> Mapping[str, str]:
    country, name, region, city = chance.choice(_PLACES)
    return {
        "ip": f"{chance.choice(_NETWORKS)}.{chance.randint(1, 254)}",
        "user-agent": chance.choice(_AGENTS),
        "countrycode": country,
        "countryname": name,
        "regioncode": region,
        "city": city,
    }


def _one_of(chance: Random, percent: int) -> bool:
    return chance.randrange(100) < percent
