"""``key sign``: a signature over the bytes of a file as they are.

Bytes that mean more than they show are named, and need consent of their own.
"""

from __future__ import annotations

from prometheus import files
from prometheus.cli import ask
from prometheus.cli.output import safe
from prometheus.cli.unlocking import open_session
from prometheus.errors import NoConsent
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.usecases.personas import active_persona, find_persona
from prometheus.usecases.sign_content import CONTENT_LIMIT, hidden_meaning, sign_content

if TYPE_CHECKING:
    from prometheus.cli.invocation import Invocation


def run(call: Invocation) -> int:
    """Sign a file."""
    content = files.read(call.text("file"), CONTENT_LIMIT)
    meaning = hidden_meaning(content)
    if meaning:
        call.output.warn(meaning)
        if not ask.confirm(call, "sign all the same?"):
            raise NoConsent("nothing was signed")
    with open_session(call) as session:
        named = call.maybe("persona")
        persona = find_persona(session, named) if named else active_persona(session)
        signed = sign_content(session, persona, content)
    path = call.maybe("out")
    if path is not None and path != files.STANDARD_STREAM:
        files.write(path, f"{signed.signature}\n".encode(), mode=0o644)
    call.output.note(f"signed as {safe(persona.shown_name)}, public key {signed.public_key}")
    call.output.result(signed._asdict(), [signed.signature] if path in (None, files.STANDARD_STREAM) else [])
    return 0
