"""The TypeScript implementation of age opens what is sealed here, and what it seals is opened here."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyrage
import pytest
from differential.peer import Peer, Unavailable, install

from prometheus.errors import PrometheusError
from prometheus.model.secret import Secret
from prometheus.portable import age_file

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent / "age_typescript"
TEXT = bytes(range(256)) * 700
"""More than two chunks of an age file."""
PASSPHRASE = "six words for the file alone \u00e9"
MEMORY = 8 << 30


@pytest.fixture(scope="module")
def peer() -> Iterator[Peer]:
    try:
        found = Peer(HERE / "driver.js", install(HERE, "age-typescript"))
        found.ask_raw({"op": "seal", "input": {"content": "", "passphrase": "x", "work": 1}})
    except Unavailable as reason:
        pytest.skip(f"needs node: the other implementation cannot be asked, {reason}")
    yield found
    found.close()


def ask(peer: Peer, operation: str, **given: Any) -> bytes:
    answer = peer.ask_raw({"op": operation, "input": given})
    assert "output" in answer, answer
    return base64.b64decode(answer["output"])


def text(content: bytes) -> str:
    return base64.b64encode(content).decode()


@pytest.mark.parametrize("armor", [False, True])
def test_a_key_opens_in_both_directions(peer: Peer, armor: bool) -> None:
    key = pyrage.x25519.Identity.generate()
    recipient, identity = str(key.to_public()), str(key)
    ours = age_file.seal_for(TEXT, age_file.recipients_of([recipient]), armored=armor)
    assert ask(peer, "open", file=text(ours), identity=identity, armor=armor) == TEXT
    theirs = age_file.look_into(ask(peer, "seal", content=text(TEXT), recipient=recipient, armor=armor))
    assert age_file.open_with_identities(theirs, age_file.identities_in(identity)) == TEXT


@pytest.mark.parametrize("armor", [False, True])
def test_a_passphrase_of_theirs_opens_here(peer: Peer, armor: bool) -> None:
    sealed = ask(peer, "seal", content=text(TEXT), passphrase=PASSPHRASE, work=10, armor=armor)
    file = age_file.look_into(sealed)
    assert file.header.work == 10
    assert age_file.open_with_passphrase(file, Secret(PASSPHRASE.encode()), memory=MEMORY) == TEXT


def test_a_passphrase_of_ours_opens_there(peer: Peer) -> None:
    ours = age_file.seal_with_passphrase(TEXT, Secret(PASSPHRASE.encode()))
    assert ask(peer, "open", file=text(ours), passphrase=PASSPHRASE) == TEXT


def test_what_is_damaged_is_refused_by_both(peer: Peer) -> None:
    key = pyrage.x25519.Identity.generate()
    ours = age_file.seal_for(TEXT, age_file.recipients_of([str(key.to_public())]))
    for cut in (1, 100, 65_536):
        answer = peer.ask_raw({"op": "open", "input": {"file": text(ours[:-cut]), "identity": str(key)}})
        assert "error" in answer
        with pytest.raises(PrometheusError):
            age_file.open_with_identities(age_file.look_into(ours[:-cut]), age_file.identities_in(str(key)))
