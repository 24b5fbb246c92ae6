"""The promise as a client sees it: the OpenAPI document of the operations on offer, and Swagger UI for people.

connexion would rebuild the document on every request (over a second for 200 paths); here it is made once per set of
visible operations.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from mockserver.kernel.engine import Engine
from mockserver.kernel.operation import METHODS

#: Documents remembered by what they show and where: worlds rarely differ in more.
KEPT_DOCUMENTS = 16

INITIALIZER = """window.onload = function () {
  window.ui = SwaggerUIBundle({url: %s, dom_id: "#swagger-ui", deepLinking: true, validatorUrl: null,
    presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset], layout: "StandaloneLayout"});
};
"""


class Swagger:
    """Serves the document and the pages of one API at the addresses its conventions name.

    ``public_url`` is what clients put in front of a path; links between the pages are relative and need it not.
    """

    def __init__(self, *, engine: Engine, public_url: str | None = None) -> None:
        served = engine.promise.conventions.get("served", {})
        self.document_path: str = served.get("document", "/openapi.json")
        self.pages_path: str = served.get("pages", "/ui")
        self._below = f"{self.pages_path}/"
        first: str = engine.promise.conventions.get("base_paths", ("/",))[0]
        self._engine, self._public_url, self._base_path = engine, public_url or "", first.rstrip("/")
        self._documents: dict[tuple[frozenset[str], str, str, str], bytes] = {}

    def owns(self, path: str) -> bool:
        """Whether a path below the API's root belongs here."""
        if path in (self.document_path, self.pages_path):
            return True
        return path.startswith(self._below) and path[len(self._below) :] in _pages()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a path that is owned; ``scope["twin.prefix"]`` is what stood before it."""
        path = scope["path"]
        if path == self.document_path:
            content = self.document(scope["twin.world"], scope["twin.prefix"])
            await Response(content, media_type="application/json")(scope, receive, send)
        elif path == self.pages_path:
            await RedirectResponse(f"{self.pages_path.rpartition('/')[2]}/")(scope, receive, send)
        elif path == f"{self.pages_path}/swagger-initializer.js":
            up = "/".join([".."] * self.pages_path.count("/"))
            script = INITIALIZER % orjson.dumps(up + self.document_path).decode()
            await Response(script, media_type="text/javascript")(scope, receive, send)
        else:
            await FileResponse(_pages()[path[len(self.pages_path) + 1 :]])(scope, receive, send)

    def document(self, world: str, prefix: str = "") -> bytes:
        """The OpenAPI document a world offers, as JSON: hidden operations are left out, the server is this one."""
        shown, promised = self._engine.offered(world), self._engine.promised(world)
        base = f"{self._public_url}{prefix}{self._base_path}" or "/"
        version = self._engine.version(world)
        key = (shown, promised.dialect, version, base)
        if key not in self._documents:
            if len(self._documents) >= KEPT_DOCUMENTS:
                self._documents.clear()
            info = {**promised.document["info"], "version": version}
            document = {**visible_document(promised.document, shown), "info": info, "servers": [{"url": base}]}
            self._documents[key] = orjson.dumps(document)
        return self._documents[key]


@cache
def _pages() -> Mapping[str, Path]:
    """The files of Swagger UI by the name below its address; the empty name is its first page."""
    import swagger_ui_bundle

    files = {path.name: path for path in Path(swagger_ui_bundle.swagger_ui_path).iterdir() if path.is_file()}
    return {**files, "": files["index.html"]}


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
