"""`everyhour engine replay` and `explain`: repeat and explain decisions.

The output has ids and slugs, and no names of persons.
"""

import argparse
import textwrap
from typing import TYPE_CHECKING

from everyhour.analysis import plots
from everyhour.analysis.arguments import add_command
from everyhour.analysis.output import on_this_server, table
from everyhour.analysis.progress import Progress

if TYPE_CHECKING:
    from everyhour.domain.recommendations.advisor import learned, reasons
    from everyhour.domain.recommendations.models import Decision

REPLAY = """
Each decision is repeated from its stored rows: its inputs, the history before it, the model and the
practices of that time.

  everyhour engine replay             all decisions
  everyhour engine replay --n 500     the newest 500
"""
EXPLAIN = """
`everyhour engine replay` prints ids of decisions, and a moment stores the id of its decision.

  everyhour engine explain HF6af3nZTDk0ZJoiSAZ8vw
  everyhour engine explain HF6af3nZTDk0ZJoiSAZ8vw --other low-hum     why not this one?
"""
MOST, WIDE = 20, 100  # ids printed, and rows per query; characters of a line
CERTAINTY = {"sure": "sure", "fairly": "fairly sure", "a_guess": "a guess"}
LABELS = {
    "kind_now": "its kind, in this state",
    "energy": "its energy, in this state",
    "effort": "effort for the caregiver",
    "age": "its age range",
    "suits": "made for this situation",
    "lately": "used recently",
    "helped_before": "helped here before",
    "practice": "the practice itself",
    "likes": "what this child likes",
}


def add(commands) -> None:
    replay = add_command(
        commands, "replay", on_this_server(_replay), help="repeat past decisions", epilog=REPLAY
    )
    replay.add_argument("--n", type=int, help="how many, the newest first (default: all)")
    explain = add_command(
        commands, "explain", on_this_server(_explain), help="explain a decision", epilog=EXPLAIN
    )
    explain.add_argument("decision", help="id of the decision")
    explain.add_argument("--other", metavar="SLUG", help="also: why not this practice?")


def _replay(options: argparse.Namespace) -> int:
    """Repeat past decisions from their rows and count the results. Exits with 1 if one differs."""
    from everyhour.domain.recommendations import decisions
    from everyhour.domain.recommendations.models import Decision

    rows = (
        Decision.objects.select_related("model_version", "candidate_set")
        .defer("candidate_set__body")
        .order_by("-at", "pk")
    )
    keys = list(rows.values_list("pk", flat=True)[: options.n])
    same, elsewhere, differ = 0, 0, list[str]()
    with Progress("repeating decisions", len(keys)) as step:
        for start in range(0, len(keys), MOST):
            for kept in rows.filter(pk__in=keys[start : start + MOST]):
                try:
                    if decisions.replays_same(kept):
                        same += 1
                    else:
                        differ.append(f"{kept.pk}  differs")
                except decisions.OtherServerError:
                    elsewhere += 1
                except Exception as error:  # a damaged row must not stop the others
                    reason = f"{type(error).__name__}: {error}"
                    differ.append(f"{kept.pk}  cannot be repeated: {reason}")
                step()
    counts = {
        "checked": len(keys),
        "identical": same,
        "made on another server, not checked": elsewhere,
        "differ": len(differ),
    }
    print(table([["decisions", "count"], *([name, f"{n:,}"] for name, n in counts.items())]))
    if differ:
        print("\n" + "\n".join(differ[:MOST]))
    if len(differ) > MOST:
        print(f"and {len(differ) - MOST:,} more")
    return 1 if differ else 0


def _explain(options: argparse.Namespace) -> int:
    """Print why a decision chose its practice: terms, probabilities and certainty."""
    from everyhour.domain.recommendations import decisions
    from everyhour.domain.recommendations.advisor import reasons
    from everyhour.domain.recommendations.models import Decision

    kept = (
        Decision.objects.select_related("model_version", "candidate_set")
        .defer("candidate_set__body")
        .filter(pk=options.decision)
        .first()
    )
    if kept is None:
        print(f"There is no decision {options.decision}. Moments store the ids of their decisions.")
        return 1
    try:
        made, asked, past, decider = decisions.load_inputs(kept)
    except decisions.OtherServerError as error:
        print(f"{error} This server has the decision, but not the practices it was made from.")
        return 1
    except Exception as error:  # a damaged row
        print(f"Decision {kept.pk} cannot be read: {type(error).__name__}: {error}")
        return 1
    _head(kept, made, asked)
    if made.slug is None:
        return 0
    _candidates(made)
    if made.fallback or decider.sampler is None:
        print(
            f"\nThe model could not be used: {made.fallback}. All candidates were equally likely."
        )
    else:
        _terms(reasons.explain(decider, asked, past, made.slug))
    _excluded(made)
    return _explain_other(options.other, made, asked, past, decider) if options.other else 0


def _head(kept: "Decision", made: "learned.Decision", asked: "learned.Opportunity") -> None:
    version = kept.model_version
    model = f"version {version.version}" if version else "the shipped model"
    own = "with" if kept.estimate_id else "without"
    at = f"{kept.at:%Y-%m-%d %H:%M} UTC"
    print(f"Decision {kept.pk}, {at}, {asked.state}, {asked.situation}, {asked.slot}")
    print(f"Child {kept.child_id}, household {kept.household_id}")
    print(f"Model: {model}, {own} an estimate for this child in this household")
    print(f"Engine {made.engine}, mode {made.mode}, seed {made.seed}, {made.draws} draws")
    if made.slug is None:
        print(f"\nNothing was offered: {made.reason}.")
    else:
        among = f"with probability {made.probability:.1%} among {len(made.slugs)}"
        print(f"\nOffered: {made.slug}, {among}.")


def _candidates(made: "learned.Decision") -> None:
    """Draw a bar for each candidate; name those with the lowest probability in one line."""
    pairs = zip(made.slugs, made.probabilities, strict=True)
    order = dict(sorted(pairs, key=lambda pair: (-pair[1], pair[0])))
    least = min(order.values())
    alike = [slug for slug, p in order.items() if p == least and slug != made.slug]
    alike = alike if len(alike) > 1 and least < max(order.values()) else []
    print("\nProbability of each candidate")
    shown = {slug: p for slug, p in order.items() if slug not in alike}
    print(plots.shares(shown, chosen=made.slug))
    if alike:
        text = f"{least:.2%} each, the lowest ({len(alike)}): {', '.join(alike)}"
        print(textwrap.fill(text, WIDE, subsequent_indent="  ", break_on_hyphens=False))


def _terms(found: "reasons.Explanation") -> None:
    """Print the terms of the choice, as differences from the average candidate."""
    print(f"\nWhy {found.slug}: compared with the average candidate")
    order = sorted(found.terms.items(), key=lambda term: -abs(term[1]))
    terms = {LABELS.get(code, code): value for code, value in order if value}
    print(plots.bars({**terms, "total": found.value}))
    tally = found.tally
    helped = f"helped {tally.helped} of {tally.tried} times" if tally.tried else "was not tried yet"
    print(f"\nFor this child in this household it {helped}.")
    effect = f"Estimated effect {found.gain:+.3f}, standard deviation {found.doubt:.3f}"
    print(f"{effect}: {CERTAINTY[found.certainty]}.")
    print("(1: it always helps where nothing else would have.)")


def _excluded(made: "learned.Decision") -> None:
    if made.excluded:
        by_rule: dict[str, list[str]] = {}
        for slug, rule in sorted(made.excluded.items()):
            by_rule.setdefault(rule, []).append(slug)
        print(f"\nExcluded by a rule: {len(made.excluded)}")
        rows = [[rule, _shorten(slugs)] for rule, slugs in sorted(by_rule.items())]
        print(table([["rule", "practices"], *rows]))


def _shorten(slugs: list[str], most: int = 4) -> str:
    return ", ".join(slugs[:most]) + (f" and {len(slugs) - most} more" if len(slugs) > most else "")


def _explain_other(
    other: str,
    made: "learned.Decision",
    asked: "learned.Opportunity",
    past: "learned.History",
    decider: "learned.Decider",
) -> int:
    from everyhour.domain.recommendations.advisor import reasons

    if other not in {candidate.slug for candidate in asked.candidates}:
        print(f"\nThere was no practice {other} at that time.")
        return 1
    if other == made.slug:
        print(f"\n{other} is the practice that was offered.")
        return 0
    if other in made.excluded:
        print(f"\nWhy not {other}: a rule excluded it ({made.excluded[other]}).")
        return 0
    probability = dict(zip(made.slugs, made.probabilities, strict=True)).get(other, 0.0)
    print(f"\nWhy not {other}: it was possible, with probability {probability:.1%}, but not drawn.")
    if not made.fallback and decider.sampler is not None:
        found = reasons.explain_alternative(decider, asked, past, made.slug or "", other)
        if found.against:
            print("Compared with what was offered, against it:")
            against = {LABELS.get(r.code, r.code): -r.value for r in found.against}
            print(plots.bars(against))
        print(f"Estimated probability that it would have been better: {found.chance_better:.0%}.")
    return 0
