"""The single operations on a DID that its key signs, as frozen values, from JSON and to JSON.

Rules: see `operations`. A DID and an authentication (a public key or a key id) are read here, so that nobody signs a
misprint; the name of a right is carried as it is.
"""

from __future__ import annotations

from prometheus.errors import NotUnderstood
from prometheus.identity.did import Did
from prometheus.identity.multicipher import KEY_ID_PREFIX, PUBLIC_KEY_PREFIX, KeyId, PublicKey
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json

MAX_HEIGHT = 2**32 - 1
MAX_TEXT = 4096


class AddKey(NamedTuple):
    """Lets a key, or the key of an id, act for a DID, at first without any right; `expires_at` is a height."""

    did: str
    last_tx_id: str | None
    auth: str
    expires_at: int | None = None

    def as_json(self) -> dict[str, Json]:
        """Return the members in the order of an asset."""
        written = _written(self.did, self.last_tx_id, "addKey", auth=self.auth)
        return written if self.expires_at is None else written | {"expiresAtHeight": self.expires_at}


class RevokeKey(NamedTuple):
    """Takes a key from a DID."""

    did: str
    last_tx_id: str | None
    auth: str

    def as_json(self) -> dict[str, Json]:
        """Return the members in the order of an asset."""
        return _written(self.did, self.last_tx_id, "revokeKey", auth=self.auth)


class AddRight(NamedTuple):
    """Gives a right, ``update`` or ``impersonate``, to a key of a DID."""

    did: str
    last_tx_id: str | None
    auth: str
    right: str

    def as_json(self) -> dict[str, Json]:
        """Return the members in the order of an asset."""
        return _written(self.did, self.last_tx_id, "addRight", auth=self.auth, right=self.right)


class RevokeRight(NamedTuple):
    """Takes a right from a key of a DID."""

    did: str
    last_tx_id: str | None
    auth: str
    right: str

    def as_json(self) -> dict[str, Json]:
        """Return the members in the order of an asset."""
        return _written(self.did, self.last_tx_id, "revokeRight", auth=self.auth, right=self.right)


class TombstoneDid(NamedTuple):
    """Ends a DID for good."""

    did: str
    last_tx_id: str | None

    def as_json(self) -> dict[str, Json]:
        """Return the members in the order of an asset."""
        return _written(self.did, self.last_tx_id, "tombstoneDid")


Signable: TypeAlias = AddKey | RevokeKey | AddRight | RevokeRight | TombstoneDid
"""One operation on one DID."""

MEMBERS: dict[str, tuple[str, ...]] = {
    "addKey": ("auth",),
    "revokeKey": ("auth",),
    "addRight": ("auth", "right"),
    "revokeRight": ("auth", "right"),
    "tombstoneDid": (),
}
"""The members of each operation besides ``did``, ``lastTxId`` and ``operation``."""


def parse_signable(value: Json) -> Signable:
    """Return the operation that a JSON object in any order stands for; members that it does not know are dropped.

    Raises:
        NotUnderstood: When a member is missing or of the wrong type, the DID or the authentication is none.
    """
    members = _object(value)
    operation = _text(members, "operation")
    if operation not in MEMBERS:
        known = ", ".join(f"`{name}`" for name in MEMBERS)
        raise refusal(f"unknown variant `{operation[:40]}`, expected one of {known}")
    did = Did.parse(_text(members, "did")).text
    last_tx_id = members.get("lastTxId")
    if last_tx_id is not None:
        last_tx_id = _text(members, "lastTxId")
    if operation == "tombstoneDid":
        return TombstoneDid(did, last_tx_id)
    auth = check_authentication(_text(members, "auth"))
    if operation == "addKey":
        return AddKey(did, last_tx_id, auth, _expiry(members))
    if operation == "revokeKey":
        return RevokeKey(did, last_tx_id, auth)
    made = AddRight if operation == "addRight" else RevokeRight
    return made(did, last_tx_id, auth, _text(members, "right"))


def check_authentication(text: str) -> str:
    """Return the text of a public key or a key id.

    Raises:
        NotUnderstood: ``data did not match any variant of untagged enum Authentication``
    """
    try:
        if text.startswith(PUBLIC_KEY_PREFIX):
            return PublicKey.parse(text).text
        if text.startswith(KEY_ID_PREFIX):
            return KeyId.parse(text).text
    except NotUnderstood as error:
        raise _no_authentication(error.what) from None
    raise _no_authentication("it begins with neither p nor i")


def check_signable_shape(value: Json) -> None:
    """Refuse a JSON value that the schema of nodes refuses as an operation; what its texts mean is not looked at.

    Raises:
        NotUnderstood: When a member is missing or of the wrong type.
    """
    members = _object(value)
    operation = members.get("operation")
    if not isinstance(operation, str) or operation not in MEMBERS:
        raise refusal("there is no such operation on a DID")
    for name in ("did", *MEMBERS[operation]):
        if not isinstance(members.get(name), str):
            raise refusal(f"the member {name} of an operation is a text")
    if not isinstance(members.get("lastTxId", False), str | None):
        raise refusal("the member lastTxId of an operation is a text or null")
    if type(members.get("expiresAtHeight", 0)) not in (int, float):
        raise refusal("the member expiresAtHeight of an operation is a number")


def refusal(what: str, meaning: str = "") -> NotUnderstood:
    """Return the error for an operation that does not have the form of one."""
    return NotUnderstood(what, code="DID-OPERATION", meaning=meaning)


def _written(did: str, last_tx_id: str | None, operation: str, **rest: str) -> dict[str, Json]:
    return {"did": did, "lastTxId": last_tx_id, "operation": operation, **rest}


def _object(value: Json) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise refusal("an operation on a DID is a JSON object")
    return value


def _text(members: dict[str, Json], name: str) -> str:
    if name not in members:
        raise refusal(f"missing field `{name}`")
    text = members[name]
    if not isinstance(text, str) or len(text) > MAX_TEXT:
        raise refusal(f"the member {name} of an operation is a text of at most {MAX_TEXT} characters")
    return text


def _expiry(members: dict[str, Json]) -> int | None:
    height = members.get("expiresAtHeight")
    if height is None:
        return None
    if type(height) is not int or not 0 <= height <= MAX_HEIGHT:
        raise refusal(f"the member expiresAtHeight of an operation is a height from 0 to {MAX_HEIGHT}")
    return height


def _no_authentication(meaning: str) -> NotUnderstood:
    return refusal("data did not match any variant of untagged enum Authentication", meaning)
