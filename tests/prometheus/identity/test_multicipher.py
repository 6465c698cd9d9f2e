from __future__ import annotations

import copy
import pickle

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from prometheus.errors import NotUnderstood, PrometheusError
from prometheus.identity.multibase import encode_b58
from prometheus.identity.multicipher import (
    KeyId,
    PublicKey,
    SecretKey,
    Signature,
    Suite,
    parse_authentication,
    same_authentication,
)
from prometheus.identity.secp256k1 import ORDER, public_key_from_hex, ripemd160

SUITES: list[Suite] = ["e", "s"]
secret_bytes = st.integers(1, ORDER - 1).map(lambda number: number.to_bytes(32, "big"))
secrets = st.builds(SecretKey, st.sampled_from(SUITES), secret_bytes)


def what(text: str, parse: object) -> str:
    assert callable(parse)
    with pytest.raises(PrometheusError) as refused:
        parse(text)
    return refused.value.what


@given(secrets, st.binary(max_size=100))
def test_every_text_form_is_read_back(secret: SecretKey, message: bytes) -> None:
    public, signature = secret.public_key(), secret.sign(message)
    assert PublicKey.parse(public.text) == public
    assert KeyId.parse(public.key_id().text) == public.key_id()
    assert Signature.parse(signature.text) == signature
    assert parse_authentication(public.text) == public
    assert parse_authentication(public.key_id().text) == public.key_id()


@given(secrets, st.binary(max_size=100))
def test_a_signature_verifies_for_its_key_and_message_only(secret: SecretKey, message: bytes) -> None:
    public, signature = secret.public_key(), secret.sign(message)
    other = SecretKey(secret.suite, bytes(31) + (b"\x01" if secret.raw[-1] != 1 else b"\x02"))
    assert public.verify(message, signature)
    assert not public.verify(message + b"\0", signature)
    assert not other.public_key().verify(message, signature)


@given(secrets, secrets)
def test_a_signature_of_another_suite_does_not_verify(one: SecretKey, other: SecretKey) -> None:
    assume(one.suite != other.suite)
    assert not one.public_key().verify(b"m", other.sign(b"m"))


@given(secrets, st.integers(min_value=1, max_value=40))
def test_a_truncated_key_id_or_signature_is_refused(secret: SecretKey, cut: int) -> None:
    public = secret.public_key()
    for text, parse in ((public.key_id().text, KeyId.parse), (secret.sign(b"m").text, Signature.parse)):
        with pytest.raises(NotUnderstood):
            parse(text[: max(0, len(text) - cut)])


@given(secrets, st.integers(min_value=1, max_value=50))
def test_a_truncated_public_key_is_refused_or_never_this_key(secret: SecretKey, cut: int) -> None:
    public = secret.public_key()
    try:
        # A public key has no checksum: one digit less may be 32 bytes and a point again, but of another key.
        shorter = PublicKey.parse(public.text[: max(0, len(public.text) - cut)])
    except NotUnderstood:
        return
    assert cut == 1
    assert not shorter.matches(public.key_id())


@given(secrets, st.data())
def test_an_altered_key_id_never_matches(secret: SecretKey, data: st.DataObject) -> None:
    public = secret.public_key()
    text = public.key_id().text
    place = data.draw(st.integers(min_value=0, max_value=len(text) - 1))
    altered = text[:place] + data.draw(st.characters(codec="ascii")) + text[place + 1 :]
    assume(altered != text)
    try:
        key_id = KeyId.parse(altered)
    except PrometheusError:
        return
    assert not public.matches(key_id)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_with_an_error_of_ours(text: str) -> None:
    for prefix, parse in (("pe", PublicKey.parse), ("ps", PublicKey.parse), ("i", KeyId.parse), ("s", Signature.parse)):
        for candidate in (text, prefix + text):
            try:
                parse(candidate)
            except PrometheusError:
                continue


def test_a_key_that_is_no_point_is_refused() -> None:
    assert what("pef" + "02" + "00" * 31, PublicKey.parse) == "signature error: Cannot decompress Edwards point"


def test_a_key_with_a_y_beyond_the_field_is_a_key_and_keeps_its_bytes() -> None:
    beyond = (2**255 - 19 + 1).to_bytes(32, "little")
    key = PublicKey.parse("pef" + beyond.hex())
    assert key.raw == beyond
    assert key.text == "pe" + encode_b58(beyond)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("pg?", "Unknown base code: ?"),  # the multibase comes before the suite
        ("pg", "Invalid base string"),
        ("pgf00", "Unknown crypto suite 'g'"),
        ("pEf00", "Unknown crypto suite 'E'"),
        ("p e", "Unknown base code: e"),
        ("psf04" + "11" * 64, "Invalid input length"),
        ("psf02" + "ff" * 32, "Invalid public key"),
        ("psf05" + "11" * 32, "Invalid public key"),
        ("psf00" * 1, "Invalid input length"),
    ],
)
def test_a_bad_public_key_is_refused_with_the_known_text(text: str, error: str) -> None:
    assert what(text, PublicKey.parse) == error


def test_an_overlong_text_is_refused_quickly() -> None:
    assert "at most" in what("pez" + "1" * 5_000_000, PublicKey.parse)


@pytest.mark.parametrize("top_bits", [0x20, 0x40, 0x80, 0xE0])
def test_an_ed25519_signature_with_a_top_bit_is_refused(top_bits: int) -> None:
    assert what("sef01" + "11" * 63 + f"{top_bits:02x}", Signature.parse) == "signature error"


def test_a_secp256k1_scalar_of_the_order_is_refused_and_one_below_it_is_read() -> None:
    at, below = f"{ORDER:064x}", f"{ORDER - 1:064x}"
    assert what("ssf01" + at + below, Signature.parse) == "Invalid signature"
    assert what("ssf01" + below + at, Signature.parse) == "Invalid signature"
    assert Signature.parse("ssf01" + below + below).suite == "s"


@pytest.mark.parametrize("raw", [bytes(64), bytes(32) + b"\x11" * 32, b"\x11" * 32 + bytes(32)])
def test_a_secp256k1_signature_with_a_zero_parses_and_never_verifies(raw: bytes) -> None:
    signature = Signature.parse("ssf01" + raw.hex())
    assert not SecretKey("s", b"\x01" * 32).public_key().verify(b"m", signature)


@given(secret_bytes, st.binary(max_size=50))
def test_a_secp256k1_signature_is_low_s_and_its_high_s_form_verifies_too(raw: bytes, message: bytes) -> None:
    secret = SecretKey("s", raw)
    signature = secret.sign(message)
    scalar = int.from_bytes(signature.raw[32:], "big")
    assert scalar <= ORDER // 2
    high = Signature("s", signature.raw[:32] + (ORDER - scalar).to_bytes(32, "big"))
    assert secret.public_key().verify(message, Signature.parse(high.text))
    assert not secret.public_key().verify(message + b"!", high)


@pytest.mark.parametrize("raw", [bytes(32), b"\xff" * 32, ORDER.to_bytes(32, "big"), b"\x01" * 31, b"\x01" * 33])
def test_bytes_that_are_no_secp256k1_secret_are_refused(raw: bytes) -> None:
    with pytest.raises(NotUnderstood, match="Invalid secret key"):
        SecretKey("s", raw)


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_bytes_that_are_no_ed25519_secret_are_refused(size: int) -> None:
    with pytest.raises(NotUnderstood, match="Invalid secret key"):
        SecretKey("e", b"\x01" * size)


@given(secrets)
def test_a_secret_key_shows_its_bytes_in_no_text_and_no_pickle(secret: SecretKey) -> None:
    for text in (repr(secret), str(secret), f"{secret}", repr([secret]), repr({"key": secret})):
        assert secret.raw.hex() not in text
        assert repr(secret.raw) not in text
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    with pytest.raises(TypeError):
        copy.copy(secret)


@given(secrets, secrets)
def test_a_key_and_its_id_are_the_same_authentication(one: SecretKey, other: SecretKey) -> None:
    key, key_id = one.public_key(), one.public_key().key_id()
    assert same_authentication(key, key_id)
    assert same_authentication(key_id, key)
    assert same_authentication(key, key)
    assert same_authentication(key_id, key_id)
    if other.raw != one.raw or other.suite != one.suite:
        assert not same_authentication(other.public_key(), key_id)
        assert not same_authentication(key, other.public_key())


@pytest.mark.parametrize("text", ["", "x", "pez", "iez", "did:morpheus:ezqztJ6XX6GDxdSgdiySiT3J"])
def test_what_is_no_authentication_is_refused_as_one(text: str) -> None:
    error = "data did not match any variant of untagged enum Authentication"
    assert what(text, parse_authentication) == error


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("0", "Odd number of digits"),
        ("02zz", "Invalid character 'z' at position 2"),
        ("02 1", "Invalid character ' ' at position 2"),
        ("0212", "Invalid input length"),
    ],
)
def test_a_hex_public_key_is_read_strictly(text: str, error: str) -> None:
    assert what(text, public_key_from_hex) == error


def test_ripemd160_is_there_with_and_without_openssl(monkeypatch: pytest.MonkeyPatch) -> None:
    import hashlib

    expected = "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc"  # the designers' own answer for "abc"
    assert ripemd160(b"abc").hex() == expected

    def refuse(*_arguments: object, **_named: object) -> None:
        raise ValueError("unsupported hash type ripemd160")

    monkeypatch.setattr(hashlib, "new", refuse)
    assert ripemd160(b"abc").hex() == expected
