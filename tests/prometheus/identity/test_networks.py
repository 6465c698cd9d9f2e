from __future__ import annotations

import base58
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prometheus.errors import NotUnderstood
from prometheus.identity import hydra_keys
from prometheus.identity.base58check import decode_checked, encode_checked
from prometheus.identity.multicipher import KeyId, SecretKey
from prometheus.identity.networks import NETWORKS, Network, network_named

networks = st.sampled_from(NETWORKS)
secrets = st.builds(SecretKey, st.just("s"), st.binary(min_size=32, max_size=32).filter(lambda raw: 0 < raw[0] < 255))


def what(text: str, parse: object) -> str:
    assert callable(parse)
    with pytest.raises(NotUnderstood) as refused:
        parse(text)
    return refused.value.what


@given(st.binary(max_size=100))
def test_base58check_agrees_with_the_base58_package(payload: bytes) -> None:
    text = encode_checked(payload)
    assert text == base58.b58encode_check(payload).decode()
    assert decode_checked(text) == payload


@given(st.binary(min_size=1, max_size=60), st.data())
def test_an_altered_or_shortened_base58check_text_is_refused(payload: bytes, data: st.DataObject) -> None:
    text = encode_checked(payload)
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"))
    altered = text[:place] + other + text[place + 1 :]
    if altered != text:
        assert what(altered, decode_checked) == "Incorrect checksum"
    assert what(text[:-1], decode_checked) == "Incorrect checksum"


@pytest.mark.parametrize("text", ["", "1", "11", "2", "zz"])
def test_a_text_shorter_than_a_checksum_is_refused(text: str) -> None:
    assert what(text, decode_checked) == "Incorrect checksum"


@given(networks, secrets)
def test_addresses_and_secrets_are_read_back(network: Network, secret: SecretKey) -> None:
    public = secret.public_key()
    assert network.parse_address(network.address(public)) == network.address_key_id(public)
    assert network.parse_wif(network.wif(secret)).raw == secret.raw


@given(networks, networks, secrets)
def test_a_text_of_another_network_is_refused_by_its_first_byte(
    one: Network, other: Network, secret: SecretKey
) -> None:
    if one.address_byte != other.address_byte:
        error = f"Invalid network prefix found: {one.address_byte:02x}"
        assert what(one.address(secret.public_key()), other.parse_address) == error
    if one.wif_byte != other.wif_byte:
        error = f"Invalid network prefix found: {one.wif_byte:02x}"
        assert what(one.wif(secret), other.parse_wif) == error


@given(secrets)
def test_only_bitcoin_like_networks_hash_keys_as_key_ids_do(secret: SecretKey) -> None:
    public = secret.public_key()
    for network in NETWORKS:
        is_own: bool = network.address_key_id(public) == public.key_id()
        assert is_own is network.name.startswith(("BTC", "IOP"))


def test_a_well_known_bitcoin_key_has_its_well_known_texts() -> None:
    bitcoin = network_named("BTC mainnet")
    one = SecretKey("s", bytes(31) + b"\x01")
    assert bitcoin.address(one.public_key()) == "1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH"
    assert bitcoin.wif(one) == "KwDiBf89QgGbjEhKnhXJuH7LrciVrZi3qYjgd9M7rFU73sVHnoWn"


@pytest.mark.parametrize(
    ("name", "letter"), [("HYD mainnet", "h"), ("HYD devnet", "d"), ("HYD testnet", "t"), ("ARK mainnet", "A")]
)
@given(secret=secrets)
def test_the_first_letter_of_an_address_tells_its_network(name: str, letter: str, secret: SecretKey) -> None:
    assert network_named(name).address(secret.public_key()).startswith(letter)


def test_an_uncompressed_or_misshapen_payload_is_refused() -> None:
    hydra = network_named("HYD testnet")
    wif, address = bytes([hydra.wif_byte]), bytes([hydra.address_byte])
    assert what(encode_checked(wif + b"\x01" * 32), hydra.parse_wif) == "Invalid secret key"
    assert what(encode_checked(wif + b"\x01" * 32 + b"\x02"), hydra.parse_wif) == "Invalid secret key"
    assert what(encode_checked(wif + bytes(32) + b"\x01"), hydra.parse_wif) == "Invalid secret key"
    assert what(encode_checked(address + bytes(19)), hydra.parse_address) == "Invalid address length"
    assert what(encode_checked(address + bytes(21)), hydra.parse_address) == "Invalid address length"
    assert what(encode_checked(b""), hydra.parse_address) == "Invalid network prefix found: "


@given(networks, secrets)
def test_no_error_about_a_secret_text_holds_it(network: Network, secret: SecretKey) -> None:
    wif = network.wif(secret)
    for text in (wif[:-1], wif + "1", "0" + wif, " " + wif):
        error = what(text, network.parse_wif)
        assert wif[5:20] not in error
        assert secret.raw.hex() not in error


def test_an_unknown_network_is_named() -> None:
    assert what("HYD foo", network_named) == "Could not find network with name HYD foo."
    assert what("hyd mainnet", network_named) == "Could not find network with name hyd mainnet."


@given(networks, st.integers(0, 5), st.booleans(), st.integers(0, 100))
def test_an_xpub_gives_the_addresses_of_its_account(network: Network, account: int, change: bool, index: int) -> None:
    secret = hydra_keys.account_key(bytes(range(64)), network, account)
    spending = hydra_keys.spending_key(secret, index, change=change).secret_key().public_key()
    watching = hydra_keys.watching_key(secret.public(), index, change=change).public_key()
    assert spending == watching
    path = hydra_keys.key_path(network, account, index, change=change)
    assert path == f"m/44'/{network.slip44}'/{account}'/{int(change)}/{index}"


def test_negative_numbers_are_refused() -> None:
    hydra = network_named("HYD mainnet")
    with pytest.raises(NotUnderstood, match="Cannot use negative account index"):
        hydra_keys.account_key(bytes(64), hydra, -1)
    with pytest.raises(NotUnderstood, match="Derivation index cannot be negative"):
        hydra_keys.spending_key(hydra_keys.account_key(bytes(64), hydra, 0), -1)


def test_an_address_is_no_key_id_of_its_key() -> None:
    key_id = network_named("HYD mainnet").parse_address("hU2o1RBqGfmrhdBszs9w3BWQge4TRqBdKn")
    assert KeyId.parse(key_id.text) == key_id
