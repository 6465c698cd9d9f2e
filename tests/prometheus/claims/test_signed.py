"""Nonces and signed JSON: what a signature covers, what it does not, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prometheus.claims import nonce
from prometheus.claims.digest import content_id, mask
from prometheus.claims.signed import SignedBytes, parse_signed, sign_bytes, sign_json, signature_is_valid
from prometheus.errors import KeyUnavailable, Malformed, NotUnderstood
from prometheus.identity.multicipher import SecretKey

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json

ANA = SecretKey("e", bytes(range(32)))
BEN = SecretKey("s", bytes(range(1, 33)))
CONTENT: dict[str, Json] = {"a": {"nonce": "uA", "value": 1}, "b": [1, {"c": None}], "d": "text"}

signers = st.sampled_from([ANA, BEN])
contents: st.SearchStrategy[Any] = st.dictionaries(
    st.sampled_from("abcd"),
    st.integers(0, 9) | st.lists(st.booleans(), max_size=2) | st.dictionaries(st.just("x"), st.none()),
)


def sign(content: Json, key: SecretKey = ANA) -> dict[str, Any]:
    return dict(sign_json(content, key, key.public_key()))


class OneKey:
    """A signer as the vault offers it: a key named by its public half."""

    def __init__(self, key: SecretKey) -> None:
        self._key = key

    def sign(self, public_key: str, message: bytes) -> str:
        if public_key != self._key.public_key().text:
            raise KeyUnavailable("no such key")
        return self._key.sign(message).text


@settings(max_examples=30)
@given(contents, signers)
def test_a_signature_fits_its_content_masked_and_collapsed(content: dict[str, Json], key: SecretKey) -> None:
    document = sign(content, key)
    assert signature_is_valid(document)
    assert signature_is_valid(document | {"content": mask(content, [".a"])})
    assert signature_is_valid(document | {"content": content_id(content)})
    assert not signature_is_valid(document | {"content": {**content, "e": 1}})


def test_a_key_and_a_signer_that_keeps_it_sign_alike() -> None:
    assert sign_json(CONTENT, OneKey(ANA), ANA.public_key().text) == sign(CONTENT)
    with pytest.raises(KeyUnavailable):
        sign_json(CONTENT, OneKey(ANA), BEN.public_key())


def test_the_outer_nonce_is_covered_by_nothing() -> None:
    document = sign(CONTENT) | {"nonce": "u" + "A" * 44}
    assert signature_is_valid(document)
    assert parse_signed(document).nonce == "u" + "A" * 44
    assert content_id(document) != content_id(sign(CONTENT))


def test_another_key_does_not_fit() -> None:
    document = sign(CONTENT)
    other = document["signature"] | {"publicKey": SecretKey("e", bytes(32)).public_key().text}
    assert not signature_is_valid(document | {"signature": other})
    other_suite = document["signature"] | {"publicKey": BEN.public_key().text}
    assert not signature_is_valid(document | {"signature": other_suite})


@given(st.integers(0, 64 * 8 - 1), signers)
@settings(max_examples=60)
def test_a_flipped_bit_is_refused(bit: int, key: SecretKey) -> None:
    signature = key.sign(content_id(CONTENT).encode())
    raw = bytearray(signature.raw)
    raw[bit // 8] ^= 1 << bit % 8
    message = content_id(CONTENT).encode()
    assert key.public_key().verify(message, signature)
    assert not key.public_key().verify(message, signature._replace(raw=bytes(raw)))


@pytest.mark.parametrize("content", [None, 1, True, 1.5, {"ﬁ": 1}, [{"á": 1}]])
def test_a_content_without_content_id_makes_the_signature_invalid(content: Json) -> None:
    assert not signature_is_valid(sign(CONTENT) | {"content": content})
    with pytest.raises(NotUnderstood):
        sign(content)


@pytest.mark.parametrize("change", ["no signature", "no content", "no key", "no bytes", "list", "number", "nonce"])
def test_what_is_no_signed_document_is_refused(change: str) -> None:
    good = sign(CONTENT)
    signature = good["signature"]
    bad: dict[str, Any] = {
        "no signature": {"content": CONTENT},
        "no content": {"signature": signature},
        "no key": good | {"signature": {"bytes": signature["bytes"]}},
        "no bytes": good | {"signature": {"publicKey": signature["publicKey"]}},
        "list": [good],
        "number": good | {"signature": signature | {"bytes": 7}},
        "nonce": good | {"nonce": 7},
    }
    with pytest.raises(Malformed):
        parse_signed(bad[change])


def test_signed_bytes_cover_the_bytes() -> None:
    signature = sign_bytes(b"\x00message", ANA, ANA.public_key())
    assert SignedBytes(ANA.public_key(), signature, b"\x00message").is_valid()
    assert not SignedBytes(ANA.public_key(), signature, b"\x00message ").is_valid()


def test_no_secret_is_in_what_was_signed() -> None:
    assert bytes(range(32)).hex() not in repr((sign(CONTENT), ANA))


@given(st.binary(min_size=33, max_size=33))
def test_a_nonce_has_45_characters(raw: bytes) -> None:
    text = nonce.encode(raw)
    assert len(text) == 45
    assert text.startswith("u")
    assert "=" not in text


@pytest.mark.parametrize("length", [0, 32, 34])
def test_a_nonce_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(NotUnderstood):
        nonce.encode(bytes(length))


def test_nonces_do_not_repeat() -> None:
    assert len({nonce.new_nonce() for _ in range(100)}) == 100
    assert nonce.wrap("x") != nonce.wrap("x")
    assert nonce.wrap({"a": 1})["value"] == {"a": 1}
