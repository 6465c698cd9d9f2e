from __future__ import annotations

from hashlib import sha256

import pytest
from coincurve import PrivateKey
from coincurve.ecdsa import cdata_to_der, der_to_cdata, deserialize_compact, serialize_compact
from hypothesis import given
from hypothesis import strategies as st
from prometheus_simulators.made_transactions import TESTNET, address, public_key, signed_by, signer, wallet_key

from prometheus.errors import ProofError
from prometheus.identity.secp256k1 import ORDER
from prometheus_morpheus.transactions import ark_schnorr, making
from prometheus_morpheus.transactions.serialized import bytes_to_sign
from prometheus_morpheus.transactions.signing import has_valid_signature, signature_fits, with_signature

ALICE = public_key("alice")
UNSIGNED = making.transfer(TESTNET, ALICE, 1, address("bob"), 5)
SIGNED = signed_by("alice", UNSIGNED)
DIGEST = sha256(b"message").digest()


def schnorr_pair(secret: int, nonce: int, digest: bytes) -> tuple[bytes, bytes, bytes]:
    """Return a public key, and the signatures with a nonce and with its negative: they have the same r.

    Exactly one of them has a point whose y is a square, so exactly one is valid.
    """
    public = PrivateKey.from_int(secret).public_key.format()
    r = PrivateKey.from_int(nonce).public_key.format()[1:]
    challenge = int.from_bytes(sha256(r + public + digest).digest(), "big")
    first, second = ((sign * nonce + challenge * secret) % ORDER for sign in (1, -1))
    return public, r + first.to_bytes(32, "big"), r + second.to_bytes(32, "big")


def test_a_signature_made_by_the_sender_is_valid() -> None:
    assert has_valid_signature(SIGNED)


def test_a_signature_of_another_key_is_not_put_on_a_transaction() -> None:
    with pytest.raises(ProofError, match=r"key different from tx\.sender_public_key"):
        with_signature(UNSIGNED, signer("bob"))


@pytest.mark.parametrize("answer", [b"", b"\x30", bytes(64), bytes(70), b"\x30\x45" + bytes(69)])
def test_what_a_broken_signer_returns_is_not_put_on_a_transaction(answer: bytes) -> None:
    with pytest.raises(ProofError):
        with_signature(UNSIGNED, lambda _message: answer)


def test_every_member_is_covered_by_the_signature() -> None:
    changes = [
        SIGNED._replace(network=100, recipient=address("bob", 100)),
        SIGNED._replace(nonce=2),
        SIGNED._replace(sender=public_key("bob")),
        SIGNED._replace(fee=SIGNED.fee + 1),
        SIGNED._replace(amount=6),
        SIGNED._replace(recipient=address("carol")),
        SIGNED._replace(vendor_field="x"),
        SIGNED._replace(expiration=1),
    ]
    assert not any(map(has_valid_signature, changes))


def test_a_vendor_field_where_none_belongs_is_no_part_of_what_is_judged() -> None:
    vote = signed_by("alice", making.vote(TESTNET, ALICE, 1, ALICE))
    assert has_valid_signature(vote._replace(vendor_field="memo"))
    with_memo = with_signature(vote._replace(vendor_field="memo"), signer("alice"))
    assert not has_valid_signature(with_memo)


def test_the_other_signature_of_the_same_key_with_high_s_is_refused() -> None:
    compact = serialize_compact(der_to_cdata(SIGNED.signature))
    high = compact[:32] + (ORDER - int.from_bytes(compact[32:], "big")).to_bytes(32, "big")
    assert not has_valid_signature(SIGNED._replace(signature=cdata_to_der(deserialize_compact(high))))
    assert has_valid_signature(SIGNED._replace(signature=cdata_to_der(deserialize_compact(compact))))


def test_der_that_is_not_strict_is_refused() -> None:
    der = SIGNED.signature
    for loose in (der + b"\x00", der[:-1], b"\x31" + der[1:], der[:1] + b"\x81" + der[1:], b""):
        assert not has_valid_signature(SIGNED._replace(signature=loose))


def test_a_sender_that_is_no_key_has_signed_nothing() -> None:
    for nobody in (bytes(33), b"\x02" + b"\xff" * 32, b"\x05" + ALICE[1:], ALICE[:-1]):
        assert not signature_fits(nobody, b"message", SIGNED.signature)
        assert not ark_schnorr.verify(nobody, DIGEST, b"\x01" * 64)


secrets = st.integers(1, ORDER - 1)


@given(secrets, secrets, st.binary(min_size=32, max_size=32))
def test_exactly_one_of_a_nonce_and_its_negative_signs(secret: int, nonce: int, digest: bytes) -> None:
    public, one, other = schnorr_pair(secret, nonce, digest)
    verdicts = [ark_schnorr.verify(public, digest, signature) for signature in (one, other)]
    assert sorted(verdicts) == [False, True]


@given(secrets, secrets, st.integers(0, 63), st.integers(1, 255))
def test_a_changed_byte_makes_a_schnorr_signature_invalid(secret: int, nonce: int, place: int, change: int) -> None:
    public, one, other = schnorr_pair(secret, nonce, DIGEST)
    valid = one if ark_schnorr.verify(public, DIGEST, one) else other
    changed = bytearray(valid)
    changed[place] ^= change
    assert not ark_schnorr.verify(public, DIGEST, bytes(changed))
    assert not ark_schnorr.verify(public, sha256(b"other").digest(), valid)
    assert not ark_schnorr.verify(public, DIGEST, valid + b"\x00")
    assert not ark_schnorr.verify(public, DIGEST, valid[:-1])


@given(st.binary(max_size=80), st.binary(max_size=40), st.binary(max_size=80))
def test_anything_else_is_no_schnorr_signature(public: bytes, digest: bytes, signature: bytes) -> None:
    assert not ark_schnorr.verify(public, digest, signature)


@pytest.mark.parametrize("s", [0, 1, ORDER - 1, ORDER, ORDER + 1, 2**256 - 1])
@pytest.mark.parametrize("r", [0, 1, ark_schnorr.PRIME - 1, ark_schnorr.PRIME, 2**256 - 1])
def test_numbers_at_the_edges_are_no_schnorr_signature(r: int, s: int) -> None:
    assert not ark_schnorr.verify(ALICE, DIGEST, r.to_bytes(32, "big") + s.to_bytes(32, "big"))


def test_a_point_at_infinity_is_no_schnorr_signature() -> None:
    secret = int.from_bytes(wallet_key("alice").raw, "big")
    challenge = int.from_bytes(sha256(bytes(32) + ALICE + DIGEST).digest(), "big")
    assert not ark_schnorr.verify(ALICE, DIGEST, bytes(32) + (challenge * secret % ORDER).to_bytes(32, "big"))


def test_a_transaction_with_a_schnorr_signature_is_valid_until_it_is_changed() -> None:
    secret = int.from_bytes(wallet_key("alice").raw, "big")
    digest = sha256(bytes_to_sign(UNSIGNED)).digest()
    _, one, other = schnorr_pair(secret, 12345, digest)
    valid = [candidate for candidate in (one, other) if has_valid_signature(UNSIGNED._replace(signature=candidate))]
    assert len(valid) == 1
    assert not has_valid_signature(UNSIGNED._replace(signature=valid[0], amount=6))
