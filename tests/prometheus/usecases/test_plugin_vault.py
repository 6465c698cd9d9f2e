"""What a plugin sees of an open vault: its own records, its own acts, and the doors that it was let in to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from coincurve import PublicKey
from prometheus_simulators.two_vaults import make_world

from prometheus.errors import KeyUnavailable, NotFound, NotUnderstood, PluginFailed, PluginOff
from prometheus.identity import multicipher
from prometheus.model import capability, collection
from prometheus.usecases import audit
from prometheus.usecases.plugin_vault import Guest, PluginVault

if TYPE_CHECKING:
    from pathlib import Path

    from prometheus.usecases.session import Session

EVERYTHING = (capability.KEEPS_RECORDS, capability.SEES_PERSONAS, capability.SIGNS, capability.SPENDS)


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return make_world(str(tmp_path / "schemas")).holder


def seen(session: Session, *capabilities: str, name: str = "guest") -> PluginVault:
    return PluginVault(session, Guest(name, capabilities or EVERYTHING, ["guest.hello", "did.greet"], ["hello"]))


def test_a_record_comes_back_as_it_was_and_is_gone_once_deleted(session: Session) -> None:
    store = seen(session).store
    fields = {"v": 9, "hlc": "mine", "device": None, "list": [1, {"a": "ű"}], "amount": 2**53 - 1}
    with store.transaction() as transaction:
        transaction.put("one", fields)
        assert transaction.get("one") == fields
    assert store.get("one") == fields
    with store.transaction() as transaction:
        assert transaction.delete("one")
        assert not transaction.delete("one")
    assert store.get("one") is None


def test_records_are_scanned_by_the_beginning_of_their_names_in_order(session: Session) -> None:
    store = seen(session).store
    with store.transaction() as transaction:
        for name in ("b/2", "a/1", "b/1", "b"):
            transaction.put(name, {"is": name})
    assert [name for name, _ in store.scan("b/")] == ["b/1", "b/2"]
    assert list(store.scan()) == [(name, {"is": name}) for name in ("a/1", "b", "b/1", "b/2")]


def test_a_family_is_scanned_without_reading_other_records(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    mine, other = seen(session).store, seen(session, name="guest2").store
    for store in (mine, other):
        with store.transaction() as transaction:
            for name in ("a/2", "a/1/x", "ab/1", "a", "b/1"):
                transaction.put(name, {"is": name})
    read: list[str] = []
    get = type(session).get

    def watched(self: Session, group: int, name: str) -> dict[str, Any] | None:
        read.append(name)
        return get(self, group, name)

    monkeypatch.setattr(type(session), "get", watched)
    assert [name for name, _ in mine.scan("a/")] == ["a/1/x", "a/2"]
    assert [name for name, _ in mine.scan("a/1")] == ["a/1/x"]
    assert set(read) == {"guest/a/1/x", "guest/a/2"}
    assert [name for name, _ in mine.scan("a")] == ["a", "a/1/x", "a/2", "ab/1"]
    assert len(list(mine.scan())) == 5


def test_a_plugin_never_meets_the_records_of_another(session: Session) -> None:
    mine, other = seen(session).store, seen(session, name="guest2").store
    with other.transaction() as transaction:
        transaction.put("secret", {"is": "theirs"})
    assert mine.get("secret") is None
    assert mine.get("../guest2/secret") is None
    assert list(mine.scan()) == []
    with mine.transaction() as transaction:
        assert not transaction.delete("../guest2/secret")
    assert other.get("secret") == {"is": "theirs"}


def test_an_exception_undoes_the_whole_transaction_and_its_log(session: Session) -> None:
    store = seen(session).store
    before = len(list(audit.entries(session)))
    with pytest.raises(ZeroDivisionError), store.transaction() as transaction:
        transaction.put("one", {})
        transaction.audit("guest.hello", to="you")
        raise ZeroDivisionError
    assert store.get("one") is None
    assert len(list(audit.entries(session))) == before
    with store.transaction() as transaction:
        transaction.put("one", {})
        transaction.audit("guest.hello", to="you")
    assert store.get("one") == {}
    assert len(list(audit.entries(session))) == before + 1


def test_what_a_plugin_logs_says_which_plugin_it_was(session: Session) -> None:
    with seen(session).store.transaction() as transaction:
        transaction.audit("guest.hello", persona="did:morpheus:ezX", to="you")
    entry = audit.last_entry(session)
    assert entry is not None
    assert (entry.act, entry.persona) == ("guest.hello", "did:morpheus:ezX")
    assert entry.facts == {"to": "you", "plugin": "guest"}
    assert audit.check(session).is_intact


@pytest.mark.parametrize("act", ["guest.any", "hello.any", "did.greet"])
def test_a_plugin_may_log_its_own_acts(session: Session, act: str) -> None:
    with seen(session).store.transaction() as transaction:
        transaction.audit(act)


@pytest.mark.parametrize("act", ["claim.present", "did.show", "guest", "guest.", "", "guest2.any", "key.reveal"])
def test_a_plugin_never_logs_what_looks_like_an_act_of_the_house(session: Session, act: str) -> None:
    before = len(list(audit.entries(session)))
    with pytest.raises(PluginFailed, match="none of its acts"), seen(session).store.transaction() as transaction:
        transaction.audit(act)
    assert len(list(audit.entries(session))) == before


def test_a_transaction_within_another_is_refused_and_the_next_works(session: Session) -> None:
    store = seen(session).store
    with pytest.raises(PluginFailed, match="within another"), store.transaction(), store.transaction():
        pass
    with store.transaction() as transaction:
        transaction.put("one", {})


@pytest.mark.parametrize("name", ["", "x" * 513, "é" * 257])
def test_a_record_needs_a_name_of_bounded_length(session: Session, name: str) -> None:
    store = seen(session).store
    with pytest.raises(PluginFailed, match="name"):
        store.get(name)
    with pytest.raises(PluginFailed, match="name"), store.transaction() as transaction:
        transaction.put(name, {})


def test_every_door_is_shut_for_a_plugin_that_did_not_ask(session: Session) -> None:
    shut = seen(session, "to say hello")
    for knock in (
        lambda: shut.store,
        lambda: shut.signer,
        shut.personas,
        lambda: shut.persona("x"),
        shut.active_persona,
        lambda: shut.wallet_public_key("HYD testnet", 0, 0),
        lambda: shut.wallet_sign("HYD testnet", 0, 0, b""),
    ):
        with pytest.raises(PluginOff, match="did not ask"):
            knock()


def test_each_capability_opens_its_own_door_and_no_other(session: Session) -> None:
    records = seen(session, capability.KEEPS_RECORDS)
    assert records.store.get("one") is None
    with pytest.raises(PluginOff):
        _ = records.signer
    spender = seen(session, capability.SPENDS)
    assert spender.wallet_public_key("HYD testnet", 0, 0)
    with pytest.raises(PluginOff):
        spender.personas()
    looker = seen(session, capability.SEES_PERSONAS)
    assert looker.personas()
    with pytest.raises(PluginOff):
        _ = looker.signer


def test_a_persona_is_found_and_its_key_signs(session: Session) -> None:
    vault = seen(session)
    persona = vault.active_persona()
    assert persona in vault.personas()
    assert vault.persona(persona.did) == persona
    signature = multicipher.Signature.parse(vault.signer.sign(persona.public_key, b"message"))
    assert multicipher.PublicKey.parse(persona.public_key).verify(b"message", signature)
    with pytest.raises(NotFound):
        vault.persona("nobody of that name")
    with pytest.raises(KeyUnavailable):
        vault.signer.sign("pez2CLkBUjHB8w8G87D3YkREjpRuiqPu6BrRsgHMQy2Pzt6", b"message")


def test_a_ledger_key_signs_in_der_what_its_public_side_verifies(session: Session) -> None:
    vault = seen(session)
    public = vault.wallet_public_key("HYD testnet", 0, 3)
    assert len(public) == 33
    signature = vault.wallet_sign("HYD testnet", 0, 3, b"message")
    assert PublicKey(public).verify(signature, b"message")
    assert not PublicKey(public).verify(signature, b"massage")
    assert public != vault.wallet_public_key("HYD testnet", 0, 4)
    assert public != vault.wallet_public_key("HYD mainnet", 0, 3)


@pytest.mark.parametrize("place", [("HYD nonet", 0, 0), ("HYD testnet", -1, 0), ("HYD testnet", 0, -1)])
def test_a_place_without_a_key_is_refused(session: Session, place: tuple[str, int, int]) -> None:
    with pytest.raises(NotUnderstood):
        seen(session).wallet_public_key(*place)


def test_a_plugin_holds_nothing_that_gives_a_key_or_the_vault(session: Session) -> None:
    vault = seen(session)
    assert {name for name in dir(vault) if not name.startswith("_")} == {
        "active_persona",
        "persona",
        "personas",
        "signer",
        "store",
        "wallet_public_key",
        "wallet_sign",
    }
    assert {name for name in dir(vault.signer) if not name.startswith("_")} == {"sign"}
    assert {name for name in dir(vault.store) if not name.startswith("_")} == {"get", "scan", "transaction"}


def test_the_records_lie_in_the_collection_of_plugins_under_its_name(session: Session) -> None:
    with seen(session).store.transaction() as transaction:
        transaction.put("one", {"a": 1})
    (found,) = [name for name, _ in session.scan(collection.PLUGIN)]
    assert found == "guest/one"
