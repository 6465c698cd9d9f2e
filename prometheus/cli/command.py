"""The shape of a row, under the name by which the tables know it; plugins describe their verbs with the same."""

from __future__ import annotations

from prometheus.model.command import Command, Param

__all__ = ["Command", "Param"]
