from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from prometheus.errors import Conflict, NotFound, NotUnderstood, PrometheusError, TooLarge, WrongPassphrase
from prometheus.identity.iop_morpheus import MOST_KEYS
from prometheus.identity.iop_vault import IopVault
from prometheus.identity.morpheus_keys import KINDS, derive_secret
from prometheus.identity.multibase import encode_b64u
from prometheus.identity.multicipher import SecretKey
from prometheus.identity.password_box import encrypt

SEED = bytes(range(64))
PASSWORD = "correct horse"


def full_vault() -> IopVault:
    vault = IopVault.of_seed(SEED, PASSWORD)
    vault.add_morpheus(PASSWORD)
    vault.unlock_morpheus(PASSWORD).key("device", 1)
    vault.add_hydra(PASSWORD, "HYD testnet", 0)
    return vault


FULL: dict[str, Any] = json.loads(full_vault().save())


def refused(document: object) -> str:
    with pytest.raises(PrometheusError) as error:
        IopVault.load(document if isinstance(document, str) else json.dumps(document))
    return error.value.what


def changed(path: str, value: object = ...) -> dict[str, Any]:
    """Return the full vault's document with one member replaced, or left out."""
    document: Any = json.loads(json.dumps(FULL))
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    inner = document
    for step in steps:
        inner = inner[step]
    if value is ...:
        del inner[last]
    else:
        inner[last] = value
    return dict(document)


def test_a_file_is_read_back_as_it_was_written() -> None:
    vault = IopVault.load(json.dumps(FULL))
    assert json.loads(vault.save()) == FULL
    assert vault.unlock(PASSWORD) == SEED
    assert vault.morpheus().count("persona") == 1
    assert vault.morpheus().count("device") == 2
    assert [account.parameters for account in vault.hydra_accounts] == [("HYD testnet", 0)]


@pytest.mark.parametrize(
    ("path", "member"),
    [
        ("encryptedSeed", "encryptedSeed"),
        ("plugins", "plugins"),
        ("plugins.0.pluginName", "pluginName"),
        ("plugins.0.parameters", "parameters"),
        ("plugins.0.publicState", "publicState"),
        ("plugins.1.publicState", "publicState"),
        ("plugins.1.publicState.xpub", "xpub"),
        ("plugins.1.publicState.receiveKeys", "receiveKeys"),
        ("plugins.1.publicState.changeKeys", "changeKeys"),
        ("plugins.1.parameters", "parameters"),
        ("plugins.1.parameters.network", "network"),
        ("plugins.1.parameters.account", "account"),
    ],
)
def test_a_missing_member_is_named(path: str, member: str) -> None:
    assert refused(changed(path)) == f"missing field `{member}`"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("encryptedSeed", 7),
        ("plugins", {}),
        ("plugins.0", "Morpheus"),
        ("plugins.0.pluginName", 7),
        ("plugins.0.publicState", []),
        ("plugins.0.publicState.personas", "pez"),
        ("plugins.0.publicState.personas", [7]),
        ("plugins.0.publicState.personas", ["pez"]),
        ("plugins.1.publicState.xpub", "hydt"),
        ("plugins.1.publicState.receiveKeys", -1),
        ("plugins.1.publicState.receiveKeys", 1.0),
        ("plugins.1.publicState.receiveKeys", True),
        ("plugins.1.publicState.receiveKeys", 2**32),
        ("plugins.1.publicState.changeKeys", "0"),
        ("plugins.1.parameters.account", -1),
        ("plugins.1.parameters.account", 2**31),
        ("plugins.1.parameters.network", "HYD mainnet"),
        ("plugins.1.parameters.network", "HYD moonnet"),
    ],
)
def test_a_member_of_another_kind_is_refused(path: str, value: object) -> None:
    assert refused(changed(path, value))


def test_an_unknown_plugin_is_named() -> None:
    expected = "unknown variant `Other`, expected `Hydra` or `Morpheus`"
    assert refused(changed("plugins.0.pluginName", "Other")) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7",
        "[]",
        "null",
        "{",
        '{"encryptedSeed": "u", "encryptedSeed": "u", "plugins": []}',
        "[" * 100_000,
        '{"encryptedSeed": ' + "9" * 10_000,
        "\ufeff{}",
    ],
)
def test_a_text_that_is_no_vault_is_refused(text: str) -> None:
    assert refused(text)


def test_the_same_plugin_twice_in_a_file_is_refused() -> None:
    for place in (0, 1):
        assert refused({**FULL, "plugins": [*FULL["plugins"], FULL["plugins"][place]]})


def test_an_overlong_file_is_refused() -> None:
    with pytest.raises(TooLarge):
        IopVault.load(json.dumps({**FULL, "more": "x" * (4 * 1024 * 1024)}))
    with pytest.raises(TooLarge):
        IopVault.load(json.dumps(changed("plugins.0.publicState.personas", [""] * (MOST_KEYS + 1))))


def test_what_we_do_not_know_is_ignored_and_lost() -> None:
    document = changed("plugins.0.publicState.robots", ["pez"])
    document["ours"] = {"claims": []}
    assert json.loads(IopVault.load(json.dumps(document)).save()) == FULL


def test_lists_without_keys_are_left_out() -> None:
    vault = IopVault.of_seed(SEED, PASSWORD)
    vault.add_morpheus(PASSWORD)
    assert set(json.loads(vault.save())["plugins"][0]["publicState"]) == {"personas"}


def test_the_password_box_is_looked_at_only_when_it_is_opened() -> None:
    vault = IopVault.load('{"encryptedSeed": "not multibase", "plugins": []}')
    with pytest.raises(NotUnderstood, match="Unknown base code: n"):
        vault.unlock(PASSWORD)


def test_a_box_with_anything_but_a_seed_is_refused() -> None:
    box = encode_b64u(encrypt(PASSWORD, bytes(63)))
    vault = IopVault.load(json.dumps({"encryptedSeed": box, "plugins": []}))
    with pytest.raises(NotUnderstood, match="Only 512-bit seeds are supported"):
        vault.unlock(PASSWORD)


def test_a_wrong_password_changes_nothing() -> None:
    vault = IopVault.load(json.dumps(FULL))
    for use in (
        lambda: vault.unlock("wrong"),
        lambda: vault.add_morpheus("wrong"),
        lambda: vault.add_hydra("wrong", "HYD testnet", 3),
        lambda: vault.unlock_morpheus("wrong"),
        lambda: vault.unlock_hydra("wrong", "HYD testnet", 0),
    ):
        with pytest.raises(WrongPassphrase, match="Ciphertext was tampered with"):
            use()
    assert not vault.is_dirty
    assert json.loads(vault.save()) == FULL


def test_the_same_plugin_twice_is_refused_and_other_accounts_are_not() -> None:
    vault = full_vault()
    for add in (lambda: vault.add_morpheus(PASSWORD), lambda: vault.add_hydra(PASSWORD, "HYD testnet", 0)):
        with pytest.raises(Conflict, match="Same plugin was already added to vault"):
            add()
    vault.add_hydra(PASSWORD, "HYD testnet", 1)
    vault.add_hydra(PASSWORD, "HYD mainnet", 0)
    assert len(vault.hydra_accounts) == 3


def test_what_was_not_made_is_not_found() -> None:
    vault = full_vault()
    stranger = SecretKey("e", b"\x07" * 32).public_key()
    spender = SecretKey("s", b"\x07" * 32).public_key()
    with pytest.raises(NotFound, match=f"Could not find {stranger.text} among Morpheus keys"):
        vault.unlock_morpheus(PASSWORD).key_by_public_key(stranger)
    with pytest.raises(NotFound, match=f"Could not find {stranger.key_id().text} among Persona keys"):
        vault.morpheus().key_by_id("persona", stranger.key_id())
    with pytest.raises(NotFound, match="Could not find tX among Hydra keys"):
        vault.hydra("HYD testnet", 0).key_by_address("tX")
    with pytest.raises(NotFound, match=f"Could not find {spender.raw.hex()} among Hydra keys"):
        vault.unlock_hydra(PASSWORD, "HYD testnet", 0).key_by_public_key(spender)
    with pytest.raises(NotFound, match="Could not find Hydra plugin with given parameters"):
        vault.hydra("HYD testnet", 1)
    with pytest.raises(NotFound, match="Could not find Morpheus plugin"):
        IopVault.of_seed(SEED, PASSWORD).morpheus()


def test_what_was_made_is_found() -> None:
    vault = full_vault()
    device = vault.morpheus().key("device", 1)
    assert vault.morpheus().key_by_id("device", device.key_id()) == device
    assert vault.unlock_morpheus(PASSWORD).key_by_public_key(device).public_key() == device
    account = vault.hydra("HYD testnet", 0)
    address = account.address(3)
    assert account.key_by_address(address) == account.key(3)
    spender = vault.unlock_hydra(PASSWORD, "HYD testnet", 0)
    assert spender.key_by_public_key(account.key(3)).public_key() == account.key(3)
    assert spender.key(4).public_key() == account.key(4)


@pytest.mark.parametrize("index", [-1, MOST_KEYS, 2**31])
def test_an_index_out_of_range_makes_no_keys(index: int) -> None:
    vault = IopVault.load(json.dumps(FULL))
    expected = "Key index cannot be negative" if index < 0 else "at most"
    for use in (
        lambda: vault.unlock_morpheus(PASSWORD).key("persona", index),
        lambda: vault.morpheus().key("persona", index),
        lambda: vault.hydra("HYD testnet", 0).key(index),
        lambda: vault.unlock_hydra(PASSWORD, "HYD testnet", 0).key(index),
    ):
        with pytest.raises(PrometheusError, match=expected):
            use()
    assert not vault.is_dirty


def test_negative_accounts_and_unknown_networks_are_refused() -> None:
    vault = full_vault()
    with pytest.raises(NotUnderstood, match="Hydra account number cannot be negative"):
        vault.hydra("HYD testnet", -1)
    with pytest.raises(NotUnderstood, match="Cannot use negative account index"):
        vault.add_hydra(PASSWORD, "HYD testnet", -1)
    with pytest.raises(NotUnderstood, match=r"Could not find network with name HYD moonnet\."):
        vault.hydra("HYD moonnet", 0)


def test_no_open_vault_shows_its_secrets() -> None:
    vault = full_vault()
    unlocked = [vault, vault.unlock_morpheus(PASSWORD), vault.unlock_hydra(PASSWORD, "HYD testnet", 0)]
    shown = repr(unlocked) + str(unlocked)
    assert SEED.hex() not in shown
    assert repr(SEED)[4:40] not in shown
    assert SEED.hex() not in vault.save()


class GrowingVault(RuleBasedStateMachine):
    """Any order of growing, saving and loading keeps every key in its place and tells truly whether it is dirty."""

    @initialize()
    def begin(self) -> None:
        self.vault = full_vault()
        self.saved: dict[str, Any] | None = None
        self.counts = {"persona": 1, "device": 2, "group": 0, "resource": 0}
        self.receive = 1

    @rule(kind=st.sampled_from(KINDS), index=st.integers(0, 6))
    def ask_for_a_secret_key(self, kind: Any, index: int) -> None:
        secret = self.vault.unlock_morpheus(PASSWORD).key(kind.name, index)
        assert secret.raw == derive_secret(SEED, kind.name, index).raw
        self.counts[kind.name] = max(self.counts[kind.name], index + 1)

    @rule(kind=st.sampled_from(KINDS), index=st.integers(0, 6))
    def ask_for_a_public_key(self, kind: Any, index: int) -> None:
        if index < self.counts[kind.name]:
            expected = derive_secret(SEED, kind.name, index).public_key()
            assert self.vault.morpheus().key(kind.name, index) == expected
            return
        with pytest.raises(NotFound, match="Only existing keys can be queried via Morpheus Public"):
            self.vault.morpheus().key(kind.name, index)

    @rule(index=st.integers(0, 6))
    def ask_for_an_address(self, index: int) -> None:
        assert self.vault.hydra("HYD testnet", 0).address(index).startswith("t")
        self.receive = max(self.receive, index + 1)

    @rule()
    def save(self) -> None:
        self.saved = json.loads(self.vault.save())
        assert not self.vault.is_dirty

    @rule()
    def save_and_load(self) -> None:
        self.saved = json.loads(self.vault.save())
        self.vault = IopVault.load(json.dumps(self.saved))
        assert not self.vault.is_dirty

    @invariant()
    def counts_and_dirt_are_true(self) -> None:
        morpheus = self.vault.morpheus()
        assert {kind.name: morpheus.count(kind.name) for kind in KINDS} == self.counts
        assert self.vault.hydra("HYD testnet", 0).receive_keys == self.receive
        if self.saved is not None:
            plugins = self.saved["plugins"]
            unchanged = plugins[1]["publicState"]["receiveKeys"] == self.receive and all(
                len(plugins[0]["publicState"].get(kind.plural, [])) == self.counts[kind.name] for kind in KINDS
            )
            assert self.vault.is_dirty is not unchanged


GrowingVaultTest = GrowingVault.TestCase
GrowingVaultTest.settings = settings(max_examples=10, stateful_step_count=8)


@settings(max_examples=60)
@given(st.data())
def test_any_json_is_read_or_refused_with_an_error_of_ours(data: st.DataObject) -> None:
    values = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=8,
    )
    path = data.draw(
        st.sampled_from(["plugins", "plugins.0", "plugins.1", "plugins.1.publicState", "plugins.0.publicState"])
    )
    with contextlib.suppress(PrometheusError):
        IopVault.load(json.dumps(changed(path, data.draw(values))))
