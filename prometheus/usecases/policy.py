"""Read, replace and try the policy that the vault keeps."""

from __future__ import annotations

from prometheus.model import collection
from prometheus.model import policy as rules
from prometheus.model.frozen import TYPE_CHECKING, Final
from prometheus.usecases import audit

if TYPE_CHECKING:
    from prometheus.usecases.session import Session

_RECORD: Final = "policy"


def policy_text(session: Session) -> str:
    """Return the policy as the user wrote it, or the commented template where there is none yet."""
    fields = session.get(collection.SETTING, _RECORD)
    return str(fields["text"]) if fields else rules.TEMPLATE


def current_policy(session: Session) -> rules.Policy:
    """Return the rules in force."""
    return rules.parse(policy_text(session))


def replace_policy(session: Session, text: str) -> rules.Policy:
    """Check a new text and put it in force; a text that is not understood changes nothing.

    Raises:
        NotUnderstood: See `prometheus.model.policy.parse`.
    """
    policy = rules.parse(text)
    with session.commit() as commit:
        commit.put(collection.SETTING, _RECORD, {"text": text})
        audit.append(commit, "policy.edit", facts={"rules": [str(rule) for rule in policy.rules]})
    return policy
