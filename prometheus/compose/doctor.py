"""Gather what is known of a vault, with and without its passphrase, for the examination of it; nothing is written."""

from __future__ import annotations

import os
import stat

from prometheus.compose.salvaging import bodies, facts_of_header
from prometheus.compose.vault_errors import translated
from prometheus.compose.vaults import OpenVault, inspected, require_vault
from prometheus.errors import Damaged, KeyUnavailable, PrometheusError
from prometheus.files import storage_error
from prometheus.model import collection
from prometheus.model.finding import FAIL, Finding
from prometheus.model.frozen import TYPE_CHECKING, Final, NamedTuple
from prometheus.model.persona import KINDS
from prometheus.usecases import examine_file, examine_records, vault_views
from prometheus.usecases.examine_file import FileState, MemoryState, SlotState
from prometheus.usecases.seed import load_seed, public_key_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sqlite_utils import Database

    from prometheus.model.places import Places
    from prometheus.model.secret import Secret
    from prometheus_vault import PublicFacts
    from prometheus_vault.salvage import Wreck

_WORK: Final = (".making", ".unfinished", ".upgrade")
_COLLECTIONS: Final = 256


class Header(NamedTuple):
    """What the header of a vault says without a passphrase."""

    vault_id: bytes | None
    """None where it cannot be read."""
    findings: list[Finding]
    fault: Damaged | None
    """Why nothing can be opened."""
    records: int = 0
    """How many records lie there; 0 where nothing counts them."""


def header_of(places: Places, name: str) -> Header:
    """Return what the header of a vault says, however broken the rest of the file is.

    Raises:
        NotFound: When there is no such vault.
        VaultError: When it is no vault, of a later format, or cannot be read.
    """
    try:
        facts = inspected(places, name)
    except Damaged:
        try:
            facts = facts_of_header(places, name)
        except Damaged as error:
            return Header(None, [Finding("header", FAIL, error.what, error.remedy)], error)
    return Header(facts.vault_id, list(_slot_findings(facts)), None, facts.records)


def file_state(places: Places, name: str, vault_id: bytes | None) -> FileState:
    """Return what the system says of a vault's file; `vault_id` is None where its header cannot be read.

    Raises:
        NotFound: When there is no such vault.
        StorageFailed: When the folder cannot be looked into.
    """
    from prometheus_vault.filesystem import network_type

    path = require_vault(places, name)
    try:
        found, folder = os.stat(path), os.stat(os.path.dirname(path))
        beside = sorted(os.listdir(places.vaults))
    except OSError as error:
        raise storage_error(error, "the file of the vault could not be looked at") from None
    known = f"{places.state}/{vault_id.hex()}" if vault_id else ""
    return FileState(
        path=path,
        mode=stat.S_IMODE(found.st_mode),
        folder_mode=stat.S_IMODE(folder.st_mode),
        is_ours=found.st_uid == os.geteuid(),
        network=network_type(os.path.realpath(path)),
        log_bytes=_size(f"{path}-wal"),
        is_in_use=_size(f"{path}.lock") > 0,  # its holder writes its name into it
        left_over=tuple(one for one in beside if _is_left_over(one, name)),
        kept=kept_beside(places, name),
        is_seen=bool(known) and os.path.exists(f"{known}.anchor"),
        has_index=bool(known) and os.path.exists(f"{known}.idx"),
    )


def kept_beside(places: Places, name: str) -> tuple[str, ...]:
    """Return the names of the files beside a vault that keep earlier states of it."""
    try:
        return tuple(one for one in sorted(os.listdir(places.vaults)) if _is_kept(one, name))
    except OSError as error:
        raise storage_error(error, "the folder of the vaults could not be read") from None


def _slot_findings(facts: PublicFacts) -> Iterator[Finding]:
    """Yield what is found of the ways to open a vault."""
    from prometheus_vault.calibration import least_parameters, memory_in_reach

    default = least_parameters(memory_in_reach())
    slots = [
        SlotState(slot.kind, slot.kdf.memory_kib, slot.kdf.passes) if slot.kdf else SlotState(slot.kind, 0, 0)
        for slot in facts.slots
    ]
    return examine_file.slot_findings(tuple(slots), SlotState("passphrase", default.memory_kib, default.passes))


def memory_findings() -> Iterator[Finding]:
    """Yield what is found of the memory of keys in this very process."""
    from prometheus_memory import protection

    return examine_file.memory_findings(MemoryState(*protection()[: len(MemoryState._fields)]))


def state_findings(opened: OpenVault) -> Iterator[Finding]:
    """Yield what is found of the state of an open vault, every record of it opened."""
    from prometheus_vault.opening import NO_ANCHOR

    with translated():
        report = opened.vault.verify(deep=True)
    older = [warning for warning in opened.vault.warnings if warning != NO_ANCHOR]
    return examine_file.state_findings(
        epoch=report.epoch,
        journal_entries=report.journal_entries,
        journal_is_whole=report.journal_is_whole,
        rolled_back=older[0] if older else "",
    )


def damage_findings(wreck: Wreck) -> Iterator[Finding]:
    """Yield what is found in a damaged vault."""
    from prometheus_vault.salvage import UNKNOWABLE

    found = wreck.found
    return examine_file.damage_findings(found.faults, opened=found.opened, missing=found.missing, caution=UNKNOWABLE)


def views_of(opened: OpenVault) -> Database:
    """Return the tables of an open vault."""
    return vault_views.build(_records(opened))


def views_of_wreck(wreck: Wreck) -> Database:
    """Return the tables of what opens in a damaged vault."""
    return vault_views.build(bodies(wreck))


def record_findings(database: Database, known_schemas: Collection[str], held: OpenVault | Wreck) -> list[Finding]:
    """Return what is found in the tables of a vault, and whether its personas derive from the seed that it holds."""
    found = list(examine_records.record_findings(database, known_schemas))
    seed = _seed_of(held) if isinstance(held, OpenVault) else _seed_in(held)
    if seed is None:
        return [*found, examine_records.key_findings(None)]
    with seed:
        return [*found, examine_records.key_findings(_fits(database, seed))]


def _seed_of(opened: OpenVault) -> Secret | None:
    try:
        return load_seed(opened.vault)
    except KeyUnavailable:
        return None


def _seed_in(wreck: Wreck) -> Secret | None:
    from prometheus.model import key_record

    seed = None
    for group, name, body in wreck.records():
        if isinstance(body, bytes):
            continue
        with body:
            if group == collection.KEY and name == key_record.SEED:
                seed = key_record.decode(body).secret
    return seed


def _fits(database: Database, seed: Secret) -> dict[str, bool]:
    rows = database.execute("SELECT did, kind, key_index, public_key FROM personas").fetchall()
    return {str(did): _is_derived(seed, kind, index, public_key) for did, kind, index, public_key in rows}


def _is_derived(seed: Secret, kind: object, index: object, public_key: object) -> bool:
    if not isinstance(kind, str) or kind not in KINDS or not isinstance(index, int):
        return False
    try:
        return public_key_of(seed, kind, index) == public_key
    except (PrometheusError, ValueError, OverflowError):
        return False


def _records(opened: OpenVault) -> Iterator[tuple[int, str, bytes]]:
    for name, body in opened.vault.secrets():
        body.wipe()
        yield collection.KEY, name, b""
    for group in range(_COLLECTIONS):
        if group != collection.KEY:
            for name, content in opened.vault.scan(group):
                yield group, name, content


def _is_left_over(found: str, name: str) -> bool:
    if found.startswith(f".{name}.") and any(ending in found for ending in _WORK):
        return True
    return found.startswith(f"{name}.vault.") and found.endswith(".new")


def _is_kept(found: str, name: str) -> bool:
    rest = found.removeprefix(f"{name}.vault.")
    is_kept = rest.startswith(("v", "damaged-", "before-"))
    return rest != found and is_kept and not rest.endswith((".new", "-wal", "-shm"))


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return 0
