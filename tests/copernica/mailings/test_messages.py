"""Messages of both products, their bodies, documents, impressions."""

from __future__ import annotations

from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest

from mockserver.apis.copernica.models.mailings import MARKETING_SUITE, PUBLISHER, SUITES
from tests.copernica.mailings.post import ANN, BOB, TEMPLATES, Post, everything, message
from tests.copernica.people import Database, refused
from tests.support.client import TwinClient

PATHS = {MARKETING_SUITE: "message", PUBLISHER: "old/message"}


def sent(twin: TwinClient, email: str = ANN) -> list[dict[str, Any]]:
    """The attempts to reach an address."""
    events: list[dict[str, Any]] = twin.get(f"/v1/email/{email}/events").body
    return [one for one in events if one["event"] == "attempt"]


@pytest.mark.parametrize("suite", SUITES)
def test_a_message_is_its_line_of_the_attempts(twin: TwinClient, other: TwinClient, post: Post, suite: str) -> None:
    post.send(message(suite=suite, tags=["a"], events=everything()))
    (attempt,) = sent(twin)
    path = f"/v1/{PATHS[suite]}/{attempt['id']}"
    assert twin.get(path).body == {name: value for name, value in attempt.items() if name != "event"}
    assert refused(other.get(path)).replace(attempt["id"], "x") == refused(twin.get(f"/v1/{PATHS[suite]}/x"))
    wrong = next(one for product, one in PATHS.items() if product != suite)
    refused(twin.get(f"/v1/{wrong}/{attempt['id']}"))


@pytest.mark.parametrize(
    ("kind", "media_type"), [("MIME", "message/rfc822"), ("HTML", "text/html"), ("Text", "text/plain")]
)
def test_a_body_is_read_as_what_it_is(
    twin: TwinClient, other: TwinClient, post: Post, kind: str, media_type: str
) -> None:
    template = {**TEMPLATES[0], "html": "<p>Grüße &amp; 名</p>", "text": "Grüße\n名"}
    post.plant(templates=[template], messages=[message()])
    path = f"/v1/message/{sent(twin)[0]['id']}/body"
    answers = [twin.get(f"{path}/{word}") for word in (kind, kind.lower(), kind.upper())]
    assert {one.content for one in answers} == {answers[0].content}
    assert {one.headers["content-type"] for one in answers} == {media_type}
    assert {one.status for one in answers} == {200}
    if kind != "MIME":
        assert answers[0].content.decode() == template["html" if kind == "HTML" else "text"]
    for wrong in (f"{path}/{kind}x", f"{path}/", f"/v1/message/x/body/{kind}"):
        refused(twin.get(wrong))
    refused(other.get(f"{path}/{kind}"))


def test_a_body_of_publisher_is_not_read(twin: TwinClient, post: Post) -> None:
    post.send(message(suite=PUBLISHER))
    refused(twin.get(f"/v1/message/{sent(twin)[0]['id']}/body/HTML"))


@pytest.mark.parametrize(
    ("email", "subject"),
    [
        (ANN, "New beans"),
        ('"Ann, Lee" <ann@example.com>', "Grüße aus München, 名前 " * 20),
        ("ann@exämple.com", "Subject\r\nBcc: eve@example.com\r\n\r\nBody"),
        ("ann\r\nX-Evil: 1@example.com", "a\u2028b\x01"),
        ("=?utf-8?q?x?=@example.com", "=?utf-8?q?not_encoded?="),
    ],
)
def test_a_mime_body_is_well_formed_whatever_it_says(twin: TwinClient, post: Post, email: str, subject: str) -> None:
    """Subject and receiver add no header of their own, and both bodies come back as they are."""
    texts = {"html": "<p>ü</p>\n.\n--=_x\n", "text": "ü\nFrom here\n\n.\n"}
    post.plant(templates=[{**TEMPLATES[0], **texts, "subject": subject}], messages=[message(email)])
    key = twin.get("/v1/logfiles/cdm-attempts.2026-03-31.log/json").body[0]["id"]
    content = twin.get(f"/v1/message/{key}/body/MIME").content
    assert content.isascii()
    assert content.count(b"\n") == content.count(b"\r\n")
    read = message_from_bytes(content, _class=EmailMessage, policy=SMTP)
    raw = message_from_bytes(content)
    names = ["Content-Type", "MIME-Version", "From", "To", "Subject", "Date", "Message-ID"]
    assert read.keys() == names
    assert max(map(len, content.splitlines())) <= 78
    for name, text in (("Subject", subject), ("To", email)):
        line = " ".join(text.replace("\x01", " ").split())
        assert str(make_header(decode_header(raw[name]))) == line
    parts = [(one.get_content_type(), one.get_payload(decode=True)) for one in read.iter_parts()]
    assert parts == [("text/plain", texts["text"].encode()), ("text/html", texts["html"].encode())]
    assert read["Message-ID"] == f"<{key}@mail.example>"
    assert read["Date"].datetime.isoformat() == "2026-03-31T12:00:00+00:00"


def test_a_document_is_read_by_its_account(twin: TwinClient, other: TwinClient, post: Post) -> None:
    post.send(message(suite=PUBLISHER))
    (attempt,) = sent(twin)
    path = f"/v1/emailingdocument/{attempt['documentid']}"
    assert twin.get(path).body == {
        "id": str(attempt["documentid"]),
        "template_id": str(attempt["templateid"]),
        "name": "Spring letter",
        "from_address": "news@letters.example",
        "subject": "Grüße",
        "source": "<html>Hi</html>",
    }
    refused(other.get(path))
    refused(twin.get("/v1/emailingdocument/99999"))


def opened(times: int) -> list[dict[str, Any]]:
    """A message that was opened so often, a minute after the other."""
    details = {"ip": "192.0.2.7", "user-agent": "Mozilla/5.0"}
    return [{"type": "open", "time": f"2026-03-30 10:{at:02}:00", "details": details} for at in range(times)]


def test_impressions_are_those_of_both_products(twin: TwinClient, other: TwinClient, post: Post) -> None:
    post.send(
        *(message(time="2026-03-30 09:00:00", suite=suite, events=[*opened(1), *everything()]) for suite in SUITES)
    )
    answer = twin.get("/v1/impressions").body
    assert (answer["count"], answer["total"]) == (4, 4)
    first = answer["data"][0]
    assert {name: value for name, value in first.items() if name not in ("ID", "emailing", "destination")} == {
        "timestamp": "2026-03-30 10:00:00",
        "ip": "192.0.2.7",
        "user-agent": "Mozilla/5.0",
        "referer": None,
        "profile": None,
        "subprofile": None,
    }
    assert [one["referer"] for one in answer["data"]] == [None, None, "open referer", "open referer"]
    assert first["emailing"] in {str(one["mailingid"]) for one in sent(twin)}
    assert other.get("/v1/impressions").body["data"] == []


def test_impressions_are_filtered(twin: TwinClient, post: Post) -> None:
    database = Database(twin, Address="email")
    ann, bob = database.profile(Address=ANN), database.profile(Address=BOB)
    order = database.collection(Item="text").subprofile(bob, Item="beans")
    post.send(
        message(ANN, "2026-03-30 09:00:00", database="People", events=opened(2)),
        message(BOB, "2026-03-30 09:00:00", database="People", events=opened(3)),
        message(BOB, "2026-03-30 09:00:00", database="People", collection="Orders", events=opened(1)),
    )
    every = twin.get("/v1/impressions").body["data"]
    assert len(every) == 6
    for name, key, attribute in (
        ("profile", ann, "profile"),
        ("profile", bob, "profile"),
        ("subprofile", order, "subprofile"),
    ):
        shown = twin.get("/v1/impressions", **{name: key}).body
        assert shown["data"] == [one for one in every if one[attribute] == key]
        assert shown["total"] == len(shown["data"]) > 0
    for name in ("emailing", "destination"):
        values = {one[name] for one in every}
        assert len(values) == 3
        for value in values:
            shown = twin.get("/v1/impressions", **{name: value}).body["data"]
            assert shown == [one for one in every if one[name] == value]
    assert twin.get("/v1/impressions", profile=ann, subprofile=order).body["data"] == []
    assert twin.get("/v1/impressions", profile=bob, subprofile=order).body["total"] == 1
    assert "profile" in refused(twin.get("/v1/impressions", profile="ann"))


def test_impressions_come_in_parts(twin: TwinClient, post: Post) -> None:
    post.send(message(time="2026-03-30 09:00:00", events=opened(7)))
    every = twin.get("/v1/impressions").body["data"]
    assert [one["timestamp"] for one in every] == [one["time"] for one in opened(7)]
    part = twin.get("/v1/impressions", start=2, limit=3).body
    assert part == {"start": 2, "limit": 3, "count": 3, "total": 7, "data": every[2:5]}
    assert "total" not in twin.get("/v1/impressions", total=False).body
