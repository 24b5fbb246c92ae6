"""The few knobs of the twin; the product has no settings that its API obeys."""

from __future__ import annotations

from mockserver.apis.copernica.service.datarequests import DELAY, GATHERING, check_delay
from mockserver.kernel.settings import Setting

SETTINGS = (
    Setting(
        "dialect", str, "v1", "the age of the API: headers and statuses of version 1 or of seed 002", ("v1", "seed-002")
    ),
    Setting("strict-keys", bool, False, "true: a body key, or a field, that is not known is refused"),
    Setting(DELAY, int, GATHERING, "seconds until the data of a data request are there", check=check_delay),
)
