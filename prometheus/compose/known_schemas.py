"""The schemas known on this machine: those that ship, and the user's own in the folder of data."""

from __future__ import annotations

import os

from prometheus.model.places import find_places
from prometheus.usecases.schemas import Schemas


def schemas() -> Schemas:
    """Return the schemas known here; nothing is read before one is asked for."""
    return Schemas(find_places(os.environ).schemas)
