"""What a refusal of the KopiCloud AD API looks like, and a world that it left alone."""

from __future__ import annotations

import re

from mockserver.app import Twin
from tests.support.client import Answer, TwinClient


def is_refusal(answer: Answer, status: int) -> bool:
    """Whether an answer is a refusal with this status in the envelope, and shows nothing of the twin's inside."""
    body = answer.body
    shaped = list(body) == ["output", "result"] and body["result"] is None and bool(body["output"])
    inside = re.search(r"Traceback|File \"|/mockserver/|0x[0-9a-f]{6,}|<class ", body["output"])
    typed = answer.headers["content-type"] == "application/json"
    return answer.status == status and shaped and not inside and typed


def unchanged(kopicloud: Twin, twin: TwinClient) -> bool:
    """Whether the test's world is as it was planted."""
    return kopicloud.worlds.diff("default", twin.world) == {}
