"""Who may use a service with a token: clerks, in whose name they decide, and people who may ask where not all may.

The lists are public keys: those named at start, and those in the files ``clerks`` and ``requesters`` of the folder, one
a line, with ``#`` before remarks. They are read at start.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from prometheus.errors import NotFound, NotUnderstood, PrometheusError
from prometheus.files import read_text
from prometheus.identity.multicipher import PublicKey
from prometheus_morpheus.services.own_files import require_own

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CLERKS_FILE, REQUESTERS_FILE = "clerks", "requesters"


class Admitted(NamedTuple):
    """Public keys by what their tokens allow; without `requesters` anybody may send a request, with no token.

    `dids` are the authorities in whose names clerks decide; without any it is not looked at.
    """

    clerks: frozenset[str]
    requesters: frozenset[str] | None = None
    dids: frozenset[str] = frozenset()

    def may_decide(self, public_key: str) -> bool:
        """Return whether a key is a clerk's."""
        return public_key in self.clerks

    def may_ask(self, public_key: str) -> bool:
        """Return whether a token of this key allows to send a request; a clerk's does."""
        return self.requesters is None or public_key in self.requesters or public_key in self.clerks


def read_admitted(folder: str, named_clerks: Iterable[str], *, is_open: bool, dids: Iterable[str] = ()) -> Admitted:
    """Return who is admitted.

    Args:
        folder: Of the service.
        named_clerks: Public keys named at start.
        is_open: Whether anybody may send a request.
        dids: Of the authorities, read as DIDs before.

    Raises:
        NotUnderstood: When one is no public key; the file and line are named.
    """
    clerks = {_public_key(text, "--clerk") for text in named_clerks} | set(_listed(folder, CLERKS_FILE))
    requesters = None if is_open else frozenset(_listed(folder, REQUESTERS_FILE))
    return Admitted(frozenset(clerks), requesters, frozenset(dids))


def _listed(folder: str, name: str) -> Iterator[str]:
    path = os.path.join(folder, name)
    require_own(path)
    try:
        lines = read_text(path).splitlines()
    except NotFound:
        return
    for number, line in enumerate(lines, 1):
        text = line.partition("#")[0].strip()
        if text:
            yield _public_key(text, f"{path}, line {number}")


def _public_key(text: str, at: str) -> str:
    try:
        return PublicKey.parse(text).text
    except PrometheusError as error:
        raise NotUnderstood(
            f"{at} names no public key",
            code="SERVICE-CLERK",
            meaning="that is a DID, and a token is signed by a key" if text.startswith("did:") else error.what,
            remedy="a public key begins with pez; `persona show` prints it",
        ) from None
