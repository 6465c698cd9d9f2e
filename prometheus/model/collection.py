"""Numbers of the vault's collections, as the vault format fixes them.

They are part of the file format: a number is never used again for something else.
"""

from __future__ import annotations

from prometheus.model.frozen import Final

KEY: Final = 1
PERSONA: Final = 2
CLAIM: Final = 3
RELATION: Final = 4
CHAT: Final = 5
CONTACT: Final = 6
SETTING: Final = 7
REQUEST: Final = 8
GRANT: Final = 9
AUDIT: Final = 10
TOMBSTONE: Final = 11
SUBMISSION: Final = 13
"""12 stays free: published samples of the export format use it as a number that nobody knows."""
PLUGIN: Final = 128

NAMES: Final = {
    KEY: "key",
    PERSONA: "persona",
    CLAIM: "claim",
    RELATION: "relation",
    CHAT: "message",
    CONTACT: "contact",
    SETTING: "setting",
    REQUEST: "request or statement signed here",
    GRANT: "grant",
    AUDIT: "log entry",
    TOMBSTONE: "tombstone",
    SUBMISSION: "request sent to an authority",
    PLUGIN: "record of a plugin",
}
"""What a person calls one record of each."""
