"""Credentials kept out of every output: in every form, in part, inside Base64, and by the name that carries them."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

import orjson

from contract_tests.credentials import Credentials
from contract_tests.exchange import Exchange, Request
from contract_tests.promise import Promise

MASK = "***"
#: Shorter secrets would blot out ordinary words.
SHORTEST = 4
#: The same for passwords the run made up: they are short more often, and only their own exchange is concerned.
SHORTEST_SENT = 6
#: So many characters in a row of a secret, or of its Base64, give it away.
PIECE = 12

#: Headers that carry credentials whatever the promise says.
HEADERS = ("Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie")

_WORDS = re.compile(rf"[\w+/.~=-]{{{PIECE},}}", re.ASCII)
_BEFORE = re.compile(r"[\w+-]", re.ASCII)
_AFTER = re.compile(r"[\w+=-]*", re.ASCII)
_SHAPES = (
    # a JSON Web Token, whoever issued it
    (re.compile(r"(?<![\w-])eyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?"), MASK),
    (re.compile(r"(?i)(?<![\w-])((?:Basic|Bearer)(?:\s|\+|%20){1,4})[\w+/=.~%-]{8,}"), rf"\g<1>{MASK}"),
    # user and password in front of a host
    (re.compile(r"(://)[^/@\s'\"]+@"), rf"\g<1>{MASK}@"),
)
_ENTITIES = {"&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos"}


class Mask:
    """Replaces secrets in text by ``***``.

    ``names`` are the parameters and ``headers`` the headers whose values are always hidden.
    """

    def __init__(
        self, secrets: Iterable[str] = (), names: Iterable[str] = (), *, headers: Iterable[str] = HEADERS
    ) -> None:
        self._names = tuple(sorted({name for name in names if name}))
        self._headers = tuple(sorted({name for name in headers if name}))
        self._hidden = frozenset(name.lower() for name in self._names)
        self._exact: dict[str, re.Pattern[str]] = {}
        self._encoded: set[str] = set()
        self._pieces: set[str] = set()
        self._named = _named_pattern(self._names)
        self._lines = _header_pattern(self._headers)
        for secret in secrets:
            self.add(secret)

    def add(self, secret: str) -> None:
        """Hide a secret from now on: whole, and without its scheme word (``Bearer x`` hides ``x`` too).

        A Basic credential is Base64 of ``user:password``: the password is a secret of its own.
        """
        part = secret.strip()
        scheme, space, rest = part.partition(" ")
        if space and scheme.isalpha():
            part = rest.strip()
        if len(part) < SHORTEST or part in self._exact:
            return
        self._exact[part] = _every_form(part)
        encoded = set(_base64_forms(part))
        self._encoded |= encoded
        for text in (part.lower(), *encoded):
            self._pieces.update(text[at : at + PIECE] for at in range(len(text) - PIECE + 1))
        password = _basic_password(part)
        if password:
            self.add(password)

    def also(self, secrets: Iterable[str]) -> Mask:
        """A mask that hides these too; this one stays as it is."""
        fresh = [one for one in secrets if one not in self._exact]
        if not fresh:
            return self
        more = Mask(names=self._names, headers=self._headers)
        more._exact, more._encoded, more._pieces = dict(self._exact), set(self._encoded), set(self._pieces)
        for secret in fresh:
            more.add(secret)
        return more

    def knowing(self, exchanges: Iterable[Exchange]) -> Mask:
        """A mask that hides, wherever it stands, what these exchanges sent as a password."""
        sent = {value for one in exchanges for value in self._sent(one.request)}
        return self.also(value for value in sent if len(value) >= SHORTEST_SENT)

    def _sent(self, request: Request) -> Iterator[str]:
        pairs = parse_qsl(request.target.partition("?")[2])
        try:
            body = orjson.loads(request.body)
        except orjson.JSONDecodeError:
            pairs += parse_qsl(request.body.decode("utf-8", "replace"))
        else:
            pairs += [(key, str(value)) for key, value in body.items()] if isinstance(body, dict) else []
        return (value for name, value in pairs if name.lower() in self._hidden)

    def __call__(self, text: str) -> str:
        """The text with every secret replaced by ``***``."""
        for pattern in self._exact.values():
            text = pattern.sub(MASK, text)
        for named in (self._lines, self._named):
            text = named.sub(_hidden_value, text) if named else text
        for pattern, replacement in _SHAPES:
            text = pattern.sub(replacement, text)
        return self._without_pieces(text) if self._pieces or self._encoded else text

    def header(self, name: str, value: str) -> str:
        """The value of a header, hidden whole when it carries credentials."""
        return MASK if name.lower() in map(str.lower, self._headers) else self(value)

    def request(self, request: Request) -> Request:
        """A request that may be shown."""
        path, mark, query = request.target.partition("?")
        return Request(
            request.method,
            self(path) + mark + self(self._pairs(query)),
            tuple((name, self.header(name, value)) for name, value in request.headers),
            self._body(request.body),
        )

    def _pairs(self, text: str) -> str:
        """A query or form body without the values of hidden names, whatever characters they are made of."""
        pairs = [pair.partition("=") for pair in text.split("&")]
        return "&".join(
            f"{name}={MASK}" if unquote_plus(name).lower() in self._hidden and value else f"{name}{mark}{value}"
            for name, mark, value in pairs
        )

    def _body(self, body: bytes) -> bytes:
        if not body:
            return body
        try:
            value = orjson.loads(body)
        except orjson.JSONDecodeError:
            text = body.decode("utf-8", "surrogateescape")
            hidden = self(self._pairs(text))
            return body if hidden == text else hidden.encode("utf-8", "surrogateescape")
        hidden = self.value(value)
        text = (body if hidden == value else orjson.dumps(hidden)).decode()
        return self(text).encode()

    def value(self, value: Any) -> Any:
        """A JSON value without what stands under hidden names."""
        if isinstance(value, dict):
            return {
                key: MASK if key.lower() in self._hidden and one not in (None, "", MASK) else self.value(one)
                for key, one in value.items()
            }
        return [self.value(one) for one in value] if isinstance(value, list) else value

    def _without_pieces(self, text: str) -> str:
        """Hide runs that share a piece with a secret or its Base64; the rest of a Base64 word goes with them."""
        parts, done = [], 0
        for start, end in _merged(self._extended(text)):
            parts += [text[done:start], MASK]
            done = end
        return "".join([*parts, text[done:]])

    def _extended(self, text: str) -> Iterator[tuple[int, int]]:
        before = 0
        for start, end in _merged(self._spans(text)):
            first = start
            while first > before and _BEFORE.match(text, first - 1):
                first -= 1
            rest = _AFTER.match(text, end)
            before = rest.end() if rest else end
            yield first, before

    def _spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Where pieces stand: start and end."""
        for encoded in self._encoded:
            at = text.find(encoded)
            while at >= 0:
                yield at, at + len(encoded)
                at = text.find(encoded, at + len(encoded))
        for found in _WORDS.finditer(text):
            word, lowered = found.group(0), found.group(0).lower()
            for at in range(len(word) - PIECE + 1):
                if word[at : at + PIECE] in self._pieces or lowered[at : at + PIECE] in self._pieces:
                    yield found.start() + at, found.start() + at + PIECE


def _merged(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The spans in order, those that touch made one."""
    start, end = 0, -1
    for first, last in sorted(spans):
        if first > end:
            if end >= 0:
                yield start, end
            start = first
        end = max(end, last)
    if end >= 0:
        yield start, end


def mask_for(promise: Promise, credentials: Credentials) -> Mask:
    """The mask of a run: its credentials, the header or parameter that carries them, and every password parameter."""
    place = promise.conventions.get("credential", {})
    name = str(place.get("name", ""))
    in_header = place.get("in", "header") == "header"
    passwords = passwords_of(promise)
    return Mask(
        # those made wrong on purpose are either no secret, or contain the valid one
        (value for key, value in credentials.values.items() if not key.startswith("wrong:")),
        passwords if in_header else {*passwords, name},
        headers=(*HEADERS, name) if in_header else HEADERS,
    )


def passwords_of(promise: Promise) -> frozenset[str]:
    """The parameters that carry passwords."""
    return frozenset(
        one.name for operation in promise.operations.values() for one in operation.parameters if one.secret
    )


def _every_form(secret: str) -> re.Pattern[str]:
    """The secret with each of its characters in any form it travels in, mixed at will, letters in either case."""
    return re.compile("".join(_forms(char) for char in secret), re.IGNORECASE)


def _forms(char: str) -> str:
    """A character as it is, percent-encoded (also twice), escaped in JSON or a shell, or as an HTML entity.

    Repetitions are bounded: answers are hostile, and must not make the search slow.
    """
    units = char.encode("utf-16-be", "surrogatepass")
    code = ord(char)
    forms = [
        re.escape(char) if char.isalnum() else rf"\\{{0,8}}{re.escape(char)}",
        "".join(rf"%(?:25){{0,3}}{byte:02x}" for byte in char.encode("utf-8", "surrogatepass")),
        "".join(rf"\\{{1,8}}u{units[at : at + 2].hex()}" for at in range(0, len(units), 2)),
        rf"&(?:amp;){{0,2}}#(?:0{{0,6}}{code}|x0{{0,6}}{code:x});",
    ]
    if code < 256:
        forms.append(rf"\\{{1,8}}x{code:02x}")
    if char == " ":
        forms.append(r"\+")
    if char in _ENTITIES:
        forms.append(rf"&(?:amp;){{0,2}}{_ENTITIES[char]};")
    return f"(?:{'|'.join(forms)})"


def _base64_forms(secret: str) -> Iterator[str]:
    """The characters every Base64 text with the secret in it has, for each of the three places it can begin at."""
    content = secret.encode("utf-8", "surrogatepass")
    for offset, cut in ((0, 0), (1, 2), (2, 3)):
        text = base64.b64encode(bytes(offset) + content).decode()
        partial = bool((offset + len(content)) % 3)
        form = text.rstrip("=")[cut : -1 if partial else None]
        if len(form) >= SHORTEST:
            yield form
            yield form.translate(str.maketrans("+/", "-_"))


def _basic_password(part: str) -> str:
    """The password in Base64 of ``user:password``; empty when it is none."""
    try:
        text = base64.b64decode(part, validate=True).decode()
    except (ValueError, UnicodeDecodeError):
        return ""
    return text.partition(":")[2]


def _named_pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    """``name=value`` and ``"name": value``, the quotes escaped or not, also at the end of a text that was cut off."""
    words = "|".join(re.escape(name) for name in names)
    if not words:
        return None
    return re.compile(
        rf"(?is)(?P<head>(?:(?<![a-z0-9_])|(?<=%[0-9a-f][0-9a-f]))(?:{words})"
        r"(?:(?:=|%(?:25){0,3}3d)|(?P<key>\\{0,8}[\"'])\s{0,4}:\s{0,4}))"
        r"(?:(?P<quote>\\{0,8}[\"'])(?!(?P=quote)).*?(?:(?<!\\)(?P=quote)|\Z)|[^&\s'\"#,}\]]+)"
    )


def _header_pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    """``Name: value`` up to the end of the line or the closing quote."""
    words = "|".join(re.escape(name) for name in names)
    return re.compile(rf"(?i)(?P<head>(?<![\w-])(?:{words})\s{{0,4}}:[ \t]{{0,4}})[^\r\n'\"]+") if words else None


def _hidden_value(found: re.Match[str]) -> str:
    quote = found.groupdict().get("quote") or ""
    return f"{found['head']}{quote}{MASK}{quote}"
