"""What answers tell: of writes in headers, of refusals in the one form all have."""

from __future__ import annotations

from tests.support.client import Answer

#: Headers that tell what a write did.
TELLING = {"x-location", "x-created", "location", "x-deleted"}


def headers(answer: Answer) -> dict[str, str]:
    """The headers that tell what a write did, without the address of the server."""
    base = "http://127.0.0.1:80/v1"
    return {name: value.removeprefix(base) for name, value in answer.headers.items() if name in TELLING}


def refusal(answer: Answer) -> str:
    """The message of a refusal, in the one form all have."""
    assert (answer.status, answer.headers["content-type"]) == (400, "application/json")
    assert set(answer.body) == {"error"}
    assert set(answer.body["error"]) == {"message"}
    message: str = answer.body["error"]["message"]
    return message
