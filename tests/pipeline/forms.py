"""The mini API with forms behind a door, its credential on every request."""

from __future__ import annotations

from typing import Any

from tests.pipeline.world import World
from tests.support import mini_forms
from tests.support.client import Answer

JSON, FORM = "application/json", "application/x-www-form-urlencoded"


class Forms(World):
    """Requests have the credential in their query unless told otherwise."""

    def __init__(self, *, lane: bool, public_url: str | None = None) -> None:
        super().__init__(lane=lane, engine=mini_forms.engine, public_url=public_url)

    def call(
        self, method: str, target: str, body: bytes = b"", *, token: str = mini_forms.TOKEN, **headers: str
    ) -> Answer:
        """One request."""
        mark = "&" if "?" in target else "?"
        return self.ask(
            method, f"{target}{mark}access_token={token}" if token else target, token="", body=body, **headers
        )

    def read(self, body: bytes, content_type: str | None = None, *, at: str = "/note/1/tags") -> Any:
        """The value that an operation with a body of no particular form is given."""
        answer = self.call("POST", at, body, **({} if content_type is None else {"content_type": content_type}))
        assert answer.status == 200, answer
        return answer.body["body"]

    def notes(self) -> dict[str, str]:
        """All texts by number."""
        with self.store.transaction("w") as store:
            return {note.id: note.text for note in store.select(mini_forms.NOTES)}
