"""Death at any call while a vault gets new keys: the old file or the new one opens, and no rollback is told."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.sudden_death import deaths
from prometheus_simulators.vault_lab import PASSPHRASE, SECRET, Place

from prometheus_vault import LIGHT, anchor
from prometheus_vault.errors import Rollback
from prometheus_vault.rekey import renewing_keys

if TYPE_CHECKING:
    from collections.abc import Callable


def renew(place: Place) -> None:
    with (
        place.open_by_passphrase() as vault,
        renewing_keys(vault, passphrase=PASSPHRASE, recovery_secret=SECRET, kdf=LIGHT) as change,
    ):
        change.put(10, "log", b"new keys")


def left(place: Place) -> list[str]:
    return sorted(path.name for path in place.file.parent.iterdir())


def died_and_opened(full: Place, act: Callable[[Place], None]) -> list[bool]:
    """Return for each death whether the new file was there afterwards; any that does not open fails the test."""
    kept = full.folder / "kept"
    shutil.copytree(full.file.parent, kept / "vaults")
    shutil.copytree(full.anchors, kept / "state")

    def prepare() -> None:
        for name in ("vaults", "state"):
            shutil.rmtree(full.folder / name)
            shutil.copytree(kept / name, full.folder / name)

    return [opened_whole(full) for _ in deaths(lambda: act(full), prepare)]


def opened_whole(full: Place) -> bool:
    with full.open_by_passphrase() as vault:
        assert vault.warnings == ()
        assert dict(vault.scan(3)) == {f"claim-{number}": f"body {number}".encode() for number in range(5)}
        is_new = vault.get(10, "log") is not None
        with vault.transaction() as change:
            change.put(3, "goes on", b"x")
        assert vault.verify(deep=True).records == 7 + is_new
    assert left(full) == ["personal.vault", "personal.vault.lock"]
    assert len(full.anchor_file().read_bytes()) == 72
    return is_new


def test_after_death_at_any_call_either_file_opens_and_no_rollback_is_told(full: Place) -> None:
    outcomes = died_and_opened(full, renew)
    assert outcomes == sorted(outcomes)
    assert outcomes.count(False) > 5
    assert outcomes.count(True) > 2


def only_the_new_entry(place: Place) -> None:
    write = anchor.write_entries
    anchor.write_entries = lambda path, entries: write(path, entries[-1:])
    renew(place)


def only_the_old_entry(place: Place) -> None:
    write = anchor.write_entries
    anchor.write_entries = lambda path, entries: write(path, entries[:1])
    renew(place)


@pytest.mark.parametrize("act", [only_the_new_entry, only_the_old_entry])
def test_with_one_entry_in_the_anchor_a_death_shows_as_rollback(full: Place, act: Callable[[Place], None]) -> None:
    with pytest.raises(Rollback):
        died_and_opened(full, act)
