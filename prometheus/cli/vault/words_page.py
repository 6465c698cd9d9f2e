"""Show new recovery words once, and ask for three of them.

The page is private and wiped. Words are asked for by position until all three are right; the page with the words can
be seen again before that, never after.
"""

from __future__ import annotations

import secrets

from prometheus.cli.private_screen import private_screen
from prometheus.model.frozen import TYPE_CHECKING, Final
from prometheus.model.secret import Secret
from prometheus.usecases.recovery_words import split_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus.cli.invocation import Invocation
    from prometheus.cli.private_screen import PrivateScreen

ASKED: Final = 3
_COLUMNS: Final = 4


def show_and_prove(call: Invocation, words: Sequence[str]) -> None:
    """Show the words, then ask for three by position, as often as it takes.

    Raises:
        NotUnderstood: When there is no terminal to show them on.
        Cancelled: When the person ends the input.
    """
    with private_screen(call, "showing recovery words") as screen:
        while True:
            _show(screen, words)
            screen.ask("Press Enter when you have written them down. ")
            screen.clear()
            if is_proven(screen, words, ASKED):
                return
            screen.tell("That is not what was shown. Look at the words once more.")
            screen.tell()


def _show(screen: PrivateScreen, words: Sequence[str]) -> None:
    screen.tell(f"Write these {len(words)} words on paper, in order.")
    screen.tell("They rebuild every persona, and open this vault when its passphrase is lost.")
    screen.tell("Anyone who reads them becomes you. They are never shown again.")
    screen.tell()
    show_in_columns(screen, words, _COLUMNS)


def show_in_columns(screen: PrivateScreen, words: Sequence[str], columns: int) -> None:
    """Show numbered words in so many columns, or one more for what is left, to be read from top to bottom."""
    rows = len(words) // columns
    for row in range(rows):
        places = range(row, len(words), rows)
        screen.tell("".join(f"{place + 1:4} {words[place]:<13}" for place in places).rstrip())
    screen.tell()


def is_proven(screen: PrivateScreen, words: Sequence[str], asked: int) -> bool:
    """Ask for so many of the words, drawn at random, and say whether all were right."""
    for place in sorted(secrets.SystemRandom().sample(range(len(words)), asked)):
        if split_words(screen.ask(f"Which is word {place + 1}? ")) != split_words(Secret(words[place].encode())):
            return False
    return True
