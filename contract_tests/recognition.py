"""Whether a target is a twin: nobody's real system, so that a run may go as far as it can."""

from __future__ import annotations

import ipaddress
from contextlib import closing
from urllib.parse import urlsplit

from contract_tests.exchange import MISSING, Response
from contract_tests.plane import Plane
from contract_tests.targets import HttpTarget

#: Where a twin says how it is; no promise has such a path.
HEALTH = "/__twin__/health"


def is_twin(target: HttpTarget, api: str) -> bool:
    """Whether this machine serves a twin of the API there: only then is anything asked. Raises ``Unreachable``."""
    if not is_here(target):
        return False
    with closing(Plane(target)) as plane:
        return tells_twin(plane.send("GET", HEALTH), api)


def tells_twin(response: Response, api: str) -> bool:
    """Whether an answer about health is that of a twin of the API."""
    body = response.json
    apis = body.get("apis") if isinstance(body, dict) and body is not MISSING else None
    return response.status == 200 and isinstance(apis, dict) and api in apis


def is_here(target: HttpTarget) -> bool:
    """Whether a target is on this machine."""
    host = urlsplit(target.address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
