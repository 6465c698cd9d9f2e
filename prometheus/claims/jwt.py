"""Bearer tokens: how a key authenticates itself to a service, as compact JWS with multicipher keys.

    {"alg":"Multicipher","kid":"pez…"} . {"exp":N,"nbf":N,"jti":"cju…"} . ASCII of the signature text "sez…"

Rules:
* Each part is base64url without padding; the signature covers ``header.payload``. Members are written in this order.
* ``nbf`` is the second of creation, ``exp`` that plus the time to live; both ends are still within.
* ``jti`` binds the token to a request body by its content id and is left out when there is no body.
* ``aud`` is the base URL of the service that the token is for, so that nobody to whom it was shown uses it elsewhere.
  The reference neither writes nor reads it; a token without it is none less, and says less.
* A token is judged only after its signature was found to fit the key that it names.

What this is not: authorisation. Whether that key may do anything, and whether the same token was seen before, is for
the service; comparing ``jti`` with the body is for whoever has the body, ``aud`` for whoever knows the own address.
"""

from __future__ import annotations

from prometheus.claims.jsontext import compact, parse
from prometheus.claims.signed import sign_bytes
from prometheus.errors import InputError, NotUnderstood, ProofError
from prometheus.identity.multibase import b64u_decode, b64u_encode
from prometheus.identity.multicipher import PublicKey, Signature
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json
    from prometheus.claims.signed import SignsMessages
    from prometheus.identity.multicipher import SecretKey

ALGORITHM = "Multicipher"
TIME_TO_LIVE = 300
MAX_CHARACTERS = 8192


class Token(NamedTuple):
    """What a token says, once its signature and times were found good; times are Unix seconds."""

    public_key: PublicKey
    created_at: int
    time_to_live: int
    content_id: str | None
    audience: tuple[str, ...] = ()
    """The services that it is for; empty where it names none."""


def _refusal(what: str) -> NotUnderstood:
    return NotUnderstood(what, code="TOKEN", remedy="sign in again to get a new token")


def sign_token(
    signer: SecretKey | SignsMessages,
    public_key: PublicKey | str,
    now: int,
    *,
    time_to_live: int = TIME_TO_LIVE,
    content_id: str | None = None,
    audience: str | None = None,
) -> str:
    """Return a token of a key.

    Args:
        signer: Holds the key.
        public_key: Names the key, in the token too.
        now: The present, in Unix seconds.
        time_to_live: Seconds.
        content_id: Of the request body, when there is one.
        audience: Base URL of the service that it is for, None for any.

    Raises:
        KeyUnavailable: When the signer does not hold that key.
    """
    kid = public_key if isinstance(public_key, str) else public_key.text
    payload: dict[str, Json] = {"exp": now + time_to_live, "nbf": now}
    if content_id is not None:
        payload["jti"] = content_id
    if audience is not None:
        payload["aud"] = audience
    covered = f"{_part({'alg': ALGORITHM, 'kid': kid})}.{_part(payload)}"
    signature = sign_bytes(covered.encode("ascii"), signer, public_key)
    return f"{covered}.{b64u_encode(signature.text.encode('ascii'))}"


def parse_token(token: str, now: int) -> Token:
    """Return what a token says.

    Args:
        token: The text after ``Bearer``.
        now: The present, in Unix seconds.

    Raises:
        NotUnderstood: When it is no token of this kind, its signature does not fit, or it is too old or too new.
    """
    if len(token) > MAX_CHARACTERS:
        raise _refusal("Invalid token structure")
    covered, _, last = token.rpartition(".")
    parts = covered.split(".")
    if len(parts) != 2:
        raise _refusal("Invalid token structure")
    header, payload, signature_text = (_decoded(part) for part in (*parts, last))
    public_key = _signing_key(_object(header, "Malformed token header"))
    _check_signature(public_key, covered, signature_text)
    return _judge_times(public_key, _object(payload, "Cannot deserialize claims"), now)


def _part(members: dict[str, Json]) -> str:
    return b64u_encode(compact(members).encode())


def _decoded(part: str) -> bytes:
    try:
        return b64u_decode(part)
    except InputError:
        raise _refusal("invalid base64 decoding") from None


def _object(text: bytes, complaint: str) -> dict[str, Json]:
    try:
        value = parse(text)
    except InputError as error:
        raise _refusal(f"{complaint}: {error.what}") from None
    if not isinstance(value, dict):
        raise _refusal(f"{complaint}: not an object")
    return value


def _signing_key(header: dict[str, Json]) -> PublicKey:
    algorithm, kid = header.get("alg"), header.get("kid")
    if not isinstance(algorithm, str):
        raise _refusal("Malformed token header: missing field `alg`")
    if not isinstance(kid, str):
        raise _refusal("Publickey is missing from JWT kid header")
    public_key = PublicKey.parse(kid)
    if algorithm != ALGORITHM:
        raise _refusal(f"Token algorithm ({algorithm}) differs from expected ({ALGORITHM})")
    return public_key


def _check_signature(public_key: PublicKey, covered: str, signature_text: bytes) -> None:
    try:
        signature = Signature.parse(signature_text.decode())
    except (InputError, ProofError, UnicodeDecodeError) as error:
        raise _refusal(f"Malformed token signature: {error}") from None
    if not public_key.verify(covered.encode("ascii"), signature):
        raise _refusal("Signature has failed verification")


def _judge_times(public_key: PublicKey, claims: dict[str, Json], now: int) -> Token:
    expires, not_before = _second(claims, "exp"), _second(claims, "nbf")
    content_id = claims.get("jti")
    if content_id is not None and not isinstance(content_id, str):
        raise _refusal("Cannot deserialize claims: jti is not a text")
    audience = _audience(claims)
    if expires < now:
        raise _refusal("Token has expired")
    if not_before > now:
        raise _refusal("Token is not yet ready")
    return Token(public_key, not_before, expires - not_before, content_id, audience)


def _audience(claims: dict[str, Json]) -> tuple[str, ...]:
    """Return whom a token is for; RFC 7519 allows one text, and a list of them."""
    told = claims.get("aud")
    if told is None:
        return ()
    listed = told if isinstance(told, list) else [told]
    found = tuple(each for each in listed if isinstance(each, str))
    if not found or len(found) != len(listed):
        raise _refusal("Cannot deserialize claims: aud is not a text, nor a list of them")
    return found


def _second(claims: dict[str, Json], name: str) -> int:
    second = claims.get(name)
    if second is None:
        raise _refusal(f"Claim `{name}` requested during validation is not present in the token")
    if type(second) is not int:
        raise _refusal(f"Cannot deserialize claims: {name} is not a whole number")
    return second
