"""What a file that is there already is replaced by, and when: one rule for every verb that writes one.

Rules: the person is asked, ``--yes`` agrees, and where nobody can be asked nothing is replaced. What a verb reads it
never writes over, whatever the person says: the only copy of what is wrapped would be gone.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from prometheus import files
from prometheus.errors import Conflict, NoConsent

if TYPE_CHECKING:
    from prometheus.api import Call


def agree_to_replace(call: Call, out: str, *, read: str | None = None) -> None:
    """Ask before a file is replaced; to be called before anything else is done for it.

    Args:
        call: Says whether the person can be asked.
        out: Where to write; standard output is always free.
        read: The file that the verb reads, if it reads one.

    Raises:
        Conflict: When it is the very file that is read.
        NoConsent: When the person wants it to stay, or cannot be asked.
    """
    if out == files.STANDARD_STREAM or not os.path.exists(out):
        return
    if read is not None and read != files.STANDARD_STREAM and os.path.exists(read) and os.path.samefile(out, read):
        raise Conflict(f"{out} is the file that is read", code="FILE-EXISTS", remedy="choose another name for --out")
    if not call.confirm(f"{call.safe(out)} is there; replace it?"):
        raise NoConsent(f"{out} stays as it is")
