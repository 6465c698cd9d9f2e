"""What the demo tells: Ana proves that she is over 18, and nothing else.

A step is a command that a person would type, with a sentence that says why. `{town-hall}` and `{bar}` stand for the
DIDs that the two made public in earlier steps.
"""

from __future__ import annotations

from prometheus.model.frozen import Final, NamedTuple

IDENTITY_CARD: Final = "cjuYA2W6Roec32f2B4LCXTVZ-0MS72-e6kgsBRRWNF2el8"
"""Content id of the schema `identity-card`, which ships."""

CARD: Final = {
    "familyName": "Kovács",
    "givenName": "Ana",
    "dateOfBirth": "1998-04-12",
    "nationality": "HU",
    "documentNumber": "AB1234567",
    "ageOver18": True,
}
POLICY: Final = """\
# Ana may show that she is over 18 to anybody without being asked again; everything else asks.
[[rule]]
effect = "allow"
type = "identity-card"
fields = [".ageOver18"]
"""


class Step(NamedTuple):
    """One command and why it is given."""

    said: str
    command: tuple[str, ...]
    exit_code: int = 0
    publishes: str = ""
    """Name of the DID that the file written by ``--out`` makes known."""
    prepares: str = ""
    """Name of a file that somebody else hands over before this command; see `play.prepare`."""


def _vault(name: str, *command: str) -> tuple[str, ...]:
    return (*command, "--vault", name, "--passphrase-file", f"keys/{name}.pass")


def _create(name: str) -> tuple[str, ...]:
    words = ("--words-to", f"keys/{name}.words", "--passphrase-file", f"keys/{name}.pass")
    return ("vault", "create", name, "--kdf", "light", *words)


def _publish(name: str) -> tuple[str, ...]:
    return _vault(name, "persona", "show", "--export-public", "--out", f"public/{name}.json")


STORY: Final = (
    Step(
        "Ana makes her vault. Its 24 words go to a file here; at a terminal you would write them on paper.",
        _create("ana"),
    ),
    Step("The town hall, which knows who Ana is, has a vault of its own.", _create("town-hall")),
    Step("So has the bar that will ask for her age.", _create("bar")),
    Step("The town hall makes its identifier public.", _publish("town-hall"), publishes="town-hall"),
    Step("The bar makes its identifier public too.", _publish("bar"), publishes="bar"),
    Step(
        "Ana fills in her card as plain JSON and asks the town hall to confirm it. Each value gets a nonce, so that "
        "each can be hidden on its own.",
        _vault(
            "ana",
            "claim",
            "request",
            "--schema",
            "identity-card",
            "--data",
            "card.json",
            "--out",
            "request.json",
            "--yes",
        ),
        prepares="card.json",
    ),
    Step("The town hall checks who signed the request and what it says.", ("claim", "verify", "request.json")),
    Step(
        "Its clerk compares it with Ana's paper card, and signs for five years.",
        _vault(
            "town-hall",
            "claim",
            "witness",
            "request.json",
            "--before",
            "P5Y",
            "--out",
            "statement.json",
            "--yes",
        ),
    ),
    Step("Ana keeps the signed statement in her vault.", _vault("ana", "claim", "accept", "statement.json", "--yes")),
    Step("There it is.", _vault("ana", "claim", "list")),
    Step(
        "At the door, the bar hands over what it asks for. Ana looks at what it would learn, before anything leaves.",
        _vault("ana", "claim", "present", "door.json", "--dry-run"),
        prepares="door.json",
    ),
    Step(
        "She lets her vault answer exactly this without asking again.",
        _vault("ana", "policy", "edit", "--from", "policy.toml"),
        prepares="policy.toml",
    ),
    Step(
        "So a script can present it, with no terminal at hand.",
        _vault("ana", "claim", "present", "door.json", "--out", "presentation.json", "--yes", "--no-input"),
    ),
    Step(
        "The bar verifies. It trusts nobody yet, so the verdict is unknown, never a guess.",
        ("claim", "verify", "presentation.json", "--audience", "{bar}"),
        exit_code=13,
    ),
    Step(
        "It decides to trust the town hall for identity cards.",
        ("trust", "add", "{town-hall}", "--name", "Town hall", "--for", "identity-card"),
    ),
    Step(
        "Now every check passes: over 18, said by the town hall, shown by Ana to this bar. Her name and date of birth "
        "are not in the file.",
        ("claim", "verify", "presentation.json", "--audience", "{bar}", "--expect", ".ageOver18=true"),
    ),
    Step(
        "Somebody changes one word in the file, and it shows.",
        ("claim", "verify", "altered.json", "--audience", "{bar}"),
        exit_code=1,
        prepares="altered.json",
    ),
    Step("Ana's log remembers what she showed to whom, without the values.", _vault("ana", "audit", "list")),
)
