"""The value chains of a case: those that its governance codes count, and what the sheet of chains tells of them."""

from __future__ import annotations

from clusterkg.coding import values
from clusterkg.coding.ratings import word
from clusterkg.coding.values import key_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from clusterkg.coding.known import Known
    from clusterkg.coding.lines import Line
    from clusterkg.coding.records import Case

__all__ = ["MODES", "Chain", "chain", "join", "read_codes"]

MODES = {
    "market": "market",
    "network": "network",
    "quasi_hierarchy": "quasi-hierarchy",
    "hierarchy": "hierarchy",
}
"""The columns of Table 3's codes and the governance modes, from the least hierarchical."""

SCOPES = {1: ("domestic",), 2: ("global",), 3: ("domestic", "global")}
"""The market scopes that a code of Table 3 adds up."""

EFFECTS = {"enables": "enables", "hinders": "hinders", "leavesunaffected": "leavesUnaffected"}
"""What a chain does to a type of upgrading, by key, and the property that says so."""

EFFECT_WORDS = "enables, hinders or leaves unaffected"


class Chain:
    """One value chain of a case; mode and scope are the names of their concepts, empty where not known."""

    def __init__(self, mode: str, scope: str, line: Line, columns: tuple[str, ...], *, counted: bool) -> None:
        self.mode, self.scope, self.line, self.columns, self.counted = mode, scope, line, columns, counted
        self.told = False
        self.lead_actor = self.locator = ""
        self.lead_line = line
        self.destinations: list[str] = []
        self.effects: list[tuple[str, str, str]] = []


def read_codes(case: Case, line: Line) -> None:
    """Give a case the chains that its governance codes count, or the reason why there are none."""
    codes: dict[str, int] = {}
    reasons: dict[str, str] = {}
    blank = []
    faulty = False
    for name in MODES:
        text = line.text(name)
        if not text:
            blank.append(name)
            continue
        code = values.governance_code(text)
        if code is not None and line.cell(name)[0].kind != "boolean":
            codes[name] = code
        elif why := values.reason(text, line.say(name)):
            reasons[name] = why
        else:
            faulty = True
            fix = values.hint("governance", text, {}) or "write 0 none, 1 domestic, 2 global or 3 both"
            line.tell((name,), "error", "governance-code", f"'{text}' is no governance code.", fix)
    if faulty:
        case.governance = ""
    elif codes and blank:
        case.governance = ""
        line.tell(
            blank,
            "error",
            "governance-blank",
            "The other modes are coded and this is blank, which is not a zero.",
            "write 0 where the case has no such chain",
        )
    elif (codes and reasons) or len(set(reasons.values())) > 1 or (reasons and blank):
        case.governance = ""
        line.tell(
            list(MODES),
            "error",
            "governance-mixed",
            "Governance is coded for all four modes, or one reason stands at all four.",
            "write four codes, or the same reason four times",
        )
    elif reasons:
        case.governance = next(iter(reasons.values()))
    elif codes:
        case.governance = "coded"
        for name, code in codes.items():
            case.chains += [Chain(MODES[name], scope, line, (name,), counted=True) for scope in SCOPES.get(code, ())]


def join(case: Case, told: Iterable[Line], known: Known) -> None:
    """Join what the sheet of chains tells to the chains that the codes count, then find the leader's chain."""
    by_codes = bool(case.line) and case.governance != "not-yet-coded"
    for line in told:
        found = chain(line, known)
        same = [other for other in case.chains if (other.mode, other.scope) == (found.mode, found.scope)]
        if not by_codes and case.line is not None and found.mode and found.scope:
            found.counted, case.governance = True, "coded"
        elif any(other.counted for other in same):
            found.counted = True
            # The row tells of the very chain that the code counts.
            if not same[0].told:
                found.columns = same[0].columns
                case.chains[case.chains.index(same[0])] = found
                continue
        elif case.governance and found.mode and found.scope and case.line is not None:
            line.tell(
                ("governance_mode", "market_scope"),
                "warning",
                "chain-not-counted",
                "The governance codes of the case count no such chain; it is kept as one that is only told of.",
                "mend the code in the sheet cases if the chain is to count",
            )
        case.chains.append(found)
    if case.line is not None and case.line.told("lead_actor"):
        _lead(case, case.line)


def chain(line: Line, known: Known) -> Chain:
    """Return the chain that a row of the sheet of chains tells of, with its faults told."""
    named = {}
    for name in ("governance_mode", "market_scope"):
        scheme = name.replace("_", "-")
        term = word(known, line, name, scheme)
        named[name] = term[1:-1].rpartition("/")[2] if term.startswith("<") else ""
        if term and not named[name]:
            text = line.text(name)
            fix = values.hint(scheme, text, known.shown[scheme])
            line.tell((name,), "error", scheme, f"'{text}' is none of the list.", fix)
    found = Chain(named["governance_mode"], named["market_scope"], line, tuple(named), counted=False)
    found.told = True
    found.lead_actor, found.locator = line.told("lead_actor"), line.told("locator")
    found.destinations = [part.strip() for part in line.told("destination").split(";") if part.strip()]
    for kind in ("product", "process", "functional", "intersectoral"):
        text = line.told(f"{kind}_effect")
        effect = EFFECTS.get(key_of(text))
        if effect:
            found.effects.append((effect, f"{kind}-upgrading", f"{kind}_effect"))
        elif text:
            line.tell((f"{kind}_effect",), "error", "effect", f"'{text}' is no effect.", f"write {EFFECT_WORDS}")
    return found


def _lead(case: Case, line: Line) -> None:
    """Give the lead actor of the wide row to the case's most hierarchical global chain."""
    order = list(MODES.values())
    abroad = [chain for chain in case.chains if chain.counted and chain.scope == "global" and chain.mode in order]
    if not abroad:
        if case.governance:
            line.tell(
                ("lead_actor", *MODES),
                "error",
                "lead-actor",
                "A lead actor leads the most hierarchical global chain, and the case has no global chain.",
                "mend the governance codes, or name the actor at its chain in the sheet chains",
            )
        return
    chain = max(abroad, key=lambda one: order.index(one.mode))
    actor = line.told("lead_actor")
    if chain.lead_actor and key_of(chain.lead_actor) != key_of(actor):
        line.tell(
            ("lead_actor",),
            "error",
            "lead-actor",
            f"The sheet chains names another leader of this chain: {chain.lead_actor}.",
            "keep one of the two",
        )
    chain.lead_actor, chain.lead_line = chain.lead_actor or actor, line
