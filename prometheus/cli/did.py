"""``did show``: what a DID says by itself, with no vault and no ledger; a hot verb, so it imports next to nothing.

Where the person names a ledger, or asks for what only a ledger or a vault can tell, the plugin's verb ``did resolve``
answers. Identifiers of another method than Morpheus go to the plugin that knows it.
"""

from __future__ import annotations

from prometheus.cli import settings
from prometheus.identity.did import Did
from prometheus.model.frozen import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus.cli.invocation import Invocation

LEDGER_NOTE = ("no ledger was asked:", "keys added or revoked later are not known here")


def show(call: Invocation) -> int:
    """Show the default key of a DID and its implicit document, or what a plugin says about it."""
    given = call.maybe("did")
    if given is None or _asks_for_more(call, given):
        return _by_the_ledger(call)
    if given.startswith("did:") and not given.startswith("did:morpheus:"):
        return _show_foreign(call, given)
    did = Did.typed(given)
    key_id = did.key_id.text
    suite = {"e": "Ed25519", "s": "secp256k1"}[did.key_id.suite]
    document = {
        "did": did.text,
        "default_key": key_id,
        "suite": suite,
        "source": "implicit",
        "ledger_asked": False,
        "document": _implicit_document(did.text, key_id),
    }
    lines = [
        f"did          {did.text}",
        f"default key  {key_id} ({suite})",
        "rights       impersonate, update",
        f"source       the DID itself; {LEDGER_NOTE[0]}",
        f"             {LEDGER_NOTE[1]}",
    ]
    call.output.result(document, lines)
    return 0


def _asks_for_more(call: Invocation, given: str) -> bool:
    """Return whether what the DID says by itself is not enough: a name of a persona, a height, a ledger to be asked."""
    if given.startswith("did:") and not given.startswith("did:morpheus:"):
        return False
    if not given.startswith("did:") or call.number("at") is not None:
        return True
    if any(call.flag(name) for name in ("offline", "keep", "w3c")) or call.many("ledger"):
        return True
    return settings.text_of("ledger", call.values) is not None and not settings.is_on("offline", call.values)


def _by_the_ledger(call: Invocation) -> int:
    """Let the plugin answer that knows the ledger, by its own verb."""
    from prometheus.cli import plugin_commands

    words = ("did", "resolve")
    rows = [row for row in plugin_commands.beginning_with(words) if row.words == words]
    if not rows:
        plugin_commands.refuse_off(words)
    form = "w3c" if call.flag("w3c") else "lines"
    return plugin_commands.target_of(rows[0])(call._replace(values={**call.values, "form": form}))


def _show_foreign(call: Invocation, did: str) -> int:
    import json

    from prometheus.cli.output import safe
    from prometheus.cli.plugin_commands import enabled_plugins
    from prometheus.usecases.resolve_did import resolve_did

    document = dict(resolve_did(did, enabled_plugins()))
    lines = json.dumps(document, indent=2, ensure_ascii=False).splitlines()
    call.output.result({"did": did, "source": "plugin", "ledger_asked": False, "document": document}, map(safe, lines))
    return 0


def _implicit_document(did: str, key_id: str) -> dict[str, object]:
    right = [{"keyLink": "#0", "history": [{"height": None, "valid": True}], "valid": True}]
    key = {"index": 0, "auth": key_id, "validFromHeight": None, "validUntilHeight": None, "valid": True}
    return {
        "did": did,
        "keys": [key],
        "rights": {"impersonate": right, "update": right},
        "tombstonedAtHeight": None,
        "tombstoned": False,
    }
