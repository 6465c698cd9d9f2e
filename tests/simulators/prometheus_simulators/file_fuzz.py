"""Fuzz of the whole file, its log, anchor and index: an error of the cellar's tree, or records exactly as once written.

    python -m prometheus_simulators.file_fuzz SEED FIRST LAST STEP [HOLE]

The vault is opened by its recovery secret, which needs no key derivation; everything else is the real path. What opens
is read whole - every record, the index, at times the deep check - and compared with what was written at the epoch that
it claims. An older epoch must come with a warning. HOLE is a name of `tamper_holes`: a check that is switched off, to
show that the fuzz would see it missing.
"""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final, NamedTuple

from prometheus_simulators.database_mutations import FRAME, LOG_HEADER, flip_bits, mutate_database, mutate_log
from prometheus_simulators.fuzz_worker import PromiseBroken, main
from prometheus_simulators.tamper_holes import open_hole
from prometheus_simulators.vault_lab import Place, bodies_of, filled, install_quick_kdf
from prometheus_vault import Indexed, inspect
from prometheus_vault.errors import NotEnoughMemory, VaultError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_vault import Vault

State = dict[tuple[int, str], bytes]
REFUSALS: Final = frozenset({2, 6, 7, 8, 14})
"""What files can be to blame for: not busy, not a full disk, not too little memory."""
MEMORY_DISK: Final = Path("/dev/shm")  # noqa: S108 - a private folder is made there


class Image(NamedTuple):
    """A vault at rest or in the middle of its life: file, log, anchor and what is found by the index."""

    file: bytes
    log: bytes
    anchor: bytes
    found: bytes
    epoch: int
    """The state that the anchor names."""


class World(NamedTuple):
    """What the worker made once: images to spoil, foreign pages, and what was written at which epoch."""

    place: Place
    images: tuple[Image, ...]
    others: tuple[bytes, ...]
    states: dict[int, State]
    vault_id: bytes


def describe(collection: int, name: str, body: bytes) -> Indexed | None:
    """Say of every claim that it is found by its name."""
    return Indexed(text=name, order=name, tags=("claim",)) if collection == 3 else None


def build() -> World:
    """Make a vault with records of all sizes and a history, and keep it at rest and with a log."""
    os.urandom = Random(7).randbytes  # of this child process alone; the key of the vault stays random
    install_quick_kdf()
    folder = Path(tempfile.mkdtemp(dir=MEMORY_DISK if MEMORY_DISK.is_dir() else None))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    foreign = filled(Place(folder / "foreign"), 30).file.read_bytes()
    place = Place(folder / "own")
    states: dict[int, State] = {}
    with place.create(describe) as vault:
        _commit(vault, states, {(3, f"claim {number}"): bytes([number]) * (number * 37) for number in range(40)})
        _commit(vault, states, {(1, "seed"): bytes(64), (3, "large"): bytes(30_000)})
        _commit(vault, states, {(3, "large"): None, (3, "claim 3"): b"again", (128, "a\0b"): b"of a plugin"})
        vault.count(3)  # which makes an index
    older = place.file.read_bytes()
    images = [_image(place)]
    with place.open(describe) as vault:
        _commit(vault, states, {(3, "claim 4"): b"in the log", (3, "claim 5"): None})
        _commit(vault, states, {(3, "larger"): bytes(20_000)})
        images.append(_image(place))
    images.append(_image(place))
    # The log of the second is judged by the anchor of the third: what is cut away from it then shows as rolled back.
    images[1] = images[1]._replace(anchor=images[2].anchor, epoch=images[2].epoch)
    if not all(image.found for image in images):
        raise PromiseBroken("there is no index to spoil")
    return World(place, tuple(images), (older, foreign), states, vault.vault_id)


def _commit(vault: Vault, states: dict[int, State], changes: dict[tuple[int, str], bytes | None]) -> None:
    state = dict(states[max(states)]) if states else {}
    with vault.transaction() as change:
        for (collection, name), body in changes.items():
            if body is None:
                change.delete(collection, name)
                del state[collection, name]
            else:
                change.put(collection, name, body)
                state[collection, name] = body
    states[vault.epoch] = state


def _image(place: Place) -> Image:
    paths = (place.file, _beside(place, "-wal"), place.anchor_file(), place.anchor_file().with_suffix(".idx"))
    file, log, anchor, index = (path.read_bytes() if path.exists() else b"" for path in paths)
    return Image(file, log, anchor, index, int.from_bytes(anchor[:8], "little"))


def _beside(place: Place, ending: str) -> Path:
    return place.file.with_name(place.file.name + ending)


def lay_out(world: World, image: Image) -> None:
    """Put an image where the vault lies."""
    place = world.place
    for ending in ("-shm", "-journal", "-wal", ".new"):
        _beside(place, ending).unlink(missing_ok=True)
    place.file.write_bytes(image.file)
    if image.log:
        _beside(place, "-wal").write_bytes(image.log)
    for ending, data in (("anchor", image.anchor), ("idx", image.found)):
        path = place.anchors / f"{world.vault_id.hex()}.{ending}"
        path.unlink(missing_ok=True)
        if data:
            path.write_bytes(data)


def spoilt(chance: Random, world: World) -> Image:
    """Return an image with one of its parts changed."""
    image = chance.choice(world.images)
    parts = {name: bytearray(getattr(image, name)) for name in Image._fields[:4]}
    kind = chance.random()
    if kind < 0.05:
        flip_bits(chance, parts["found" if parts["found"] and chance.random() < 0.5 else "anchor"])
    elif image.log and kind < 0.6:
        mutate_log(chance, parts["log"])
    else:
        mutate_database(chance, parts["file"], world.others)
    file, log, anchor, found = (bytes(part) for part in parts.values())
    return Image(file, log, anchor, found, image.epoch)


WORLD = build()


def case(chance: Random) -> str:
    """Play one spoilt vault; return the outcome."""
    image = spoilt(chance, WORLD)
    lay_out(WORLD, image)
    read_only, writes = chance.random() < 0.6, chance.random() < 0.3
    try:
        inspect(WORLD.place.file)
        with WORLD.place.open(describe, read_only=read_only) as vault:
            outcome = judge(vault, image.epoch)
            if chance.random() < 0.2:
                vault.verify(deep=True)
            if not read_only and writes:
                _write_and_read_again(vault)
    except VaultError as error:
        if error.exit_code not in REFUSALS and not is_known_of_sqlite(error, image.log):
            raise PromiseBroken(f"{type(error).__name__} {error.exit_code}: {error} ({error.meaning})") from error
        return type(error).__name__
    return outcome


def is_known_of_sqlite(error: VaultError, log: bytes) -> bool:
    """Say whether SQLite itself blames the system for what is the file's fault, which nothing of ours can tell apart.

    A length beyond two gibibytes is "out of memory" to it, before anything is allocated; `fuzz_worker` looks at that.
    """
    return type(error) is NotEnoughMemory or ("read-only" in error.meaning and is_marked_read_only(log))


def is_marked_read_only(log: bytes) -> bool:
    """Say whether a log brings a first page with a later format for writers: SQLite calls such a file read-only."""
    frames = (log[at : at + FRAME] for at in range(LOG_HEADER, len(log), FRAME))
    return any(frame[:4] == b"\0\0\0\1" and frame[24 + 18] > 2 for frame in frames if len(frame) == FRAME)


def judge(vault: Vault, newest: int) -> str:
    """Read everything; return whether it is the state of the anchor or a later one or, with a warning, an older one."""
    expected = WORLD.states.get(vault.epoch)
    if vault.vault_id != WORLD.vault_id or expected is None:
        raise PromiseBroken(f"a state that never was: epoch {vault.epoch}")
    found = dict(_everything(vault))
    if found != expected:
        raise PromiseBroken(f"wrong data at epoch {vault.epoch}")
    names = sorted(name for collection, name in expected if collection == 3)
    if sorted(vault.find(3, words="cl")) != [name for name in names if name.startswith("cl")] or vault.count(3) != len(
        names
    ):
        raise PromiseBroken("the index finds something else")
    if vault.epoch >= newest:
        return "opened"
    if not vault.warnings:
        raise PromiseBroken(f"an older state without a warning: {vault.epoch} of {newest}")
    return "opened, warned"


def _everything(vault: Vault) -> Iterator[tuple[tuple[int, str], bytes]]:
    for collection in (1, 3, 128):
        for name, body in bodies_of(vault, collection):
            yield (collection, name), body


def _write_and_read_again(vault: Vault) -> None:
    """Write to a vault that opened, and see that the others are as they were, or that it is refused then."""
    before = dict(_everything(vault))
    with vault.transaction() as change:
        change.put(3, "written", bytes(9000))
    vault.close()
    with WORLD.place.open(describe, read_only=True) as again:
        if dict(_everything(again)) != {**before, (3, "written"): bytes(9000)}:
            raise PromiseBroken("wrong data after writing")


if __name__ == "__main__":
    with ExitStack() as holes:
        for hole in sys.argv[5:]:
            holes.enter_context(open_hole(hole))
        main(case)
