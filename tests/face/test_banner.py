"""The banner as text: what is written can be read back."""

from __future__ import annotations

from apitwin.banner import END, ApiNotes, Banner, read


def test_what_is_written_can_be_read_back() -> None:
    api = ApiNotes(
        name="one-api",
        title="One: a title",
        notes=[("address", "http://127.0.0.1:1/one-api"), ("Swagger UI", "http://127.0.0.1:1/one-api/ui")],
        credentials=[("a", "Auth-Token: Basic x"), ("with blank", "Auth-Token: Bearer y z")],
    )
    other = ApiNotes(name="two", title="Two", notes=[("address", "http://127.0.0.1:1/two")], credentials=[])
    lines = Banner(url="http://127.0.0.1:1", apis=[api, other], notes=[("note", "text")], warnings=["careful"]).lines()
    served = read(lines)
    assert lines[0] == "apitwin: serving on http://127.0.0.1:1"
    assert lines[-2:] == ["warning: careful", END]
    assert served.addresses == {"one-api": "http://127.0.0.1:1/one-api", "two": "http://127.0.0.1:1/two"}
    assert served.credentials == {
        "one-api": {"a": "Auth-Token: Basic x", "with blank": "Auth-Token: Bearer y z"},
    }
