"""A small world of people and claims: María, a clerk with an authority, an inspector, and what they sign.

Keys come from fixed bytes, nonces too, so every document is the same in every run.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from prometheus.claims.binding import disclosure_hash, one_way_nonce
from prometheus.claims.compose_presentation import ONE_WAY, Binding, PartToShow, compose_presentation, new_licence
from prometheus.claims.did_document import parse_did_document
from prometheus.claims.jsontext import parse, text_form
from prometheus.claims.knowledge import Knowledge, KnownDocument, TrustedAuthority
from prometheus.claims.nonce import encode
from prometheus.claims.shipped import SHIPPED
from prometheus.claims.signed import sign_json
from prometheus.claims.statement import parse_signed_statement
from prometheus.claims.verify import verify
from prometheus.identity.did import Did
from prometheus.identity.multicipher import SecretKey
from prometheus.verdict import NoVerdict, Verdict

if TYPE_CHECKING:
    from prometheus.claims.compose_presentation import Composed
    from prometheus.claims.licence import Licence
    from prometheus.claims.statement import SignedStatement

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
IDENTITY_CARD = SHIPPED["identity-card"]


def secret(name: str) -> SecretKey:
    return SecretKey("e", hashlib.sha256(name.encode()).digest())


def public(name: str) -> str:
    return secret(name).public_key().text


def did(name: str) -> str:
    return Did(secret(name).public_key().key_id()).text


class OneKey:
    """Signs with the keys of named people."""

    def __init__(self, *names: str) -> None:
        self.keys = {public(name): secret(name) for name in names}

    def sign(self, public_key: str, message: bytes) -> str:
        return self.keys[public_key].sign(message).text


def nonce(label: str) -> str:
    return encode(hashlib.sha512(label.encode()).digest()[:33])


def wrapped(**fields: Any) -> dict[str, Any]:
    return {name: {"nonce": nonce(name), "value": value} for name, value in fields.items()}


CARD = wrapped(
    ageOver18=True,
    dateOfBirth="1990-05-17",
    documentNumber="AB1234567",
    familyName="Kova\u0301cs",
    givenName="Ma\u0301ria",
    nationality="HU",
)


def statement_content(content: Any = None, **changes: Any) -> dict[str, Any]:
    """The content of a statement about María by the authority's own key; changes go into the constraints."""
    process = changes.pop("process", IDENTITY_CARD)
    constraints = {
        "after": "2026-11-01T00:00:00Z",
        "before": "2031-11-01T00:00:00Z",
        "witness": did("authority") + "#0",
        "authority": did("authority"),
        "content": None,
    }
    return {
        "processId": process,
        "claim": {"subject": did("maria"), "content": CARD if content is None else content},
        "constraints": {**constraints, **changes},
        "nonce": nonce("statement"),
    }


def sign(content: Any, name: str) -> dict[str, Any]:
    return sign_json(content, secret(name), public(name))


def statement(content: Any = None, by: str = "authority", **changes: Any) -> SignedStatement:
    return parse_signed_statement(sign(statement_content(content, **changes), by))


def licence(to: str = "inspector", seconds: int = 60, purpose: str = "Entry check", start: datetime = NOW) -> Licence:
    return new_licence(did(to), purpose, start, start + timedelta(seconds=seconds))


def presentation(
    *show: str,
    of: SignedStatement | None = None,
    licences: tuple[Licence, ...] | None = None,
    binding: Binding = ONE_WAY,
    by: str = "maria",
) -> Composed:
    return compose_presentation(
        [PartToShow(of or statement(), show)],
        (licence(),) if licences is None else licences,
        signer=OneKey(by),
        public_key=public(by),
        binding=binding,
    )


def signed_text(content: Any, by: str = "maria") -> str:
    """A presentation signed over any content, however wrong, with a nonce that fits it."""
    return text_form(sign(content, by))


TRUSTED = (TrustedAuthority(did("authority"), frozenset({IDENTITY_CARD}), "the list of the gate"),)


def document(
    name: str,
    *keys: tuple[str, int | None, int | None],
    rights: tuple[tuple[int, tuple[tuple[int | None, bool], ...]], ...] = ((0, ((None, True),)),),
    height: int = 1000,
    tombstoned: int | None = None,
    age_s: int = 60,
    source: str = "a node",
) -> KnownDocument:
    """A DID document: the default key first, then others as (name, from, until); rights as (key number, history)."""
    entries = [{"index": 0, "auth": "i" + did(name).removeprefix("did:morpheus:"), "validFromHeight": None}]
    entries[0] |= {"validUntilHeight": None}
    for index, (other, start, end) in enumerate(keys, start=1):
        entries.append({"index": index, "auth": public(other), "validFromHeight": start, "validUntilHeight": end})
    right = [
        {"keyLink": f"#{number}", "history": [{"height": at, "valid": valid} for at, valid in history]}
        for number, history in rights
    ]
    value: Any = {
        "did": did(name),
        "keys": entries,
        "rights": {"impersonate": right, "update": right},
        "tombstonedAtHeight": tombstoned,
        "tombstoned": tombstoned is not None,
        "queriedAtHeight": height,
    }
    return KnownDocument(parse_did_document(value), source, age_s)


def judge(text: str | bytes, **known: Any) -> Verdict:
    outcome = verify(text, Knowledge(**{"now": NOW, "trusted": TRUSTED, "own_dids": (did("inspector"),), **known}))
    assert isinstance(outcome, Verdict)
    return outcome


def refuse(text: str, **known: Any) -> NoVerdict:
    outcome = verify(text, Knowledge(**{"now": NOW, "trusted": TRUSTED, **known}))
    assert isinstance(outcome, NoVerdict)
    return outcome


def finding(outcome: Verdict, check_id: str) -> tuple[str, str]:
    state = outcome.state_of(check_id)
    return state, next((check.code for check in outcome.of(check_id) if check.status == state), "")


def raw(*show: str, **how: Any) -> Any:
    return parse(presentation(*show, **how).text)


def resigned(document: Any, by: str = "maria") -> str:
    """The same content with its nonce made to fit, signed again: what a dishonest holder can do."""
    content = {name: value for name, value in document["content"].items() if name != "nonce"}
    return signed_text({**content, "nonce": one_way_nonce(disclosure_hash(content))}, by)
