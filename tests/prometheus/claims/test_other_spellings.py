"""A withdrawn statement stays withdrawn, however its key and its signature are written."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from prometheus_simulators.signed_world import finding, judge, sign, statement_content

from prometheus.claims.digest import content_id
from prometheus.claims.jsontext import text_form
from prometheus.claims.knowledge import TrustedAuthority, WithdrawnList
from prometheus.claims.signed import sign_json
from prometheus.identity import multibase
from prometheus.identity.did import Did
from prometheus.identity.multicipher import SecretKey, Signature
from prometheus.identity.secp256k1 import ORDER

SECP = SecretKey("s", hashlib.sha256(b"an authority with the other suite").digest())


def in_hexadecimal(text: str) -> str:
    return f"{text[:2]}f{multibase.decode(text[2:]).hex()}"


def verdict(written: Any, issued: Any, **knowledge: Any) -> Any:
    lists = (WithdrawnList(frozenset({content_id(issued)}), "the authority's list", 60),)
    return judge(text_form(written), withdrawn=lists, **knowledge)


@pytest.mark.parametrize("member", ["publicKey", "bytes"])
def test_writing_it_in_another_base_does_not_bring_it_back(member: str) -> None:
    issued: Any = sign(statement_content(), "authority")
    written = {**issued, "signature": {**issued["signature"], member: in_hexadecimal(issued["signature"][member])}}
    assert content_id(written) != content_id(issued)
    outcome = verdict(written, issued)
    assert (outcome.verdict, *finding(outcome, "issuer.trust")) == ("invalid", "fail", "REVOKED")


def test_neither_does_the_other_form_of_an_ecdsa_signature() -> None:
    authority = Did(SECP.public_key().key_id()).text
    content = statement_content(authority=authority, witness=f"{authority}#0")
    issued: Any = sign_json(content, SECP, SECP.public_key())
    low = Signature.parse(issued["signature"]["bytes"])
    high = low._replace(raw=low.raw[:32] + (ORDER - int.from_bytes(low.raw[32:], "big")).to_bytes(32, "big"))
    written = {**issued, "signature": {**issued["signature"], "bytes": high.text}}
    trusted = (TrustedAuthority(authority),)
    for shown, listed in ((written, issued), (issued, written)):
        assert finding(verdict(shown, listed, trusted=trusted), "issuer.trust") == ("fail", "REVOKED")
    assert verdict(written, sign(content, "authority"), trusted=trusted).verdict == "valid"


def test_a_statement_that_is_not_listed_stays_good() -> None:
    listed = sign(statement_content(before=None), "authority")
    assert verdict(sign(statement_content(), "authority"), listed).verdict == "valid"


def test_a_key_or_signature_that_cannot_be_read_fails_its_own_check() -> None:
    issued: Any = sign(statement_content(), "authority")
    written = {**issued, "signature": {**issued["signature"], "bytes": "sez1"}}
    assert finding(verdict(written, issued), "proof.signature") == ("fail", "SIGNATURE")


@pytest.mark.parametrize("base", ["z", "k"])
def test_an_endless_witness_link_is_a_failed_check_and_no_error(base: str) -> None:
    content = statement_content(witness=f"did:morpheus:e{base}{'2' * 2000}#0")
    assert finding(judge(text_form(sign(content, "authority"))), "issuer.controller") == ("fail", "NO-RIGHT")
