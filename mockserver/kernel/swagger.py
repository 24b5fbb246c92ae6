"""The promise as a client sees it: the OpenAPI document of the operations on offer, and Swagger UI for people.

connexion would rebuild the document on every request (over a second for 200 paths); here it is made once per set of
visible operations.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from mockserver.kernel.engine import Engine
from mockserver.kernel.operation import METHODS

INITIALIZER = """window.onload = function () {
  window.ui = SwaggerUIBundle({url: %s, dom_id: "#swagger-ui", deepLinking: true, validatorUrl: null,
    presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset], layout: "StandaloneLayout"});
};
"""


class Swagger:
    """Serves the document and the pages of one API at the addresses its conventions name."""

    def __init__(self, *, engine: Engine) -> None:
        served = engine.promise.conventions.get("served", {})
        self.document_path: str = served.get("document", "/openapi.json")
        self.pages_path: str = served.get("pages", "/ui")
        self._engine = engine
        self._documents: dict[frozenset[str], bytes] = {}
        self._files: StaticFiles | None = None

    def owns(self, path: str) -> bool:
        """Whether a path below the API's root belongs here."""
        return path in (self.document_path, self.pages_path) or path.startswith(self.pages_path + "/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a path that is owned."""
        path, prefix = scope["path"], scope["twin.prefix"]
        if path == self.document_path:
            answer = Response(self.document(scope["twin.world"]), media_type="application/json")
            await answer(scope, receive, send)
        elif path == self.pages_path:
            await RedirectResponse(f"{prefix}{self.pages_path}/")(scope, receive, send)
        elif path == f"{self.pages_path}/swagger-initializer.js":
            script = INITIALIZER % orjson.dumps(f"{prefix}{self.document_path}").decode()
            await Response(script, media_type="text/javascript")(scope, receive, send)
        else:
            inner = {**scope, "path": path[len(self.pages_path) :], "root_path": "", "raw_path": b""}
            await self._pages()(inner, receive, send)

    def document(self, world: str) -> bytes:
        """The OpenAPI document a world offers, as JSON: hidden operations are left out."""
        shown = self._engine.offered(world)
        if shown not in self._documents:
            self._documents[shown] = orjson.dumps(visible_document(self._engine.promise.document, shown))
        return self._documents[shown]

    def _pages(self) -> StaticFiles:
        if self._files is None:
            import swagger_ui_bundle

            self._files = StaticFiles(directory=Path(swagger_ui_bundle.swagger_ui_path), html=True)
        return self._files


def visible_document(document: Mapping[str, Any], shown: frozenset[str]) -> dict[str, Any]:
    """A copy of an OpenAPI document that holds only the operations with these ids.

    A path without an operation is left out, and so is a tag; no link leads to an operation left out.
    """
    paths: dict[str, Any] = {}
    tags: set[str] = set()
    for path, item in document["paths"].items():
        kept = {key: value for key, value in item.items() if key not in METHODS or value["operationId"] in shown}
        for method in kept.keys() & set(METHODS):
            kept[method] = _linked(kept[method], shown)
            tags.update(kept[method].get("tags", ()))
            paths[path] = kept
    visible = {**document, "paths": paths}
    if "tags" in document:
        visible["tags"] = [tag for tag in document["tags"] if tag["name"] in tags]
    return visible


def _linked(operation: Mapping[str, Any], shown: frozenset[str]) -> dict[str, Any]:
    """An operation whose links lead to operations with these ids only."""
    responses = {}
    for status, response in operation["responses"].items():
        links = {name: link for name, link in response.get("links", {}).items() if link["operationId"] in shown}
        responses[status] = {**response, "links": links} if links else _without(response, "links")
    return {**operation, "responses": responses}


def _without(mapping: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in mapping.items() if key != name}
