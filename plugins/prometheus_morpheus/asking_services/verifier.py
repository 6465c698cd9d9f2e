"""A verifier's service: its word about signatures, asked for one at a time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from prometheus_morpheus.asking_services import paths
from prometheus_morpheus.asking_services.attempts import Wanted
from prometheus_morpheus.asking_services.reading import Reader

if TYPE_CHECKING:
    from prometheus.api import Validation
    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.asking_services.caller import Caller


class AskedVerifier:
    """The `Verifier` at one address."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._reader = Reader(caller.garbage)

    def after_proof(self) -> tuple[int, str]:
        """Return height and id of the newest block that it knows."""
        return self._reader.block(self._answer(Wanted("GET", paths.AFTER_PROOF)))

    def validate(
        self,
        public_key: str,
        content_id: str,
        signature: str,
        on_behalf_of: str,
        after_proof: tuple[int, str] | None = None,
    ) -> Validation:
        """Return what it says about a signature over a content id."""
        block: Json = None if after_proof is None else {"blockHeight": after_proof[0], "blockHash": after_proof[1]}
        body: Json = {
            "publicKey": public_key,
            "contentId": content_id,
            "signature": signature,
            "onBehalfOf": on_behalf_of,
            "afterProof": block,
        }
        return self._reader.validation(self._answer(Wanted("POST", paths.VALIDATE, body)))

    def _answer(self, wanted: Wanted) -> Json:
        async def ask() -> Json:
            async with self._caller.talking() as talk:
                return await talk.answer(wanted)

        return asyncio.run(ask())
