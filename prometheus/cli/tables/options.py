"""The options that every command takes, before or after its words, and those that several nouns have in common."""

from __future__ import annotations

from prometheus.cli.command import Param

GLOBAL_OPTIONS: tuple[Param, ...] = (
    Param("vault", "Use this vault instead of the configured one", ("--vault",), metavar="NAME"),
    Param("json", "Write the result or the error as one JSON object", ("--json",), kind="flag"),
    Param("quiet", "Say nothing but results, warnings and errors", ("--quiet", "-q"), kind="flag"),
    Param("verbose", "Say more about what happens", ("--verbose", "-v"), kind="flag"),
    Param("yes", "Answer yes to every question", ("--yes", "-y"), kind="flag"),
    Param("no_input", "Never ask: fail where an answer is needed", ("--no-input",), kind="flag"),
    Param("no_color", "Write without colour", ("--no-color",), kind="flag"),
    Param("passphrase_fd", "Read the passphrase from this open file", ("--passphrase-fd",), "number", "N"),
    Param(
        "passphrase_file", "Read the passphrase from this file, or - for input", ("--passphrase-file",), "file", "PATH"
    ),
)
"""Secrets come by file descriptor, by file or from the terminal; there is no option that carries one."""

VAULT_NAME = Param("name", "Name of the vault; the configured one when left out", metavar="NAME")
DRY_RUN = Param("dry_run", "Show what would happen and change nothing", ("--dry-run",), kind="flag")
LEDGER = Param(
    "ledger",
    "Ask this ledger: an address, or the name of a network; repeatable",
    ("--ledger",),
    "text",
    "URL",
    many=True,
    offers=("mainnet", "devnet", "testnet", "local", "$PROMETHEUS_LEDGER"),
)
OFFLINE = Param("offline", "Ask no ledger", ("--offline",), kind="flag")
ALLOW_HTTP = Param("allow_http", "Agree to a service without encryption", ("--allow-http",), kind="flag")
KDF = Param(
    "kdf",
    "Cost of guessing the passphrase; light is for tests and weak machines",
    ("--kdf",),
    "choice",
    default="default",
    choices=("default", "light"),
)
LANGUAGE = Param("language", "Word list: en, fr, it, es, ja, ko, zh-hans or zh-hant", ("--language",), metavar="CODE")
NEW_PASSPHRASE = (
    Param("new_passphrase_fd", "Read the new passphrase from this open file", ("--new-passphrase-fd",), "number", "N"),
    Param("new_passphrase_file", "Read the new passphrase from this file", ("--new-passphrase-file",), "file", "PATH"),
)
RECOVERY_WORDS = (
    Param("words_fd", "Read the recovery words from this open file", ("--words-fd",), "number", "N"),
    Param("words_file", "Read the recovery words from this file, or - for input", ("--words-file",), "file", "PATH"),
    LANGUAGE,
    Param("bip39_password", "Ask for the BIP39 password that belongs to the words", ("--bip39-password",), "flag"),
    Param("bip39_password_fd", "Read the BIP39 password from this open file", ("--bip39-password-fd",), "number", "N"),
)
OPENED_BY_WORDS = (
    Param("recovery", "Open it by recovery words instead of the passphrase", ("--recovery",), kind="flag"),
    *RECOVERY_WORDS,
)
