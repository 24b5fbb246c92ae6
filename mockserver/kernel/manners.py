"""Other ages of an API: how each answers. A setting of the world chooses one."""

from __future__ import annotations

from collections.abc import Mapping

from apitwin.data import dialects
from mockserver.kernel.answers import Answers
from mockserver.kernel.api import Api, Conventions
from mockserver.kernel.errors import ApiError, NotFound, NothingToDelete
from mockserver.kernel.http import Call, Done, Reply
from mockserver.kernel.lists import Paging
from mockserver.kernel.operation import Operation
from mockserver.kernel.outcomes import Outcomes
from mockserver.kernel.promise import Promise
from mockserver.kernel.settings import Value


class Dialect:
    """How one age of an API answers: in its conventions, held against its promise."""

    def __init__(self, api: Api, promise: Promise) -> None:
        self.promise = promise
        self.conventions: Conventions = api.conventions(promise.conventions)
        self._outcomes = Outcomes(promise.conventions)
        self._situations = promise.conventions.get("situations", {})
        media_type: str = promise.conventions["media_type"]
        self._answers = {one.id: Answers(one, media_type) for one in promise.operations.values()}

    def done(self, done: Done, call: Call, paging: Paging) -> Reply:
        """The answer to a call that was done."""
        return self._outcomes.reply(done, call, paging)

    def meant(self, error: ApiError, operation: Operation | None) -> ApiError:
        """A refusal as the situation it is here: that a deletion finds nothing may be one of its own."""
        deleting = operation is not None and operation.extensions.get("x-outcome") == "delete"
        if deleting and isinstance(error, NotFound) and NothingToDelete.situation in self._situations:
            return NothingToDelete(error.message, rule=error.rule, headers=error.headers)
        return error

    def fault(self, operation: Operation, reply: Reply) -> str | None:
        """How an answer breaks the promise of its operation; ``None`` when it keeps it."""
        return self._answers[operation.id].fault(reply)


class Dialects:
    """All dialects of an API; the first is spoken where nothing says which."""

    def __init__(self, api: Api, promise: Promise) -> None:
        known = dialects.names(promise.conventions)
        self._known = {name: Dialect(api, promise.spoken(name)) for name in known}
        self.usual = next(iter(self._known.values()))
        self.several = len(self._known) > 1

    def spoken(self, settings: Mapping[str, Value]) -> Dialect:
        """The dialect of a world with these settings."""
        return self._known[str(settings[dialects.SETTING])] if self.several else self.usual
