"""The verb ``didkey show``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from prometheus.identity.multicipher import PublicKey
from prometheus_didkey.did_key import DidKey

if TYPE_CHECKING:
    from prometheus.api import Call


def show(call: Call) -> int:
    """Show the did:key of a public key, or the document of a did:key."""
    method = DidKey()
    given = call.text("key")
    did = given if given.startswith("did:") else method.write(PublicKey.parse(given))
    document = dict(method.resolve(did))
    call.output.result({"did": did, "document": document}, (did, json.dumps(document, indent=2)))
    return 0
