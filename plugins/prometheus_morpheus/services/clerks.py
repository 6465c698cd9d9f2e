"""Who may use a service with a token: clerks, and people from whom requests are taken where not everybody may ask.

The lists are public keys: those named at start, and those in the files ``clerks`` and ``requesters`` of the folder, one
a line, with ``#`` before remarks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Admitted(NamedTuple):
    """Public keys by what their tokens allow; without `requesters` anybody may send a request, with no token."""

    clerks: frozenset[str]
    requesters: frozenset[str] | None = None

    def may_decide(self, public_key: str) -> bool:
        """Return whether a key is a clerk's."""
        return public_key in self.clerks

    def may_ask(self, public_key: str) -> bool:
        """Return whether a token of this key allows to send a request; a clerk's does."""
        return self.requesters is None or public_key in self.requesters or public_key in self.clerks


def read_admitted(folder: str, named_clerks: Iterable[str], *, is_open: bool) -> Admitted:
    """Return who is admitted.

    Raises:
        NotUnderstood: When one is no public key; the file and line are named.
    """
    raise NotImplementedError
