"""What the demo tells: Ana proves that she is over 18, and nothing else.

A step is a command that a person would type, with a sentence that says why. `{town-hall}` and `{bar}` stand for the
DIDs that the two made public in earlier steps, `{port}` and `{ledger}` for where the development ledger listens.
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
    serves: bool = False
    """Whether it runs beside the steps that follow, until the story is over."""


def _vault(name: str, *command: str) -> tuple[str, ...]:
    return (*command, "--vault", name, "--passphrase-file", f"keys/{name}.pass")


def _on_ledger(*command: str) -> tuple[str, ...]:
    return _vault("town-hall", *command, "--ledger", "{ledger}")


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
    Step(
        "So far nobody was asked. A ledger adds time: this one runs on your machine, to try things out. It is no "
        "distributed ledger, and its coins are worth nothing.",
        ("ledger", "dev", "--data", "ledger", "--port", "{port}", "--block-time", "1"),
        serves=True,
    ),
    Step("Writing to a ledger costs a fee. The town hall asks the faucet.", _on_ledger("ledger", "fund")),
    Step(
        "It writes down the content id of Ana's statement: now there is a record of since when it exists, and nobody "
        "learns what it says.",
        _on_ledger("timestamp", "statement.json", "--yes"),
    ),
    Step(
        "The town hall changes its key, as everybody should be able to. First it makes a new one.",
        _vault("town-hall", "persona", "add", "New key"),
    ),
    Step(
        "It lets the new key act for the identifier that everybody knows.",
        _on_ledger("did", "add-key", "New key", "--right", "update", "--right", "impersonate", "--yes"),
    ),
    Step(
        "And the new key takes the old one off.",
        _on_ledger("did", "revoke-key", "{town-hall}", "--did", "{town-hall}", "--sign-as", "New key", "--yes"),
    ),
    Step("The identifier is the same, and its history shows who changed what.", _on_ledger("did", "history")),
    Step(
        "Ana's statement was signed by the old key, and this ledger says that it was there before that key was taken "
        "off. One ledger alone could say so falsely, so the verdict is unknown; a second one that agrees settles it.",
        ("claim", "verify", "presentation.json", "--audience", "{bar}", "--ledger", "{ledger}"),
        exit_code=13,
    ),
    Step("Ana's log remembers what she showed to whom, without the values.", _vault("ana", "audit", "list")),
)
