"""``vault create``: words, proof that they are on paper, a passphrase, a first persona, the built-in plugins.

Nothing is written before the passphrase is set. With ``--words-to`` the words go to a new file that only its owner can
read, and nothing is asked about them: that is for scripts.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress

from prometheus import files
from prometheus.cli.passphrase import new_passphrase
from prometheus.cli.unlocking import made_vault, named_vault, places
from prometheus.cli.vault.built_in_plugins import enable_built_in
from prometheus.cli.vault.words_page import show_and_prove
from prometheus.compose import vaults
from prometheus.errors import Locked, NotUnderstood
from prometheus.identity import bip39
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.model.secret import Secret
from prometheus.usecases.create_vault import furnish_vault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus.cli.invocation import Invocation
    from prometheus.model.persona import Persona


def run(call: Invocation) -> int:
    """Make a vault and say what it is called, who its first persona is and what to do next."""
    name, folders = named_vault(call), places()
    vaults.refuse_taken_name(folders, name)
    language = call.maybe("language") or "en"
    phrase = bip39.entropy_to_phrase(os.urandom(32), language)
    _require_a_way_out(call)
    if call.maybe("words_to") is None:
        show_and_prove(call, phrase.split())
    passphrase = new_passphrase(call)
    seed = Secret(bip39.phrase_to_seed(phrase, "", language))
    with _words_file(call, phrase), made_vault(call, name, passphrase, seed) as made:
        first = furnish_vault(made.session, seed)[0]
    plugins = enable_built_in(call, folders)
    call.output.result(_document(name, vaults.vault_path(folders, name), first, plugins), _lines(name, first, plugins))
    return 0


def _require_a_way_out(call: Invocation) -> None:
    if call.maybe("words_to") == files.STANDARD_STREAM:
        raise NotUnderstood("recovery words go to a file or a terminal, never to an output", code="WORDS-TO-OUTPUT")
    if call.maybe("words_to") is None and not call.output.may_ask:
        raise Locked(
            "the recovery words have to be shown to you, and there is no terminal",
            code="WORDS-NEED-TERMINAL",
            remedy="run it in a terminal, or give --words-to FILE",
        )


@contextmanager
def _words_file(call: Invocation, phrase: str) -> Iterator[None]:
    """Write the words before there is a vault that needs them; take the file back when none comes to be."""
    path = call.maybe("words_to")
    if path is None:
        yield
        return
    files.write(path, f"{phrase}\n".encode(), replace=False)
    try:
        yield
    except BaseException:
        with suppress(OSError):
            os.unlink(path)
        raise


def _document(name: str, path: str, first: Persona, plugins: tuple[str, ...]) -> dict[str, object]:
    persona = {"did": first.did, "name": first.shown_name, "public_key": first.public_key}
    return {"vault": name, "path": path, "persona": persona, "plugins": list(plugins)}


def _lines(name: str, first: Persona, plugins: tuple[str, ...]) -> list[str]:
    return [
        f"vault    {name}",
        f"persona  {first.glyph} {first.shown_name}",
        f"did      {first.did}",
        *([f"plugins  {', '.join(plugins)}"] if plugins else []),
        "",
        "next:",
        f"  prometheus persona rename '{first.shown_name}' NAME",
        "  prometheus persona add NAME         another one that nobody can link to it",
        "  prometheus claim request --help     have something about it confirmed",
        "  prometheus vault words check        prove once more that the paper is right",
    ]
