"""Verbs about plugins."""

from __future__ import annotations

from prometheus.cli.command import Command, Param

COMMANDS = (
    Command(
        ("plugin", "list"),
        "List installed plugins and whether each is on",
        "prometheus.cli.plugin:list_all",
        about="Nothing is imported but what you enabled. A plugin that cannot be loaded is shown as broken, with the "
        "reason; the others keep working.",
    ),
    Command(
        ("plugin", "enable"),
        "Let a plugin in, or let it in again after its code changed",
        "prometheus.cli.plugin:enable",
        (Param("name", "Name of the plugin", required=True),),
        about="Shows where the plugin comes from, its version, the verbs it adds and what it asks for, then asks. An "
        "enabled plugin runs inside this program and could read its memory: enable only authors whom you trust.",
        examples=(("Let in the did:key plugin", "prometheus plugin enable didkey"),),
    ),
    Command(
        ("plugin", "disable"),
        "Take a plugin off",
        "prometheus.cli.plugin:disable",
        (Param("name", "Name of the plugin", required=True),),
    ),
)
