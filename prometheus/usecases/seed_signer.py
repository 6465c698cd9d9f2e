"""Sign with the keys that derive from the vault's seed.

The signer finds which kind and key index a public key has, derives the secret, signs and forgets it. It never hands a
key out: whoever holds a `Signer` can ask for signatures, one message at a time, and nothing else.
"""

from __future__ import annotations

from prometheus.errors import KeyUnavailable
from prometheus.model import collection, record
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.usecases.indexing import tag
from prometheus.usecases.seed import secret_key_at

if TYPE_CHECKING:
    from prometheus.ports import Vault


class SeedSigner:
    """The `Signer` of a vault that has a seed."""

    __slots__ = ("_vault",)

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def sign(self, public_key: str, message: bytes) -> str:
        """Return the multicipher signature text over a message.

        Raises:
            KeyUnavailable: When no persona of this vault has that public key.
        """
        kind, index = self._place_of(public_key)
        with secret_key_at(self._vault, kind, index) as secret:
            if secret.public_key().text != public_key:
                raise KeyUnavailable(
                    "the seed of this vault does not make the key of that persona",
                    code="KEY-NOT-OF-SEED",
                    meaning="the persona's record and the seed do not belong together; nothing was signed",
                )
            return secret.sign(message).text

    def _place_of(self, public_key: str) -> tuple[str, int]:
        for name in self._vault.find(collection.PERSONA, tags=(tag("public_key", public_key),)):
            body = self._vault.get(collection.PERSONA, name)
            if body is not None:
                fields = record.decode(body, collection.PERSONA)
                return fields["kind"], fields["key_index"]
        raise KeyUnavailable(
            "no persona of this vault has that public key",
            meaning=f"the key asked for is {public_key}",
            remedy="list the personas with 'prometheus persona list --all'",
        )
