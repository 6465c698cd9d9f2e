"""The row of the demo."""

from __future__ import annotations

from prometheus.cli.command import Command, Param

COMMANDS: tuple[Command, ...] = (
    Command(
        ("demo",),
        "Play the main job from an empty folder to a verified presentation",
        "prometheus.cli.demo.play:run",
        (Param("folder", "Where to play; it must not exist yet", ("--folder",), "file", "DIR"),),
        about="Three vaults are made in a new folder, a town hall witnesses a claim about Ana, she shows that she is "
        "over 18 and nothing else, and a bar verifies it. Each step is the command that it prints. Nothing outside "
        "that folder is touched, and there is no network.",
    ),
)
