from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_simulators.plain import plain

from prometheus.errors import NotUnderstood
from prometheus.identity import bip32, morpheus_keys, slip10
from prometheus.identity.multicipher import SecretKey
from prometheus.identity.networks import network_named
from prometheus_memory import holding

SEED = bytes.fromhex("000102030405060708090a0b0c0d0e0f")
LONG_SEED = bytes.fromhex(
    "fffcf9f6f3f0edeae7e4e1dedbd8d5d2cfccc9c6c3c0bdbab7b4b1aeaba8a5a29f9c999693908d8a8784817e7b7875726f6c696663605d5a5754514e4b484542"
)
BITCOIN = network_named("BTC mainnet")


@pytest.mark.parametrize(
    ("path", "chain_code", "secret", "public"),
    [
        # SLIP-0010, test vector 1 for ed25519.
        (
            "m",
            "90046a93de5380a72b5e45010748567d5ea02bbf6522f979e05c0d8d8ca9fffb",
            "2b4be7f19ee27bbf30c667b642d5f4aa69fd169872f8fc3059c08ebae2eb19e7",
            "a4b2856bfec510abab89753fac1ac0e1112364e7d250545963f135f2a33188ed",
        ),
        (
            "m/0'",
            "8b59aa11380b624e81507a27fedda59fea6d0b779a778918a2fd3590e16e9c69",
            "68e0fe46dfb67e368c75379acec591dad19df3cde26e63b93a8e704f1dade7a3",
            "8c8a13df77a28f3445213a0f432fde644acaa215fc72dcdf300d5efaa85d350c",
        ),
        (
            "m/0'/1'/2'/2'/1000000000'",
            "68789923a0cac2cd5a29172a475fe9e0fb14cd6adb5ad98a3fa70333e7afa230",
            "8f94d394a8e8fd6b1bc2f3f49f5c47e385281d5c17e65324b0f62483e37e8793",
            "3c24da049451555d51a7014a37337aa4e12d41e485abccfa46b47dfb2af54b7a",
        ),
    ],
)
def test_the_ed25519_answers_of_slip_0010_are_met(path: str, chain_code: str, secret: str, public: str) -> None:
    key = slip10.derive(SEED, path)
    assert (plain(key.chain_code).hex(), plain(key.secret).hex()) == (chain_code, secret)
    assert SecretKey("e", key.secret).public_key().raw.hex() == public


@pytest.mark.parametrize(
    ("seed", "steps", "xpub", "xprv"),
    [
        # BIP32, test vectors 1 and 2; a trailing ' means hardened.
        (
            SEED,
            [],
            "xpub661MyMwAqRbcFtXgS5sYJABqqG9YLmC4Q1Rdap9gSE8NqtwybGhePY2gZ29ESFjqJoCu1Rupje8YtGqsefD265TMg7usUDFdp6W1EGMcet8",
            "xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi",
        ),
        (
            SEED,
            ["0'"],
            "xpub68Gmy5EdvgibQVfPdqkBBCHxA5htiqg55crXYuXoQRKfDBFA1WEjWgP6LHhwBZeNK1VTsfTFUHCdrfp1bgwQ9xv5ski8PX9rL2dZXvgGDnw",
            "xprv9uHRZZhk6KAJC1avXpDAp4MDc3sQKNxDiPvvkX8Br5ngLNv1TxvUxt4cV1rGL5hj6KCesnDYUhd7oWgT11eZG7XnxHrnYeSvkzY7d2bhkJ7",
        ),
        (
            SEED,
            ["0'", "1", "2'", "2", "1000000000"],
            "xpub6H1LXWLaKsWFhvm6RVpEL9P4KfRZSW7abD2ttkWP3SSQvnyA8FSVqNTEcYFgJS2UaFcxupHiYkro49S8yGasTvXEYBVPamhGW6cFJodrTHy",
            "xprvA41z7zogVVwxVSgdKUHDy1SKmdb533PjDz7J6N6mV6uS3ze1ai8FHa8kmHScGpWmj4WggLyQjgPie1rFSruoUihUZREPSL39UNdE3BBDu76",
        ),
        (
            LONG_SEED,
            ["0", "2147483647'"],
            "xpub6ASAVgeehLbnwdqV6UKMHVzgqAG8Gr6riv3Fxxpj8ksbH9ebxaEyBLZ85ySDhKiLDBrQSARLq1uNRts8RuJiHjaDMBU4Zn9h8LZNnBC5y4a",
            "xprv9wSp6B7kry3Vj9m1zSnLvN3xH8RdsPP1Mh7fAaR7aRLcQMKTR2vidYEeEg2mUCTAwCd6vnxVrcjfy2kRgVsFawNzmjuHc2YmYRmagcEPdU9",
        ),
    ],
)
def test_the_answers_of_bip32_are_met(seed: bytes, steps: list[str], xpub: str, xprv: str) -> None:
    key = bip32.master(seed)
    for step in steps:
        key = key.child(int(step.rstrip("'")), hardened=step.endswith("'"))
    assert key.text(BITCOIN) == xprv
    assert key.public().text(BITCOIN) == xpub
    assert bip32.ExtendedSecretKey.parse(xprv, BITCOIN) == key
    assert bip32.ExtendedPublicKey.parse(xpub, BITCOIN) == key.public()


@pytest.mark.parametrize(
    "text",
    [
        # BIP32, test vector 5: invalid extended keys.
        "xpub661MyMwAqRbcEYS8w7XLSVeEsBXy79zSzH1J8vCdxAZningWLdN3zgtU6LBpB85b3D2yc8sfvZU521AAwdZafEz7mnzBBsz4wKY5fTtTQBm",
        "xpub661MyMwAqRbcEYS8w7XLSVeEsBXy79zSzH1J8vCdxAZningWLdN3zgtU6Txnt3siSujt9RCVYsx4qHZGc62TG4McvMGcAUjeuwZdduYEvFn",
        "xpub661no6RGEX3uJkY4bNnPcw4URcQTrSibUZ4NqJEw5eBkv7ovTwgiT91XX27VbEXGENhYRCf7hyEbWrR3FewATdCEebj6znwMfQkhRYHRLpJ",
        "xpub661MyMwAqRbcEYS8w7XLSVeEsBXy79zSzH1J8vCdxAZningWLdN3zgtU6Q5JXayek4PRsn35jii4veMimro1xefsM58PgBMrvdYre8QyULY",
        "",
        "x",
    ],
)
def test_an_invalid_extended_public_key_is_refused(text: str) -> None:
    with pytest.raises(NotUnderstood):
        bip32.ExtendedPublicKey.parse(text, BITCOIN)


@pytest.mark.parametrize(
    "text",
    [
        "xprv9s21ZrQH143K24Mfq5zL5MhWK9hUhhGbd45hLXo2Pq2oqzMMo63oStZzF93Y5wvzdUayhgkkFoicQZcP3y52uPPxFnfoLZB21Teqt1VvEHx",
        "xprv9s21ZrQH143K24Mfq5zL5MhWK9hUhhGbd45hLXo2Pq2oqzMMo63oStZzFAzHGBP2UuGCqWLTAPLcMtD5SDKr24z3aiUvKr9bJpdrcLg1y3G",
        "xprv9s21ZrQH143K24Mfq5zL5MhWK9hUhhGbd45hLXo2Pq2oqzMMo63oStZzF93Y5wvzdUayhgkkFoicQZcP3y52uPPxFnfoLZB21Teqt1VvEH",
    ],
)
def test_an_invalid_extended_secret_key_is_refused(text: str) -> None:
    with pytest.raises(NotUnderstood):
        bip32.ExtendedSecretKey.parse(text, BITCOIN)


@settings(max_examples=30)
@given(st.binary(min_size=16, max_size=64), st.lists(st.integers(0, 2**31 - 1), max_size=4))
def test_public_derivation_finds_the_public_half_of_secret_derivation(seed: bytes, steps: list[int]) -> None:
    secret = bip32.master(seed)
    public = secret.public()
    for step in steps:
        secret, public = secret.child(step), public.child(step)
    assert secret.public() == public
    assert secret.secret_key().public_key() == public.public_key()


def test_a_chain_deeper_than_its_one_byte_is_refused() -> None:
    key = bip32.ExtendedSecretKey(bip32.Position(255, b"1234", 7), bytes(32), holding(b"\x01" * 32))
    with pytest.raises(NotUnderstood, match="255"):
        key.child(0)
    with pytest.raises(NotUnderstood, match="255"):
        key.public().child(0)


def test_the_index_that_has_no_key_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_key(_key: bytes, _tweak: bytes) -> bytes:
        raise ValueError

    monkeypatch.setattr("prometheus.identity.secp256k1.add_to_secret", no_key)
    monkeypatch.setattr("prometheus.identity.secp256k1.add_to_public", no_key)
    key = bip32.master(SEED)
    for derive in (key.child, key.public().child):
        with pytest.raises(NotUnderstood, match="this index has no key"):
            derive(0)


@pytest.mark.parametrize(
    "path", ["", "m/", "0'", "m/0", "m/-1'", "m/x'", "m/0'/", "M/0'", "m/ 0'", "m/٣'", "m/" + "9" * 99 + "'"]
)
def test_a_path_that_is_not_all_hardened_numbers_is_refused(path: str) -> None:
    with pytest.raises(NotUnderstood):
        slip10.derive(SEED, path)


@pytest.mark.parametrize("index", [-1, -(2**31), 2**31, 2**40])
def test_an_index_out_of_range_is_refused(index: int) -> None:
    expected = "Derivation index cannot be negative" if index < 0 else "Derivation index must be below 2147483648"
    for derive in (slip10.master(SEED).child, bip32.master(SEED).child, bip32.master(SEED).public().child):
        with pytest.raises(NotUnderstood) as refused:
            derive(index)
        assert refused.value.what == expected


@pytest.mark.parametrize("size", [0, 15, 65])
def test_a_seed_of_another_size_is_refused(size: int) -> None:
    for make in (slip10.master, bip32.master):
        with pytest.raises(NotUnderstood):
            make(bytes(size))


@given(st.binary(min_size=64, max_size=64))
def test_no_extended_key_shows_a_byte_of_itself(seed: bytes) -> None:
    for key in (slip10.master(seed), bip32.master(seed)):
        for text in (repr(key), str(key), f"{key}", repr({"key": [key]})):
            assert plain(key.secret).hex() not in text
            assert repr(plain(key.secret)) not in text
        assert "32 hidden" not in repr(key)


@given(st.sampled_from(morpheus_keys.KINDS), st.integers(0, 2**31 - 1))
def test_a_morpheus_key_is_the_slip_0010_key_at_its_path(kind: morpheus_keys.Kind, index: int) -> None:
    path = f"m/128164'/{kind.number}'/{index}'"
    assert morpheus_keys.key_path(kind.name.upper(), index) == path
    assert morpheus_keys.derive_secret(LONG_SEED, kind.name, index).locked == slip10.derive(LONG_SEED, path).secret


@pytest.mark.parametrize("name", ["", "did", "personas", " persona", "Per sona", "0"])
def test_an_unknown_kind_is_named(name: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        morpheus_keys.kind_number(name)
    assert refused.value.what == f"Unknown DID kind {name}"
