"""Old vaults upgraded: tried on a copy, kept as they were, and whole whatever dies on the way."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.old_vaults import FOLDERS, NAMES, PASSPHRASE, VAULT, OldVault, moved_in
from prometheus_simulators.vault_lab import ROOT, child_environment

from prometheus.compose import upgrading, vaults
from prometheus.errors import Conflict, Damaged
from prometheus.model import collection
from prometheus.model.secret import Secret
from prometheus.model.upgrades.chain import Chains
from prometheus.model.upgrades.table import CHAINS
from prometheus.usecases import audit
from prometheus.usecases.upgrade_vault import edition_of
from prometheus_vault import Vault

if TYPE_CHECKING:
    from prometheus.compose.vaults import OpenVault

EARLY = next(path for path in FOLDERS if path.name.endswith("early"))
CHILD = """
import os, sys
from prometheus.compose import upgrading, vaults
from prometheus.model.places import Places
from prometheus.model.secret import Secret
from prometheus_simulators.old_vaults import PASSPHRASE, VAULT
from prometheus.usecases import upgrade_vault
from prometheus_vault import rehearsal, session, store

def die(*_, **__):
    os._exit(9)

def die_after(owner, name):
    done = getattr(owner, name)
    def wrapped(*args, **named):
        done(*args, **named)
        die()
    setattr(owner, name, wrapped)

{patch}
places = Places(*sys.argv[1:6])
with vaults.opened(places, VAULT, Secret(PASSPHRASE)) as opened, upgrading.tried(places, opened) as attempt:
    attempt.carry_out()
"""
STEPS = {
    "while the copy is made": "rehearsal.shutil.copyfile = die",
    "after the copy was upgraded": "die_after(rehearsal.Rehearsal, 'write')",
    "before the copy is kept": "upgrading._kept = die",
    "after the copy was kept": "upgrade_vault.carry_out = die",
    "inside the commit": "upgrade_vault.mark_edition = die",
    "as the commit is about to end": "session.commit.write = die",
    "before the last check": "store.Vault.verify = die",
}


@pytest.fixture
def old(tmp_path: Path) -> OldVault:
    return moved_in(EARLY, tmp_path)


def opening(old: OldVault) -> Any:
    return vaults.opened(old.places, VAULT, Secret(PASSPHRASE))


def bodies(opened: OpenVault, group: int) -> dict[str, Any]:
    return {name: json.loads(body) for name, body in opened.vault.scan(group)}


def files(old: OldVault) -> list[str]:
    return sorted(name for name in os.listdir(old.places.data) if not name.endswith((".lock", "trust.json")))


@pytest.mark.parametrize("folder", FOLDERS, ids=NAMES)
def test_an_old_vault_is_upgraded_and_kept_as_it_was(folder: Path, tmp_path: Path) -> None:
    old = moved_in(folder, tmp_path)
    with opening(old) as opened, upgrading.tried(old.places, opened) as attempt:
        kept = attempt.carry_out()
    with opening(old) as opened:
        opened.vault.verify(deep=True)
        assert edition_of(opened.session) == CHAINS.edition
        assert {body["v"] for body in bodies(opened, collection.REQUEST).values()} == {2}
        assert {claim["raw"] for claim in bodies(opened, collection.CLAIM).values()} == {
            claim["raw"] for claim in old.expected["claims"].values()
        }
        assert audit.check(opened.session).is_intact
        assert [entry.act for entry in audit.entries(opened.session)] == [*old.expected["acts"], "vault.upgrade"]
    assert kept == f"{old.file}.v1"
    assert files(old) == [f"{VAULT}.vault", f"{VAULT}.vault.v1"]
    assert Path(kept).stat().st_mode & 0o777 == 0o600
    with Vault.open(kept, tmp_path / "other state", passphrase=PASSPHRASE, read_only=True) as before:
        assert before.epoch == old.expected["epoch"]
        found = {name: hashlib.sha256(body).hexdigest() for name, body in before.scan(collection.REQUEST)}
        assert found == old.expected["records"][str(collection.REQUEST)]


def test_a_second_upgrade_finds_nothing_to_do(old: OldVault) -> None:
    with opening(old) as opened, upgrading.tried(old.places, opened) as attempt:
        attempt.carry_out()
    with opening(old) as opened, upgrading.tried(old.places, opened) as again:
        assert not again.plan.is_needed
    assert files(old) == [f"{VAULT}.vault", f"{VAULT}.vault.v1"]


def test_a_trial_leaves_the_vault_and_its_folder_as_they_were(old: OldVault) -> None:
    before = old.file.read_bytes()
    with opening(old) as opened, upgrading.tried(old.places, opened) as attempt:
        assert attempt.plan.counts == {collection.REQUEST: 3}
    assert old.file.read_bytes() == before
    assert files(old) == [f"{VAULT}.vault"]


def test_a_file_that_is_kept_is_never_written_over(old: OldVault) -> None:
    taken = Path(f"{old.file}.v1")
    taken.write_bytes(b"something of the owner's")
    with opening(old) as opened, upgrading.tried(old.places, opened) as attempt:
        assert attempt.carry_out() == f"{taken}-2"
    assert taken.read_bytes() == b"something of the owner's"


def test_a_step_that_loses_issued_bytes_is_refused_before_the_vault_is_touched(old: OldVault) -> None:
    def lose(fields: Any) -> dict[str, Any]:
        return {**fields, "raw": fields["raw"][:-8]}

    before = old.file.read_bytes()
    with (
        opening(old) as opened,
        pytest.raises(Damaged) as refused,
        upgrading.tried(old.places, opened, Chains({collection.CLAIM: (lose,)})),
    ):
        raise AssertionError("the trial let it pass")
    assert refused.value.code == "UPGRADE-PROOFS"
    assert "the issued bytes of a claim changed" in refused.value.meaning
    assert old.file.read_bytes() == before
    assert files(old) == [f"{VAULT}.vault"]


def test_a_vault_that_changes_meanwhile_is_not_upgraded_and_nothing_is_kept(old: OldVault) -> None:
    with opening(old) as opened, upgrading.tried(old.places, opened) as attempt:
        with opened.session.commit() as commit:
            commit.put(collection.REQUEST, attempt.plan.changes[0].name, {"kind": "request"})
        with pytest.raises(Conflict):
            attempt.carry_out()
        assert edition_of(opened.session) == 1
    assert files(old) == [f"{VAULT}.vault"]


@pytest.mark.parametrize("step", STEPS)
def test_the_vault_opens_whatever_dies_on_the_way(step: str, old: OldVault) -> None:
    child = subprocess.run(
        [sys.executable, "-c", CHILD.replace("{patch}", STEPS[step]), *old.places],
        env=child_environment() | {"PYTHONPATH": child_environment()["PYTHONPATH"] + f":{ROOT / 'plugins'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert child.returncode == 9, child.stderr
    is_done = step == "before the last check"
    with opening(old) as opened:
        opened.vault.verify(deep=True)
        assert edition_of(opened.session) == (CHAINS.edition if is_done else 1)
        assert len(bodies(opened, collection.REQUEST)) == 3
        with upgrading.tried(old.places, opened) as attempt:
            assert attempt.plan.is_needed == (not is_done)
            if attempt.plan.is_needed:
                attempt.carry_out()
    left = [name for name in files(old) if name.startswith(".")]
    assert left == [], "what the dead one left was swept"


def test_two_trials_at_once_do_not_sweep_each_other(old: OldVault) -> None:
    with upgrading.private_folder(old.places, VAULT) as first, upgrading.private_folder(old.places, VAULT) as second:
        assert os.path.isdir(first)
        assert first != second
    assert files(old) == [f"{VAULT}.vault"]
