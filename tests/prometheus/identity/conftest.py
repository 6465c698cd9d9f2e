"""No example of a property test fails for being slow: first uses load libraries, and machines differ."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
