"""Rows of the house itself: help, settings, folders, reports, completion, manual pages, version."""

from __future__ import annotations

from prometheus.cli.command import Command, Param

SHELLS = ("bash", "zsh", "fish")

COMMANDS: tuple[Command, ...] = (
    Command(
        ("help",),
        "Show help for a command or a noun",
        "prometheus.cli.house.help:run",
        (Param("words", "The words of the command", many=True, metavar="WORD"),),
        examples=(("All about presenting a claim", "prometheus help claim present"),),
    ),
    Command(
        ("version",),
        "Show the version, and those of Python and the system",
        "prometheus.cli.house.version:run",
        examples=(("For scripts", "prometheus version --json"),),
    ),
    Command(
        ("config", "explain"),
        "Show every setting, where its value comes from and where to change it",
        "prometheus.cli.house.config_explain:run",
        (Param("name", "Only this setting"),),
        about="A flag wins over an environment variable, that over the configuration file, that over the default. "
        "No file of the current folder is ever read as configuration. Unknown names in the file are warned about.",
        examples=(("Which vault is used, and why", "prometheus config explain vault"),),
    ),
    Command(
        ("paths",),
        "Show every folder that is used, and how to remove every trace",
        "prometheus.cli.house.paths:run",
        examples=(("The folders as JSON", "prometheus paths --json"),),
    ),
    Command(
        ("bug-report",),
        "Show what a report about a failure would contain, then write it",
        "prometheus.cli.house.bug_report:run",
        (Param("out", "Write the report to this file, or - for output", ("--out",), "file", "FILE"),),
        about="The report holds versions, the terminal's kind, the names of settings that are set and the redacted "
        "reports of past failures. It holds no value that you typed, no path, no identifier and no secret. "
        "It is shown first, and written only after you agree.",
        examples=(("Look at it without writing anything", "prometheus bug-report --out -"),),
    ),
    Command(
        ("completion",),
        "Write the completion script of a shell",
        "prometheus.cli.house.completion:run",
        (Param("shell", "The shell", kind="choice", choices=SHELLS, required=True),),
        about="Load it from the start-up file of the shell. The script is complete in itself: pressing TAB starts no "
        "process. Load it anew after enabling a plugin.",
        examples=(
            ("In ~/.bashrc", 'eval "$(prometheus completion bash)"'),
            ("In ~/.zshrc, after compinit", 'eval "$(prometheus completion zsh)"'),
            ("For fish", "prometheus completion fish > ~/.config/fish/completions/prometheus.fish"),
        ),
    ),
    Command(
        ("man",),
        "Show a page of the manual",
        "prometheus.cli.house.man:run",
        (Param("page", "Words of the command, such as claim present", many=True, metavar="WORD"),),
        examples=(("The page of one command", "prometheus man claim present"),),
    ),
)
