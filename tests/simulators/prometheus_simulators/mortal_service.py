"""An authority in a child process that ends itself, as if by a power cut, at a moment in the life of a request.

    python mortal_service.py FOLDER KEY-FILE before|after|never

`before` ends it when the first request was judged and nothing is written yet, `after` when it is on the disk and nobody
was answered, `never` not at all. It writes its URL as the first line.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import TYPE_CHECKING, Any

from prometheus_morpheus.services.http.journal import Journal
from prometheus_morpheus.services.key_file import seal_from_file
from prometheus_morpheus.services.running import Plan, running
from prometheus_morpheus.services.store.requests import Requests
from prometheus_simulators.embedded_ledger import Now

if TYPE_CHECKING:
    from typing import Never


def die() -> Never:
    """End without a chance to write anything."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def mortal(when: str) -> None:
    """Have the first request end the process."""
    add = Requests.add

    def dying(self: Requests, *given: Any) -> Any:
        if when == "before":
            die()
        add(self, *given)
        return die()

    if when != "never":
        setattr(Requests, "add", dying)  # noqa: B010 - the one place where this process is meant to die


async def serve(folder: str, key_file: str) -> None:
    """Serve until somebody ends it."""
    plan = Plan("authority", folder, seal_from_file(key_file), "127.0.0.1", 0)
    async with running(plan, Now(), Journal(Now(), None)) as started:
        print(started.listens_at, flush=True)  # noqa: T201 - it is what whoever started it waits for
        await asyncio.Event().wait()


if __name__ == "__main__":
    mortal(sys.argv[3])
    asyncio.run(serve(sys.argv[1], sys.argv[2]))
