"""Sealing and opening: passphrases, keys of both kinds, both forms, and everything that was changed on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pyrage import x25519

from prometheus.errors import NotUnderstood, PrometheusError, WrongPassphrase
from prometheus.model.secret import Secret
from prometheus.portable import age_file

if TYPE_CHECKING:
    from collections.abc import Callable

CONTENT = b"what a vault holds\n" * 10_000
PASSPHRASE = "six words nobody would ever guess \u00e9"
MEMORY = 8 << 30
"""More than any file of these tests asks for."""


@pytest.fixture(scope="module")
def sealed() -> bytes:
    return age_file.seal_with_passphrase(CONTENT, Secret(PASSPHRASE.encode()))


def ssh_pair() -> tuple[str, str]:
    pytest.importorskip("cryptography", reason="needs cryptography: it makes the OpenSSH key")
    from cryptography.hazmat.primitives import serialization as form
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    secret = Ed25519PrivateKey.generate()
    private = secret.private_bytes(form.Encoding.PEM, form.PrivateFormat.OpenSSH, form.NoEncryption())
    public = secret.public_key().public_bytes(form.Encoding.OpenSSH, form.PublicFormat.OpenSSH)
    return private.decode(), public.decode()


def own_pair() -> tuple[str, str]:
    secret = x25519.Identity.generate()
    return str(secret), str(secret.to_public())


def test_a_passphrase_opens_what_it_sealed(sealed: bytes) -> None:
    file = age_file.look_into(sealed)
    assert file.needs_passphrase
    assert age_file.open_with_passphrase(file, Secret(PASSPHRASE.encode()), memory=MEMORY) == CONTENT
    with pytest.raises(WrongPassphrase):
        age_file.open_with_passphrase(file, Secret(b"another"), memory=MEMORY)
    with pytest.raises(NotUnderstood):
        age_file.open_with_passphrase(file, Secret(b"\xff"), memory=MEMORY)


@pytest.mark.parametrize("armored", [False, True])
@pytest.mark.parametrize("pair", [own_pair, ssh_pair])
def test_every_recipient_opens_what_was_sealed_for_several(pair: Callable[[], tuple[str, str]], armored: bool) -> None:
    (first, first_public), (second, second_public) = own_pair(), pair()
    sealed = age_file.seal_for(CONTENT, age_file.recipients_of([first_public, second_public]), armored=armored)
    file = age_file.look_into(sealed)
    assert not file.needs_passphrase
    assert sealed.startswith(b"-----BEGIN AGE") == armored
    for secret in (first, second):
        assert age_file.open_with_identities(file, age_file.identities_in(secret)) == CONTENT
    with pytest.raises(WrongPassphrase) as refused:
        age_file.open_with_identities(file, age_file.identities_in(own_pair()[0]))
    assert refused.value.code == "AGE-NO-KEY"


def test_a_file_of_keys_may_have_notes_and_several_keys() -> None:
    one, two = own_pair()[0], own_pair()[0]
    assert len(age_file.identities_in(f"# created: today\n# public key: age1\n{one}\n\n {two} \r\n")) == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing\n",
        "AGE-SECRET-KEY-1",
        "AGE-PLUGIN-YUBIKEY-1XYZ",
        "hello",
        "-----BEGIN OPENSSH PRIVATE KEY-----\n",
    ],
)
def test_a_file_without_a_key_is_refused(text: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        age_file.identities_in(text)
    assert refused.value.code == "AGE-IDENTITY"


@pytest.mark.parametrize("texts", [[""], ["age1"], ["ssh-ed25519 AAAA"], ["AGE-SECRET-KEY-1"], ["bob"], ["age1"] * 33])
def test_a_recipient_that_is_none_is_refused(texts: list[str]) -> None:
    with pytest.raises(NotUnderstood) as refused:
        age_file.recipients_of(texts)
    assert refused.value.code == "AGE-RECIPIENT"


def test_no_byte_of_a_sealed_file_can_be_changed_unseen() -> None:
    secret, public = own_pair()
    keys = age_file.identities_in(secret)
    sealed = age_file.seal_for(b"short", age_file.recipients_of([public]))
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(PrometheusError):
            age_file.open_with_identities(age_file.look_into(bytes(changed)), keys)
    for cut in range(len(sealed)):
        with pytest.raises(PrometheusError):
            age_file.open_with_identities(age_file.look_into(sealed[:cut]), keys)
    for more in (b"\0", b"\n", sealed):
        with pytest.raises(PrometheusError):
            age_file.open_with_identities(age_file.look_into(sealed + more), keys)


def test_a_long_file_cut_between_two_chunks_is_refused() -> None:
    secret, public = own_pair()
    sealed = age_file.seal_for(bytes(200_000), age_file.recipients_of([public]))
    length = age_file.look_into(sealed).header.length
    for chunks in (1, 2, 3):
        cut = age_file.look_into(sealed[: length + 16 + chunks * (65_536 + 16)])
        with pytest.raises(NotUnderstood) as refused:
            age_file.open_with_identities(cut, age_file.identities_in(secret))
        assert refused.value.code == "AGE-DAMAGED"
