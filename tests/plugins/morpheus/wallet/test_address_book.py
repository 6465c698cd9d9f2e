"""The address book: one address a name and network, found in any spelling, and nothing in it that could deceive."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.memory_node import address_of
from prometheus_simulators.sending_world import MemoryStore

from prometheus.errors import NotFound, NotUnderstood
from prometheus.identity.multicipher import SECP256K1, PublicKey
from prometheus.identity.networks import network_named
from prometheus_morpheus.transactions.addresses import is_address
from prometheus_morpheus.transactions.networks import network_keyed
from prometheus_morpheus.wallet import address_book
from prometheus_morpheus.wallet.address_book import AddressBook, Saved

if TYPE_CHECKING:
    from prometheus.api import Store

KEY = bytes.fromhex("035569c50c9d862be6d4e07d182cb68967b1e7a9478aac2bcc50859ebc94310c5b")
OTHER = bytes.fromhex("02372da9316f02d68e7875dd2f78b371241e89fbc4b3be5b12ec0739e47cd2609a")
TESTNET, MAINNET = network_keyed("testnet"), network_keyed("mainnet")
ADDRESS, ELSEWHERE = address_of(KEY, TESTNET.address_byte), address_of(KEY, MAINNET.address_byte)
BITCOIN = network_named("BTC mainnet").address(PublicKey(SECP256K1, KEY))


@pytest.fixture
def store() -> Store:
    return MemoryStore()


def keep(store: Store, name: str, address: str) -> None:
    saved = Saved(
        address_book.checked_name(name), address, address_book.address_byte_of(address), "2026-11-22T18:00:00Z"
    )
    with store.transaction() as commit:
        address_book.save(commit, saved)


@pytest.mark.parametrize("typed", ["Ána", "ána", "ÁNA", "A\u0301na", " Ána "])
def test_a_name_is_found_in_any_spelling_of_the_same_letters(store: Store, typed: str) -> None:
    keep(store, "Ána", ADDRESS)
    assert AddressBook(store).resolve(typed, TESTNET) == (ADDRESS, "Ána")


def test_an_address_stands_for_itself_and_is_told_by_its_name(store: Store) -> None:
    book = AddressBook(store)
    assert book.resolve(ADDRESS, TESTNET) == (ADDRESS, "")
    keep(store, "ana", ADDRESS)
    assert book.resolve(ADDRESS, TESTNET) == (ADDRESS, "ana")


def test_a_name_has_an_address_on_each_network_and_another_replaces_it(store: Store) -> None:
    keep(store, "ana", ADDRESS)
    keep(store, "ana", ELSEWHERE)
    book = AddressBook(store)
    assert book.resolve("ana", TESTNET)[0] == ADDRESS
    assert book.resolve("ana", MAINNET)[0] == ELSEWHERE
    newer = address_of(OTHER, TESTNET.address_byte)
    keep(store, "ANA", newer)
    assert book.resolve("ana", TESTNET) == (newer, "ANA")
    assert len(book.all_saved()) == 2


def test_an_address_of_another_network_is_refused_never_paid(store: Store) -> None:
    with pytest.raises(NotUnderstood, match="an address of HYD mainnet, and HYD testnet is meant"):
        AddressBook(store).resolve(ELSEWHERE, TESTNET)
    keep(store, "ana", ELSEWHERE)
    with pytest.raises(NotFound, match="saved for HYD mainnet only"):
        AddressBook(store).resolve("ana", TESTNET)


def test_an_address_with_a_typing_error_is_no_address(store: Store) -> None:
    wrong = ADDRESS[:-1] + ("x" if ADDRESS[-1] != "x" else "y")
    assert not is_address(wrong)
    with pytest.raises(NotUnderstood, match="mistyped: its checksum does not fit"):
        AddressBook(store).resolve(wrong, TESTNET)
    with pytest.raises(NotUnderstood, match="mistyped: its checksum does not fit"):
        address_book.address_byte_of(wrong)


def test_an_address_of_a_foreign_ledger_is_not_saved() -> None:
    with pytest.raises(NotUnderstood):
        address_book.address_byte_of(BITCOIN)
    with pytest.raises(NotUnderstood, match="an address of no Hydra network"):
        AddressBook(MemoryStore()).resolve(BITCOIN, TESTNET)
    with pytest.raises(NotUnderstood, match="no address of a Hydra network"):
        address_book.address_byte_of("ana")


@pytest.mark.parametrize("name", ["", "  ", "x" * 65, "a\nb", "a\u202eb", "a\u200bb", "a\x1b[31m", "\ud800", ADDRESS])
def test_a_name_that_could_deceive_is_refused(name: str) -> None:
    with pytest.raises(NotUnderstood) as caught:
        address_book.checked_name(name)
    assert caught.value.code == "ADDRESS-NAME"


def test_what_is_removed_is_gone_on_its_network_alone(store: Store) -> None:
    keep(store, "ana", ADDRESS)
    keep(store, "ana", ELSEWHERE)
    book = AddressBook(store)
    saved = book.find("ana", TESTNET.address_byte)
    assert saved is not None
    with store.transaction() as commit:
        address_book.remove(commit, saved)
    assert book.find("ana", TESTNET.address_byte) is None
    assert book.find("ana", MAINNET.address_byte) is not None
    assert book.names() == {ELSEWHERE: "ana"}
