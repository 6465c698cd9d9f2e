"""Every step there is: a collection's number, and its steps from version 1 on.

A step is added at the end and never changed afterwards: vaults that it has upgraded are out in the world. Keys have a
binary form of their own and are not in the table; nor are the records of plugins, which know their own.
"""

from __future__ import annotations

from prometheus.model import collection
from prometheus.model.frozen import Final
from prometheus.model.upgrades import signed_copies
from prometheus.model.upgrades.chain import Chains

CHAINS: Final = Chains(
    {
        collection.PERSONA: (),
        collection.CLAIM: (),
        collection.RELATION: (),
        collection.CHAT: (),
        collection.CONTACT: (),
        collection.SETTING: (),
        collection.REQUEST: (signed_copies.to_2,),
        collection.GRANT: (),
        collection.AUDIT: (),
        collection.TOMBSTONE: (),
        collection.SUBMISSION: (),
    }
)
