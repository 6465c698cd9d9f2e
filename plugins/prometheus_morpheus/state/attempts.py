"""What the attempts of a Morpheus asset ask for, read strictly.

    {"operationAttempts": [{"operation": "registerBeforeProof", "contentId": "…"},
                           {"operation": "signed", "signables": […], "signerPublicKey": "p…", "signature": "s…"}]}

Rules:
* DIDs and keys have to be ones; they are kept in base58, whatever base they came in. An asset with one that is not has
  no effect and leaves no trace, not even as an attempt.
* The public key, the signature and the name of a right are texts here: whether they are ones is found out when the
  attempt is carried out, and that leaves a trace.
* A content id is any text. Members that nobody knows are ignored, and are not covered by the signature: what is signed
  is the canonical JSON of the members read here, after their length.

What this is not: a judgement. What an operation may do is for `prometheus_morpheus.state.rules`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from prometheus.claims.canonical import canonical
from prometheus.errors import InputError
from prometheus.identity.did import Did
from prometheus.identity.multicipher import KeyId, PublicKey, Signature, parse_authentication
from prometheus_morpheus.state.errors import StateError
from prometheus_morpheus.transactions.varint import varint

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json

ADD_KEY = "addKey"
REVOKE_KEY = "revokeKey"
ADD_RIGHT = "addRight"
REVOKE_RIGHT = "revokeRight"
TOMBSTONE = "tombstoneDid"

_WITH_AUTH = frozenset((ADD_KEY, REVOKE_KEY, ADD_RIGHT, REVOKE_RIGHT))
_WITH_RIGHT = frozenset((ADD_RIGHT, REVOKE_RIGHT))
_OPERATIONS = (ADD_KEY, REVOKE_KEY, ADD_RIGHT, REVOKE_RIGHT, TOMBSTONE)
_LARGEST_EXPIRY = 0xFFFFFFFF
_REMEMBERED = 16384


class Auth(NamedTuple):
    """A public key or key id as an operation names it, and the key id that it amounts to."""

    text: str
    key_id: str


class Signable(NamedTuple):
    """One operation on one DID; `auth`, `right` and `expires_at` are None where the operation has no such thing."""

    did: str
    last_tx_id: str | None
    operation: str
    auth: Auth | None
    right: str | None
    expires_at: int | None

    def as_json(self) -> dict[str, Json]:
        """Return the members that are signed."""
        members: dict[str, Json] = {"did": self.did, "lastTxId": self.last_tx_id, "operation": self.operation}
        if self.auth is not None:
            members["auth"] = self.auth.text
        if self.right is not None:
            members["right"] = self.right
        if self.expires_at is not None:
            members["expiresAtHeight"] = self.expires_at
        return members


class BeforeProof(NamedTuple):
    """The wish to have a content id registered."""

    content_id: str


class SignedGroup(NamedTuple):
    """Operations that one key has signed together; whether it did is not yet known."""

    signables: tuple[Signable, ...]
    public_key: str
    signature: str

    def signer(self) -> Auth:
        """Return the key that signed.

        Raises:
            InputError: When key or signature are not ones, or do not fit: ``Invalid signature``.
        """
        message = _message([signable.as_json() for signable in self.signables])
        signer, public_key = _signer(self.public_key)
        if not public_key.verify(message, Signature.parse(self.signature)):
            raise StateError("Invalid signature")
        return signer


def _message(signables: list[Json]) -> bytes:
    text = canonical(signables).encode()
    return varint(len(text)) + text


Attempt: TypeAlias = BeforeProof | SignedGroup


def attempts_of_asset(asset: Json) -> tuple[Attempt, ...]:
    """Return what an asset asks for.

    Raises:
        StateError: When it is malformed. The reference's texts go on with a line and a column; these do not.
    """
    if not isinstance(asset, dict):
        raise StateError("invalid type, expected struct MorpheusAsset")
    return parse_attempts(_member(asset, "operationAttempts"))


def parse_attempts(attempts: Json) -> tuple[Attempt, ...]:
    """Return what a list of attempts asks for; StateError when it is malformed."""
    return tuple(_attempt(_object(item)) for item in _list(attempts))


def touched_dids(attempts: tuple[Attempt, ...]) -> tuple[str, ...]:
    """Return every DID that the attempts name, once, in order."""
    found = {
        signable.did: None for attempt in attempts if isinstance(attempt, SignedGroup) for signable in attempt.signables
    }
    return tuple(found)


def _attempt(members: dict[str, Json]) -> Attempt:
    operation = _text(members, "operation")
    if operation == "signed":
        signables = tuple(_signable(_object(item)) for item in _list(_member(members, "signables")))
        return SignedGroup(signables, _text(members, "signerPublicKey"), _text(members, "signature"))
    if operation == "registerBeforeProof":
        return BeforeProof(_text(members, "contentId"))
    raise StateError(f"unknown variant `{operation}`, expected `registerBeforeProof` or `signed`")


def _signable(members: dict[str, Json]) -> Signable:
    operation = _text(members, "operation")
    if operation not in _OPERATIONS:
        expected = ", ".join(f"`{known}`" for known in _OPERATIONS)
        raise StateError(f"unknown variant `{operation}`, expected one of {expected}")
    return Signable(
        did=_did(members),
        last_tx_id=_text_or_none(members, "lastTxId"),
        operation=operation,
        auth=_auth(members) if operation in _WITH_AUTH else None,
        right=_text(members, "right") if operation in _WITH_RIGHT else None,
        expires_at=_expiry(members) if operation == ADD_KEY else None,
    )


def _did(members: dict[str, Json]) -> str:
    try:
        return normal_did(_text(members, "did"))
    except InputError as refused:
        raise StateError(refused.what) from None


def _auth(members: dict[str, Json]) -> Auth:
    try:
        return _known_auth(_text(members, "auth"))
    except InputError as refused:
        raise StateError(refused.what, meaning=refused.meaning) from None


# Reading base58 and hashing keys takes longer than all the rules together, and the same keys come again and again.


@lru_cache(_REMEMBERED)
def normal_did(text: str) -> str:
    """Return a DID in base58; NotUnderstood when it is not one."""
    return Did.parse(text).text


@lru_cache(_REMEMBERED)
def _known_auth(text: str) -> Auth:
    authentication = parse_authentication(text)
    key_id = authentication if isinstance(authentication, KeyId) else authentication.key_id()
    return Auth(authentication.text, key_id.text)


@lru_cache(_REMEMBERED)
def _signer(text: str) -> tuple[Auth, PublicKey]:
    public_key = PublicKey.parse(text)
    return Auth(public_key.text, public_key.key_id().text), public_key


def _expiry(members: dict[str, Json]) -> int | None:
    value = members.get("expiresAtHeight")
    if value is None:
        return None
    if type(value) is not int or not 0 <= value <= _LARGEST_EXPIRY:
        raise StateError("invalid value of `expiresAtHeight`, expected u32")
    return value


def _member(members: dict[str, Json], name: str) -> Json:
    if name not in members:
        raise StateError(f"missing field `{name}`")
    return members[name]


def _text(members: dict[str, Json], name: str) -> str:
    value = members.get(name)
    if isinstance(value, str):
        return value
    _member(members, name)
    raise StateError(f"invalid type of `{name}`, expected a string")


def _text_or_none(members: dict[str, Json], name: str) -> str | None:
    return None if members.get(name) is None else _text(members, name)


def _object(value: Json) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise StateError("invalid type, expected an object")
    return value


def _list(value: Json) -> list[Json]:
    if not isinstance(value, list):
        raise StateError("invalid type, expected a sequence")
    return value
