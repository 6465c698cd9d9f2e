"""Without the private module of PyNaCl and the names of OpenSSL a vault is the same: only slower, with copies."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.plain import plain
from prometheus_simulators.vault_lab import Place, child_environment

from prometheus.identity import openssl
from prometheus.identity.bip39 import entropy_to_phrase, phrase_to_seed
from prometheus.identity.morpheus_keys import derive_secret
from prometheus_vault import aead, blake2

if TYPE_CHECKING:
    from pathlib import Path

BREAK = {
    "module missing": "sys.modules['nacl._sodium'] = None",
    "functions missing": "import types; sys.modules['nacl._sodium'] = types.SimpleNamespace(ffi=None, lib=object())",
    "control": "",
}
PROGRAM = """
import sys
import nacl.bindings
{broken}
from pathlib import Path
from prometheus_memory import protection
from prometheus_simulators.vault_lab import Place
from prometheus_vault import aead, blake2
place = Place(Path(sys.argv[1]))
vault = place.create() if sys.argv[2] == "create" else place.open()
with vault:
    with vault.transaction() as change:
        change.put(3, sys.argv[2], b"a claim")
        change.put(1, sys.argv[2], b"a key")
    names = [name for name, _ in vault.scan(3)]
    keys = [(name, bytes(body.view)) for name, body in vault.secrets()]
    assert vault.verify(deep=True).records == 2 * len(names)
print(aead.BACKEND, protection().is_native, blake2.IS_NATIVE, names, keys)
"""


def run(program: str, *arguments: str | Path) -> str:
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(command, env=child_environment(), capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize("first", BREAK)
@pytest.mark.parametrize("second", BREAK)
def test_what_one_way_wrote_the_other_reads_and_goes_on_with(first: str, second: str, tmp_path: Path) -> None:
    made = run(PROGRAM.format(broken=BREAK[first]), tmp_path / "vault", "create")
    seen = run(PROGRAM.format(broken=BREAK[second]), tmp_path / "vault", "again")
    for said, how in ((made, first), (seen, second)):
        native = "nacl._sodium True True" if how == "control" else "nacl.bindings False False"
        assert said.startswith(native), said
    assert seen.endswith("['again', 'create'] [('again', b'a key'), ('create', b'a key')]")
    with Place(tmp_path / "vault").open() as vault:
        assert (vault.get(3, "again"), plain(vault.secret("create") or pytest.fail("gone"))) == (b"a claim", b"a key")


def test_keys_derive_the_same_without_the_names_of_openssl(monkeypatch: pytest.MonkeyPatch) -> None:
    phrase = entropy_to_phrase(bytes(range(32)))
    direct = derive_secret(phrase_to_seed(phrase, "pass"), "persona", 7)
    if not openssl.IS_DIRECT:
        pytest.skip("this Python hides its OpenSSL")
    monkeypatch.setattr(openssl, "_library", None)
    assert derive_secret(phrase_to_seed(phrase, "pass"), "persona", 7).locked == direct.locked


def test_the_native_ways_are_in_use_here() -> None:
    assert (aead.BACKEND, blake2.IS_NATIVE) == ("nacl._sodium", True)
