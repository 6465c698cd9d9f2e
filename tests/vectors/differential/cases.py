"""Random cases: documents, paths, numbers, texts of keys, signatures, tokens and DID documents.

Each strategy gives the input of one operation. They lean towards what goes wrong: characters that decompose or need
escaping, seventeen digits, paths that end inside a scalar, texts with one character changed.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import base58
from hypothesis import strategies as st

from prometheus.claims.jsontext import compact
from prometheus.identity.multibase import b64u_encode
from prometheus.identity.multicipher import Signature

if TYPE_CHECKING:
    from collections.abc import Callable

Given = dict[str, Any]

_ODD = (
    '"\\/\b\f\n\r\t\x00\x1f\x7f'
    "\u00e9\u00c5\u212b\ufb01\u2460\uff21\uff02\uff3c\u2028\u0301\u0323\u0334\u1100\uac00\U0001d400\U0001f600"
)
_characters = st.sampled_from("abcxyz019 .,_-#") | st.sampled_from(_ODD) | st.characters(exclude_categories=["Cs"])
_keys = st.text("abc._#", max_size=3) | st.text(_characters, max_size=3)
_doubles = st.floats(allow_nan=False, allow_infinity=False)
_scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.integers(-1000, 1000)
    | _doubles
    | st.text(_characters, max_size=8)
)


def _wrapped(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries({"nonce": st.text("uAB_-", max_size=4), "value": children})


def _nested(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(children, max_size=4) | st.dictionaries(_keys, children, max_size=5) | _wrapped(children)


_values = st.recursive(_scalars, _nested, max_leaves=16)
_composites = _nested(_values)


def _all_paths(value: Any, prefix: str = "") -> list[str]:
    if not isinstance(value, dict):
        return []
    return [path for key in value for path in (f"{prefix}.{key}", *_all_paths(value[key], f"{prefix}.{key}"))]


@st.composite
def _paths(draw: st.DrawFn, value: Any) -> str:
    known = _all_paths(value) or [".a"]
    path = (
        st.sampled_from(known) | st.text("abc.", max_size=5).map(lambda text: f".{text}") | st.text(" ab.,", max_size=3)
    )
    return ",".join(draw(st.lists(path, max_size=4))) + draw(st.sampled_from(["", "", ",", " ", ",,"]))


documents = (_composites | _values).map(lambda value: {"doc_json": json.dumps(value)})


@st.composite
def masked_documents(draw: st.DrawFn) -> Given:
    """Give a document and the paths to keep."""
    value = draw(_composites)
    return {"doc_json": json.dumps(value), "keep": draw(_paths(value))}


@st.composite
def _decimal_text(draw: st.DrawFn) -> str:
    whole = draw(st.text("0123456789", min_size=1, max_size=24)).lstrip("0") or "0"
    fraction = draw(st.text("0123456789", max_size=24))
    exponent = draw(st.none() | st.integers(-345, 330) | st.integers(-30, 30) | st.integers(-(10**12), 10**12))
    sign = draw(st.sampled_from(["", "-"]))
    letter = draw(st.sampled_from(["e", "E", "e+" if (exponent or 0) >= 0 else "e"]))
    return sign + whole + (f".{fraction}" if fraction else "") + (f"{letter}{exponent}" if exponent is not None else "")


def _reads_as_other_than_a_height(text: str) -> bool:
    return not (text.isdigit() and int(text) < 2**32)


number_texts = (
    (_decimal_text() | _doubles.map(repr) | st.integers(-(2**65), 2**65).map(str))
    .filter(_reads_as_other_than_a_height)
    .map(lambda text: {"text": text})
)


@st.composite
def json_texts(draw: st.DrawFn) -> Given:
    """Give a JSON text as we write it, often with one character changed."""
    value = draw(_values)
    text = compact(value) if draw(st.booleans()) else json.dumps(value, sort_keys=True, separators=(",", ":"))
    if draw(st.booleans()) and text:
        position = draw(st.integers(0, len(text) - 1))
        inserted = draw(
            st.sampled_from(["", " ", "0", "-", ".", "e", "\\", '"', "u", "\n", "\x01", "\ufeff", "{", "null"])
        )
        text = text[:position] + inserted + text[position + draw(st.integers(0, 1)) :]
    # A text that closes the list it is put into would be judged as part of what stands around it.
    return {"text": "0" if '],"' in text else text}


_BASES: dict[str, Callable[[bytes], str]] = {
    "z": lambda raw: base58.b58encode(raw).decode(),
    "f": lambda raw: raw.hex(),
    "F": lambda raw: raw.hex().upper(),
    "u": b64u_encode,
}


def _corrupted(draw: st.DrawFn, text: str) -> str:
    if not text or draw(st.integers(0, 3)):
        return text
    position = draw(st.integers(0, len(text) - 1))
    return text[:position] + draw(st.sampled_from(["", " ", "0", "l", "z", "1", "é", "p", "#"])) + text[position + 1 :]


@st.composite
def texts_of(draw: st.DrawFn, kind: str, sizes: tuple[int, ...], *, has_version: bool) -> Given:
    """Give the text of a public key, key id or signature, often a wrong one."""
    suite = draw(st.sampled_from("eeessg"))
    size = draw(st.sampled_from(sizes)) + draw(st.sampled_from([0, 0, 0, 0, -1, 1]))
    raw = draw(st.binary(min_size=max(size, 0), max_size=max(size, 0)))
    if has_version and draw(st.integers(0, 5)):
        raw = b"\x01" + raw[1:]
    if kind == "p" and suite == "s" and raw:
        raw = bytes([2 + raw[0] % 2]) + raw[1:]
    if not draw(st.integers(0, 5)):
        # Any base there is, and some that are not, with digits that most of them have.
        prefix = draw(st.sampled_from("079bBcCvVtThkKzZmMuUfFxQ"))
        digits = draw(st.text("0123456789abcdefABZz=-_", max_size=60))
        return {"text": f"{kind}{suite}{prefix}{digits}"}
    base = draw(st.sampled_from("zzzfFu"))
    return {"text": _corrupted(draw, f"{kind}{suite}{base}{_BASES[base](raw)}")}


public_keys = texts_of("p", (32, 33), has_version=False)
key_ids = texts_of("i", (17, 21), has_version=True)
signatures = texts_of("s", (65,), has_version=True)
dids = texts_of("i", (17, 21), has_version=True).map(lambda given: {"text": f"did:morpheus:{given['text'][1:]}"})

_secrets = st.fixed_dictionaries(
    {
        "suite": st.just("e"),
        "seed_hex": st.binary(min_size=64, max_size=64).map(bytes.hex),
        "kind": st.sampled_from(["persona", "device", "group", "resource", "Persona"]),
        "index": st.integers(0, 2**31 - 1) | st.integers(0, 3),
    },
) | st.fixed_dictionaries({"suite": st.just("s"), "passphrase": st.text(_characters, max_size=8)})

derivations = _secrets


@st.composite
def messages(draw: st.DrawFn) -> Given:
    """Give a key and bytes to sign."""
    return draw(_secrets) | {"message_hex": draw(st.binary(max_size=80)).hex()}


@st.composite
def signed_documents(draw: st.DrawFn) -> Given:
    """Give a key, a document to sign, and what to do to the signed document before it is verified."""
    damage = draw(st.sampled_from(["none", "mask", "collapse", "content", "signature", "key"]))
    value = draw(_composites)
    return draw(_secrets) | {"doc_json": json.dumps(value), "keep": draw(_paths(value)), "damage": damage}


@st.composite
def tokens(draw: st.DrawFn) -> Given:
    """Give a key and the contents of a token, and how many seconds later it is read."""
    return draw(_secrets) | {
        "now": draw(st.integers(1, 4_000_000_000)),
        "time_to_live": draw(st.integers(0, 10_000)),
        "content_id": draw(st.none() | st.text(_characters, max_size=8)),
        "later": draw(st.integers(-2, 2) | st.integers(0, 12_000)),
    }


def flipped(signature: str, position: int) -> str:
    """Return the text of a signature with one bit of it changed."""
    raw = bytearray(Signature.parse(signature).raw)
    raw[position] ^= 1
    return f"{signature[:2]}z{base58.b58encode(bytes([1]) + bytes(raw)).decode()}"


_heights = st.none() | st.integers(0, 24)


@st.composite
def did_documents(draw: st.DrawFn) -> Given:
    """Give a DID document, a signer's key number, and a range of heights."""
    auths = [draw(st.sampled_from(["key 0", "key 1", "key 2", "id 0", "id 1"])) for _ in range(draw(st.integers(0, 3)))]
    points = st.lists(st.fixed_dictionaries({"height": _heights, "valid": st.booleans()}), max_size=3)
    links = st.sampled_from(["#0", "#1", "#2", "#7", "#x", "#", "did:morpheus:ez#0"])
    entries = st.lists(st.fixed_dictionaries({"keyLink": links, "history": points}), max_size=3)
    return {
        "auths": [(auth, draw(_heights), draw(_heights)) for auth in auths],
        "rights": draw(st.fixed_dictionaries({}, optional={"impersonate": entries, "update": entries})),
        "tombstoned_at": draw(_heights),
        "queried_at": draw(st.integers(0, 30)),
        "from_height": draw(_heights),
        "until_height": draw(_heights),
        "is_flipped": draw(st.booleans()),
        "salt": draw(st.integers(0, 9)),
    }


def salted(salt: int, number: int) -> Given:
    """Return the secret of a numbered key."""
    return {"suite": "e", "seed_hex": sha256(bytes([salt])).hexdigest() * 2, "kind": "persona", "index": number}
