"""``vault words check``: prove that the words on paper are those of a vault, and change nothing.

With a recovery slot the words alone prove it. Without one the vault is opened by its passphrase and the seeds are
compared.
"""

from __future__ import annotations

from prometheus.cli.unlocking import named_vault, open_vault, places
from prometheus.cli.vault.typed_words import asked_seed
from prometheus.cli.vault.unlock import opened_by_words
from prometheus.compose import vaults
from prometheus.errors import WrongPassphrase
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.usecases.seed import load_seed

if TYPE_CHECKING:
    from prometheus.cli.invocation import Invocation


def run(call: Invocation) -> int:
    """Check the words against a vault."""
    name, folders = named_vault(call), places()
    facts = vaults.inspected(folders, name)
    opens = any(slot.kind == "recovery" for slot in facts.slots)
    seed = asked_seed(call).seed
    by_words = opened_by_words(call, name, seed, read_only=True)
    with by_words if opens else open_vault(call, name=name, read_only=True) as opened:
        if load_seed(opened.session.vault) != seed:
            raise WrongPassphrase(
                "the words are not those of this vault",
                code="WORDS-DIFFER",
                meaning="they are valid words; another BIP39 password, language or vault?",
            )
    lines = [f"the words are right: they rebuild every persona of {name}"]
    lines += ["they open this vault too" if opens else "they do not open this vault: it has no recovery slot"]
    call.output.result({"vault": name, "words": "right", "open_the_vault": opens}, lines)
    return 0
