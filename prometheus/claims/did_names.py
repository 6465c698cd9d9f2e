"""DIDs read from their texts, each text once: one document names the same few DIDs over and over.

Rules: only texts that are DIDs are remembered, and no more than a few hundred of them.
"""

from __future__ import annotations

from prometheus.identity.did import Did

MOST = 256

_read: dict[str, Did] = {}


def did_of(text: str) -> Did:
    """Return the DID that a text stands for.

    Raises:
        NotUnderstood: When it is none.
    """
    found = _read.get(text)
    if found is None:
        found = Did.parse(text)
        if len(_read) >= MOST:
            _read.clear()
        _read[text] = found
    return found
