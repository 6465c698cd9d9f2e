from __future__ import annotations

import traceback

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prometheus.errors import NotUnderstood, PrometheusError, WrongPassphrase
from prometheus.identity.bip39 import entropy_to_phrase, phrase_to_seed
from prometheus.identity.hydra_keys import passphrase_key
from prometheus.identity.password_box import decrypt, encrypt

few = settings(max_examples=15)
passwords = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)


@few
@given(passwords, st.binary(min_size=1, max_size=200))
def test_a_box_opens_with_its_password(password: str, plaintext: bytes) -> None:
    box = encrypt(password, plaintext)
    assert len(box) == 24 + len(plaintext) + 16
    assert decrypt(password, box) == plaintext


@few
@given(passwords, passwords)
def test_a_box_opens_with_no_other_password(password: str, other: str) -> None:
    if password == other:
        return
    with pytest.raises(WrongPassphrase, match="Ciphertext was tampered with"):
        decrypt(other, encrypt(password, b"secret"))


@few
@given(st.integers(0, (24 + 6 + 16) * 8 - 1))
def test_a_box_with_a_flipped_bit_is_refused(bit: int) -> None:
    box = bytearray(encrypt("password", b"secret"))
    box[bit // 8] ^= 1 << bit % 8
    with pytest.raises(WrongPassphrase, match="Ciphertext was tampered with"):
        decrypt("password", bytes(box))


@pytest.mark.parametrize("size", range(47))
def test_a_truncated_box_is_refused(size: int) -> None:
    box = encrypt("password", b"secret.")
    with pytest.raises(PrometheusError) as refused:
        decrypt("password", box[:size])
    expected = "Ciphertext is too short" if size <= 24 else "Ciphertext was tampered with"
    assert refused.value.what == expected


def test_two_boxes_of_the_same_differ() -> None:
    assert encrypt("password", b"secret") != encrypt("password", b"secret")


def test_an_empty_password_is_refused() -> None:
    for use in (encrypt, decrypt):
        with pytest.raises(NotUnderstood, match="Password is too short"):
            use("", bytes(100))


@pytest.mark.parametrize("size", [0, 23, 25])
def test_a_nonce_of_another_size_is_refused(size: int) -> None:
    with pytest.raises(NotUnderstood, match="24 bytes"):
        encrypt("password", b"secret", bytes(size))


@pytest.mark.parametrize(
    "use",
    [
        lambda password: encrypt(password, b"secret"),
        lambda password: decrypt(password, bytes(100)),
        lambda password: phrase_to_seed(entropy_to_phrase(bytes(32)), password),
        passphrase_key,
    ],
)
def test_a_password_that_is_no_text_reaches_no_error(use: object) -> None:
    assert callable(use)
    with pytest.raises(NotUnderstood) as refused:
        use("hunter2\udcff")
    shown = "".join(traceback.format_exception(refused.value)) + repr(refused.value) + str(refused.value.as_document())
    assert "hunter2" not in shown.replace('use("hunter2', "")
    assert refused.value.__context__ is None


def test_a_wrong_password_reaches_no_error() -> None:
    with pytest.raises(WrongPassphrase) as refused:
        decrypt("hunter2", bytes(100))
    shown = "".join(traceback.format_exception(refused.value)) + str(refused.value.as_document())
    assert "hunter2" not in shown.replace('decrypt("hunter2"', "")
