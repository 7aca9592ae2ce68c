"""`everyhour engine replay` and `explain`: what this server decided, decided again, and why. Prints ids and slugs, and nobody's name."""

import argparse
import textwrap
from typing import TYPE_CHECKING

from everyhour.analysis import plots
from everyhour.analysis.output import about_this_server, table
from everyhour.analysis.progress import Progress

if TYPE_CHECKING:
    from everyhour.domain.recommendations.advisor import learned
    from everyhour.domain.recommendations.models import Decision

REPLAY = """
Each decision is made once more from its rows alone: its opportunity, what was tried before it, the belief and the practices of then.

  everyhour engine replay             all of them
  everyhour engine replay --n 500     the newest 500
"""
EXPLAIN = """
The id of a decision is what `everyhour engine replay` names, and what a moment keeps in its decision.

  everyhour engine explain HF6af3nZTDk0ZJoiSAZ8vw
  everyhour engine explain HF6af3nZTDk0ZJoiSAZ8vw --other low-hum     why not that?
"""
MOST, WIDE = 20, 120  # ids told; characters of a line
SURE = {"sure": "sure", "fairly": "fairly sure", "a_guess": "a guess"}
ABOUT = {
    "kind_now": "its kind, in this mood",
    "energy": "its energy, in this mood",
    "effort": "what it asks of the caregiver",
    "age": "the age it is for",
    "suits": "made for this situation",
    "lately": "used of late",
    "helped_before": "helped here before",
    "practice": "the practice itself",
    "likes": "what this child likes",
}


def add(what) -> None:
    """Add both commands to those of `everyhour engine`."""
    shape = argparse.RawDescriptionHelpFormatter
    replay = what.add_parser(
        "replay",
        help="decide again what was decided",
        description=_replay.__doc__,
        epilog=REPLAY,
        formatter_class=shape,
    )
    replay.add_argument("--n", type=int, help="so many, the newest first (default: all)")
    replay.set_defaults(run=about_this_server(_replay))
    explain = what.add_parser(
        "explain",
        help="why this was offered, and why not that",
        description=_explain.__doc__,
        epilog=EXPLAIN,
        formatter_class=shape,
    )
    explain.add_argument("decision", help="its id")
    explain.add_argument("--other", metavar="SLUG", help="why was this practice not offered?")
    explain.set_defaults(run=about_this_server(_explain))


def _replay(options: argparse.Namespace) -> int:
    """Decide again what was decided, from the rows alone, and tell how many come out the same. Ends with 1 when one does not."""
    from everyhour.domain.recommendations import decisions
    from everyhour.domain.recommendations.models import Decision

    rows = (
        Decision.objects.select_related("model_version", "candidate_set")
        .defer("candidate_set__body")
        .order_by("-at", "pk")
    )
    keys = list(rows.values_list("pk", flat=True)[: options.n])
    same, elsewhere, differ = 0, 0, list[str]()
    with Progress("deciding again", len(keys)) as step:
        for start in range(0, len(keys), MOST):
            for kept in rows.filter(pk__in=keys[start : start + MOST]):
                try:
                    fine = decisions.replays_same(kept)
                    same += fine
                    differ += [] if fine else [f"{kept.pk}  comes out otherwise"]
                except decisions.OtherServerError:
                    elsewhere += 1
                except (
                    Exception
                ) as error:  # what of a row cannot be read; the others are still decided
                    differ.append(
                        f"{kept.pk}  cannot be decided again: {type(error).__name__}: {error}"
                    )
                step()
    print(_counted(len(keys), same, elsewhere, len(differ)))
    if differ:
        print(
            "\n"
            + "\n".join(differ[:MOST])
            + (f"\nand {len(differ) - MOST:,} more" if len(differ) > MOST else "")
        )
    return 1 if differ else 0


def _counted(looked_at: int, same: int, elsewhere: int, differ: int) -> str:
    named = {
        "looked at": looked_at,
        "identical": same,
        "of another server, decided again there": elsewhere,
        "differ": differ,
    }
    return table(
        [["decisions", "how many"], *([name, f"{count:,}"] for name, count in named.items())]
    )


def _explain(options: argparse.Namespace) -> int:
    """Tell why a decision came out as it did: the terms it is made of, the probability of each, and how sure that is."""
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
        print(
            f"There is no decision {options.decision} here. `everyhour engine replay` looks at all there are."
        )
        return 1
    try:
        made, asked, past, decider = decisions.load_inputs(kept)
    except decisions.OtherServerError as error:
        print(f"{error} This server has its record, not what it was made among.")
        return 1
    except Exception as error:  # a row that was damaged: say so, and what can still be said
        print(f"Decision {kept.pk} cannot be read: {type(error).__name__}: {error}")
        return 1
    _head(kept, made, asked)
    if made.slug is None:
        return 0
    _candidates(made)
    if made.fallback or decider.sampler is None:
        print(
            f"\nNothing was weighed: the belief could not be used ({made.fallback}). Each that may be offered was as likely."
        )
    else:
        _terms(reasons.explain(decider, asked, past, made.slug))
    _excluded(made)
    return _why_not(options.other, made, asked, past, decider) if options.other else 0


def _head(kept: "Decision", made: "learned.Decision", asked: "learned.Opportunity") -> None:
    model_version = (
        f"version {kept.model_version.version}" if kept.model_version else "what the project ships"
    )
    own = (
        "with a belief of this child in this home"
        if kept.estimate_id
        else "nothing learned of this child yet"
    )
    print(
        f"Decision {kept.pk}, {kept.at:%Y-%m-%d %H:%M} UTC, {asked.state}, {asked.situation}, {asked.slot}"
    )
    print(f"Child {kept.child_id}, home {kept.household_id}; believed: {model_version}, {own}")
    print(f"Engine {made.engine}, mode {made.mode}, seed {made.seed}, {made.draws} draws")
    if made.slug is None:
        print(f"\nNothing was offered: {made.reason}.")
    else:
        print(
            f"\nOffered: {made.slug}, with probability {made.probability:.1%} among {len(made.slugs)}."
        )


def _candidates(made: "learned.Decision") -> None:
    """Draw a bar for each; those that all have the least are named in one line."""
    order = dict(
        sorted(
            zip(made.slugs, made.probabilities, strict=True), key=lambda pair: (-pair[1], pair[0])
        )
    )
    least = min(order.values())
    alike = [slug for slug, p in order.items() if p == least and slug != made.slug]
    alike = alike if len(alike) > 1 and least < max(order.values()) else []
    print("\nProbability of each that could be offered")
    print(
        plots.shares({slug: p for slug, p in order.items() if slug not in alike}, chosen=made.slug)
    )
    if alike:
        print(
            textwrap.fill(
                f"{least:.2%} each, the floor ({len(alike)}): {', '.join(alike)}",
                WIDE,
                subsequent_indent="  ",
                break_on_hyphens=False,
            )
        )


def _terms(found) -> None:
    """Tell the terms of the sum; they are beside the average of what could have been chosen."""
    print(f"\nWhy {found.slug}: beside the average of what could have been chosen")
    weighed = {
        ABOUT.get(code, code): value
        for code, value in sorted(found.terms.items(), key=lambda term: -abs(term[1]))
        if value
    }
    print(plots.bars({**weighed, "together": found.value}))
    tally = found.tally
    print(
        f"\nHere it helped {tally.helped} of {tally.tried} times."
        if tally.tried
        else "\nIt was not tried here before."
    )
    print(
        f"Offering it is believed to add {found.gain:+.3f}, standard deviation {found.doubt:.3f}: {SURE[found.certainty]}."
    )
    print("(1 would be: it always helps where nothing would have.)")


def _excluded(made: "learned.Decision") -> None:
    if made.excluded:
        by_rule: dict[str, list[str]] = {}
        for slug, rule in sorted(made.excluded.items()):
            by_rule.setdefault(rule, []).append(slug)
        print(f"\nLeft out by a rule: {len(made.excluded)}")
        print(
            table(
                [
                    ["rule", "practices"],
                    *([rule, _some(slugs)] for rule, slugs in sorted(by_rule.items())),
                ]
            )
        )


def _some(slugs: list[str], most: int = 4) -> str:
    return ", ".join(slugs[:most]) + (f" and {len(slugs) - most} more" if len(slugs) > most else "")


def _why_not(
    other: str,
    made: "learned.Decision",
    asked: "learned.Opportunity",
    past: "learned.History",
    decider: "learned.Decider",
) -> int:
    from everyhour.domain.recommendations.advisor import reasons

    if other not in {candidate.slug for candidate in asked.candidates}:
        print(f"\nThere was no practice {other} then.")
        return 1
    if other == made.slug:
        print(f"\n{other} is what was offered.")
        return 0
    if other in made.excluded:
        print(
            f"\nWhy not {other}: a rule left it out ({made.excluded[other]}). Nothing was weighed."
        )
        return 0
    probability = dict(zip(made.slugs, made.probabilities, strict=True)).get(other, 0.0)
    print(
        f"\nWhy not {other}: it could have come, with probability {probability:.1%}; the dice fell otherwise."
    )
    if not made.fallback and decider.sampler is not None:
        found = reasons.explain_alternative(decider, asked, past, made.slug or "", other)
        if found.against:
            print("What spoke against it, beside what was offered")
            print(
                plots.bars(
                    {ABOUT.get(reason.code, reason.code): -reason.value for reason in found.against}
                )
            )
        print(
            f"The chance that it would have been the better one, as far as is known: {found.chance_better:.0%}."
        )
    return 0
