"""What the did:key plugin brings through the doors: one DID method and one verb."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus.api import API_VERSION, Command, Param, PluginInfo, hook
from prometheus_didkey.did_key import DidKey

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus.api import DidMethod


@hook
def about() -> PluginInfo:
    """Describe the plugin."""
    return PluginInfo("didkey", "did:key identifiers", API_VERSION)


@hook
def did_methods() -> Sequence[DidMethod]:
    """Return the one method, ``key``."""
    return (DidKey(),)


@hook
def commands() -> Sequence[Command]:
    """Return the one verb, ``didkey show``."""
    return (
        Command(
            ("didkey", "show"),
            "Write a public key as did:key, or show the document of a did:key",
            "prometheus_didkey.verbs:show",
            (Param("key", "A public key `pez…` or `psz…`, or an identifier `did:key:…`", required=True),),
            about="Nothing is looked up: a did:key document is made from the key that the identifier holds.",
            examples=(
                (
                    "The did:key of a public key",
                    "prometheus didkey show pez2CLkBUjHB8w8G87D3YkREjpRuiqPu6BrRsgHMQy2Pzt6",
                ),
            ),
        ),
    )
