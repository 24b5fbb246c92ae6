"""Credentials kept out of every output: as they are, percent-encoded, inside Base64, and by the name that carries them."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

MASK = "***"
#: Shorter secrets would blot out ordinary words.
SHORTEST = 4
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")


class Mask:
    """Replaces secrets in text. ``names`` are parameters or headers whose values are always hidden."""

    def __init__(self, secrets: Iterable[str] = (), names: Iterable[str] = ()) -> None:
        self._secrets: set[str] = set()
        self._names = tuple(sorted({name for name in names if name}))
        for secret in secrets:
            self.add(secret)
        self._named = self._named_pattern()

    def add(self, secret: str) -> None:
        """Hide a secret from now on: whole, and without its scheme word (``Bearer x`` hides ``x`` too)."""
        parts = [secret, secret.partition(" ")[2]]
        for part in parts:
            if len(part) < SHORTEST:
                continue
            for form in (part, quote(part, safe=""), quote_plus(part), quote(part), part.replace("/", "\\/")):
                self._secrets.add(form)
            self._add_decoded(part)

    def _add_decoded(self, part: str) -> None:
        """A Basic credential is Base64 of user:password: the password is a secret of its own."""
        try:
            text = base64.b64decode(part, validate=True).decode()
        except (ValueError, UnicodeDecodeError):
            return
        _, colon, password = text.partition(":")
        if colon and len(password) >= SHORTEST and password not in self._secrets:
            self.add(password)

    def __call__(self, text: str) -> str:
        """The text with every secret replaced by ``***``."""
        for secret in sorted(self._secrets, key=len, reverse=True):
            if secret in text:
                text = text.replace(secret, MASK)
        if self._named is not None:
            text = self._named.sub(lambda found: found.group(1) + MASK, text)
        return _BASE64.sub(self._hidden_base64, text) if self._secrets else text

    def _hidden_base64(self, found: re.Match[str]) -> str:
        word = found.group(0)
        try:
            padded = word + "=" * (-len(word) % 4)
            decoded = base64.b64decode(padded, altchars=b"-_" if "-" in word or "_" in word else None).decode()
        except (ValueError, UnicodeDecodeError):
            return word
        return MASK if any(secret in decoded for secret in self._secrets) else word

    def _named_pattern(self) -> re.Pattern[str] | None:
        if not self._names:
            return None
        words = "|".join(re.escape(name) for name in self._names)
        return re.compile(rf"((?<![A-Za-z0-9_])(?:{words})(?:=|%3[Dd]|\s*:\s*))([^&\s'\"]+)", re.IGNORECASE)
