"""What an application asks for when it sends somebody to the consent page, and the way back to it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from mockserver.apis.copernica.models.structure import APPLICATIONS, Application
from mockserver.kernel.work import Work

#: The only kind of answer there is.
RESPONSE_TYPE = "code"

#: Addresses of applications: on the web, absolute, of characters that stand in addresses as they are. A user before
#: the host would let it look like another, and a fragment would hide what is appended.
_ADDRESS = re.compile(
    r"https?://(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?"
    r"(?:[/?](?:[A-Za-z0-9\-._~:/?@!$&'()*+,;=\[\]]|%[0-9A-Fa-f]{2})*)?"
)

#: Longer addresses are nobody's.
LONGEST = 2000


class Unusable(ValueError):
    """Nobody can be asked: ``what`` is the name of the argument that is missing or wrong. There is no way back."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, and where the answer goes."""

    application: Application
    redirect_uri: str
    state: str

    @property
    def query(self) -> str:
        """The same as a query string."""
        return urlencode(
            {
                "client_id": self.application.id,
                "redirect_uri": self.redirect_uri,
                "state": self.state,
                "response_type": RESPONSE_TYPE,
            }
        )


def read(work: Work, query: Mapping[str, str]) -> Asking:
    """What a query asks; raises ``Unusable``."""
    application = work.store.get(APPLICATIONS, query.get("client_id", ""))
    if application is None:
        raise Unusable("client_id")
    redirect_uri, state = query.get("redirect_uri", ""), query.get("state", "")
    if not is_address(redirect_uri):
        raise Unusable("redirect_uri")
    if query.get("response_type") != RESPONSE_TYPE:
        raise Unusable("response_type")
    if not state:
        raise Unusable("state")
    return Asking(application, redirect_uri, state)


def is_address(text: str) -> bool:
    """Whether people can be sent there."""
    return len(text) <= LONGEST and _ADDRESS.fullmatch(text) is not None


def host_of(redirect_uri: str) -> str:
    """The host that people are sent to."""
    return urlsplit(redirect_uri).netloc


def way_back(redirect_uri: str, **answer: str) -> str:
    """An address with the answer in its query."""
    separator = "&" if "?" in redirect_uri else "?"
    return f"{redirect_uri}{separator}{urlencode(answer)}"
