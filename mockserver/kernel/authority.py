"""connexion's full stack: the authority on every request the lane does not serve, and the one that words its errors.

Each API door has a stack of its own, because connexion's error handlers belong to the application. The stack sees a
request already routed: its path is rebuilt from the promise's literals, with values percent-encoded once more, since
connexion would decode an encoded slash into a separator before it routes.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from typing import Any
from urllib.parse import quote, urlencode

import orjson
from connexion import AsyncApp
from connexion.datastructures import MediaTypeDict
from connexion.decorators.parameter import sanitized
from connexion.exceptions import BadRequestProblem, ProblemException
from connexion.lifecycle import ConnexionRequest, ConnexionResponse
from connexion.options import SwaggerUIOptions
from connexion.resolver import Resolver
from connexion.security import AbstractSecurityHandler
from connexion.validators import AbstractRequestBodyValidator, FormDataValidator
from connexion.validators.parameter import ParameterValidator
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope

from mockserver.kernel.asked import Asked
from mockserver.kernel.engine import Engine, Outcome
from mockserver.kernel.errors import ApiError, BadInput, Internal, NoRoute, Unauthenticated, WrongMethod
from mockserver.kernel.operation import Operation
from mockserver.kernel.schema import Schema

#: What connexion says by status, in the words of our own errors.
SITUATIONS: Mapping[int, type[ApiError]] = {
    400: BadInput,
    401: Unauthenticated,
    404: NoRoute,
    405: WrongMethod,
    415: BadInput,
}


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

        await self._app(_canonical(asked, scope), _replay(asked.body), keep)
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
            resolver=Resolver({one.id: self._endpoint(one) for one in engine.promise.operations.values()}.__getitem__),
            security_map={"apiKey": self._security()},
            validator_map={"parameter": _Parameters, "body": _bodies()},
        )
        for raised in (ApiError, ProblemException, HTTPException, Exception):
            app.add_error_handler(raised, self._worded)
        return app

    def _security(self) -> type[AbstractSecurityHandler]:
        engine, asked = self._engine, self._asked

        class Admission(AbstractSecurityHandler):  # type: ignore[misc]
            """Asks the engine; a missing credential is the API's to judge (a setting may allow it)."""

            def get_fn(self, security_scheme: Any, required_scopes: Any) -> Callable[[Any], dict[str, Any]]:
                def admitted(request: Any) -> dict[str, Any]:
                    return {"sub": engine.check_admission(asked.get()).name}

                return admitted

        return Admission

    def _endpoint(self, operation: Operation) -> Callable[..., Awaitable[ConnexionResponse]]:
        wire_names = {sanitized(one.name): one.name for one in operation.parameters if one.place != "path"}

        async def endpoint(body: Any = None, **given: Any) -> ConnexionResponse:
            asked = self._asked.get()
            arguments = {wire_names[name]: value for name, value in given.items() if name in wire_names}
            for name, text in asked.path.items():
                arguments[name] = asked.compiled.decoders[name]([text])
            return self._answered(self._engine.serve(asked, arguments, body))

        return endpoint

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


class _Parameters(ParameterValidator):  # type: ignore[misc]
    """Parameter checks whose messages name the parameter, the value and what is allowed."""

    @staticmethod
    def validate_parameter(
        parameter_type: str, value: Any, param: Mapping[str, Any], param_name: str | None = None
    ) -> str | None:
        if value is None:
            return f"{param['name']}: missing, and it is mandatory" if param.get("required") else None
        if parameter_type == "path":
            return None  # decoded and checked by the lane's own decoder: here it is still encoded
        fault = Schema(param["schema"], formats=False).fault(value)
        return None if fault is None else f"{param['name']}: {value!r} is not allowed; {_allowed(param['schema'])}"


def _allowed(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return f"allowed: {', '.join(str(word) for word in schema['enum'])}"
    words = {"boolean": "true or false", "integer": "a whole number", "number": "a number", "array": "a list"}
    allowed = words.get(schema.get("type", ""), "text")
    limits = [
        f"{key} {schema[key]}" for key in ("minimum", "maximum", "minLength", "maxLength", "pattern") if key in schema
    ]
    return f"allowed: {allowed}{' with ' + ', '.join(limits) if limits else ''}"


class _JsonBody(AbstractRequestBodyValidator):  # type: ignore[misc]
    """Request bodies read by orjson and checked by jsonschema-rs: nothing malformed can become a fault of ours."""

    async def _parse(self, stream: Any, scope: Scope) -> Any:
        content = b"".join([part async for part in stream])
        if not content:
            return None
        try:
            return orjson.loads(content)
        except orjson.JSONDecodeError as error:
            raise BadRequestProblem(detail=f"request body: {error}") from None

    def _validate(self, body: Any) -> None:
        if body is None and not self._nullable:
            raise BadRequestProblem(detail="request body: missing, and it is mandatory")
        fault = Schema(self._schema).fault(body)
        if fault is not None:
            raise BadRequestProblem(detail=f"request body: {fault}")


def _bodies() -> MediaTypeDict:
    return MediaTypeDict({"*/*json": _JsonBody, "application/x-www-form-urlencoded": FormDataValidator})


def _for_connexion(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document without what connexion would copy into every schema or compile for nothing."""
    kept = {key: value for key, value in document.items() if key != "components"}
    kept["components"] = {"securitySchemes": document.get("components", {}).get("securitySchemes", {})}
    kept["paths"] = {path: _without_responses(item) for path, item in document["paths"].items()}
    return kept


def _without_responses(item: Mapping[str, Any]) -> dict[str, Any]:
    """Answers are checked by the engine, the same way in both lanes; connexion need not read them."""
    plain = {"200": {"description": "see the promise"}}
    return {
        key: {**value, "responses": plain} if isinstance(value, Mapping) and "responses" in value else value
        for key, value in item.items()
    }


def _canonical(asked: Asked, scope: Scope) -> Scope:
    operation = asked.compiled.operation
    path = operation.path
    for name, text in asked.path.items():
        path = path.replace("{" + name + "}", quote(text, safe=""), 1)
    query = urlencode([(name, value) for name, values in asked.query.items() for value in values])
    kept = [(name, value) for name, value in scope["headers"] if operation.body or not name.startswith(b"content-")]
    return {
        **scope,
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": kept,
    }


def _replay(body: bytes) -> Receive:
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return messages.pop() if messages else {"type": "http.disconnect"}

    return receive
