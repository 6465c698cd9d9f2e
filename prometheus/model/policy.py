"""What may be presented to whom without asking: rules that the user wrote, read from TOML.

Rules are tried in order and the first that matches decides; where none does, the person is asked. A rule names a
persona (label, two-word name or DID), an audience (DID) and a claim type (name or content id); `*` or leaving it out
means any. With `fields`, a rule that allows matches only where nothing but those would be shown, and one that asks or
denies wherever any of them would be: what is written to keep a field back is not lost because more is shown beside it.
"""

from __future__ import annotations

from prometheus.errors import NotUnderstood
from prometheus.model.frozen import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

EFFECTS: Final = ("allow", "ask", "deny")
ANY: Final = "*"
MAXIMUM_LENGTH: Final = 64 * 1024
TEMPLATE: Final = """\
# What may be presented without asking. The first rule that matches decides; where none does, you are asked.
#
# [[rule]]
# effect   = "allow"                    # allow, ask or deny
# persona  = "Work"                     # label, two-word name or DID; "*" or left out: any
# audience = "did:morpheus:ez…"         # who is told; "*" or left out: anybody
# type     = "identity-card"            # name or id of the schema; "*" or left out: any
# fields   = [".ageOver18"]             # allow: where nothing else is shown; ask, deny: where any of them is
"""
_MEMBERS: Final = frozenset({"effect", "persona", "audience", "type", "fields"})


class Act(NamedTuple):
    """A presentation that is about to be made; every set holds all names that fit."""

    personas: frozenset[str]
    audience: str
    types: frozenset[str]
    fields: frozenset[str]


class Rule(NamedTuple):
    """One line of the policy."""

    effect: str
    persona: str
    audience: str
    type: str
    fields: frozenset[str] | None

    def matches(self, act: Act) -> bool:
        """Whether the rule speaks about this act."""
        return (
            (self.persona == ANY or self.persona in act.personas)
            and self.audience in (ANY, act.audience)
            and (self.type == ANY or self.type in act.types)
            and (self.fields is None or self._matches_fields(self.fields, act.fields))
        )

    def _matches_fields(self, named: frozenset[str], shown: frozenset[str]) -> bool:
        if self.effect == "allow":
            return all(any(_is_within(path, field) for field in named) for path in shown)
        return any(_is_within(path, field) or _is_within(field, path) for path in shown for field in named)

    def __str__(self) -> str:
        fields = "" if self.fields is None else " fields=" + ",".join(sorted(self.fields))
        return f"{self.effect} persona={self.persona} audience={self.audience} type={self.type}{fields}"


class Decision(NamedTuple):
    """What the policy says about an act, and the rule that said it (counted from 1; 0: no rule matched)."""

    effect: str
    number: int
    rule: Rule | None


class Policy(NamedTuple):
    """The rules in the order in which they are tried."""

    rules: tuple[Rule, ...]

    def decide(self, act: Act) -> Decision:
        """Return what the first matching rule says; `ask` where none matches."""
        for number, rule in enumerate(self.rules, start=1):
            if rule.matches(act):
                return Decision(rule.effect, number, rule)
        return Decision("ask", 0, None)


def _is_within(path: str, field: str) -> bool:
    return path == field or path.startswith(f"{field}.")


def parse(text: str) -> Policy:
    """Read a policy from TOML.

    Raises:
        NotUnderstood: When it is no TOML, or a rule has another member, type or effect than stated above.
    """
    import tomllib

    if len(text) > MAXIMUM_LENGTH:
        raise _refusal(f"it has more than {MAXIMUM_LENGTH} characters")
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _refusal(str(error)) from None
    except RecursionError:
        raise _refusal("it is nested too deeply") from None
    rules = document.pop("rule", [])
    if document or not isinstance(rules, list):
        raise _refusal("it may hold nothing but [[rule]] tables")
    return Policy(tuple(_rule(number, rule) for number, rule in enumerate(rules, start=1)))


def _rule(number: int, members: Mapping[str, Any]) -> Rule:
    unknown = sorted(set(members) - _MEMBERS)
    if unknown:
        raise _refusal(f"rule {number} has the unknown member {unknown[0]!r}")
    if members.get("effect") not in EFFECTS:
        raise _refusal(f"rule {number} needs effect = one of {', '.join(EFFECTS)}")
    named = {name: members.get(name, ANY) for name in ("persona", "audience", "type")}
    for name, value in named.items():
        if not isinstance(value, str) or not value:
            raise _refusal(f"{name} of rule {number} must be a text")
    return Rule(members["effect"], named["persona"], named["audience"], named["type"], _fields(number, members))


def _fields(number: int, members: Mapping[str, Any]) -> frozenset[str] | None:
    fields = members.get("fields")
    if fields is None:
        return None
    if not isinstance(fields, list) or not all(isinstance(path, str) and path.startswith(".") for path in fields):
        raise _refusal(f"fields of rule {number} must be a list of paths that start with '.'")
    return frozenset(fields)


def _refusal(detail: str) -> NotUnderstood:
    return NotUnderstood(
        f"the policy was not understood: {detail}",
        code="POLICY-NOT-UNDERSTOOD",
        meaning="the policy in force stays as it was",
        remedy="see the comments that `prometheus policy show` prints",
    )
