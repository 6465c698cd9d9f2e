"""Rows of the vault: making, opening, proving, moving and removing it."""

from __future__ import annotations

from prometheus.cli.command import Command, Param

_NAME = Param("name", "Name of the vault; the configured one when left out", metavar="NAME")
_KDF = Param(
    "kdf",
    "Cost of guessing the passphrase; light is for tests and weak machines",
    ("--kdf",),
    "choice",
    default="default",
    choices=("default", "light"),
)
_LANGUAGE = Param("language", "Word list: en, fr, it, es, ja, ko, zh-hans or zh-hant", ("--language",), metavar="CODE")
_NEW_PASSPHRASE = (
    Param("new_passphrase_fd", "Read the new passphrase from this open file", ("--new-passphrase-fd",), "number", "N"),
    Param("new_passphrase_file", "Read the new passphrase from this file", ("--new-passphrase-file",), "file", "PATH"),
)
_WORDS = (
    Param("words_fd", "Read the recovery words from this open file", ("--words-fd",), "number", "N"),
    Param("words_file", "Read the recovery words from this file, or - for input", ("--words-file",), "file", "PATH"),
    _LANGUAGE,
    Param("bip39_password", "Ask for the BIP39 password that belongs to the words", ("--bip39-password",), "flag"),
    Param("bip39_password_fd", "Read the BIP39 password from this open file", ("--bip39-password-fd",), "number", "N"),
)
_PERSONAS = (
    Param("personas", "Restore at least this many personas", ("--personas",), "number", "N"),
    Param("look_in", "Look for used personas in the files of this folder", ("--look-in",), "file", "DIR", many=True),
    Param("gap", "Stop looking after this many unused personas in a row", ("--gap",), "number", "N", 20),
)
_PUBLISHED = Param(
    "allow_published", "Accept words that everyone knows, for a demo", ("--allow-published",), kind="flag"
)
_DRY_RUN = Param("dry_run", "Show what would happen and change nothing", ("--dry-run",), kind="flag")

COMMANDS: tuple[Command, ...] = (
    Command(
        ("vault", "create"),
        "Make a vault with new recovery words and a first persona",
        "prometheus.cli.vault.create:run",
        (
            _NAME,
            _KDF,
            _LANGUAGE,
            Param("words_to", "Write the recovery words to this new file", ("--words-to",), "file", "FILE"),
        ),
        about="Draws 24 recovery words and shows them once. Write them on paper: they rebuild every persona, in any "
        "wallet of the Internet of People, and they open this vault when its passphrase is lost. Three of them are "
        "asked for, then a passphrase. Scripts give --words-to and --passphrase-fd instead.",
        examples=(
            ("At a terminal", "prometheus vault create"),
            ("In a script", "prometheus vault create work --words-to words.txt --passphrase-file pass.txt"),
        ),
    ),
    Command(
        ("vault", "restore"),
        "Make a vault from recovery words",
        "prometheus.cli.vault.restore:run",
        (
            _NAME,
            *_WORDS,
            *_PERSONAS,
            _KDF,
            _PUBLISHED,
            _DRY_RUN,
        ),
        about="Numbering, upper case and line breaks do not matter. The first DID is shown before anything is written. "
        "Words bring back the personas, not the claims: those come from a backup. No ledger is asked, so which "
        "personas were used is only known from --personas and from the files under --look-in.",
        examples=(("Find used personas in a backup folder", "prometheus vault restore --look-in backup/"),),
    ),
    Command(
        ("vault", "unlock"),
        "Prove that a vault opens, or open it by its recovery words and set a new passphrase",
        "prometheus.cli.vault.unlock:run",
        (
            _NAME,
            Param("recovery", "Open by recovery words and set a new passphrase", ("--recovery",), kind="flag"),
            *_WORDS,
            *_NEW_PASSPHRASE,
            _KDF,
        ),
        about="Without --recovery the passphrase is checked and nothing stays open: every command opens the vault for "
        "itself. Old copies of the file still open with the old passphrase.",
        examples=(("The passphrase is lost", "prometheus vault unlock --recovery"),),
    ),
    Command(("vault", "list"), "List the vaults on this machine", "prometheus.cli.vault.overview:list_all"),
    Command(
        ("vault", "use"),
        "Make a vault the default one",
        "prometheus.cli.vault.overview:use",
        (_NAME._replace(required=True, help="Name of the vault"),),
    ),
    Command(
        ("vault", "status"),
        "Show what a vault's file says without its passphrase",
        "prometheus.cli.vault.overview:status",
        (_NAME,),
    ),
    Command(
        ("vault", "passphrase"),
        "Change the passphrase of a vault",
        "prometheus.cli.vault.passphrase:run",
        (_NAME, *_NEW_PASSPHRASE, _KDF),
        about="--passphrase-fd and --passphrase-file give the old one. Old copies of the file still open with it.",
    ),
    Command(
        ("vault", "words", "check"),
        "Prove that the recovery words on paper are right, changing nothing",
        "prometheus.cli.vault.words_check:run",
        (_NAME, *_WORDS),
    ),
    Command(
        ("vault", "verify"),
        "Check that a vault is whole and as its owner left it",
        "prometheus.cli.vault.verify:run",
        (
            _NAME,
            Param("deep", "Also open every record and check the file's structure", ("--deep",), kind="flag"),
        ),
    ),
    Command(
        ("vault", "upgrade"),
        "Write records of earlier versions as they would be written today",
        "prometheus.cli.vault.upgrade:run",
        (_NAME, _DRY_RUN),
        about="Nothing needs it: records of every earlier version are read as they are. The upgrade is tried on a copy "
        "first, and counts, names, issued bytes and signatures there are compared with the vault. Then the vault is "
        "upgraded in one commit, and a copy as it was before stays beside it, named .v1 or a later number. Earlier "
        "versions of the program do not read what was upgraded.",
        examples=(("See what it would do", "prometheus vault upgrade --dry-run"),),
    ),
    Command(
        ("vault", "import"),
        "Bring in an IOP vault file, into a new vault or one with the same seed",
        "prometheus.cli.vault.iop:bring_in",
        (
            Param("file", "The IOP vault file (JSON)", kind="file", required=True),
            _NAME,
            Param("iop_password_fd", "Read the file's password from this open file", ("--iop-password-fd",), "number"),
            _PUBLISHED,
            Param("no_recovery", "Make no recovery slot from its seed", ("--no-recovery",), kind="flag"),
            _KDF,
            _DRY_RUN,
        ),
        about="The file holds a seed and lists of public keys. A vault has one seed: a file with another one is "
        "refused. The passphrase options are those of the vault, --iop-password-fd is that of the file.",
    ),
    Command(
        ("vault", "export"),
        "Write an IOP vault file that other wallets open",
        "prometheus.cli.vault.iop:hand_out",
        (
            _NAME,
            Param("iop", "The new file", ("--iop",), "file", "FILE", required=True),
            Param("iop_password_fd", "Read the file's password from this open file", ("--iop-password-fd",), "number"),
            Param(
                "drop_recovery_slot", "Let the seed no longer open this vault", ("--drop-recovery-slot",), kind="flag"
            ),
        ),
        about="The file holds the seed of everything, behind a key derivation that was strong years ago. Whoever opens "
        "it has your personas, and can open this vault too unless --drop-recovery-slot is given. A strong password of "
        "six words is proposed. Claims and settings are not in it.",
    ),
    Command(
        ("vault", "delete"),
        "Remove a vault from this machine",
        "prometheus.cli.vault.delete:run",
        (
            _NAME._replace(required=True, help="Name of the vault"),
            Param("confirm", "The name once more, instead of typing it", ("--confirm",), metavar="NAME"),
            _DRY_RUN,
        ),
        about="Its claims are gone unless a backup has them. The recovery words still bring back the personas.",
    ),
    Command(
        ("status",),
        "Show the state of the vault and of the agent",
        "prometheus.cli.vault.overview:summary",
    ),
)
