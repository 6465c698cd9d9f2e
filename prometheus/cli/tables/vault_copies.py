"""Rows of what concerns whole files of a vault: backups, older states, new keys. `vault` joins them to its own."""

from __future__ import annotations

from prometheus.cli.command import Command, Param
from prometheus.cli.tables.options import DRY_RUN, KDF, NEW_PASSPHRASE, OPENED_BY_WORDS, VAULT_NAME

COMMANDS: tuple[Command, ...] = (
    Command(
        ("vault", "backup"),
        "Write a backup of a vault, a closed file of one moment",
        "prometheus.cli.vault.backup:run",
        (
            Param("target", "The new file, or a folder for files with name and date", kind="file", required=True),
            VAULT_NAME,
            Param("keep", "In a folder: keep this many backups of the vault", ("--keep",), "number", "N"),
            DRY_RUN,
        ),
        about="The backup is sealed as the vault is: it opens with the passphrase or the words of that day. It is "
        "read back whole before it gets its name, and nothing is overwritten unasked. Other commands may go on "
        "writing meanwhile. Keep it on another disk. 'vault verify FILE' proves a backup, and 'vault "
        "restore-backup FILE' puts one in place.",
        examples=(
            ("Into a folder, the newest seven stay", "prometheus vault backup /media/stick/ --keep 7"),
            ("Into a file", "prometheus vault backup personal-before-the-move.vault"),
        ),
    ),
    Command(
        ("vault", "restore-backup"),
        "Put a backup in the place of a vault, as its newest state",
        "prometheus.cli.vault.restore_backup:run",
        (
            Param("file", "The backup", kind="file", required=True),
            VAULT_NAME._replace(help="Name of the vault, which may be new; the configured one when left out"),
            *OPENED_BY_WORDS,
            DRY_RUN,
        ),
        about="The backup is verified first, and both ages are shown. The file that it takes the place of is kept "
        "beside it. The passphrase is that of the day the backup was made.",
        examples=(("On a new machine", "prometheus vault restore-backup /media/stick/personal-2026-11-22.vault"),),
    ),
    Command(
        ("vault", "accept-rollback"),
        "Go on with a vault file that is older than this machine has seen",
        "prometheus.cli.vault.accept_rollback:run",
        (VAULT_NAME, *OPENED_BY_WORDS, DRY_RUN),
        about="A vault whose file is older than it was, or a copy that was written on another machine, is refused "
        "with exit code 8. When the newest file is lost, this makes the one that is there the newest state; what "
        "was written since is given up. Both ages are shown before you agree.",
    ),
    Command(
        ("vault", "rekey"),
        "Give a vault new keys for everything, in a new file",
        "prometheus.cli.vault.rekey:run",
        (
            VAULT_NAME,
            Param("full", "Seal everything anew; there is no other way yet", ("--full",), kind="flag"),
            Param("new_passphrase", "Ask for a new passphrase too", ("--new-passphrase",), kind="flag"),
            *NEW_PASSPHRASE,
            *OPENED_BY_WORDS,
            KDF,
            DRY_RUN,
        ),
        about="For when somebody may have learnt what opens the vault and has a copy of its file: what they have "
        "opens no later state. The passphrase stays unless a new one is given, the recovery words stay, and what "
        "else opens the vault goes, after you agreed. Old copies and backups keep their old keys. With --recovery the "
        "words open it, and a new passphrase is asked for.",
        examples=(("Somebody saw the passphrase", "prometheus vault rekey --full --new-passphrase"),),
    ),
)
