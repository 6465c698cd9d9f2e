"""The exit codes, which are an interface: their meaning never changes, and no other is used."""

from __future__ import annotations

from prometheus.model.frozen import Final

DONE: Final = 0
USAGE: Final = 2
BUG: Final = 70
INTERRUPTED: Final = 130
READER_GONE: Final = 141
TERMINATED: Final = 143

EXIT_CODES: Final[dict[int, str]] = {
    0: "done, or the verdict is valid",
    1: "the verdict is invalid; only from verbs that judge",
    2: "usage, or input that was not understood",
    3: "the vault is locked and asking was not possible or not allowed",
    4: "nothing has that name",
    5: "refused by the person or by the policy",
    6: "wrong passphrase or factor",
    7: "the vault is damaged, was changed from outside, or its key derivation is too weak",
    8: "the vault is older than what this machine has seen",
    9: "the agent cannot be reached",
    10: "timed out",
    11: "conflict: busy, or it exists already",
    12: "the network or the other side refused",
    13: "the verdict is unknown",
    14: "the format is newer than this program",
    15: "no claim satisfies the request",
    16: "storage is full, read-only or failing, or there is too little memory",
    17: "a plugin is off, missing or broken",
    70: "a mistake of this program; a redacted report was written",
    130: "interrupted by Ctrl-C",
    141: "the reader of the output closed it",
    143: "terminated",
}
