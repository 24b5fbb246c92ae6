"""connexion's full stack: the authority on every request the lane does not serve, and the one that words its errors.

Each API door has a stack of its own, because connexion's error handlers belong to the application. The stack sees a
request already routed: its path is rebuilt from the promise's literals, with values percent-encoded once more, since
connexion would decode an encoded slash into a separator before it routes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any
from urllib.parse import urlencode

from connexion import AsyncApp
from connexion.datastructures import MediaTypeDict
from connexion.exceptions import BadRequestProblem, ProblemException
from connexion.lifecycle import ConnexionRequest, ConnexionResponse
from connexion.options import SwaggerUIOptions
from connexion.resolver import Resolver
from connexion.security import AbstractSecurityHandler
from connexion.validators import AbstractRequestBodyValidator
from connexion.validators.parameter import ParameterValidator
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope

from mockserver.kernel.asked import Asked
from mockserver.kernel.bodies import JSON
from mockserver.kernel.engine import Engine, Outcome
from mockserver.kernel.errors import ApiError, BadInput, Internal, NoRoute, Unauthenticated, WrongMethod

#: What connexion says by status, in the words of our own errors.
SITUATIONS: Mapping[int, type[ApiError]] = {
    400: BadInput,
    401: Unauthenticated,
    404: NoRoute,
    405: WrongMethod,
    415: BadInput,
}

#: The body as connexion sees it: the real one is read by the lane's reader, at the time connexion reads bodies.
READ_ALREADY = b"null"


class Authority:
    """connexion, its security, validation and error pages replaced by the API's own words."""

    def __init__(self, *, engine: Engine) -> None:
        self._engine = engine
        self._asked: ContextVar[Asked] = ContextVar("asked")
        self._outcome: ContextVar[list[Outcome]] = ContextVar("outcome")
        self._app = self._stack()

    async def serve(self, asked: Asked, scope: Scope) -> Outcome:
        """Send a request through the whole stack and return what came of it."""
        outcomes: list[Outcome] = []
        self._asked.set(asked)
        self._outcome.set(outcomes)
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        await self._app(_canonical(asked, scope), _replay(), keep)
        if not outcomes:
            shown = [message.get("status") for message in messages[:1]]
            error = RuntimeError(f"connexion answered {shown} by itself")
            return self._engine.fail(error, asked.world, asked=asked)
        return outcomes[-1]

    def _stack(self) -> AsyncApp:
        logging.getLogger("connexion").setLevel(logging.CRITICAL)
        engine = self._engine
        app = AsyncApp("apitwin", swagger_ui_options=SwaggerUIOptions(swagger_ui=False, serve_spec=False))
        app.add_api(
            _for_connexion(engine.promise.document),
            base_path="",
            resolver=Resolver(dict.fromkeys(engine.promise.operations, self._endpoint).__getitem__),
            security_map={"apiKey": self._security()},
            validator_map={"parameter": self._parameters(), "body": self._bodies()},
        )
        for raised in (ApiError, ProblemException, HTTPException, Exception):
            app.add_error_handler(raised, self._worded)
        return app

    def _security(self) -> type[AbstractSecurityHandler]:
        engine, asked = self._engine, self._asked

        class Admission(AbstractSecurityHandler):  # type: ignore[misc]
            """Asks the engine; a missing credential is the API's to judge (a setting may allow it)."""

            def get_fn(self, security_scheme: Any, required_scopes: Any) -> Callable[[Any], dict[str, Any]]:
                return lambda request: {"sub": engine.check_admission(asked.get()).name}

        return Admission

    def _parameters(self) -> type[ParameterValidator]:
        asked = self._asked

        class Parameters(ParameterValidator):  # type: ignore[misc]
            """Parameter checks by the lane's own decoders, so that both lanes mean the same by a right value."""

            def validate(self, scope: Scope) -> None:
                request = asked.get()
                refusal = request.compiled.refusal(request.path, request.query)
                if refusal is not None:
                    raise BadRequestProblem(detail=refusal)

        return Parameters

    def _bodies(self) -> MediaTypeDict:
        asked = self._asked

        class Bodies(AbstractRequestBodyValidator):  # type: ignore[misc]
            """Body checks by the lane's own reader, whatever media type the body came in."""

            async def _parse(self, stream: Any, scope: Scope) -> Any:
                asked.get().read_body()

        return MediaTypeDict({JSON: Bodies})

    async def _endpoint(self, **given: Any) -> ConnexionResponse:
        """Every operation's handler; what connexion made of parameters and body is left for what they were read as."""
        asked = self._asked.get()
        arguments = asked.compiled.arguments(asked.path, asked.query)
        return self._answered(self._engine.serve(asked, arguments))

    async def _worded(self, request: ConnexionRequest, error: Exception) -> ConnexionResponse:
        asked = self._asked.get()
        if isinstance(error, ApiError):
            return self._answered(self._engine.refuse(error, asked.world, asked=asked))
        if isinstance(error, HTTPException):
            situation = SITUATIONS.get(error.status_code, Internal)
            detail = getattr(error, "detail", None) or str(error)
            return self._answered(self._engine.refuse(situation(detail), asked.world, asked=asked))
        return self._answered(self._engine.fail(error, asked.world, asked=asked))

    def _answered(self, outcome: Outcome) -> ConnexionResponse:
        self._outcome.get().append(outcome)
        return ConnexionResponse(status_code=outcome.reply.status, mimetype=self._engine.media_type, body=b"")


def _for_connexion(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document without what connexion would copy into every schema, compile for nothing or judge its own way."""
    kept = {key: value for key, value in document.items() if key != "components"}
    kept["components"] = {"securitySchemes": document.get("components", {}).get("securitySchemes", {})}
    kept["paths"] = {
        path: {key: _plain(value) for key, value in item.items()} for path, item in document["paths"].items()
    }
    return kept


def _plain(node: Any) -> Any:
    """An operation, or the parameters its path has in common, with plain answers, parameters and bodies.

    Answers are checked by the engine, the same way in both lanes. Parameters and bodies are checked by the lane's
    decoders; to connexion parameters are texts that may be missing, or it would answer a path parameter of the wrong
    type with 404, and every body is JSON.
    """
    if isinstance(node, list):
        return [{**one, "schema": {"type": "string"}} for one in node if one["in"] != "header"]
    if not isinstance(node, Mapping) or "responses" not in node:
        return node
    plain = {
        **node,
        "responses": {"200": {"description": "see the promise"}},
        "parameters": _plain(node.get("parameters", [])),
    }
    if "requestBody" in node:
        plain["requestBody"] = {"content": {JSON: {"schema": {"title": "see the promise"}}}}
    return plain


def _canonical(asked: Asked, scope: Scope) -> Scope:
    """The request as connexion shall see it.

    Every byte of a path value is percent-encoded once more: no value can hold a slash or equal a literal segment.
    """
    operation = asked.compiled.operation
    path = operation.path
    for name, text in asked.path.items():
        path = path.replace("{" + name + "}", "".join(f"%{byte:02X}" for byte in text.encode()), 1)
    query = urlencode([(name, value) for name, values in asked.query.items() for value in values])
    headers = [(name, value) for name, value in scope["headers"] if not name.startswith((b"content-", b"transfer-"))]
    headers += [(b"content-type", JSON.encode()), (b"content-length", b"%d" % len(READ_ALREADY))]
    return {
        **scope,
        "method": operation.method,
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": headers,
    }


def _replay() -> Receive:
    messages: list[Message] = [{"type": "http.request", "body": READ_ALREADY, "more_body": False}]

    async def receive() -> Message:
        return messages.pop() if messages else {"type": "http.disconnect"}

    return receive
