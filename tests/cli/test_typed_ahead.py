"""A key that was pressed before a question was shown agrees to nothing."""

from __future__ import annotations

import os
import pty
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from prometheus.cli import ask
from prometheus.cli.command import Command
from prometheus.cli.invocation import Invocation
from prometheus.cli.output import Output

if TYPE_CHECKING:
    from collections.abc import Iterator

CALL = Invocation(
    Command(("x",), "X", "x:x"), {"yes": False}, Output(is_json=False, is_quiet=False, may_ask=True, colour=False)
)


@pytest.fixture
def keyboard(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The keyboard's side of the terminal at which questions are asked."""
    theirs, ours = pty.openpty()

    @contextmanager
    def terminal() -> Iterator[int]:
        yield ours

    monkeypatch.setattr(ask, "_terminal", terminal)
    yield theirs
    os.close(theirs)
    os.close(ours)


def answered(keyboard: int, question: str, answer: str) -> bool:
    """Ask, and type an answer when, and only when, the question is there to be read."""

    def person() -> None:
        seen = b""
        while question.encode() not in seen:
            seen += os.read(keyboard, 4096)
        os.write(keyboard, answer.encode() + b"\n")

    typing = threading.Thread(target=person)
    typing.start()
    agreed = ask.confirm(CALL, question)
    typing.join()
    return agreed


def test_what_was_typed_before_the_question_is_no_answer(keyboard: int) -> None:
    os.write(keyboard, b"y\ny\n")
    assert not answered(keyboard, "pay?", "n")


def test_an_answer_after_the_question_counts(keyboard: int) -> None:
    os.write(keyboard, b"n\n")
    assert answered(keyboard, "pay?", "y")


def test_without_throwing_it_away_it_would_have_been_an_answer(keyboard: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ask, "forget_typed_ahead", lambda _terminal: None)
    os.write(keyboard, b"y\n")
    assert answered(keyboard, "pay?", "n")
