from __future__ import annotations

import hashlib
import subprocess
import sys

import base58
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from prometheus.identity import ed25519, ed25519_bindings, ed25519_direct
from prometheus_memory import allocate, holding

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
ORDER = 2**252 + 27742317777372353535851937790883648493


def is_on_the_curve(raw: bytes) -> bool:
    """Decide by the curve equation (RFC 8032, 5.1.3) whether an x exists for the encoded y, taken modulo p."""
    y = (int.from_bytes(raw, "little") & (2**255 - 1)) % P
    x_squared = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    return x_squared == 0 or pow(x_squared, (P - 1) // 2, P) == 1


@given(st.binary(min_size=32, max_size=32))
@example(bytes(32))
@example(b"\xff" * 32)
@example(P.to_bytes(32, "little"))
@example((P + 1).to_bytes(32, "little"))
@example((P + 18).to_bytes(32, "little"))
@example((2**255 + 1).to_bytes(32, "little"))
def test_a_key_is_a_point_exactly_when_the_curve_equation_says_so(raw: bytes) -> None:
    expected = is_on_the_curve(raw)
    assert ed25519_direct.is_point(raw) is expected
    assert ed25519_bindings.is_point(raw) is expected


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=300))
def test_both_ways_to_libsodium_agree(raw: bytes, message: bytes) -> None:
    seed = holding(raw)
    public = ed25519_direct.public_key(seed)
    signature = ed25519_direct.sign(seed, ed25519_direct.public_key(seed), message)
    assert public == ed25519_bindings.public_key(seed)
    assert signature == ed25519_bindings.sign(seed, ed25519_bindings.public_key(seed), message)
    assert ed25519_direct.key_digest(public) == ed25519_bindings.key_digest(public)
    for way in (ed25519_direct, ed25519_bindings):
        assert way.verify(public, message, signature)
        assert not way.verify(public, message + b"!", signature)


@pytest.mark.parametrize(
    ("seed", "public", "message", "signature"),
    [
        # RFC 8032, 7.1, tests 1 to 3.
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ),
        (
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        ),
    ],
)
def test_the_answers_of_the_rfc_are_met(seed: str, public: str, message: str, signature: str) -> None:
    secret = holding(bytes.fromhex(seed))
    assert ed25519.public_key(secret).hex() == public
    assert ed25519.sign(secret, bytes.fromhex(public), bytes.fromhex(message)).hex() == signature
    assert ed25519.verify(bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature))


@given(st.binary(min_size=32, max_size=32), st.integers(min_value=0, max_value=511))
def test_a_signature_with_a_flipped_bit_is_refused(raw: bytes, bit: int) -> None:
    seed = holding(raw)
    signature = bytearray(ed25519.sign(seed, ed25519.public_key(seed), b"message"))
    signature[bit // 8] ^= 1 << bit % 8
    assert not ed25519.verify(ed25519.public_key(seed), b"message", bytes(signature))


@given(st.binary(min_size=32, max_size=32))
def test_a_scalar_beyond_the_group_order_is_refused(raw: bytes) -> None:
    seed = holding(raw)
    signature = ed25519.sign(seed, ed25519.public_key(seed), b"message")
    raised = int.from_bytes(signature[32:], "little") + ORDER
    assert not ed25519.verify(ed25519.public_key(seed), b"message", signature[:32] + raised.to_bytes(32, "little"))


@pytest.mark.parametrize("small_order", [b"\x01" + bytes(31), bytes(32), (P - 1).to_bytes(32, "little")])
def test_a_key_of_small_order_verifies_nothing(small_order: bytes) -> None:
    assert ed25519.is_point(small_order)
    forged = small_order + bytes(32)
    assert not any(ed25519.verify(small_order, bytes([number]), forged) for number in range(64))


FALLBACK = """
import sys
import nacl.bindings
{break_it}
from prometheus.identity import ed25519
from prometheus.identity.did import Did
from prometheus.identity.multicipher import SecretKey
key = SecretKey("e", bytes(32))
assert key.public_key().verify(b"m", key.sign(b"m"))
print(ed25519.public_key.__module__, Did(key.public_key().key_id()).text)
"""


@pytest.mark.parametrize(
    ("break_it", "way"),
    [
        ("", "prometheus.identity.ed25519_direct"),
        ("sys.modules['nacl._sodium'] = None", "prometheus.identity.ed25519_bindings"),
        (
            "import types; sys.modules['nacl._sodium'] = types.SimpleNamespace(ffi=None, lib=object())",
            "prometheus.identity.ed25519_bindings",
        ),
    ],
)
def test_the_public_bindings_serve_when_the_direct_way_is_closed(break_it: str, way: str) -> None:
    program = FALLBACK.format(break_it=break_it)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    public = ed25519.public_key(allocate(32))
    body = hashlib.blake2b(public, digest_size=16, key=b"open social graph").digest()
    assert done.stdout.split() == [way, "did:morpheus:ez" + base58.b58encode(b"\x01" + body).decode()]
