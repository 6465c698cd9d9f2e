"""``vault restore``: a new vault from recovery words, with every persona that is known to have been used.

The first DID is shown before anything is written, so that a person sees whether these are the right words and the right
BIP39 password. No ledger is asked: what was used is known from ``--personas`` and from documents under ``--look-in``.
"""

from __future__ import annotations

import os

from prometheus import files
from prometheus.cli import ask
from prometheus.cli.passphrase import new_passphrase
from prometheus.cli.unlocking import made_vault, named_vault, places
from prometheus.cli.vault.built_in_plugins import enable_built_in
from prometheus.cli.vault.demo_rule import agrees_to_demo
from prometheus.cli.vault.typed_words import asked_seed
from prometheus.compose import vaults
from prometheus.errors import NoConsent, NotUnderstood, PrometheusError
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple
from prometheus.usecases.create_vault import furnish_vault
from prometheus.usecases.find_used import GAP, find_used
from prometheus.usecases.known_documents import KnownDocuments
from prometheus.usecases.seed import did_of, public_key_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus.cli.invocation import Invocation
    from prometheus.model.secret import Secret

MOST_PERSONAS = 10_000
LONGEST_GAP = 1000


class _Plan(NamedTuple):
    """What will be made."""

    first_did: str
    personas: int
    used: tuple[int, ...]
    looked_at: int
    names: int


def run(call: Invocation) -> int:
    """Make a vault from words."""
    name, folders = named_vault(call), places()
    vaults.refuse_taken_name(folders, name)
    seed, is_published = asked_seed(call, is_proven_later=False)
    is_demo = agrees_to_demo(call, name, is_published=is_published)
    plan = _plan(call, seed)
    _show(call, plan)
    if call.flag("dry_run"):
        call.output.result({"vault": name, "dry_run": True, **_plan_document(plan)}, ["nothing was written"])
        return 0
    _agree(call)
    passphrase = new_passphrase(call)
    recovery = None if is_demo else seed
    with made_vault(call, name, passphrase, recovery) as made:
        personas = furnish_vault(
            made.session, seed, origin="restored", is_demo=is_demo, counts={"persona": plan.personas}
        )
    plugins = enable_built_in(call, folders)
    document = {"vault": name, "demo": is_demo, "plugins": list(plugins), **_plan_document(plan)}
    lines = [f"vault    {name}", *(f"persona  {persona.glyph} {persona.name}  {persona.did}" for persona in personas)]
    call.output.result(document, lines)
    return 0


def _plan(call: Invocation, seed: Secret) -> _Plan:
    wanted = _between(call, "personas", 1, MOST_PERSONAS)
    gap = _between(call, "gap", GAP, LONGEST_GAP)
    folders = call.many("look_in")
    documents = KnownDocuments(_texts(folders))
    first = did_of(public_key_of(seed, "persona", 0))
    if not folders:
        return _Plan(first, wanted, (), 0, 0)
    found = find_used(
        lambda index: public_key_of(seed, "persona", index),
        documents,
        gap=gap,
        progress=lambda looked_at, hits: _progress(call, looked_at, hits),
    )
    return _Plan(first, max(wanted, found.to_restore), found.used, found.looked_at, len(documents))


def _between(call: Invocation, name: str, default: int, most: int) -> int:
    given = call.number(name)
    wanted = default if given is None else given
    if not 1 <= wanted <= most:
        raise NotUnderstood(f"--{name} is a number from 1 to {most}", code="RESTORE-NUMBER")
    return wanted


def _show(call: Invocation, plan: _Plan) -> None:
    call.output.note(f"first persona of these words: {plan.first_did}")
    if plan.looked_at:
        call.output.note(
            f"looked at {plan.looked_at} personas; the files name {len(plan.used)} of them as used.\n"
            "No ledger was asked: one that only a ledger knows is not found"
        )
    else:
        call.output.note(
            f"making {plan.personas} of kind persona. Which were used cannot be known from words alone:\n"
            "give --personas N, or --look-in a folder with your documents"
        )


def _progress(call: Invocation, looked_at: int, hits: int) -> None:
    if call.output.may_ask and looked_at % 10 == 0:
        call.output.note(f"  looked at {looked_at}, used {hits}")


def _agree(call: Invocation) -> None:
    if call.output.may_ask and not ask.confirm(call, "is that your first persona? make the vault?", default=True):
        raise NoConsent("the vault was not made")


def _plan_document(plan: _Plan) -> dict[str, object]:
    return {
        "first_did": plan.first_did,
        "personas": plan.personas,
        "used": list(plan.used),
        "looked_at": plan.looked_at,
        "ledger_asked": False,
    }


def _texts(folders: tuple[str, ...]) -> Iterator[str]:
    for folder in folders:
        if not os.path.isdir(folder):
            raise NotUnderstood(f"{folder} is no folder", code="FOLDER")
        for where, _, names in os.walk(folder):
            for name in sorted(names):
                try:
                    yield files.read(os.path.join(where, name), 4 << 20).decode("utf-8", "replace")
                except PrometheusError:
                    continue
