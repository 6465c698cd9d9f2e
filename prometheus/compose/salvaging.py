"""A damaged vault, opened for reading as far as it opens, and rebuilt from that when its owner agrees.

<name>.vault.damaged-<date>     the damaged file, kept when a rebuilt one takes its place
"""

from __future__ import annotations

import os
from contextlib import contextmanager

from prometheus.compose.anchor_mirror import mirror_in
from prometheus.compose.clock import SystemClock
from prometheus.compose.upgrading import private_folder
from prometheus.compose.vault_errors import translated
from prometheus.compose.vaults import require_vault
from prometheus.model import collection
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple
from prometheus.usecases.damage import newest_entry, note_damage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus.compose.desktop_keyring import Keyring
    from prometheus.model.places import Places
    from prometheus.model.secret import Secret
    from prometheus_vault import PublicFacts
    from prometheus_vault.header import Header
    from prometheus_vault.salvage import Wreck
    from prometheus_vault.unlocking import Unlocked


class Salvaged(NamedTuple):
    """What was looked through, for whoever decides what becomes of it."""

    wreck: Wreck

    @property
    def opened(self) -> int:
        """How many records open."""
        return self.wreck.found.opened

    @property
    def missing(self) -> int | None:
        """How many records are not there or do not open; None where nothing counts them."""
        return self.wreck.found.missing


@contextmanager
def looked_through(
    places: Places,
    name: str,
    passphrase: Secret | None,
    *,
    seed: Secret | None = None,
    network_disk: bool = False,
    keyring: Keyring | None = None,
) -> Iterator[Wreck]:
    """Open what opens in a damaged vault, by its passphrase or by the seed of its words, without writing to it.

    Raises:
        Damaged: When the header is damaged, so that nothing opens.
        WrongPassphrase: When neither opens a slot.
    """
    from prometheus.compose.vault_keyring import SecretFinder
    from prometheus_vault import recovery_secret, unlocking
    from prometheus_vault.salvage import look_through

    path, finder = require_vault(places, name), SecretFinder(keyring)

    def unlock(header: Header) -> Unlocked:
        if passphrase is not None:
            return unlocking.with_passphrase(header, passphrase.locked, finder)
        return unlocking.with_recovery(header, recovery_secret(seed.locked) if seed else b"")

    with translated():
        with finder.told():
            wreck = look_through(
                path,
                unlock,
                anchor_dir=os.path.realpath(places.state),
                allow_network_fs=network_disk,
            )
        with wreck:
            yield wreck


def facts_of_header(places: Places, name: str) -> PublicFacts:
    """Return what the header of a damaged vault says without its passphrase; it counts no records.

    Raises:
        Damaged: When it is damaged itself, so that nothing opens.
    """
    from prometheus_vault.facts import PublicFacts, describe_slots
    from prometheus_vault.salvage import read_header

    with translated():
        header = read_header(require_vault(places, name), allow_network_fs=True)
    return PublicFacts(header.vault_id, header.generation, describe_slots(header), 0, 0)


def bodies(wreck: Wreck) -> Iterator[tuple[int, str, bytes]]:
    """Yield collection, name and body of every record that opens; keys without their bodies."""
    for group, name, body in wreck.records():
        if isinstance(body, bytes):
            yield group, name, body
        else:
            body.wipe()
            yield group, name, b""


def accept_damage(
    places: Places, name: str, salvaged: Salvaged, *, network_disk: bool = False, mirror: Keyring | None = None
) -> str:
    """Put a vault rebuilt from what opens in the place of a damaged one; return where the damaged one is kept.

    Raises:
        InUse: When another program has it open.
        StorageFailed: When the system refuses; the damaged file is as it was.
    """
    from prometheus_vault.rebuild import rebuilding

    wreck, clock = salvaged.wreck, SystemClock()
    kept = _free_name(f"{wreck.path}.damaged-{clock.now():%Y-%m-%d}")
    newest = newest_entry(body for group, _, body in bodies(wreck) if group == collection.AUDIT)
    facts = {"opened": salvaged.opened, "missing": salvaged.missing, "kept": os.path.basename(kept)}
    with (
        private_folder(places, name) as folder,
        translated(),
        rebuilding(
            wreck, places.state, folder, kept, allow_network_fs=network_disk, mirror=mirror_in(mirror)
        ) as change,
    ):
        note_damage(change, clock, newest, facts)
    return kept


def _free_name(path: str) -> str:
    number, name = 1, path
    while os.path.lexists(name):
        number += 1
        name = f"{path}-{number}"
    return name
