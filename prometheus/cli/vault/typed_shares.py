"""Where recovery shares come from: a private page of the terminal, an open file, or a named file.

In a file they stand one after the other, 33 words each; how the words lie in lines does not matter. On the terminal
each is asked for on its own, a wrong word is named with what may be meant, and a share that does not go with the others
is asked for again.
"""

from __future__ import annotations

from prometheus.cli.passphrase import read_descriptor
from prometheus.cli.private_screen import private_screen
from prometheus.cli.secret_input import read_secret_file
from prometheus.errors import Conflict, Locked, NotUnderstood
from prometheus.identity.slip39 import LARGEST, WORDS, read_share, refuse_misfit, require_library, share_word_faults
from prometheus.model.frozen import TYPE_CHECKING, Final
from prometheus.usecases.recovery_words import split_words

if TYPE_CHECKING:
    from prometheus.cli.invocation import Invocation
    from prometheus.cli.private_screen import PrivateScreen
    from prometheus.identity.slip39 import Share
    from prometheus.model.secret import Secret

_TEXT_LIMIT: Final = 8192


def asked_shares(call: Invocation, *, only_one: bool = False) -> list[Share]:
    """Return the shares from where the call says, or from the person at the terminal, until there are enough.

    Args:
        call: The call that needs them.
        only_one: Whether one share is asked for, to look at it.

    Raises:
        NotUnderstood: When they are no shares, or not of one set.
        Locked: When they are needed and nobody can be asked.
        PluginMissing: When the extra that reads them is not installed.
    """
    require_library()
    text = _given_text(call)
    if text is not None:
        return _read_all(text, only_one=only_one)
    if not call.output.may_ask:
        raise Locked(
            "the recovery shares are needed, and you cannot be asked here",
            code="SHARES-NEEDED",
            remedy="run it in a terminal, or give --shares-fd or --shares-file",
        )
    with private_screen(call, "typing recovery shares") as screen:
        return _typed_shares(screen, only_one=only_one)


def _given_text(call: Invocation) -> Secret | None:
    path, descriptor = call.maybe("shares_file"), call.number("shares_fd")
    if path is not None and descriptor is not None:
        raise Conflict("give the shares once, by --shares-fd or by --shares-file", code="SHARES-FROM-TWO")
    if path is not None:
        return read_secret_file(path, _TEXT_LIMIT)
    return None if descriptor is None else read_descriptor(str(descriptor))


def _read_all(text: Secret, *, only_one: bool) -> list[Share]:
    words = split_words(text)
    if not words or len(words) % WORDS or len(words) > WORDS * (1 if only_one else LARGEST):
        wanted = f"{WORDS} words" if only_one else f"{WORDS} words for each share"
        raise NotUnderstood(
            f"{len(words)} words were given; {wanted} are needed",
            code="SHARES-COUNT",
            remedy="give each share whole; 'prometheus vault shares check' takes one at a time",
        )
    shares: list[Share] = []
    for start in range(0, len(words), WORDS):
        share = read_share(words[start : start + WORDS])
        refuse_misfit(shares, share)
        shares.append(share)
    return shares


def _typed_shares(screen: PrivateScreen, *, only_one: bool) -> list[Share]:
    screen.tell("Type or paste a share, in order. Case, numbers and line ends do not matter.")
    screen.tell("This page is wiped afterwards.")
    shares: list[Share] = []
    while not shares or (not only_one and len(shares) < shares[0].needed):
        screen.tell()
        screen.tell(f"Share {len(shares) + 1}{f' of {shares[0].needed}' if shares else ''}:")
        try:
            share = read_share(_mended(screen, _typed(screen)))
            refuse_misfit(shares, share)
        except NotUnderstood as error:
            screen.tell(f"{error.what}. {error.remedy}.")
            continue
        shares.append(share)
        screen.clear()
        screen.tell(f"That is share {share.number}; {share.needed} are needed, and {len(shares)} are here.")
    return shares


def _typed(screen: PrivateScreen) -> list[str]:
    words: list[str] = []
    while len(words) < WORDS:
        words += split_words(screen.ask(f"{len(words) + 1:2} > "))
    return words


def _mended(screen: PrivateScreen, words: list[str]) -> list[str]:
    while len(words) == WORDS and (faults := share_word_faults(words)):
        for fault in faults:
            meant = f": did you mean {', '.join(fault.suggestions)}?" if fault.suggestions else "."
            screen.tell(f"word {fault.position} '{fault.typed}' is not in the list{meant}")
            again = split_words(screen.ask(f"word {fault.position} > "))
            if len(again) == 1:
                words[fault.position - 1] = again[0]
    return words
