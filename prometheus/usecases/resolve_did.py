"""Resolve identifiers of other methods through the plugins that the user enabled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prometheus.errors import NotUnderstood, PluginOff
from prometheus.hooks.loading import working

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from prometheus.hooks.enabled import EnabledPlugin

_PARTS = 3


def resolve_did(did: str, plugins: Iterable[EnabledPlugin]) -> Mapping[str, Any]:
    """Return the document of an identifier.

    Raises:
        NotUnderstood: When it is no identifier, or not one of its method.
        PluginOff: When no enabled plugin knows its method.
    """
    parts = did.split(":", 2)
    if len(parts) != _PARTS or parts[0] != "did" or not all(parts):
        raise NotUnderstood(f"{did[:80]} is no DID", code="DID", remedy="a DID looks like did:method:identifier")
    for plugin in working(plugins):
        for method in plugin.did_methods:
            if method.name == parts[1]:
                return method.resolve(did)
    raise PluginOff(
        f"no enabled plugin knows the method did:{parts[1][:40]}",
        code="DID-METHOD",
        meaning="did:morpheus is built in; every other method is brought by a plugin",
        remedy="`prometheus plugin list` shows those that are installed",
    )
