"""Any sequence of operations leaves a vault that says what a dictionary says.

At each step the sum over the records is made anew from the file, without the cellar's code, and what the index finds is
compared with a search through all of them. Indexes are written after two changes, and vaults with and without a check
in a thread take turns.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule
from prometheus_simulators.memory_vault import MemoryVault
from prometheus_simulators.plain import plain
from prometheus_simulators.quick_kdf import quick_argon2id
from prometheus_simulators.vault_lab import PASSPHRASE, SECRET, Place, bodies_of, body_of, kept_keys, rows

from prometheus_vault import LIGHT, Indexed, Transaction, Vault, index_upkeep, kdf, root, set_check
from prometheus_vault.limits import KEY_COLLECTION
from prometheus_vault.rekey import renewing_keys

COLLECTIONS = st.sampled_from([1, 3, 128, 255])
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6)
BODIES = st.one_of(st.binary(max_size=80), st.integers(0, 5000).map(bytes))


def describe(_collection: int, name: str, body: bytes) -> Indexed | None:
    """Say something of most records: the text of the body, an order with many ties, tags that overlap."""
    if len(body) % 7 == 6:
        return None
    tags = (f"length {len(body) % 3}", "long" if len(body) > 20 else "short", name[:1])
    return Indexed(f"{name} {body.decode('latin-1')}", body[:1].hex(), tags)


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
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(index_upkeep, "FEW", 2)
        self.many = set_check.AT_ONCE
        self.place = Place(Path(tempfile.mkdtemp()))
        self.passphrase = PASSPHRASE
        self.model: dict[tuple[int, str], bytes] = {}
        self.commits = 1
        self.vault: Vault
        self.other: Vault | None = None

    @initialize()
    def create(self) -> None:
        self.vault = self.place.create(describe)

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
            self.other = self.place.open(describe)
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

    @rule(in_thread=st.booleans())
    def reopen(self, *, in_thread: bool = False) -> None:
        self.vault.close()
        self.patch.setattr(set_check, "AT_ONCE", 0 if in_thread else self.many)
        self.vault = self.place.open_by_passphrase(self.passphrase, describe)
        assert self.vault.warnings == ()

    @rule()
    def lose_the_index(self) -> None:
        for path in self.place.anchors.glob("*.idx"):
            path.unlink()

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

    @rule(change=st.none() | st.tuples(NAMES, BODIES))
    def renew_keys(self, change: tuple[str, bytes] | None) -> None:
        """Everything under new keys in a new file, in one commit with a change or without."""
        if self.other is not None:
            self.other.close()
            self.other = None
        before = kept_keys(self.vault)
        renewal = renewing_keys(self.vault, passphrase=self.passphrase, recovery_secret=SECRET, kdf=LIGHT)
        with renewal as transaction:
            if change is not None:
                transaction.put(3, *change)
                self.model[3, change[0]] = change[1]
        self.commits += 1
        self.vault = self.place.open_by_passphrase(self.passphrase, describe)
        assert self.vault.warnings == ()
        assert not set(map(plain, before)) & set(map(plain, kept_keys(self.vault)))

    @invariant()
    def says_what_the_model_says(self) -> None:
        found = {(kind, name): body for kind in (1, 3, 128, 255) for name, body in bodies_of(self.vault, kind)}
        assert found == self.model
        for key, body in self.model.items():
            assert body_of(self.vault, *key) == body
        report = self.vault.verify(deep=True)
        assert (report.epoch, report.records) == (self.commits, len(self.model))
        assert report.journal_is_whole

    @invariant()
    def finds_what_a_search_through_all_finds(self) -> None:
        linear = MemoryVault(describe)
        linear.records = self.model
        asked = [("", ()), ("", ("short",)), ("", ("long", "length 1")), ("a", ()), ("b 1", ("short",))]
        asked += [(name, (name[:1],)) for _, name in list(self.model)[:3]]
        for kind in (1, 3, 128):
            for words, tags in asked:
                for limit in (None, 2):
                    found = self.vault.find(kind, words=words, tags=tags, limit=limit, newest_first=limit is None)
                    wanted = linear.find(kind, words=words, tags=tags, limit=limit, newest_first=limit is None)
                    assert found == wanted
                assert self.vault.count(kind, tags=tags) == linear.count(kind, tags=tags)

    @invariant()
    def the_sum_over_the_file_is_that_of_the_root(self) -> None:
        keys = self.vault._session.unlocked.keys
        sealed = rows(self.place.file, "SELECT v FROM meta WHERE k = 'root'")[0][0]
        assert isinstance(sealed, bytes)
        total = 0
        for row_id, version, ct in rows(self.place.file, "SELECT id, ver, ct FROM rec"):
            assert isinstance(row_id, bytes)
            assert isinstance(version, int)
            assert isinstance(ct, bytes)
            data = row_id + version.to_bytes(8, "little") + ct
            leaf = hashlib.blake2b(data, digest_size=32, key=bytes(keys.set.view), person=b"prom-leaf-v1")
            total ^= int.from_bytes(leaf.digest(), "big")
        found = root.open_root(keys, self.vault.vault_id, sealed)
        assert (found.epoch, found.records) == (self.commits, len(self.model))
        assert found.total == total.to_bytes(32, "big")

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
        self.patch.undo()
        shutil.rmtree(self.place.folder)


TestVaultMachine = VaultMachine.TestCase
TestVaultMachine.settings = settings(
    max_examples=40, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
