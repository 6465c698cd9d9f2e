"""Which DIDs a wallet's address is seen with: everybody can read who paid for a change of a DID.

Rules: known is what this vault remembers of what it sent; what was forgotten, or was paid from elsewhere with the same
words, is not seen here. Whatever may still leave counts as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus.claims.jsontext import parse
from prometheus_morpheus.sending.desk import Desk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prometheus.api import Call, OpenVault
    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.wallet.purse import Purse


def dids_in(attempts: Iterable[Json]) -> Iterator[str]:
    """Yield the DID of every operation in operation attempts."""
    for attempt in attempts:
        signables = attempt.get("signables") if isinstance(attempt, dict) else None
        for signable in signables if isinstance(signables, list) else ():
            did = signable.get("did") if isinstance(signable, dict) else None
            if isinstance(did, str):
                yield did


def dids_paid_by(call: Call, vault: OpenVault, purse: Purse) -> list[str]:
    """Return the DIDs whose operations an address paid for, or is about to, in the order in which it was wanted."""
    found: dict[str, None] = {}
    for action in Desk(vault.store, vault, call.clock).all_actions():
        if (action.sender, action.network) == (purse.public_key.hex(), purse.network.address_byte):
            found |= dict.fromkeys(dids_in(_attempts(action.draft)))
    return list(found)


def linked(call: Call, vault: OpenVault, purse: Purse, attempts: Iterable[Json]) -> tuple[str, ...]:
    """Return the DIDs that everybody could link with operation attempts if this address paid for them."""
    meant = set(dids_in(attempts))
    return tuple(did for did in dids_paid_by(call, vault, purse) if did not in meant)


def link_lines(dids: tuple[str, ...], names: dict[str, str]) -> Iterator[str]:
    """Yield what to know before an address that others were seen with pays."""
    for did in dids:
        name = names.get(did)
        yield f"       this address paid for {did}{f' ({name})' if name else ''} too"
    if dids:
        yield "       everybody can link what one address paid for; --account N pays from another one of yours"


def _attempts(draft: str) -> list[Json]:
    value = parse(draft)
    asset = value.get("asset") if isinstance(value, dict) else None
    attempts = asset.get("operationAttempts") if isinstance(asset, dict) else None
    return attempts if isinstance(attempts, list) else []
