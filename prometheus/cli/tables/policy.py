"""Verbs about the policy: what may be presented without asking."""

from __future__ import annotations

from prometheus.cli.command import Command, Param

COMMANDS = (
    Command(("policy", "show"), "Show the policy that the vault keeps", "prometheus.cli.policy:show"),
    Command(
        ("policy", "edit"),
        "Change the policy in your editor, or take it from a file",
        "prometheus.cli.policy:edit",
        (Param("source", "Take the new policy from this file, `-` for standard input", ("--from",), "file"),),
        about="The policy is a list of rules in TOML. The first rule that matches decides: allow, ask or deny; where "
        "none matches you are asked. A text that is not understood changes nothing.",
        examples=(("Take the rules from a file", "prometheus policy edit --from rules.toml"),),
    ),
    Command(
        ("policy", "test"),
        "Say what the policy would decide, and which rule decides it",
        "prometheus.cli.policy:test",
        (
            Param("persona", "Persona that would present; the active one when left out", ("--persona",)),
            Param("audience", "DID of the one who would be told", ("--audience",), default="*"),
            Param("schema", "Schema of the claim, by name or id", ("--type",), default="*"),
            Param("show", "Fields that would be shown, separated by commas", ("--show",), metavar="PATHS", default=""),
        ),
        examples=(
            ("May Work show its age?", "prometheus policy test --persona Work --type identity-card --show .ageOver18"),
        ),
    ),
)
