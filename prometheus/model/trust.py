"""Whom the user trusts to say what: authorities with the processes that they are trusted for.

Trust is data: a list that the user keeps, apart from the vault, because checking what others show needs no secret.
An authority without processes is trusted for every one. A statement on the withdrawn list is never accepted again.
"""

from __future__ import annotations

import json

from prometheus.errors import NotUnderstood
from prometheus.model.frozen import Any, Final, NamedTuple

LIST_VERSION: Final = 1
MAXIMUM_LENGTH: Final = 4 << 20


class Authority(NamedTuple):
    """One authority that the user trusts."""

    did: str
    name: str
    processes: tuple[str, ...]
    """Content ids of the processes; empty for every one."""
    added: str


class TrustList(NamedTuple):
    """All authorities that the user trusts, and the statements that were withdrawn."""

    authorities: tuple[Authority, ...] = ()
    withdrawn: frozenset[str] = frozenset()

    def find(self, did: str) -> Authority | None:
        """Return what is known about an authority."""
        return next((authority for authority in self.authorities if authority.did == did), None)

    def with_authority(self, authority: Authority) -> TrustList:
        """Return the list with an authority added, or replaced where its DID is there already."""
        return self._replace(authorities=(*self.without_authority(authority.did).authorities, authority))

    def without_authority(self, did: str) -> TrustList:
        """Return the list without one authority."""
        return self._replace(authorities=tuple(known for known in self.authorities if known.did != did))

    def as_document(self) -> dict[str, Any]:
        """Return the list as it is kept and exported."""
        authorities = [{**known._asdict(), "processes": list(known.processes)} for known in self.authorities]
        return {"v": LIST_VERSION, "authorities": authorities, "withdrawn": sorted(self.withdrawn)}


def dump(trust: TrustList) -> bytes:
    """Return the file of a list: indented JSON, so that a person can read it."""
    return (json.dumps(trust.as_document(), indent=2, ensure_ascii=False) + "\n").encode()


def parse(text: str) -> TrustList:
    """Read what `dump` wrote.

    Raises:
        NotUnderstood: When it is anything else; a list that cannot be read trusts nobody.
    """
    try:
        document = json.loads(text)
        if document["v"] != LIST_VERSION:
            raise _refusal()
        return TrustList(tuple(map(_authority, document["authorities"])), frozenset(_texts(document["withdrawn"])))
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _refusal() from None


def _refusal() -> NotUnderstood:
    return NotUnderstood(
        "the trust list was not understood",
        code="TRUST-NOT-UNDERSTOOD",
        meaning="nobody is trusted until it can be read",
        remedy="import a list that `prometheus trust export` wrote",
    )


def _authority(members: dict[str, Any]) -> Authority:
    did, name, added = _texts([members["did"], members["name"], members["added"]])
    return Authority(did, name, tuple(_texts(members["processes"])), added)


def _texts(values: Any) -> list[str]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise _refusal()
    return list(values)
