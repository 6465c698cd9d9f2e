r"""What a holder's signature binds beside the claims: which parts she shows, and which question she answers.

A signature over JSON covers a content id, which is the same however much of the document is hidden. The text form is
not. So the inner nonce of a presentation is made from the text form of all the rest:

    T       = text form of the content without its nonce
    D       = SHA3-256("prometheus/disclosure/v1\0" ‖ T)
    kind 01 = SHA3-256("prometheus/answer/v1\0" ‖ request hash ‖ D)     an answer to a request, which that hash names
    kind 02 = SHA3-256("prometheus/one-way/v1\0" ‖ D)                   shown without being asked
    nonce   = "u" ‖ base64url(kind byte ‖ 32 bytes)

Rules: a challenge given as text is used as it is, in NFKD, 1 to 128 characters; then what is shown is not bound. A text
that reads as kind 01 or 02 is refused by holder and verifier alike: whoever chooses it could otherwise fix the nonce of
another disclosure beforehand.
What this is not: a judgement of a nonce that was found in a presentation (`prometheus.claims.finding`).
"""

from __future__ import annotations

from prometheus.claims.digest import sha3
from prometheus.claims.jsontext import text_form
from prometheus.claims.nonce import encode
from prometheus.errors import NotUnderstood
from prometheus.model.frozen import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json

ANSWER = 1
ONE_WAY = 2
REQUEST_HASH_BYTES = 32
MAX_TEXT_NONCE = 128

_NONCE_LENGTH = 45
_BASE64_URL = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
_SECOND_OF_ANSWER = frozenset("QRSTUVWXYZabcdef")
_SECOND_OF_ONE_WAY = frozenset("ghijklmnopqrstuv")


def disclosure_text(content: dict[str, Json]) -> str:
    """Return the text form of a presentation's content without its nonce: T."""
    return text_form({name: value for name, value in content.items() if name != "nonce"})


def disclosure_hash(content: dict[str, Json]) -> bytes:
    """Return the 32 bytes that stand for exactly what a presentation shows: D."""
    return sha3(b"prometheus/disclosure/v1\0" + disclosure_text(content).encode())


def answer_nonce(request_hash: bytes, disclosure: bytes) -> str:
    """Return the inner nonce of an answer to the request of that hash.

    Raises:
        NotUnderstood: When the request hash is not 32 bytes long.
    """
    if len(request_hash) != REQUEST_HASH_BYTES:
        raise NotUnderstood(f"a request hash has {REQUEST_HASH_BYTES} bytes, not {len(request_hash)}", code="NONCE")
    return encode(bytes([ANSWER]) + sha3(b"prometheus/answer/v1\0" + request_hash + disclosure))


def one_way_nonce(disclosure: bytes) -> str:
    """Return the inner nonce of a presentation that answers no request."""
    return encode(bytes([ONE_WAY]) + sha3(b"prometheus/one-way/v1\0" + disclosure))


def nonce_kind(nonce: str | None) -> int | None:
    """Return `ANSWER` or `ONE_WAY` when a nonce has that form, None for every other text."""
    if nonce is None or len(nonce) != _NONCE_LENGTH or not nonce.startswith("uA"):
        return None
    if not _BASE64_URL.issuperset(nonce):
        return None
    if nonce[2] in _SECOND_OF_ANSWER:
        return ANSWER
    return ONE_WAY if nonce[2] in _SECOND_OF_ONE_WAY else None


def text_nonce(challenge: str) -> str:
    """Return the nonce for a challenge that was given as text.

    Raises:
        NotUnderstood: When it is empty, longer than 128 characters, no Unicode text, or reserved.
    """
    from unicodedata import normalize

    nonce = normalize("NFKD", challenge[: MAX_TEXT_NONCE + 1])  # which only makes it longer
    if not 1 <= len(nonce) <= MAX_TEXT_NONCE:
        raise NotUnderstood(
            f"a challenge has 1 to {MAX_TEXT_NONCE} characters, not {max(len(nonce), len(challenge))}",
            code="NONCE",
            remedy="choose another one",
        )
    if any("\ud800" <= character <= "\udfff" for character in nonce):
        raise NotUnderstood("the challenge is not Unicode text", code="NONCE", remedy="choose another one")
    if nonce_kind(nonce) is not None:
        raise NotUnderstood(
            "this text is reserved and cannot be used as a challenge",
            code="NONCE-RESERVED",
            meaning="it has the form of a nonce that fixes what is shown, so it could fix another disclosure",
            remedy="choose another one",
        )
    return nonce
