"""What an account was last known to hold, as lines for who is to agree to something while nobody can be asked.

Rules: it is never told without its age, nor as what is there now.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_morpheus.sending.desk import Desk
from prometheus_morpheus.verbs.did.lines import age
from prometheus_morpheus.wallet.coins import shown
from prometheus_morpheus.wallet.remembered import recall
from prometheus_morpheus.wallet.waiting import waiting_by_sender

if TYPE_CHECKING:
    from prometheus.api import Call, OpenVault
    from prometheus_morpheus.wallet.purse import Purse


def before_lines(call: Call, vault: OpenVault, purse: Purse, total: int) -> list[str]:
    """Return what a purse may hold where nobody could be asked.

    Args:
        call: Knows what time it is.
        vault: Remembers.
        purse: Whose.
        total: Flakes that are to leave it, fee included.
    """
    known, token = recall(vault.store, purse.address), purse.network.token
    if known is None:
        return [f"{'before':<8}not known"]
    lines = [f"{'before':<8}not known now; it was {shown(known.flakes, token)} {age(known.age_s(call.clock.now()))}"]
    pending = Desk(vault.store, vault, call.clock).pending()
    waiting = waiting_by_sender(pending, purse.network.address_byte).get(purse.public_key.hex(), 0)
    if waiting:
        lines.append(f"{'':<8}{shown(waiting, token)} of it waits here to leave already")
    if known.flakes < waiting + total:
        lines.append(f"{'':<8}this needs {shown(total, token)}, which would be too much")
    return lines
