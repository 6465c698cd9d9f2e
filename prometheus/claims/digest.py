"""Content ids and masking: what lets a part of a document be hidden while signatures over the whole still fit.

Rules (those of the IOP reference):
* The content id of an object or array is ``cju`` and the base64url SHA3-256 of its flattened text: members sorted by
  key, and every nested object or array replaced by its own content id. So a document is a Merkle tree: putting an id
  in place of the part it stands for changes nothing above.
* A content id of bytes is ``cbu`` and the base64url SHA3-256 of them.
* `mask` keeps the paths given and puts content ids in place of all other nested objects and arrays. Scalars are never
  hidden on their own: keeping one member of an object shows all its scalars. Paths do not reach into arrays.
* Keys are in Unicode NFKD (`prometheus.claims.normal_form`), at every depth. Values are hashed as they are.

What this is not: `mask` gives the structure. `selective_digest` gives the canonical text, whose kept strings are
normalised; sign and present the structure.
"""

from __future__ import annotations

from _sha3 import sha3_256  # type: ignore[import-not-found]  # typeshed has no stub for it
from binascii import b2a_base64

from prometheus.claims.jsontext import quote, scalar_text
from prometheus.claims.normal_form import is_nfkd
from prometheus.errors import NotUnderstood
from prometheus.model.frozen import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from prometheus.claims.jsontext import Json

__all__ = [
    "BYTES_PREFIX",
    "CONTENT_ID_LENGTH",
    "JSON_PREFIX",
    "content_id",
    "content_id_of_bytes",
    "is_content_id",
    "is_nfkd",
    "mask",
    "selective_digest",
    "sha3",
    "split_paths",
]

JSON_PREFIX = "cju"
BYTES_PREFIX = "cbu"
CONTENT_ID_LENGTH = 46

_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_BASE64_URL = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
_LONG = 32 * 1024
# What Unicode calls white space; Python counts four control characters more.
_WHITE_SPACE = (
    "\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004"
    "\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)


def content_id(value: Json) -> str:
    """Return the content id of an object or array; a string stands for itself, being taken for an id already.

    Raises:
        NotUnderstood: For any other scalar, and where a key is not in NFKD.
    """
    if isinstance(value, (dict, list)):
        return _flatten(value)
    if isinstance(value, str):
        return value
    raise NotUnderstood("Json digest is currently implemented only for composite types", code="DIGEST")


def content_id_of_bytes(content: bytes) -> str:
    """Return the content id of bytes that are not JSON."""
    return BYTES_PREFIX + _hash(content)


def is_content_id(text: str) -> bool:
    """Return whether a text has the form of a content id, of JSON or of bytes."""
    return (
        len(text) == CONTENT_ID_LENGTH
        and text.startswith((JSON_PREFIX, BYTES_PREFIX))
        and _BASE64_URL.issuperset(text[len(JSON_PREFIX) :])
    )


def mask(value: Json, keep: Sequence[str]) -> Json:
    """Return the value with every object and array that no path of `keep` leads to replaced by its content id.

    Where nothing fits, the result is the content id of the whole. Where one path continues another, the longer counts.

    Args:
        value: An object or array; a string is returned as it is.
        keep: Paths such as ``.content.address``; unknown ones are ignored.

    Raises:
        NotUnderstood: As `content_id`, and for a path that does not start with ``.``.
    """
    if isinstance(value, dict):
        return _mask_object(value, keep)
    return content_id(value)


def selective_digest(value: Json, paths_text: str) -> str:
    """Return the masked value as the reference does: a content id, or the canonical text of what is kept.

    Args:
        value: An object or array; a string is returned as it is.
        paths_text: Paths separated by commas, trimmed; one trailing empty piece is ignored.

    Raises:
        NotUnderstood: As `mask`.
    """
    from prometheus.claims.canonical import canonical

    masked = mask(value, split_paths(paths_text))
    return masked if isinstance(masked, str) else canonical(masked)


def split_paths(paths_text: str) -> list[str]:
    """Return the paths of a text in which they are separated by commas."""
    pieces = [piece.strip(_WHITE_SPACE) for piece in paths_text.split(",")]
    if paths_text.endswith(",") or not paths_text:
        pieces.pop()
    return pieces


def sha3(content: bytes) -> bytes:
    """Return the 32 bytes of SHA3-256."""
    if len(content) < _LONG:
        digest: bytes = sha3_256(content).digest()
        return digest
    # OpenSSL's is three times as fast, and takes three milliseconds to load.
    from hashlib import sha3_256 as sha3_256_of_openssl

    return sha3_256_of_openssl(content).digest()


def _hash(content: bytes) -> str:
    return b2a_base64(sha3(content), newline=False).translate(_URL_SAFE, b"=").decode("ascii")


def _hash_text(text: str) -> str:
    try:
        content = text.encode()
    except UnicodeEncodeError:
        raise NotUnderstood("a text holds half of a surrogate pair", code="DIGEST") from None
    if len(content) < _LONG:
        return "cju" + b2a_base64(sha3_256(content).digest(), newline=False).translate(_URL_SAFE, b"=").decode()
    return JSON_PREFIX + _hash(content)


def _refuse_key() -> NotUnderstood:
    return NotUnderstood("Data to be digested must contain field names normalized with Unicode NFKD", code="DIGEST")


def _flatten(value: dict[str, Json] | list[Json]) -> str:
    """Return the content id of an object or array."""
    return _flatten_object(value) if isinstance(value, dict) else _flatten_array(value)


# Signing and verifying spend their time in these few lines: one look-up by type instead of a chain of questions, and a
# short cut for a value that is wrapped with its nonce, which most objects of a claim are.


def _flatten_object(value: dict[str, Json]) -> str:
    if len(value) == 2 and "nonce" in value and "value" in value:
        nonce, wrapped = value["nonce"], value["value"]
        first, second = _writer(nonce)(nonce), _writer(wrapped)(wrapped)
        return _hash_text(f'{{"nonce":{first},"value":{second}}}')
    members = []
    for key in sorted(value):
        if not (key.isascii() or is_nfkd(key)):
            raise _refuse_key()
        item = value[key]
        members.append(f"{quote(key)}:{_writer(item)(item)}")
    return _hash_text("{" + ",".join(members) + "}")


def _flatten_array(value: list[Json]) -> str:
    return _hash_text("[" + ",".join([_writer(item)(item) for item in value]) + "]")


_WRITERS: dict[type, Callable[[Any], str]] = {
    str: quote,
    dict: lambda value: f'"{_flatten_object(value)}"',
    list: lambda value: f'"{_flatten_array(value)}"',
    int: int.__repr__,
}


def _writer(value: Json) -> Callable[[Any], str]:
    return _WRITERS.get(type(value), scalar_text)


def _mask_object(value: dict[str, Json], keep: Sequence[str]) -> Json:
    tails = _by_first_segment(keep)
    if tails.keys().isdisjoint(value):
        return _flatten(value)
    masked: dict[str, Json] = {}
    for key in sorted(value):
        if not is_nfkd(key):
            raise _refuse_key()
        masked[key] = _mask_member(value[key], key, tails)
    return masked


def _mask_member(item: Json, key: str, tails: Mapping[str, list[str]]) -> Json:
    if not isinstance(item, (dict, list)):
        return item
    if key not in tails:
        return _flatten(item)
    return mask(item, tails[key]) if tails[key] else item


def _by_first_segment(keep: Sequence[str]) -> dict[str, list[str]]:
    """Return for each first segment of the paths what follows it, with the leading dot."""
    tails: dict[str, list[str]] = {}
    for path in keep:
        if not path.startswith("."):
            raise NotUnderstood(f"Path must start with '.' but it's: {path}", code="PATH")
        head, dot, tail = path[1:].partition(".")
        tails.setdefault(head, [])
        if dot:
            tails[head].append(dot + tail)
    return tails
