"""The tutorial, written from the demo's story, so that the two cannot tell different things."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Final

from prometheus.cli.demo.play import scenario
from prometheus.cli.demo.story import CARD, POLICY, STORY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus.cli.demo.story import Step

_BEGINNING: Final = """\
# Ana proves that she is over 18

Three people, three vaults, one machine, no network: Ana, the town hall that knows her, and a bar that asks for her age.
`prometheus demo` plays exactly these steps; here you can follow them by hand, in an empty folder:

```sh
mkdir keys public
for name in ana town-hall bar; do echo "a passphrase for $name" > "keys/$name.pass"; done
```

Every command gets its passphrase from a file here, so that you can copy the lines. At a terminal leave
`--passphrase-file` out and type it. `--kdf light` makes the vaults of this page quick to open, and cheap to guess:
leave it out for your own.
"""
_ENDING: Final = """\
The ledger still runs beside you. This stops it; `prometheus ledger dev --data ledger` goes on where it was.

```sh
kill "$(cat ledger.pid)"
```

## What to remember

* What left Ana's vault is one file, `presentation.json`: a claim with one open field, a signed statement, a licence
  that says for whom, what for and until when, and her signature over exactly that.
* The town hall's signature still holds, although five fields are hidden: hiding replaces a field by its content id.
* The same signature, nonce and content ids are in every presentation of this claim. Inspectors who compare can tell
  that it is the same person. `claim present` says so each time.
* A verdict is about signatures and rights. Whether the town hall told the truth is a matter of trust.

Your own vault begins with `prometheus vault create`. All commands: [reference](../reference/cli.md).
"""
_LABELS: Final = {
    "{town-hall}": "DID-OF-THE-TOWN-HALL",
    "{bar}": "DID-OF-THE-BAR",
    "{port}": "4703",
    "{ledger}": "http://127.0.0.1:4703",
}


def page() -> str:
    """Return the page as Markdown."""
    parts = [_BEGINNING, *(_step(number, step) for number, step in enumerate(STORY, start=1)), _ENDING]
    return "\n".join(parts)


def _step(number: int, step: Step) -> str:
    verb = " ".join(step.command[:2])
    return "\n".join([f"## {number}. {verb}", "", step.said, "", *_files(step), *_command(step), *_afterwards(step)])


def _files(step: Step) -> Iterator[str]:
    contents = {
        "card.json": (f"`{step.prepares}`:", "json", json.dumps(CARD, indent=2, ensure_ascii=False)),
        "door.json": (
            "`door.json`, with the DID of the bar from `public/bar.json`:",
            "json",
            json.dumps(scenario(_LABELS["{bar}"]), indent=2),
        ),
        "policy.toml": ("`policy.toml`:", "toml", POLICY.rstrip()),
    }
    if step.prepares in contents:
        said, language, text = contents[step.prepares]
        yield from (said, "", f"```{language}", text, "```", "")
    elif step.prepares:
        yield from (
            "```sh",
            "sed 's/Over 18 at the door/Anything you like/' presentation.json > altered.json",
            "```",
            "",
        )


def _command(step: Step) -> Iterator[str]:
    words = [_LABELS.get(word, word) for word in step.command]
    beside = " > ledger.txt 2>&1 & echo $! > ledger.pid" if step.serves else ""
    yield from ("```sh", shlex.join(("prometheus", *words)) + beside, "```", "")


def _afterwards(step: Step) -> Iterator[str]:
    if step.exit_code:
        yield from (f"It ends with exit code {step.exit_code}.", "")
    if step.publishes:
        yield from (f"`public/{step.publishes}.json` holds its DID.", "")
