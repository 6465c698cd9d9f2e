"""DID documents and resolution results in W3C's words."""

from __future__ import annotations

from typing import Any

import pytest
from prometheus_simulators.second_layer import Chain, key_id
from prometheus_simulators.signed_world import did, public, secret

from prometheus.claims.did_document import DidDocument, parse_did_document
from prometheus.errors import NotUnderstood
from prometheus.identity.multibase import decode
from prometheus_morpheus.state.w3c import resolution_result, w3c_document

ANN, BEN = "ann", "ben"


def as_known(chain: Chain, height: int | None = None) -> DidDocument:
    return parse_did_document(chain.document(ANN, height))


def members(document: DidDocument, **how: Any) -> dict[str, Any]:
    made: dict[str, Any] = w3c_document(document, **how)
    return made


def test_the_implicit_document_names_its_key_by_the_id_alone() -> None:
    document = members(as_known(Chain()))
    assert document["id"] == did(ANN)
    assert document["verificationMethod"] == [
        {"id": f"{did(ANN)}#0", "type": "MorpheusKeyId", "controller": did(ANN), "morpheusKeyId": key_id(ANN)}
    ]
    assert document["authentication"] == document["assertionMethod"] == document["capabilityInvocation"]
    assert document["authentication"] == [f"{did(ANN)}#0"]


def test_a_known_public_key_stands_in_for_its_id() -> None:
    document = members(as_known(Chain()), known_keys=[secret(BEN).public_key(), secret(ANN).public_key()])
    method = document["verificationMethod"][0]
    assert method["type"] == "Multikey"
    assert decode(method["publicKeyMultibase"]) == b"\xed\x01" + secret(ANN).public_key().raw


def test_the_multikey_of_a_did_key_is_its_name() -> None:
    chain = Chain()
    chain.do(ANN, ANN, "addKey", auth=public(BEN))
    multikey = members(as_known(chain))["verificationMethod"][1]["publicKeyMultibase"]
    assert multikey.startswith("z6Mk")


def test_rights_become_relationships() -> None:
    chain = Chain()
    chain.do(ANN, ANN, "addKey", auth=BEN)
    chain.do(ANN, ANN, "addRight", auth=BEN, right="update")
    document = members(as_known(chain))
    assert document["capabilityInvocation"] == [f"{did(ANN)}#0", f"{did(ANN)}#1"]
    assert document["authentication"] == [f"{did(ANN)}#0"]


def test_a_revoked_key_is_gone_and_keeps_its_number() -> None:
    chain = Chain()
    chain.do(ANN, ANN, "addKey", auth=BEN)
    chain.do(ANN, ANN, "addRight", auth=BEN, right="update")
    chain.do(BEN, ANN, "revokeKey", auth=ANN)
    document = members(as_known(chain))
    assert [method["id"] for method in document["verificationMethod"]] == [f"{did(ANN)}#1"]
    assert "authentication" not in document


def test_a_past_height_shows_the_keys_of_then() -> None:
    chain = Chain()
    chain.do(ANN, ANN, "addKey", auth=BEN)
    document = members(as_known(chain), height=chain.state.last_height - 1)
    assert len(document["verificationMethod"]) == 1


def test_a_future_height_is_refused() -> None:
    with pytest.raises(NotUnderstood, match="Queried future height 3, present is 2"):
        w3c_document(as_known(Chain()), height=3)


def test_a_did_that_is_over_is_deactivated_and_names_no_key() -> None:
    chain = Chain()
    last = chain.do(ANN, ANN, "tombstoneDid")
    result: Any = resolution_result(as_known(chain), version_id=last)
    assert result["didDocument"] == {"@context": ["https://www.w3.org/ns/did/v1"], "id": did(ANN)}
    assert result["didDocumentMetadata"] == {"deactivated": True, "versionId": last, "queriedAtHeight": 3}
    assert result["didResolutionMetadata"] == {"contentType": "application/did+ld+json"}


def test_a_did_was_not_deactivated_before_it_was_over() -> None:
    chain = Chain()
    chain.do(ANN, ANN, "tombstoneDid")
    result: Any = resolution_result(as_known(chain), height=2)
    assert result["didDocumentMetadata"] == {"deactivated": False, "queriedAtHeight": 2}
    assert len(result["didDocument"]["verificationMethod"]) == 1
