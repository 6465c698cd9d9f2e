"""DIDs of the ``morpheus`` method, and links to the keys in their documents.

Rules:
* A DID is ``did:morpheus:`` and a key id without its leading ``i``. That key id is the *default key*: it controls the
  DID for as long as no ledger says otherwise, so a DID needs no registration.
* Prefix and key id are case sensitive. A DID written in another base is read and written back in base58.
* A key link is ``<did>#<index>``; inside a DID document it is just ``#<index>``.

What this is not: the DID document, its rights and heights (see the claims room), nor other DID methods.
"""

from __future__ import annotations

from prometheus.errors import InputError, NotUnderstood
from prometheus.identity.multicipher import KEY_ID_PREFIX, KeyId
from prometheus.model.frozen import NamedTuple

DID_PREFIX = "did:morpheus:"
_LONGEST_TEXT = 2048
_LONGEST_SHOWN = 60
_EXAMPLE = "did:morpheus:ezbwg32t1Hh8xbfDbyNxkhkG"
_USUAL_LENGTH = {"ez": 24, "sz": 30}
"""Characters after the prefix, by how they begin: suite and base; one more or less occurs."""
_NO_BASE58 = "0OIl"
_LARGEST_INDEX = 2**32 - 1


class Did(NamedTuple):
    """A DID, named by its default key id."""

    key_id: KeyId

    @classmethod
    def parse(cls, text: str) -> Did:
        """Return the DID that a text stands for.

        Raises:
            NotUnderstood: ``<text> is not a valid DID: must start with did:morpheus:`` or the errors of a key id.
        """
        if not text.startswith(DID_PREFIX):
            shown = text if len(text) <= _LONGEST_TEXT else text[:_LONGEST_TEXT] + "…"
            raise NotUnderstood(f"{shown} is not a valid DID: must start with {DID_PREFIX}", code="DID")
        return cls(KeyId.parse(KEY_ID_PREFIX + text.removeprefix(DID_PREFIX)))

    @classmethod
    def typed(cls, text: str) -> Did:
        """Return the DID that a person typed; as `parse`, and what cannot be read is named with what is wrong in it.

        Raises:
            NotUnderstood: With the text, what is wrong, and how a DID looks.
        """
        try:
            return cls.parse(text)
        except InputError as refused:
            if not text.startswith(DID_PREFIX):
                raise
            shown = text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"
            raise NotUnderstood(
                f"{shown} is no DID: {_wrong_with(text.removeprefix(DID_PREFIX))}",
                code="DID",
                meaning=refused.what,
                remedy=f"a DID looks like {_EXAMPLE}; is a part of it missing?",
            ) from None

    @property
    def text(self) -> str:
        """The text form, ``did:morpheus:ez…``."""
        return DID_PREFIX + self.key_id.text.removeprefix(KEY_ID_PREFIX)

    def __repr__(self) -> str:
        return f"Did({self.text})"


class KeyLink(NamedTuple):
    """A link to one key of a DID document; without a DID it is a link inside the document that holds it."""

    did: Did | None
    key_index: int

    @classmethod
    def parse(cls, text: str) -> KeyLink:
        """Return the key link that a text stands for; NotUnderstood unless it is ``<did>#<index>`` or ``#<index>``."""
        did, hash_sign, index = text.partition("#")
        if not hash_sign:
            raise NotUnderstood("a key link is a DID, '#' and the index of a key", code="KEY-LINK")
        return cls(Did.parse(did) if did else None, _index(index))

    @classmethod
    def parse_local(cls, text: str) -> KeyLink:
        """Return a link inside a document.

        Raises:
            NotUnderstood: ``Key links for remote DIDs are not supported yet`` or ``invalid digit found in string``.
        """
        if not text.startswith("#"):
            raise NotUnderstood("Key links for remote DIDs are not supported yet", code="KEY-LINK")
        return cls(None, _index(text[1:]))

    @property
    def text(self) -> str:
        """The text form."""
        return f"{self.did.text if self.did else ''}#{self.key_index}"


def _wrong_with(rest: str) -> str:
    """Return what is wrong with what follows the prefix; we write it in base58, and so does everybody."""
    if not rest.startswith(tuple(_USUAL_LENGTH)):
        return f"after {DID_PREFIX} comes ez or sz"
    foreign = next((one for one in rest[2:] if one in _NO_BASE58 or not (one.isascii() and one.isalnum())), "")
    if foreign:
        return f"{foreign!r} occurs in none"
    usual = _USUAL_LENGTH[rest[:2]]
    if len(rest) < usual - 1:
        return f"it is too short, {len(rest)} characters after {DID_PREFIX}"
    return "it is mistyped" if len(rest) <= usual + 1 else f"it is too long, {len(rest)} characters after {DID_PREFIX}"


def _index(text: str) -> int:
    if not text:
        raise NotUnderstood("cannot parse integer from empty string", code="KEY-LINK")
    if not (text.isascii() and text.isdigit()):
        raise NotUnderstood("invalid digit found in string", code="KEY-LINK")
    # The length goes first: Python takes its time over a number of a million digits.
    if len(text.lstrip("0")) > 10 or int(text) > _LARGEST_INDEX:
        raise NotUnderstood("number too large to fit in target type", code="KEY-LINK")
    return int(text)
