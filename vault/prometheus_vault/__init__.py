"""The cellar: one encrypted, authenticated file that holds everything of a person.

What lives here: the file format, its keys, records, commits, rollback detection (README.md beside this package).
What may come in: a path, a folder for anchors, a passphrase or recovery secret as bytes, opaque record bodies.
What may go out: the same bodies to the holder of the secret, public facts, and errors of `errors`.
What never happens here: a prompt, a network connection, a log line, an import of another room, own cryptography.
Where to start reading: `store` for use, `header` and `root` for the format, `session` for who writes when.

Names below load on first use, so that importing the package costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus_vault.calibration import default_parameters
    from prometheus_vault.facts import PublicFacts, Report, SlotInfo, inspect
    from prometheus_vault.index import Indexed
    from prometheus_vault.kdf import LIGHT, KdfParameters
    from prometheus_vault.keyring_secret import KeyringSecret, new_keyring_secret
    from prometheus_vault.slots import recovery_secret
    from prometheus_vault.store import Vault
    from prometheus_vault.transaction import Transaction

__all__ = [
    "LIGHT",
    "Indexed",
    "KdfParameters",
    "KeyringSecret",
    "PublicFacts",
    "Report",
    "SlotInfo",
    "Transaction",
    "Vault",
    "default_parameters",
    "inspect",
    "new_keyring_secret",
    "recovery_secret",
]

_HOMES = {
    "Indexed": "index",
    "LIGHT": "kdf",
    "KdfParameters": "kdf",
    "KeyringSecret": "keyring_secret",
    "PublicFacts": "facts",
    "Report": "facts",
    "SlotInfo": "facts",
    "Transaction": "transaction",
    "Vault": "store",
    "default_parameters": "calibration",
    "inspect": "facts",
    "new_keyring_secret": "keyring_secret",
    "recovery_secret": "slots",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = __import__(f"{__name__}.{_HOMES[name]}", fromlist=[name])
    return getattr(module, name)
