"""Read, replace and try the policy that the vault keeps.

One DID has many spellings, so those in rules are compared in the one in which licences name an audience. A rule that
names no DID where one has to stand would never match; where it denies, that would let through what it forbids, so a
policy with such a rule is refused when it comes in.
"""

from __future__ import annotations

from prometheus.claims.digest import is_content_id
from prometheus.errors import InputError, NotUnderstood
from prometheus.identity.did import Did
from prometheus.model import collection
from prometheus.model import policy as rules
from prometheus.model.frozen import TYPE_CHECKING, Final
from prometheus.model.persona import KINDS
from prometheus.usecases import audit
from prometheus.usecases.personas import list_personas

if TYPE_CHECKING:
    from prometheus.usecases.schemas import Schemas
    from prometheus.usecases.session import Session

_RECORD: Final = "policy"


def policy_text(session: Session) -> str:
    """Return the policy as the user wrote it, or the commented template where there is none yet."""
    fields = session.get(collection.SETTING, _RECORD)
    return str(fields["text"]) if fields else rules.TEMPLATE


def current_policy(session: Session) -> rules.Policy:
    """Return the rules in force, every DID in them as licences write it."""
    return rules.Policy(tuple(_in_one_spelling(rule) for rule in rules.parse(policy_text(session)).rules))


def replace_policy(session: Session, text: str) -> rules.Policy:
    """Check a new text and put it in force; a text that is not understood changes nothing.

    Raises:
        NotUnderstood: See `prometheus.model.policy.parse`; also where a rule's audience is no DID.
    """
    policy = rules.parse(text)
    for number, rule in enumerate(policy.rules, start=1):
        _require_dids(number, rule)
    with session.commit() as commit:
        commit.put(collection.SETTING, _RECORD, {"text": text})
        audit.append(commit, "policy.edit", facts={"rules": [str(rule) for rule in policy.rules]})
    return policy


def names_of_nobody(session: Session, policy: rules.Policy, schemas: Schemas) -> tuple[str, ...]:
    """Return a sentence for each name in a rule that is of no persona and no schema known here; it matches nothing."""
    personas = {name for one in list_personas(session, KINDS, hidden=True) for name in (one.label, one.name, one.did)}
    kinds = {name for known in schemas.all() for name in schemas.names_of(known.content_id)}
    found = []
    for number, rule in enumerate(policy.rules, start=1):
        if _in_one_spelling(rule).persona not in personas | {rules.ANY}:
            found.append(f"rule {number} names the persona {rule.persona}, and you have none of that name")
        if rule.type not in kinds | {rules.ANY} and not is_content_id(rule.type):
            found.append(f"rule {number} names the kind of claim {rule.type}, and no schema of that name is known here")
    return tuple(found)


def _in_one_spelling(rule: rules.Rule) -> rules.Rule:
    return rule._replace(persona=_plain(rule.persona), audience=_plain(rule.audience))


def _plain(name: str) -> str:
    """Return a DID as licences write it, anything else as it is."""
    try:
        return Did.parse(name).text
    except InputError:
        return name


def _require_dids(number: int, rule: rules.Rule) -> None:
    named = [rule.audience] if rule.audience != rules.ANY else []
    if rule.persona.startswith("did:"):
        named.append(rule.persona)
    for name in named:
        try:
            Did.parse(name)
        except InputError as error:
            raise NotUnderstood(
                f"the policy was not understood: rule {number} names something that is no DID",
                code="POLICY-NOT-UNDERSTOOD",
                meaning=f"{error.what[:200]}; the policy in force stays as it was",
                remedy='an audience is a DID, or "*" for anybody',
            ) from None
