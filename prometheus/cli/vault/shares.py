"""``vault shares make`` and ``vault shares check``: what recovery opens the vault by, split among people.

Each share is shown on a page of its own and asked back in part before the next one comes. With ``--shares-to`` they go
to new files that only their owner can read, and nothing is asked: that is for scripts. Shares open a vault file. They
are not the recovery words: without the file they make no keys.
"""

from __future__ import annotations

import os

from prometheus import files
from prometheus.cli.private_screen import private_screen
from prometheus.cli.unlocking import named_vault, open_vault
from prometheus.cli.vault.typed_shares import asked_shares
from prometheus.cli.vault.words_page import is_proven, show_in_columns
from prometheus.compose import vaults
from prometheus.errors import Conflict, Locked, NotUnderstood
from prometheus.identity.slip39 import LARGEST, require_library
from prometheus.model.frozen import TYPE_CHECKING, Final
from prometheus.usecases.recovery_shares import make_shares, set_with, share_sets
from prometheus.usecases.recovery_words import split_words

if TYPE_CHECKING:
    from prometheus.cli.invocation import Invocation
    from prometheus.cli.private_screen import PrivateScreen
    from prometheus.identity.slip39 import Share

_ASKED: Final = 2
_COLUMNS: Final = 3


def make(call: Invocation) -> int:
    """Split the recovery of a vault among people."""
    require_library()
    needed, count = _numbers(call.text("split"))
    name = named_vault(call)
    _require_a_way_out(call)
    call.output.note(f"any {needed} of the {count} shares open this vault's file, when its passphrase is lost;")
    call.output.note("they make no keys: without the file they are worth nothing,")
    call.output.note("and with it they are everything")
    document = {"vault": name, "needed": needed, "count": count}
    if call.flag("dry_run"):
        call.output.result({**document, "dry_run": True}, ["nothing was made"])
        return 0
    with open_vault(call, name=name) as opened, vaults.recovery_secret_of(opened) as secret:
        before = len(share_sets(opened.session))
        shares = make_shares(opened.session, secret, needed, count)
    written = _hand_out(call, name, shares, count)
    lines = [f"{name}: {count} shares, any {needed} of which open it", *(f"written to {path}" for path in written)]
    lines += ["give each to another person; 'prometheus vault shares check' proves one"]
    if before:
        call.output.note("shares of earlier sets still open the vault, each set for itself")
    call.output.result({**document, "set": shares[0].set_id, "files": written}, lines)
    return 0


def check(call: Invocation) -> int:
    """Say whether a share is well-formed, and one of a vault's."""
    share = asked_shares(call, only_one=True)[0]
    document = {"number": share.number, "needed": share.needed, "set": share.set_id}
    if call.flag("form_only"):
        lines = [f"it is share {share.number}, well-formed; {share.needed} of its set are needed"]
        call.output.result({**document, "vault": None}, [*lines, "which vault it is of, only that vault can say"])
        return 0
    name = named_vault(call)
    with open_vault(call, name=name, read_only=True) as opened:
        found = set_with(opened.session, share)
        opens = any(slot.kind == "recovery" for slot in opened.vault.slots())
    lines = [
        f"the share is right: number {share.number} of {found.size}, made {found.made[:10]} from {name}",
        f"any {found.needed} of that set open {'it' if opens else 'old copies of it'}",
    ]
    if not opens:
        call.output.warn(f"{name} has no recovery slot any more: no shares open it as it is now")
    call.output.result({**document, "vault": name, "count": found.size, "made": found.made, "opens": opens}, lines)
    return 0


def _numbers(text: str) -> tuple[int, int]:
    needed, slash, count = text.partition("/")
    numbers = [int(part) for part in (needed, count) if part.isascii() and part.isdecimal() and len(part) < 3]
    if slash and len(numbers) == 2 and 2 <= numbers[0] <= numbers[1] <= LARGEST:
        return numbers[0], numbers[1]
    raise NotUnderstood(
        f"'{text}' does not say how to split",
        code="SHARES-NUMBERS",
        meaning=f"it is how many are needed, at least 2, and how many are made, at most {LARGEST}",
        remedy="such as 2/3 or 3/5",
    )


def _require_a_way_out(call: Invocation) -> None:
    folder = call.maybe("shares_to")
    if folder is None and not call.output.may_ask:
        raise Locked(
            "the shares have to be shown to you, and there is no terminal",
            code="SHARES-NEED-TERMINAL",
            remedy="run it in a terminal, or give --shares-to FOLDER",
        )
    if folder is not None and os.path.lexists(folder):
        raise Conflict(f"{folder} is there already", code="FILE-EXISTS", remedy="name a new folder")


def _hand_out(call: Invocation, name: str, shares: list[Share], count: int) -> list[str]:
    folder = call.maybe("shares_to")
    if folder is not None:
        return _write(folder, shares)
    with private_screen(call, "showing recovery shares") as screen:
        for share in shares:
            _show_and_prove(screen, name, share, count)
    return []


def _write(folder: str, shares: list[Share]) -> list[str]:
    files.make_folder(folder)
    written = []
    for share in shares:
        path = os.path.join(folder, f"share-{share.number}.txt")
        files.write(path, share.text.expose() + b"\n", replace=False)
        written.append(path)
    return written


def _show_and_prove(screen: PrivateScreen, name: str, share: Share, count: int) -> None:
    while True:
        _show(screen, name, share, count)
        screen.ask("Press Enter when you have written it down. ")
        screen.clear()
        if is_proven(screen, split_words(share.text), _ASKED):
            screen.clear()
            return
        screen.tell("That is not what was shown. Look at the share once more.")
        screen.tell()


def _show(screen: PrivateScreen, name: str, share: Share, count: int) -> None:
    words = split_words(share.text)
    screen.tell(f"Share {share.number} of {count} of {name}. Any {share.needed} open its file; fewer say nothing.")
    screen.tell("Write it on a sheet of its own, for one person. It is never shown again.")
    screen.tell()
    show_in_columns(screen, words, _COLUMNS)
