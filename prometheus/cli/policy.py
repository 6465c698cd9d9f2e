"""The verbs ``policy show``, ``policy edit`` and ``policy test``."""

from __future__ import annotations

import os

from prometheus import files
from prometheus.claims.digest import is_content_id
from prometheus.cli import ask
from prometheus.cli.claim.paths import paths_of
from prometheus.cli.output import safe
from prometheus.cli.unlocking import open_session
from prometheus.compose.known_schemas import schemas
from prometheus.errors import NoConsent, NotUnderstood
from prometheus.identity.did import Did
from prometheus.model import policy as rules
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.usecases.personas import active_persona, find_persona
from prometheus.usecases.policy import current_policy, names_of_nobody, policy_text, replace_policy

if TYPE_CHECKING:
    from prometheus.cli.invocation import Invocation
    from prometheus.usecases.session import Session


def show(call: Invocation) -> int:
    """Show the text of the policy."""
    with open_session(call) as session:
        text = policy_text(session)
    in_force = rules.parse(text).rules
    document = {"policy": text, "rules": [str(rule) for rule in in_force]}
    call.output.result(document, [safe(line) for line in text.splitlines()])
    if not in_force:
        call.output.note("no rule yet: you are asked each time; `prometheus policy edit` adds rules")
    return 0


def edit(call: Invocation) -> int:
    """Replace the policy by a file's text or by what the editor leaves."""
    source = call.maybe("source")
    given = files.read_text(source, rules.MAXIMUM_LENGTH) if source else None
    if given is None and not call.output.may_ask:
        raise NoConsent("there is no terminal for an editor", remedy="give the new policy with --from FILE")
    with open_session(call) as session:
        before = policy_text(session)
        policy = _from_editor(call, session, before) if given is None else _replaced(session, before, given)
        if policy is None:
            unchanged = {"changed": False, "rules": len(rules.parse(before).rules)}
            call.output.result(unchanged, ["the policy is unchanged"])
            return 0
        strangers = names_of_nobody(session, policy, schemas())
    for stranger in strangers:
        call.output.warn(safe(stranger))
    count = len(policy.rules)
    said = f"the policy has {count} {'rule' if count == 1 else 'rules'} now"
    call.output.result({"changed": True, "rules": count}, [said])
    return 0


def _replaced(session: Session, before: str, after: str) -> rules.Policy | None:
    """Return the policy that is in force now, or None where the text is what it was."""
    return None if after == before else replace_policy(session, after)


def _from_editor(call: Invocation, session: Session, before: str) -> rules.Policy | None:
    """Let the person edit until the text is understood, or they give up; nothing that they wrote is lost before."""
    text = before
    while True:
        text = _edited(text)
        try:
            return _replaced(session, before, text)
        except NotUnderstood as error:
            call.output.tell(f"{safe(error.what)}; {safe(error.meaning)}")
            if call.flag("yes") or not ask.confirm(call, "edit it again?", default=True):
                raise


def test(call: Invocation) -> int:
    """Say what the policy decides about an act that is only described."""
    with open_session(call) as session:
        named = call.maybe("persona")
        persona = find_persona(session, named) if named else active_persona(session)
        policy = current_policy(session)
    fields = frozenset(paths_of(call.text("show"), "--show", may_be_none=True))
    personas = frozenset({persona.label, persona.name, persona.did} - {""})
    audience = call.text("audience")
    told = audience if audience == rules.ANY else Did.parse(audience).text
    act = rules.Act(personas, told, _kinds(call.text("schema")), fields)
    decision = policy.decide(act)
    reason = f"rule {decision.number}: {decision.rule}" if decision.rule else "no rule matches"
    document = {"decision": decision.effect, "rule": decision.number, "text": str(decision.rule or "")}
    call.output.result(document, [f"{decision.effect}  ({safe(reason)})"])
    return 0


def _kinds(text: str) -> frozenset[str]:
    """Return every name of the kind of claim that a text names, as they are where one is presented."""
    if text == rules.ANY:
        return frozenset({text})
    known = schemas()
    return known.names_of(text if is_content_id(text) else known.find(text).content_id)


def _edited(before: str) -> str:
    """Return what the user's editor makes of the text, through a private file that is removed again."""
    import shlex
    import subprocess
    import tempfile

    folder = os.environ.get("XDG_RUNTIME_DIR") or None
    try:
        editor = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")
    except ValueError:
        editor = []
    if not editor:
        raise NotUnderstood("VISUAL or EDITOR names no program", code="EDITOR", remedy="set EDITOR, or use --from")
    if folder is not None and not os.path.isdir(folder):
        folder = None
    with tempfile.TemporaryDirectory(prefix="prometheus-", dir=folder) as private:
        path = os.path.join(private, "policy.toml")
        files.write(path, before.encode())
        try:
            done = subprocess.run([*editor, path], check=False)
        except OSError:
            raise NotUnderstood(
                f"the editor {editor[0]} did not start", code="EDITOR", remedy="set EDITOR, or use --from"
            ) from None
        if done.returncode:
            raise NoConsent(f"the editor ended with {done.returncode}; the policy is unchanged")
        return files.read_text(path, rules.MAXIMUM_LENGTH)
