"""Any sequence of operations leaves a vault that says what a dictionary says."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule
from prometheus_simulators.vault_lab import PASSPHRASE, SECRET, Place, bodies_of, body_of, quick_argon2id

from prometheus_vault import LIGHT, Transaction, Vault, kdf
from prometheus_vault.limits import KEY_COLLECTION

COLLECTIONS = st.sampled_from([1, 3, 128, 255])
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6)
BODIES = st.one_of(st.binary(max_size=80), st.integers(0, 5000).map(bytes))


def in_change(change: Transaction, collection: int, name: str) -> bytes | None:
    if collection != KEY_COLLECTION:
        return change.get(collection, name)
    body = change.secret(name)
    return None if body is None else bytes(body.view)


class VaultMachine(RuleBasedStateMachine):
    known = Bundle("known")

    def __init__(self) -> None:
        super().__init__()
        self.real_kdf = kdf.argon2id
        kdf.argon2id = quick_argon2id
        self.place = Place(Path(tempfile.mkdtemp()))
        self.passphrase = PASSPHRASE
        self.model: dict[tuple[int, str], bytes] = {}
        self.commits = 1
        self.vault: Vault
        self.other: Vault | None = None

    @initialize()
    def create(self) -> None:
        self.vault = self.place.create()

    @rule(target=known, collection=COLLECTIONS, name=NAMES, body=BODIES)
    def put(self, collection: int, name: str, body: bytes) -> tuple[int, str]:
        with self.vault.transaction() as change:
            change.put(collection, name, body)
        self.model[collection, name] = body
        self.commits += 1
        return collection, name

    @rule(key=known, body=BODIES)
    def put_again(self, key: tuple[int, str], body: bytes) -> None:
        self.put(*key, body)

    @rule(key=known)
    def delete(self, key: tuple[int, str]) -> None:
        with self.vault.transaction() as change:
            was_there = change.delete(*key)
        assert was_there == (key in self.model)
        self.commits += was_there
        self.model.pop(key, None)

    @rule(changes=st.lists(st.tuples(COLLECTIONS, NAMES, st.none() | BODIES), min_size=1, max_size=6))
    def change_several(self, changes: list[tuple[int, str, bytes | None]]) -> None:
        after = dict(self.model)
        with self.vault.transaction() as change:
            for collection, name, body in changes:
                if body is None:
                    assert change.delete(collection, name) == (after.pop((collection, name), None) is not None)
                else:
                    change.put(collection, name, body)
                    after[collection, name] = body
                assert in_change(change, collection, name) == body
        self._settle(after)

    @rule(key=known, body=BODIES)
    def write_from_elsewhere(self, key: tuple[int, str], body: bytes) -> None:
        if self.other is None:
            self.other = self.place.open()
        with self.other.transaction() as change:
            change.put(*key, body)
        self.model[key] = body
        self.commits += 1

    @rule(key=known)
    def give_up(self, key: tuple[int, str]) -> None:
        with pytest.raises(LookupError), self.vault.transaction() as change:
            change.delete(*key)
            change.put(3, "never", b"x")
            raise LookupError

    @rule()
    def reopen(self) -> None:
        self.vault.close()
        self.vault = self.place.open_by_passphrase(self.passphrase)
        assert self.vault.warnings == ()

    @rule(passphrase=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=9).map(str.encode))
    def change_passphrase(self, passphrase: bytes) -> None:
        self.reopen()
        self.vault.change_passphrase(passphrase, LIGHT)
        self.passphrase = passphrase
        self.commits += 1

    @rule()
    def renew_recovery(self) -> None:
        self.vault.set_recovery(SECRET)
        self.commits += 1

    @invariant()
    def says_what_the_model_says(self) -> None:
        found = {(kind, name): body for kind in (1, 3, 128, 255) for name, body in bodies_of(self.vault, kind)}
        assert found == self.model
        for key, body in self.model.items():
            assert body_of(self.vault, *key) == body
        report = self.vault.verify(deep=True)
        assert (report.epoch, report.records) == (self.commits, len(self.model))
        assert report.journal_is_whole

    def _settle(self, after: dict[tuple[int, str], bytes]) -> None:
        before, self.model = self.model, after
        # A record put and deleted again in one transaction leaves no trace; a rewrite with the same body does.
        self.commits = self.vault.epoch
        if before != after:
            assert self.commits > 1

    def teardown(self) -> None:
        for vault in (self.vault, self.other):
            if vault is not None:
                vault.close()
        kdf.argon2id = self.real_kdf
        shutil.rmtree(self.place.folder)


TestVaultMachine = VaultMachine.TestCase
TestVaultMachine.settings = settings(
    max_examples=40, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
