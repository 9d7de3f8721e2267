"""The words of an explanation; each sentence is made from numbers of it."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from skhpo.inspection._bounds import PressedBound
from skhpo.inspection._importance import ParameterImportance
from skhpo.inspection._lead import Comparison, Lead
from skhpo.inspection._outlook import BudgetOutlook
from skhpo.inspection._scale import shown

# What explains less of the variance, even at the upper end, hardly matters; what
# explains more, even at the lower end, does.
LITTLE, MUCH = 0.05, 0.1
# A range of values as good as the best is worth a word if it takes this much.
WIDE = 0.3


class Section(NamedTuple):
    """A part of an explanation.

    .. versionadded:: 0.1

    Parameters
    ----------
    title : str
        What it is about.

    sentences : list of str
        What there is to say.

    Examples
    --------
    >>> from skhpo.inspection import Section
    >>> Section("Bounds", ["None."]).title
    'Bounds'
    """

    title: str
    sentences: list[str]


def write_sections(sections: Sequence[Section]) -> str:
    """Return all sections as text."""
    blocks = []
    for title, sentences in sections:
        lines = [
            textwrap.fill(
                sentence,
                width=88,
                initial_indent="  - ",
                subsequent_indent="    ",
                break_long_words=False,
                break_on_hyphens=False,
            )
            for sentence in sentences
        ]
        blocks.append("\n".join([title, *lines]))
    return "\n\n".join(blocks)


def word_search(found: Any) -> list[Section]:
    """Word an `Explanation`, which knows this module and not the other way round."""
    sections = []
    if found.objectives:
        sections.append(Section("Several objectives", _word_objectives(found)))
    if found.lead is not None:
        sections.append(Section("The winner", word_winner(found)))
    if found.importance is not None:
        sections.append(Section("What mattered", _word_importance(found)))
    if found.flat:
        sections.append(Section("Where the optimum is flat", _word_flat(found)))
    if found.pressed:
        sections.append(Section("Bounds", [_bound(one) for one in found.pressed]))
    if found.outlook is not None:
        sections.append(Section("More budget", _word_outlook(found.outlook)))
    if found.unknown:
        sections.append(Section("What cannot be told", list(found.unknown)))
    return sections


def _word_objectives(found: Any) -> list[str]:
    """Word which of the objectives the rest is about."""
    others = [name for name in found.objectives if name != found.metric]
    calls = " and ".join(f"explain(metric={name!r})" for name in others)
    return [
        f"The search has {len(found.objectives)} objectives: "
        f"{', '.join(found.objectives)}. What follows is about {found.metric} alone: "
        "the winner is the best by it, whatever the others say.",
        f"What holds for the others may differ; {calls} will tell.",
    ]


def _bound(one: PressedBound) -> str:
    """Word one bound."""
    n_there = round(one.share * one.n_best)
    return f"{one} ({n_there} of the best {one.n_best} candidates are at its edge)."


def word_winner(found: Any) -> list[str]:
    """Word the winner and its lead."""
    lead: Lead = found.lead
    sentences = [
        f"{show_params(found.best_params)}: mean {found.metric} "
        f"{number(lead.best_score)} over {count(lead.n_splits, 'split')}, the best of "
        f"{count(found.n_complete, 'complete candidate')}."
    ]
    if found.chosen_behind > 0.0:
        sentences.append(
            "The refit rule chose another candidate, whose mean is "
            f"{number(found.chosen_behind)} lower."
        )
    if found.n_failed:
        sentences.append(f"{count(found.n_failed, 'candidate')} failed.")
    return sentences + word_lead(lead)


def word_lead(lead: Lead) -> list[str]:
    """Word how much of the lead is noise."""
    sentences = []
    if lead.runner_up is not None:
        sentences.append(
            f"Lead over the second best: {_compared(lead, lead.runner_up)}"
        )
    if lead.can_tell and lead.n_close > 0:
        sentences.append(
            f"{count(lead.n_close, 'other candidate')} cannot be told from the winner "
            "on these splits."
        )
    if lead.curse.estimate > 0.0:
        sentences.append(
            f"Being the best of {lead.curse.n_candidates} flatters the score by about "
            f"{number(lead.curse.estimate)}; without that it would be about "
            f"{number(lead.best_score - lead.curse.estimate)}."
        )
    if lead.baseline_is_winner:
        sentences.append("The winner is the estimator as it was given.")
    elif lead.baseline is not None:
        sentences.append(
            f"Gain over the estimator as it was given: {_compared(lead, lead.baseline)}"
        )
    return sentences


def _compared(lead: Lead, one: Comparison) -> str:
    """Word one comparison."""
    if one.difference == 0.0 and one.standard_error == 0.0:
        return "none, the scores are the same on every split."
    text = number(one.difference)
    if not lead.can_tell:
        return f"{text}; too few splits to tell it from noise."
    verdict = "more than noise" if one.is_clear else "not more than noise would give"
    return f"{text} ± {number(one.standard_error)} (p = {one.p_value:.2g}), {verdict}."


def _word_importance(found: Any) -> list[str]:
    """Word what mattered, and what did not."""
    one: ParameterImportance = found.importance
    parts = [
        f"{name} {share:.0%} ({low:.0%} to {high:.0%})"
        for name, share, low, high in zip(
            one.parameters, one.importances, one.low, one.high, strict=True
        )
        if high >= LITTLE
    ]
    sentences = []
    if parts:
        sentences.append(
            "Of the differences in score among the better three quarters of the "
            f"candidates, by themselves explain: {', '.join(parts)}."
        )
    rest = 1.0 - float(one.importances.sum())
    if rest > MUCH:
        sentences.append(f"Interactions between parameters explain {rest:.0%}.")
    joint = [
        name
        for name, total, high in zip(
            one.parameters, _totals(one), one.high, strict=True
        )
        if high < LITTLE <= total
    ]
    if joint:
        sentences.append(f"Matters in interactions only: {', '.join(joint)}.")
    idle = [
        name
        for name, total, high in zip(
            one.parameters, _totals(one), one.high, strict=True
        )
        if high < LITTLE and total < LITTLE
    ]
    if idle:
        sentences.append(
            f"Hardly matters (below {LITTLE:.0%}, interactions included): "
            f"{', '.join(idle)}."
        )
    if one.not_modelled:
        sentences.append(f"Not modelled: {', '.join(one.not_modelled)}.")
    sentences.append(
        f"The model predicts {found.explained_share:.0%} of the variance of candidates "
        "that it was not shown."
    )
    return sentences


def _totals(one: ParameterImportance) -> Any:
    """Return the shares with interactions."""
    return one.importances if one.totals is None else one.totals


def _word_flat(found: Any) -> list[str]:
    """Word where the optimum is flat, and where it is not."""
    wide = [one for one in found.flat if _is_wide(one)]
    narrow = [one for one in found.flat if not _is_wide(one)]
    sentences = []
    if wide:
        listed = "; ".join(f"{one} ({one.share:.0%} of the space)" for one in wide)
        sentences.append(f"As good as the best, within its standard error: {listed}.")
    if narrow:
        listed = "; ".join(str(one) for one in narrow)
        sentences.append(f"To be kept close to, or not explored enough: {listed}.")
    return sentences


def _is_wide(region: Any) -> bool:
    """Whether there is much to choose from."""
    # One of two values is half of the space, and nothing but the best itself.
    has_others = len(region.choices) > 1 or region.low != region.high
    return region.share >= WIDE and has_others


def _word_outlook(outlook: BudgetOutlook) -> list[str]:
    """Word whether more candidates pay."""
    verdicts = {
        "likely": "More candidates are likely to pay",
        "unlikely": "More candidates are unlikely to pay",
        "open": "More candidates may pay or not",
        "unknown": "Whether more candidates pay is not known",
    }
    return [
        f"{verdicts[outlook.verdict]}: an endless search on these splits would gain "
        f"about {number(outlook.possible_gain)} ({number(outlook.low)} to "
        f"{number(outlook.high)}), the next candidate about "
        f"{number(outlook.next_gain)}, and the best score is known to within "
        f"{number(outlook.noise)} (standard error)."
    ]


def show_params(params: Mapping[str, Any]) -> str:
    """Write parameters on one line."""
    if not params:
        return "No parameters"
    return ", ".join(f"{name}={shown(value)}" for name, value in params.items())


def number(value: float) -> str:
    """Write a score or a difference of scores."""
    return f"{value:.4g}" if abs(value) >= 0.1 else f"{value:.2g}"


def count(n: int, noun: str) -> str:
    """Write a number of things."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"
