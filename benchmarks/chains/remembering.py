"""A real vault, on the disk and open, in which the plugin remembers the documents of many DIDs."""

from __future__ import annotations

import os
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from prometheus.compose import SystemClock
from prometheus.identity.morpheus_keys import derive_secret
from prometheus.usecases.indexing import DESCRIBE_VERSION, describe
from prometheus.usecases.plugin_store import PluginStore
from prometheus.usecases.seed_signer import SeedSigner
from prometheus.usecases.session import Session
from prometheus_morpheus.client.chain_name import chain_name
from prometheus_morpheus.resolving.cache import remember
from prometheus_morpheus.state.machine import MorpheusState
from prometheus_vault.kdf import LIGHT
from prometheus_vault.store import Vault

if TYPE_CHECKING:
    from collections.abc import Iterator

_PASSPHRASE = b"correct horse battery staple"

CHAIN = chain_name("00" * 32)
"""The chain that the documents are remembered of."""


@contextmanager
def remembering_store(folder: str, count: int) -> Iterator[tuple[PluginStore, list[str]]]:
    """Yield the plugin's store of a new vault, and the DIDs whose documents lie in it."""
    anchors = os.path.join(folder, "anchors")
    vault = Vault.create(
        os.path.join(folder, "a.vault"),
        anchors,
        passphrase=_PASSPHRASE,
        recovery_secret=None,
        kdf=LIGHT,
        describe=describe,
        describe_version=DESCRIBE_VERSION,
    )
    try:
        store = PluginStore(Session(vault, SystemClock(), SeedSigner(vault)), "morpheus", lambda _act: True)
        state, dids = MorpheusState(), []
        state.begin_block(100)
        with store.transaction() as transaction:
            for number in range(count):
                key = derive_secret(bytes(64), "persona", number).public_key().key_id().text
                dids.append(f"did:morpheus:{key[1:]}")
                document = state.document(dids[-1], 100)
                remember(transaction, CHAIN, document, sources=("here",), now=datetime.now(UTC), is_recomputed=True)
        yield store, dids
    finally:
        vault.close()
