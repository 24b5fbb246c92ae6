"""Messages as they travel: MIME, with headers that hold whatever a name or an address does."""

from __future__ import annotations

from datetime import UTC, datetime
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime

from mockserver.apis.copernica.models.mailings import Mailing, Message

#: Lines end as RFC 5322 wants them.
_POLICY = compat32.clone(linesep="\r\n")


def written(message: Message, mailing: Mailing) -> bytes:
    """A message with its headers: plain text and HTML beside each other."""
    whole = MIMEMultipart("alternative", boundary=f"=_{message.id}")
    sent = datetime.fromisoformat(message.time).replace(tzinfo=UTC)
    headers = {
        "From": mailing.from_address,
        "To": message.email,
        "Subject": mailing.subject,
        "Date": format_datetime(sent),
        "Message-ID": f"<{message.id}@{message.senderdomain}>",
    }
    for name, text in headers.items():
        whole[name] = _header(name, text)
    whole.attach(MIMEText(mailing.text, "plain", "utf-8"))
    whole.attach(MIMEText(mailing.html, "html", "utf-8"))
    return whole.as_bytes(policy=_POLICY)


def _header(name: str, text: str) -> str:
    """One line, whatever the text is; what is not plain ASCII, or looks encoded already, is encoded."""
    line = " ".join("".join(one if one.isprintable() else " " for one in text).split())
    plain = line.isascii() and "=?" not in line
    return line if plain else Header(line, "utf-8", header_name=name).encode()
