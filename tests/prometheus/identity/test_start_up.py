"""What the hot path imports from the identity room, seen from a fresh interpreter."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
before = set(sys.modules)
from prometheus.identity.did import Did
from prometheus.identity.multicipher import PublicKey, Signature
key = PublicKey.parse("pez2CLkBUjHB8w8G87D3YkREjpRuiqPu6BrRsgHMQy2Pzt6")
assert Did(key.key_id()).text == "did:morpheus:ezqztJ6XX6GDxdSgdiySiT3J"
signature = "sez7aDJMncSeQsRqDthtbWbTrkW6s5Wr6b7yGxSdPBWEgjydZNcU4wAhtpS44Wpt2ZP2h1W6QbcUenYmJ6GDo6jZ75G"
assert key.verify(b"Hello IOP", Signature.parse(signature))
print(*sorted(set(sys.modules) - before))
"""
HEAVY = {
    "argon2",
    "asyncio",
    "base58",
    "base64",
    "coincurve",
    "dataclasses",
    "hashlib",
    "hmac",
    "inspect",
    "logging",
    "mnemonic",
    "nacl.bindings",
    "pathlib",
    "subprocess",
}


def loaded_by(program: str) -> set[str]:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_verifying_an_ed25519_signature_loads_nothing_heavy() -> None:
    loaded = loaded_by(PROGRAM)
    assert "prometheus.identity.ed25519_direct" in loaded
    assert not loaded & HEAVY
    assert {name for name in loaded if name.startswith("prometheus")} == {
        "prometheus",
        "prometheus.errors",
        "prometheus.identity",
        "prometheus.identity.did",
        "prometheus.identity.ed25519",
        "prometheus.identity.ed25519_direct",
        "prometheus.identity.multibase",
        "prometheus.identity.multicipher",
        "prometheus.model",
        "prometheus.model.frozen",
    }


def test_the_measure_would_notice_a_heavy_import() -> None:
    assert loaded_by(PROGRAM + "import coincurve, hashlib\nprint('coincurve' * ('coincurve' in sys.modules))") & HEAVY
