"""`apitwin serve --watch`: changes are served without a restart by hand, and errors are waited out."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.face.command import run, serving, url_in

SEED = "fixtures/kopicloud-ad/seeds/baseline.yaml"


def test_a_changed_seed_is_served_on_the_same_port(project: Path) -> None:
    with serving("kopicloud-ad", "--watch", folder=project) as twin:
        assert "twin-admin" in twin.told.credentials["kopicloud-ad"]
        _replace(project / SEED, "twin-admin", "twin-chief")
        assert twin.error_line() == "apitwin: baseline.yaml changed; starting again"
        again = twin.banner()
        assert url_in(again) == twin.url
        assert any(line.startswith("    twin-chief ") for line in again)
        assert twin.stop() == (0, [])


def test_changed_promise_and_code_are_served(project: Path) -> None:
    with serving("kopicloud-ad", "--watch", folder=project) as twin:
        _replace(project / "specs/kopicloud-ad/openapi.yaml", "title: KopiCloud AD API", "title: Another title")
        assert twin.error_line() == "apitwin: openapi.yaml changed; starting again"
        twin.banner()
        document = twin.ask("GET", "/swagger/v1/swagger.json").json()
        assert document["info"]["title"] == "Another title"
        _replace(project / "mockserver/apis/kopicloud_ad/__init__.py", 'title="KopiCloud AD API"', 'title="New code"')
        assert twin.error_line() == "apitwin: __init__.py changed; starting again"
        assert "kopicloud-ad: New code" in twin.banner()


def test_an_error_is_told_and_waited_out(project: Path) -> None:
    right = (project / SEED).read_text()
    with serving("kopicloud-ad", "--watch", folder=project) as twin:
        (project / SEED).write_text("usres: {}\n")
        assert twin.error_line() == "apitwin: baseline.yaml changed; starting again"
        assert twin.error_line().startswith(f"apitwin: {project / SEED}: unknown key 'usres'")
        assert twin.error_line() == "apitwin: waiting for the next change"
        (project / SEED).write_text(right)
        assert twin.error_line() == "apitwin: baseline.yaml changed; starting again"
        assert url_in(twin.banner()) == twin.url
        assert twin.stop() == (0, [])


def test_what_cannot_start_at_all_is_not_waited_for(project: Path) -> None:
    told = run("serve", "kopicloud-ad", "--watch", "--port", "0", "--seed", "basline", folder=project)
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr == "apitwin: kopicloud-ad has no seed 'basline' (did you mean 'baseline'?)\n"


def test_nobody_answers_when_the_watching_process_is_gone(project: Path) -> None:
    with serving("kopicloud-ad", "--watch", folder=project) as twin:
        twin.process.kill()
        # standard output ends when the last process that writes to it has ended
        with pytest.raises(AssertionError, match="the command ended"):
            twin.line()
        with pytest.raises(httpx.ConnectError):
            twin.ask("GET", "/__twin__/health")
        assert urlsplit(twin.url).port


def _replace(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))
