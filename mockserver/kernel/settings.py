"""Settings of an emulated API: declared once, checked by name and type, changeable while running."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mockserver.kernel.arguments import WORDS, told
from mockserver.kernel.names import nearest
from mockserver.kernel.store.protocol import Kind, Transaction
from mockserver.kernel.store.query import QueryError, check_kept

Value = str | int | bool | None


class SettingError(ValueError):
    """A setting's name or value is not allowed; says what is."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its vendor spelling, type, default, meaning, and the allowed words if they are few.

    ``check`` raises ``ValueError`` for a value that is not allowed, saying what is.
    """

    name: str
    type: type[str] | type[int] | type[bool]
    default: Value
    meaning: str
    choices: tuple[str, ...] = ()
    check: Callable[[Any], None] | None = None

    def read(self, value: Any) -> Value:
        """The value in its type, from itself or from text (``--set key=value``); ``SettingError`` otherwise."""
        if value is None and self.default is None:
            return None
        if isinstance(value, str) and self.type is not str:
            value = _from_text(self, value)
        if type(value) is not self.type:
            raise SettingError(f"{self.name}: {told(value)} is no {WORDS[self.type]}")
        if isinstance(value, str) and not _is_unicode(value):
            raise SettingError(f"{self.name}: {value!r} holds bytes that are not UTF-8")
        try:
            check_kept(value)
        except QueryError as error:
            raise SettingError(f"{self.name}: {error}") from None
        if self.choices and value not in self.choices:
            raise SettingError(f"{self.name}: {value!r} is not allowed{nearest(str(value), self.choices)}")
        if self.check is not None:
            try:
                self.check(value)
            except ValueError as error:
                raise SettingError(f"{self.name}: {value!r} is not allowed; {error}") from None
        return value


@dataclass(frozen=True, slots=True)
class SettingsRow:
    """The settings of one API in one world."""

    id: str
    values: Mapping[str, Value] = field(default_factory=dict)


SETTINGS: Kind[SettingsRow] = Kind("settings", SettingsRow)


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings an API declares."""

    api: str
    declared: tuple[Setting, ...]
    defaults: Mapping[str, Value] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "defaults", {setting.name: setting.default for setting in self.declared})

    def values(self, store: Transaction) -> Mapping[str, Value]:
        """Every setting's present value in a world. The mapping is the same object until something changes."""
        row = store.get(SETTINGS, self.api)
        return row.values if row is not None else self.defaults

    def change(self, store: Transaction, changes: Mapping[str, Any]) -> Mapping[str, Value]:
        """Set some, keep the rest; all are checked before any is set. Raises ``SettingError``."""
        read = {name: self._named(name).read(value) for name, value in changes.items()}
        row = store.get(SETTINGS, self.api)
        values = {**(row.values if row else self.defaults), **read}
        put = store.replace if row else store.insert
        put(SETTINGS, SettingsRow(self.api, values))
        return values

    def _named(self, name: str) -> Setting:
        for setting in self.declared:
            if setting.name == name:
                return setting
        raise SettingError(f"unknown setting {name!r}{nearest(name, self._names())}")

    def _names(self) -> Iterable[str]:
        return (setting.name for setting in self.declared)


def _is_unicode(text: str) -> bool:
    """Whether a text can be written to a client: one from the command line may hold stray bytes."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _from_text(setting: Setting, text: str) -> Any:
    if setting.type is bool:
        words = {"true": True, "false": False}
        if text.lower() not in words:
            raise SettingError(f"{setting.name}: {text!r} is neither true nor false")
        return words[text.lower()]
    try:
        return int(text)
    except ValueError:
        raise SettingError(f"{setting.name}: {text!r} is no whole number") from None
