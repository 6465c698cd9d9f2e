"""What is wrong around the file of a vault: pure functions from what was gathered to findings.

Nothing here needs a secret, and nothing here proves anything: who can write the file can make it look well.
"""

from __future__ import annotations

from prometheus.model.finding import FAIL, PASS, UNKNOWN, WARN, Finding
from prometheus.model.frozen import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_OTHERS: Final = 0o077
_MIB: Final = 1024


class FileState(NamedTuple):
    """What the system says of a vault's file."""

    path: str
    mode: int
    folder_mode: int
    is_ours: bool
    network: str
    """Type of the network file system that it lies on, or empty."""
    log_bytes: int
    """Length of the write-ahead log beside it."""
    is_in_use: bool
    """Whether another program holds the writer lock."""
    left_over: tuple[str, ...]
    """Names of files that interrupted work left beside it."""
    kept: tuple[str, ...]
    """Names of earlier states of the vault that were kept beside it."""
    is_seen: bool
    """Whether this machine remembers its newest state."""
    has_index: bool


class SlotState(NamedTuple):
    """One way to open it."""

    kind: str
    memory_kib: int
    """0 where no key derivation is needed."""
    passes: int


class MemoryState(NamedTuple):
    """What the system grants for the memory of keys."""

    is_locked: bool
    is_left_out_of_dumps: bool
    is_wiped_on_fork: bool
    is_native: bool


def file_findings(state: FileState) -> Iterator[Finding]:
    """Yield what is found of the file and its folder."""
    yield _mode("file.mode", "the file", state.mode, f"chmod 600 {state.path}")
    folder = state.path.rpartition("/")[0]
    yield _mode("folder.mode", "the folder of the vaults", state.folder_mode, f"chmod 700 {folder}")
    if not state.is_ours:
        yield Finding("file.owner", WARN, "the file belongs to another user", "let its owner hand it over with chown")
    if state.network:
        what = f"the vault lies on a network file system ({state.network}), whose locks may fail"
        yield Finding("disk.local", WARN, what, "keep it on a local disk, and put backups on the network")
    else:
        yield Finding("disk.local", PASS, "the vault lies on a local disk, as far as is known")
    yield _log(state)
    if state.left_over:
        what = f"files were left over by work that was interrupted: {len(state.left_over)}"
        remedy = "the next command that changes the vault sweeps them; they hold nothing that the vault lacks"
        yield Finding("folder.left-over", WARN, what, remedy, {"names": list(state.left_over)})
    if state.kept:
        what = f"earlier states of the vault are kept beside it: {len(state.kept)}"
        remedy = "remove those that you do not need: each opens with the passphrase of its day"
        yield Finding("folder.kept", UNKNOWN, what, remedy, {"names": list(state.kept)})
    if state.is_seen:
        yield Finding("anchor.seen", PASS, "this machine remembers the newest state of the vault")
    else:
        what = "this machine has not seen the vault: had an older copy taken its place, that would not show"
        yield Finding("anchor.seen", UNKNOWN, what, "open it once; from then on an older copy shows")
    index = "the index lies beside the anchor" if state.has_index else "no index is kept yet; it is made when needed"
    yield Finding("index.kept", PASS, index)


def slot_findings(slots: tuple[SlotState, ...], default: SlotState) -> Iterator[Finding]:
    """Yield what is found of the ways to open a vault, next to what a new vault would get on this machine."""
    kinds = [slot.kind for slot in slots]
    facts = {"slots": [slot._asdict() for slot in slots], "default": default._asdict()}
    yield Finding("slots.kinds", PASS, f"it is opened by {', '.join(kinds)}", facts=facts)
    weak = [
        slot
        for slot in slots
        if slot.memory_kib and slot.memory_kib * slot.passes < default.memory_kib * default.passes
    ]
    if weak:
        what = (
            f"guessing a passphrase costs {weak[0].memory_kib // _MIB} MiB and {weak[0].passes} passes; "
            f"a new vault here would get {default.memory_kib // _MIB} MiB and {default.passes}"
        )
        yield Finding("slots.cost", WARN, what, "set it again with 'prometheus vault passphrase'")
    else:
        yield Finding("slots.cost", PASS, "guessing a passphrase costs no less than in a new vault")
    if "recovery" not in kinds:
        what = "no recovery words open the vault"
        yield Finding("slots.recovery", UNKNOWN, what, "keep a backup, and its passphrase where you find it")
    else:
        yield Finding("slots.recovery", PASS, "the recovery words open the vault when its passphrase is lost")


def memory_findings(state: MemoryState) -> Iterator[Finding]:
    """Yield what is found of the memory in which keys lie."""
    missing = [
        said
        for granted, said in (
            (state.is_locked, "it may be written to swap"),
            (state.is_left_out_of_dumps, "it is part of memory images"),
            (state.is_wiped_on_fork, "forked children have it"),
            (state.is_native, "libsodium gets copies of keys"),
        )
        if not granted
    ]
    if not missing:
        yield Finding("memory.keys", PASS, "keys lie in memory that is locked, wiped and never dumped")
    else:
        remedy = "raise the limit on locked memory (ulimit -l), or encrypt the swap of this machine"
        yield Finding("memory.keys", WARN, "the memory of keys is not fully protected: " + "; ".join(missing), remedy)


def state_findings(*, epoch: int, journal_entries: int, journal_is_whole: bool, rolled_back: str) -> Iterator[Finding]:
    """Yield what is found of the state of an open vault."""
    yield Finding(
        "set.whole", PASS, f"the set of records is the one that was written, state {epoch}", facts={"epoch": epoch}
    )
    if rolled_back:
        remedy = "put the newest copy back; or agree to this one with 'prometheus vault accept-rollback'"
        yield Finding("anchor.state", FAIL, rolled_back, remedy)
    else:
        yield Finding("anchor.state", PASS, "it is no older than what this machine has seen")
    facts = {"entries": journal_entries}
    if journal_is_whole:
        yield Finding(
            "journal.whole", PASS, f"the journal has {journal_entries} entries, each after the other", facts=facts
        )
    else:
        what = "the journal is not whole; the records are"
        yield Finding("journal.whole", WARN, what, "the next changes mend it; nothing is lost", facts)


def backup_finding(reminder: str, made_at: str, told: str = "") -> Finding:
    """Return what is known of the last backup: a reminder where one is due, else when it was made, in local time."""
    remedy = "make one with 'prometheus vault backup'"
    if reminder:
        return Finding("backup.age", WARN, reminder, remedy)
    if not made_at:
        return Finding("backup.age", UNKNOWN, "no backup of this vault is known here", remedy)
    return Finding("backup.age", PASS, f"the last backup was made on {told or made_at}", facts={"at": made_at})


def damage_findings(faults: tuple[str, ...], *, opened: int, missing: int | None, caution: str) -> Iterator[Finding]:
    """Yield what is found in a vault whose set of records is not the one that was written."""
    remedy = (
        "put a backup in its place with 'prometheus vault restore-backup FILE'; "
        "or go on with what opens: 'prometheus vault doctor --accept-damage'"
    )
    for fault in faults:
        yield Finding("set.whole", FAIL, fault, remedy)
    lost = "nothing counts what is missing" if missing is None else f"missing are {missing}"
    yield Finding("set.opened", FAIL, f"{opened} records open; {lost}", facts={"opened": opened, "missing": missing})
    yield Finding("set.age", UNKNOWN, caution)


def _mode(name: str, what: str, mode: int, remedy: str) -> Finding:
    if mode & _OTHERS:
        return Finding(name, WARN, f"{what} is open to other users (mode {mode:o})", remedy, {"mode": f"{mode:o}"})
    return Finding(name, PASS, f"{what} is yours alone", facts={"mode": f"{mode:o}"})


def _log(state: FileState) -> Finding:
    facts = {"bytes": state.log_bytes}
    if not state.log_bytes:
        return Finding("file.log", PASS, "no log lies beside the file", facts=facts)
    if state.is_in_use:
        return Finding("file.log", PASS, "a log lies beside the file, which is in use", facts=facts)
    what = "a log with committed changes lies beside the file: a copy needs both"
    return Finding("file.log", UNKNOWN, what, "the next command that changes the vault brings it in", facts)
