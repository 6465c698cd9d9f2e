"""What others wrote never steers the terminal, however a command is asked to speak."""

from __future__ import annotations

import io
import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prometheus.cli import failure
from prometheus.cli.output import Output, safe
from prometheus.errors import NotFound

STEERING = "".join(map(chr, (*range(0x20), *range(0x7F, 0xA0), 0x061C, 0x200E, 0x200F, 0x2028, 0x2029)))
TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
HIDING = (
    "\u180e\u200b\u2060\u2061\u2062\u2063\u2064\u206a\u206b\u206c\u206d\u206e\u206f\ufeff\ufff9\ufffa\ufffb\U000e0041"
)
LETTERS = "Zoë Kovács · Ελλάδα · 日本 · نام · 👨\u200d👩 · \u0645\u06cc\u200c\u062e"


class Screen(io.StringIO):
    """Standard output that is a terminal."""

    def isatty(self) -> bool:
        return True


def output(*, is_json: bool = False) -> Output:
    return Output(is_json=is_json, is_quiet=False, may_ask=False, colour=False)


@pytest.mark.parametrize("character", [*STEERING, *TURNING, *HIDING, "\ud800"])
def test_a_character_that_steers_or_hides_is_spelled_out(character: str) -> None:
    shown = safe(f"a{character}b")
    assert character not in shown
    assert json.loads(f'"{shown}"') == f"a{character}b"


def test_letters_of_all_people_stay_as_they_are() -> None:
    assert safe(LETTERS) == LETTERS


@given(st.text(st.characters()))
def test_json_is_safe_and_means_the_same(text: str) -> None:
    capture = io.StringIO()
    before, sys.stdout = sys.stdout, capture
    try:
        output(is_json=True).result({"text": text}, ())
    finally:
        sys.stdout = before
    line = capture.getvalue()
    assert json.loads(line)["text"] == text
    assert not set(line[:-1]) & set(STEERING + TURNING + HIDING)


def test_a_document_is_made_safe_for_a_terminal_alone(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    document = '{"a":"\x9b31m\u202e"}\n'
    output().data(document.encode())
    assert capfdbinary.readouterr().out == document.encode()
    screen = Screen()
    monkeypatch.setattr(sys, "stdout", screen)
    output().data(document.encode())
    assert screen.getvalue() == '{"a":"\\u009b31m\\u202e"}\n'
    assert json.loads(screen.getvalue()) == json.loads(document)


def test_a_document_of_lines_keeps_them_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stdout", screen)
    output().data(b'{"a":1}\n{"b":\x1b}\n')
    assert screen.getvalue() == '{"a":1}\n{"b":\\u001b}\n'


COMMAND = "`prometheus ledger dev --memory --block-time 1 --fund ana`"
TOLD = NotFound(
    "no ledger is named",
    code="LEDGER-NONE",
    meaning="this verb asks a ledger, and neither the command line nor the configuration names one to be asked",
    remedy=f"give --ledger with the URL of a node, or a network's name; {COMMAND} runs one here, for development alone",
)


def test_the_reason_and_the_advice_fit_a_terminal_and_no_command_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    failure.show(TOLD, output())
    lines = screen.getvalue().splitlines()
    assert max(map(len, lines)) <= 80
    assert any(COMMAND in line for line in lines)
    assert " ".join(screen.getvalue().split()).count(TOLD.remedy) == 1


def test_in_a_pipe_each_of_them_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = io.StringIO()
    monkeypatch.setattr(sys, "stderr", pipe)
    failure.show(TOLD, output())
    assert f"\nwhy: {TOLD.meaning}\nhint: {TOLD.remedy}\n" in pipe.getvalue()
