"""The weaknesses of the format, said where they bite: when a claim is issued and when it is presented.

* A literal content id: a plain text that has the form of one reads as a hidden part, and can be opened later into an
  object that the authority never saw. Issuers refuse it.
* An unwrapped scalar: it cannot be hidden on its own; showing anything beside it shows it too.
* A guessable digest: a hidden part without a nonce of 264 bits can be found by trying values (birth dates, countries).
* A linkable digest: the id of a hidden part is the same in every presentation, so those who compare can join them.

Each is a value; what to do about it is for whoever shows it.
"""

from __future__ import annotations

from prometheus.claims.digest import is_content_id, is_nfkd
from prometheus.claims.nonce import NONCE_BYTES
from prometheus.claims.shape import is_maskable, is_wrapper, member_schema, value_schema
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prometheus.claims.jsontext import Json

LITERAL_ID = "LITERAL-ID"
UNWRAPPED = "UNWRAPPED"
GUESSABLE = "GUESSABLE"
LINKABLE = "LINKABLE"
NOT_NFKD = "NOT-NFKD"

_NONCE_LENGTH = 45
_NONCE_CHARACTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
_WITNESS_AGAIN = "ask the authority for a new statement in which the part is wrapped with a nonce"


class Weakness(NamedTuple):
    """One weakness: a stable code, the path in the content, and two sentences for people."""

    code: str
    path: str
    detail: str
    remedy: str


def is_strong_nonce(nonce: Json) -> bool:
    """Return whether a text can stand for 264 random bits."""
    return (
        isinstance(nonce, str)
        and len(nonce) == _NONCE_LENGTH
        and nonce[0] == "u"
        and _NONCE_CHARACTERS.issuperset(nonce[1:])
        and len(set(nonce)) > NONCE_BYTES // 4
    )


def when_issuing(content: Json, schema: Json = None) -> tuple[Weakness, ...]:
    """Return what is weak about a claim's content that is about to be signed; all of it is in the open."""
    return tuple(_issuing(content, schema, ""))


def _issuing(value: Json, schema: Json, path: str) -> Iterator[Weakness]:
    if isinstance(value, str):
        yield from _text(value, path)
    if isinstance(value, dict) and is_wrapper(value):
        if not is_strong_nonce(value["nonce"]):
            yield Weakness(
                GUESSABLE, path, "the nonce is too short or too regular: the value can be guessed", "use a fresh nonce"
            )
        yield from _issuing_inside(value["value"], value_schema(schema), path)
    elif isinstance(value, dict):
        yield from _bare_composite(value, path)
        for name, item in value.items():
            yield from _issuing_member(item, member_schema(schema, name), f"{path}.{name}")
    elif isinstance(value, list):
        yield from _bare_composite(value, path)
        yield from _texts_in(value, path)


def _texts_in(value: Json, path: str) -> Iterator[Weakness]:
    """Look at the texts in a list, nothing of which is ever hidden on its own."""
    if isinstance(value, str):
        yield from _text(value, path)
    elif isinstance(value, (dict, list)):
        for name, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _texts_in(item, f"{path}.{name}")


def _issuing_inside(value: Json, schema: Json, path: str) -> Iterator[Weakness]:
    """Look inside a wrapper: what is bare there is protected by the nonce around it."""
    if isinstance(value, dict) and not is_wrapper(value):
        for name, item in value.items():
            if isinstance(item, (dict, list, str)):
                yield from _issuing(item, member_schema(schema, name), f"{path}.value.{name}")
    elif isinstance(value, list):
        yield from _texts_in(value, f"{path}.value")
    else:
        yield from _issuing(value, schema, path)


def _issuing_member(item: Json, schema: Json, path: str) -> Iterator[Weakness]:
    if not isinstance(item, (dict, list)):
        marked = "although the schema marks it as maskable" if is_maskable(schema) else "and shows with its neighbours"
        detail = f"the value is not wrapped with a nonce: it cannot be hidden on its own {marked}"
        yield Weakness(UNWRAPPED, path, detail, "wrap it as a nonce with a value")
    yield from _issuing(item, schema, path)


def _bare_composite(value: dict[str, Json] | list[Json], path: str) -> Iterator[Weakness]:
    if path and not _has_nonce(value):
        detail = "when this part is hidden, its content id can be found by guessing what is in it"
        yield Weakness(GUESSABLE, path, detail, "wrap it as a nonce with a value")


def _has_nonce(value: Json) -> bool:
    """Return whether every way of guessing a part has to guess 264 random bits somewhere in it."""
    if isinstance(value, dict):
        return is_strong_nonce(value.get("nonce")) or any(_has_nonce(item) for item in value.values())
    return isinstance(value, list) and any(_has_nonce(item) for item in value)


def _text(value: str, path: str) -> Iterator[Weakness]:
    if is_content_id(value):
        detail = "the text has the form of a content id: it reads as a hidden part and could be opened later"
        yield Weakness(LITERAL_ID, path, detail, "do not sign it; write the text in another way")
    if not is_nfkd(value):
        detail = "the text is not in Unicode form NFKD: programs that normalise it break the signature"
        yield Weakness(NOT_NFKD, path, detail, "normalise it before it is signed")


def when_presenting(full: Json, masked: Json, wanted: Sequence[str] = ()) -> tuple[Weakness, ...]:
    """Return what is weak about showing a content with some of its parts hidden.

    Args:
        full: The content as the holder has it.
        masked: The same content as it would be shown.
        wanted: Paths that are meant to be shown; that they show is no weakness.
    """
    found = _presenting(full, masked, "")
    return tuple(weakness for weakness in found if weakness.code != UNWRAPPED or not _is_within(weakness.path, wanted))


def _is_within(path: str, wanted: Sequence[str]) -> bool:
    return any(path == start or path.startswith(f"{start}.") for start in wanted)


def _presenting(full: Json, masked: Json, path: str) -> Iterator[Weakness]:
    if isinstance(full, (dict, list)) and isinstance(masked, str):
        yield from _hidden(full, path)
    elif isinstance(full, dict) and isinstance(masked, dict):
        has_neighbours = not is_wrapper(full)
        for name, item in full.items():
            if has_neighbours and not isinstance(item, (dict, list)) and name in masked:
                detail = "the value is not wrapped with a nonce, so it is shown with its neighbours"
                yield Weakness(UNWRAPPED, f"{path}.{name}", detail, _WITNESS_AGAIN)
            yield from _presenting(item, masked.get(name), f"{path}.{name}")
    elif isinstance(masked, str) and is_content_id(masked):
        detail = "the text has the form of a content id: a verifier will take it for a hidden part"
        yield Weakness(LITERAL_ID, path, detail, _WITNESS_AGAIN)


def _hidden(full: dict[str, Json] | list[Json], path: str) -> Iterator[Weakness]:
    if not _has_nonce(full):
        detail = "the hidden part has no nonce: who tries likely values finds out what it is"
        yield Weakness(GUESSABLE, path, detail, _WITNESS_AGAIN)
    detail = "the content id of the hidden part is the same whenever this claim is shown"
    yield Weakness(LINKABLE, path, detail, "use another statement for verifiers who must not compare")
