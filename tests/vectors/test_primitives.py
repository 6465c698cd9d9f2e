"""Argon2id and BLAKE2b by the doors of the vault, against what their authors published."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prometheus_memory import holding
from prometheus_vault import blake2, kdf
from prometheus_vault.kdf import KdfParameters

FOLDER = Path(__file__).parent / "primitives"


def blocks(name: str, separator: str) -> list[dict[str, str]]:
    """Return the blocks of a file of `name = value` or `name: value` lines."""
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.startswith("#"))
    rows = ([line.partition(separator) for line in block.splitlines()] for block in text.split("\n\n"))
    return [found for block in rows if (found := {key.strip(): value.strip() for key, _, value in block if key})]


ARGON2 = [block for block in blocks("argon2id.txt", "=") if block["length"] == "32"]
BLAKE2B = blocks("blake2b-keyed.txt", ":")


def whole_argon2id(block: dict[str, str]) -> bytes:
    """Run the library's core as `kdf` does, with a secret and associated data, which the RFC has and a slot has not."""
    from argon2.low_level import Type, core, ffi

    buffers: dict[str, Any] = {
        name: ffi.new("uint8_t[]", bytes.fromhex(block[source]) or b"\0")
        for name, source in (("pwd", "pass"), ("salt", "salt"), ("secret", "secret"), ("ad", "ad"))
    }
    out = ffi.new("uint8_t[32]")
    lengths = {f"{name}len": len(bytes.fromhex(block[name])) for name in ("salt", "secret", "ad")}
    context = ffi.new(
        "argon2_context *",
        {
            **buffers, **lengths, "out": out, "outlen": 32, "pwdlen": len(bytes.fromhex(block["pass"])),
            "t_cost": int(block["iter"]), "m_cost": int(block["memcost"]), "lanes": int(block["lanes"]), "threads": 1,
            "version": 0x13,
        },
    )  # fmt: skip
    assert core(context, Type.ID.value) == 0
    return bytes(ffi.buffer(out))


def test_argon2id_gives_the_answer_of_rfc_9106() -> None:
    published = next(block for block in ARGON2 if "secret" in block)
    assert published["output"] == "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"
    assert whole_argon2id(published).hex() == published["output"]


@pytest.mark.parametrize("block", [block for block in ARGON2 if "secret" not in block and block["pass"]])
def test_the_door_to_argon2id_gives_the_published_answers(block: dict[str, str]) -> None:
    cost = KdfParameters(int(block["iter"]), int(block["memcost"]), int(block["lanes"]))
    with holding(bytes.fromhex(block["pass"])) as passphrase:
        derived = kdf.argon2id(passphrase, bytes.fromhex(block["salt"]), cost)
    assert bytes(derived.view).hex() == block["output"]


def test_the_number_of_threads_does_not_change_the_answer() -> None:
    with holding(b"passphrase") as passphrase:
        cost = KdfParameters(2, 256, 4)
        derived = [kdf._run(passphrase, bytes(32), cost, threads=threads)[1] for threads in (1, 2, 4)]
        assert derived[0] == derived[1] == derived[2]


def test_the_door_to_blake2b_gives_the_published_answers() -> None:
    assert len(BLAKE2B) == 256
    for block in BLAKE2B:
        message, answer = bytes.fromhex(block["in"]), block["hash"].removesuffix("ok")  # the file's own last word
        with holding(bytes.fromhex(block["key"])) as key:
            assert blake2.digest(key, b"", message, 64).hex() == answer
            with holding(message or b"\0") as locked:
                expected = answer if message else blake2.digest(key, b"", b"\0", 64).hex()
                assert blake2.digest(key, b"", locked, 64).hex() == expected


def test_the_digest_without_a_key_is_that_of_rfc_7693() -> None:
    digest = blake2.digest(None, b"", b"abc", 64)
    assert digest.hex().startswith("ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1")
    assert digest == hashlib.blake2b(b"abc").digest()


@given(st.binary(min_size=1, max_size=64), st.binary(max_size=16), st.binary(max_size=300), st.integers(16, 64))
def test_two_implementations_agree_on_keys_and_purposes(key: bytes, person: bytes, data: bytes, size: int) -> None:
    with holding(key) as locked, holding(key) as other:
        assert blake2.digest(locked, person, data, size) == hashlib.blake2b(
            data, key=key, person=person, digest_size=size
        ).digest()  # fmt: skip
        derived = blake2.derive(other, person, data)
        assert bytes(derived.view) == blake2.digester(locked, person)(data) == blake2.digest(locked, person, data)
