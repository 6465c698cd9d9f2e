"""Verbs about claims."""

from __future__ import annotations

from prometheus.cli.tables import claim_hot

COMMANDS = (*claim_hot.COMMANDS,)
