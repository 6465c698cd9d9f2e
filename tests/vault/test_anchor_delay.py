"""When a commit reaches the anchor: at once where an old copy would be dangerous, else soon."""

from __future__ import annotations

import shutil
import time
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.vault_lab import SECRET, Place

from prometheus_vault import LIGHT, anchor_delay
from prometheus_vault.errors import Rollback

if TYPE_CHECKING:
    from collections.abc import Callable

    from prometheus_vault import Vault


def anchored(place: Place) -> int:
    return int.from_bytes(place.anchor_file().read_bytes()[:8], "little")


def change(vault: Vault, collection: int, name: str, body: bytes | None) -> None:
    with vault.transaction() as transaction:
        if body is None:
            assert transaction.delete(collection, name)
        else:
            transaction.put(collection, name, body)


def test_an_ordinary_change_is_anchored_at_the_close(full: Place) -> None:
    with full.open() as vault:
        before = anchored(full)
        change(vault, 3, "claim-1", b"new")
        change(vault, 3, "claim-9", b"new")
        assert (anchored(full), vault.epoch) == (before, before + 2)
    assert anchored(full) == before + 2


@pytest.mark.parametrize(
    "act",
    [
        lambda vault: change(vault, 1, "key", b"secret"),
        lambda vault: change(vault, 9, "grant", b"{}"),
        lambda vault: change(vault, 3, "claim-1", None),
        lambda vault: vault.set_recovery(SECRET),
        lambda vault: vault.change_passphrase(b"another one", LIGHT),
    ],
    ids=["key", "grant", "delete", "recovery", "passphrase"],
)
def test_what_matters_is_anchored_at_once(full: Place, act: Callable[[Vault], None]) -> None:
    with full.open_by_passphrase() as vault:
        act(vault)
        assert anchored(full) == vault.epoch


def test_an_ordinary_change_is_anchored_after_a_while(full: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(anchor_delay, "SECONDS", 0.05)
    with full.open() as vault:
        for number in range(3):
            change(vault, 3, "claim-1", b"%d" % number)
            deadline = time.monotonic() + 30
            while anchored(full) < vault.epoch and time.monotonic() < deadline:
                time.sleep(0.01)
            assert anchored(full) == vault.epoch
        assert vault.warnings == ()


def test_death_before_the_anchor_does_no_harm_and_older_copies_are_refused_still(full: Place) -> None:
    older = full.copy("older")
    with full.open() as vault:
        change(vault, 3, "claim-1", None)
        change(vault, 3, "claim-2", b"new")
        dead = full.folder / "dead"
        shutil.copytree(full.folder, dead, ignore=shutil.ignore_patterns("dead"))
    left = Place(dead)
    with left.open() as vault:
        assert vault.get(3, "claim-2") == b"new"
        assert anchored(left) == vault.epoch
    shutil.copy(older, left.file)
    with pytest.raises(Rollback):
        left.open()


def test_another_process_goes_on_from_what_is_not_anchored_yet(full: Place) -> None:
    with full.open() as one, full.open() as other:
        for number in range(4):
            change(one if number % 2 else other, 3, "claim-1", b"%d" % number)
        assert one.get(3, "claim-1") == other.get(3, "claim-1") == b"3"
    assert anchored(full) == one.epoch == other.epoch
