"""A table of operations by category and name, filled by decorating functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

Input = dict[str, Any]


class Operations(dict[tuple[str, str], "Callable[..., Any]"]):
    """Functions by category and operation."""

    def plays(self, category: str, operation: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Enter the decorated function under a category and an operation."""

        def enter(function: Callable[..., Any]) -> Callable[..., Any]:
            self[category, operation] = function
            return function

        return enter
