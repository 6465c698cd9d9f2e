"""The user's trust list, in the folder of data: read to judge what others show, so no vault is needed."""

from __future__ import annotations

import os

from prometheus import files
from prometheus.model import trust
from prometheus.model.places import find_places


def trust_file() -> files.LocalFile:
    """Return the file that keeps the list."""
    return files.LocalFile(f"{find_places(os.environ).data}/trust.json")


def load_trust() -> trust.TrustList:
    """Return the list; empty where there is none yet.

    Raises:
        NotUnderstood: When the file holds something else; then nobody is trusted.
    """
    text = trust_file().read()
    return trust.parse(text) if text else trust.TrustList()
