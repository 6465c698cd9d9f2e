"""Rows of the vault: making, opening, proving, moving and removing it."""

from __future__ import annotations

from prometheus.cli.command import Command, Param
from prometheus.cli.tables import vault_copies
from prometheus.cli.tables.options import DRY_RUN as _DRY_RUN
from prometheus.cli.tables.options import KDF as _KDF
from prometheus.cli.tables.options import LANGUAGE as _LANGUAGE
from prometheus.cli.tables.options import NEW_PASSPHRASE as _NEW_PASSPHRASE
from prometheus.cli.tables.options import OPENED_BY_WORDS as _OPENED_BY_WORDS
from prometheus.cli.tables.options import RECOVERY_WORDS as _WORDS
from prometheus.cli.tables.options import VAULT_NAME as _NAME

_PERSONAS = (
    Param("personas", "Restore at least this many personas", ("--personas",), "number", "N"),
    Param("look_in", "Look for used personas in the files of this folder", ("--look-in",), "file", "DIR", many=True),
    Param("gap", "Stop looking after this many unused personas in a row", ("--gap",), "number", "N", 20),
)
_PUBLISHED = Param(
    "allow_published", "Accept words that everyone knows, for a demo", ("--allow-published",), kind="flag"
)
_FILE_PASSPHRASE = (
    Param(
        "file_passphrase_fd",
        "Read the passphrase of the file from this open file",
        ("--file-passphrase-fd",),
        "number",
        "N",
    ),
    Param(
        "file_passphrase_file",
        "Read the passphrase of the file from this file",
        ("--file-passphrase-file",),
        "file",
        "PATH",
    ),
)
_IOP_PASSWORD = Param(
    "iop_password_fd", "Read the password of an IOP file from this open file", ("--iop-password-fd",), "number", "N"
)
_SHARES = (
    Param("shares_fd", "Read the recovery shares from this open file", ("--shares-fd",), "number", "N"),
    Param("shares_file", "Read the recovery shares from this file, or - for input", ("--shares-file",), "file", "PATH"),
)

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
            Param("shares", "Open by recovery shares and set a new passphrase", ("--shares",), kind="flag"),
            *_WORDS,
            *_SHARES,
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
        ("vault", "keyring", "on"),
        "Let the keyring of the desktop open a vault, alone or together with the passphrase",
        "prometheus.cli.vault.keyring:turn_on",
        (
            _NAME,
            Param(
                "second_factor", "Need the keyring besides the passphrase, not instead", ("--second-factor",), "flag"
            ),
            _DRY_RUN,
        ),
        about="Off unless turned on. Any program of your desktop's session can read its keyring: alone it opens the "
        "vault without asking you, and hands out no keys. As a second factor it is better: a stolen file then opens "
        "neither by the passphrase nor by the keyring alone. When the keyring is lost, the recovery words still open "
        "the vault: 'prometheus vault unlock --recovery'.",
        examples=(("The passphrase and this machine, both", "prometheus vault keyring on --second-factor"),),
    ),
    Command(
        ("vault", "keyring", "off"),
        "Use the keyring of the desktop no more",
        "prometheus.cli.vault.keyring:turn_off",
        (_NAME, _DRY_RUN),
        about="What the keyring held for the vault is removed from it. Old copies of the file still open as before.",
    ),
    Command(
        ("vault", "keyring", "status"),
        "Show what a vault uses the keyring of the desktop for, without its passphrase",
        "prometheus.cli.vault.keyring:status",
        (_NAME,),
    ),
    Command(
        ("vault", "words", "check"),
        "Prove that the recovery words on paper are right, changing nothing",
        "prometheus.cli.vault.words_check:run",
        (_NAME, *_WORDS),
    ),
    Command(
        ("vault", "shares", "make"),
        "Split what recovery opens a vault by among people, any few of whom open it together",
        "prometheus.cli.vault.shares:make",
        (
            Param("split", "How many are needed, and how many are made", required=True, metavar="NEEDED/MADE"),
            _NAME,
            Param("shares_to", "Write each to a file in this new folder", ("--shares-to",), "file", "FOLDER"),
            _DRY_RUN,
        ),
        about="Needs the extra 'shamir'. The shares are of SLIP-39, 33 words each. Each is shown once, on a page of "
        "its own, and two of its words are asked back. Any few of them, as many as you say, open this vault's file and "
        "set a new passphrase; fewer say nothing. They are not the recovery words: without the file they make no keys. "
        "Shares of earlier sets go on opening the vault, each set for itself.",
        examples=(
            ("Any two of three friends", "prometheus vault shares make 2/3"),
            ("In a script", "prometheus vault shares make 2/3 --shares-to shares --passphrase-file pass.txt"),
        ),
    ),
    Command(
        ("vault", "shares", "check"),
        "Prove that a share on paper is right, changing nothing",
        "prometheus.cli.vault.shares:check",
        (
            _NAME,
            *_SHARES,
            Param("form_only", "Look at the share alone, and open no vault", ("--form-only",), kind="flag"),
        ),
        about="The vault says of which of its sets the share is. With --form-only anyone can make sure that nothing "
        "was written down wrong, without the vault and without its passphrase.",
    ),
    Command(
        ("vault", "verify"),
        "Check that a vault is whole and as its owner left it",
        "prometheus.cli.vault.verify:run",
        (
            _NAME._replace(help="Name of the vault, or a backup file; the configured one when left out"),
            Param("deep", "Also open every record and check the file's structure", ("--deep",), kind="flag"),
            *_OPENED_BY_WORDS,
        ),
        about="A backup is named by its path. It is read and never changed, always with every record, and its age is "
        "told: its state and the time of the last entry of its log.",
        examples=(("Prove a backup", "prometheus vault verify /media/stick/personal-2026-11-22.vault"),),
    ),
    *vault_copies.COMMANDS,
    Command(
        ("vault", "doctor"),
        "Look a vault over: what is wrong with it, and what to do",
        "prometheus.cli.vault.doctor:run",
        (
            _NAME,
            Param("query", "Answer one SELECT over the tables instead", ("--query",), metavar="SQL"),
            Param("accept_damage", "Rebuild a damaged vault from what opens in it", ("--accept-damage",), "flag"),
            *_OPENED_BY_WORDS,
        ),
        about="Looks at the file, its folder and disk, the ways to open it, the log and the journal, backups, and at "
        "every record: what cannot be read, claims whose persona is gone, personas that do not derive from the seed, "
        "signatures that do not fit. Nothing is written. Ends with 0 when nothing is wrong, with 1 when something is, "
        "with 7 when the vault is damaged and with 8 when it is older than this machine has seen. --query answers from "
        "tables in memory: records, personas, claims, copies, log, settings. --accept-damage needs a person: what does "
        "not open is lost by it, and the damaged file is kept.",
        examples=(
            ("Look a vault over", "prometheus vault doctor"),
            (
                "Count claims by kind",
                "prometheus vault doctor --query 'SELECT process_id, count(*) FROM claims GROUP BY 1'",
            ),
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
        ("vault", "export"),
        "Write everything in a vault into one age file",
        "prometheus.cli.vault.age_export:run",
        (
            Param("file", "The new file, or - for output", kind="file", required=True),
            _NAME,
            Param(
                "recipient",
                "Seal it for this key instead of a passphrase: age1…, ssh-ed25519 … or ssh-rsa …",
                ("--recipient",),
                metavar="KEY",
                many=True,
            ),
            Param("armor", "Write it as text", ("--armor",), kind="flag"),
            Param("with_keys", "Put the seed and every other key into it", ("--with-keys",), kind="flag"),
            Param("damaged", "Export what still opens of a damaged vault; no log has it", ("--damaged",), kind="flag"),
            *_FILE_PASSPHRASE,
            Param("iop", "Write an IOP vault file, which other wallets open, instead", ("--iop",), kind="flag"),
            _IOP_PASSWORD,
            Param(
                "drop_recovery_slot",
                "With --iop: let the seed no longer open this vault",
                ("--drop-recovery-slot",),
                kind="flag",
            ),
            _DRY_RUN,
        ),
        about="What leaves is shown first. The file opens with a passphrase of its own, or with the keys of its "
        "recipients, here and in every age program: `age -d FILE | jq` shows it line by line. Keys are only in it with "
        "--with-keys; without them the recovery words are needed to make a vault of it. The passphrase options are "
        "those of the vault, the --file-passphrase ones are those of the file. With --iop it holds the seed and the "
        "lists of keys, and no claims, behind a key derivation that was strong years ago: a password of six words is "
        "proposed, and whoever opens it can open this vault too unless --drop-recovery-slot is given.",
        examples=(
            ("All but the keys, for a passphrase", "prometheus vault export backup.age"),
            (
                "Everything, for a key that age-keygen made",
                "prometheus vault export all.age --with-keys --recipient age1…",
            ),
        ),
    ),
    Command(
        ("vault", "import"),
        "Bring in what an export holds, into a new vault or one with the same seed",
        "prometheus.cli.vault.age_import:run",
        (
            Param("file", "The age file or the IOP vault file, or - for input", kind="file", required=True),
            _NAME,
            Param(
                "conflicts",
                "Which stays where both have another content: refuse imports nothing then",
                ("--conflicts",),
                "choice",
                default="refuse",
                choices=("refuse", "vault", "file", "newer"),
            ),
            Param("identity", "Open it with the key in this file", ("--identity",), "file", "FILE", many=True),
            *_FILE_PASSPHRASE,
            _IOP_PASSWORD,
            _PUBLISHED,
            Param("no_recovery", "Make no recovery slot from its seed", ("--no-recovery",), kind="flag"),
            *_WORDS,
            _KDF,
            _DRY_RUN,
        ),
        about="Where there is no vault of that name, one is made with everything that the file holds; when it has no "
        "keys, the recovery words are asked for. Into a vault that is there comes what it lacks: a file of another "
        "seed is refused, and so are conflicts until --conflicts says which side stays. All of it comes in or nothing, "
        "and importing twice changes nothing. What the vault keeps about itself, such as its log, stays its own. The "
        "passphrase options are those of the vault, the --file-passphrase ones and --iop-password-fd are of the file.",
        examples=(
            ("On a new machine", "prometheus vault import backup.age"),
            ("See what would come", "prometheus vault import backup.age --dry-run"),
        ),
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
