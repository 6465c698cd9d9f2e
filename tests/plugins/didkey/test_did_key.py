from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prometheus.errors import NotUnderstood
from prometheus.identity.multicipher import PublicKey, SecretKey
from prometheus_didkey.did_key import DidKey

if TYPE_CHECKING:
    from prometheus.ports import Call, DidMethod

METHOD: DidMethod = DidKey()

# Known answers printed in the did:key method specification.
KNOWN = {
    "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp": (
        "e",
        "3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29",
    ),
    "did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme": (
        "s",
        "03874c15c7fda20e539c6e5ba573c139884c351188799f5458b4b41f7924f235cd",
    ),
}


@pytest.mark.parametrize(("did", "suite", "key"), [(did, *rest) for did, rest in KNOWN.items()])
def test_known_identifiers_hold_the_known_keys(did: str, suite: str, key: str) -> None:
    found = DidKey().read(did)
    assert (found.suite, found.raw.hex()) == (suite, key)
    assert METHOD.write(found) == did


def test_the_document_names_its_one_key_for_every_purpose_that_signs() -> None:
    did = next(iter(KNOWN))
    document = METHOD.resolve(did)
    (method,) = document["verificationMethod"]
    assert method["publicKeyMultibase"] == did.removeprefix("did:key:")
    assert document["assertionMethod"] == document["authentication"] == [method["id"]]
    assert "keyAgreement" not in document


@given(st.binary(min_size=32, max_size=32))
def test_every_key_comes_back(seed: bytes) -> None:
    key = SecretKey("e", seed).public_key()
    assert DidKey().read(METHOD.write(key)) == key


@pytest.mark.parametrize(
    "did",
    [
        "",
        "did:key:",
        "did:key:z",
        "did:key:z6Mk",
        "did:morpheus:ezqztJ6XX6GDxdSgdiySiT3J",
        "did:key:f" + "ed01" + "3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29",
        "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooW",
        "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp ",
        "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp#z6Mk",
        "did:key:z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc",
        "did:key:z" + "1" * 4000,
    ],
)
def test_what_is_no_key_is_refused(did: str) -> None:
    with pytest.raises(NotUnderstood):
        METHOD.resolve(did)


def test_the_verb_of_the_plugin_shows_the_identifier_and_the_document() -> None:
    from prometheus_didkey import verbs

    class Asked:
        shown: tuple[object, ...] = ()

        def __init__(self, key: str) -> None:
            self.key = key

        @property
        def output(self) -> Asked:
            return self

        def text(self, name: str) -> str:
            return self.key

        def maybe(self, name: str) -> str | None:
            return None

        def flag(self, name: str) -> bool:
            return False

        def result(self, document: object, lines: object) -> None:
            self.shown = (document, lines)

    did = next(iter(KNOWN))
    key = PublicKey.parse(DidKey().read(did).text)
    call = Asked(key.text)
    assert verbs.show(cast("Call", call)) == 0
    document, _ = call.shown
    assert document == {"did": did, "document": METHOD.resolve(did)}
