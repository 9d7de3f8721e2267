"""What a population-based search found out."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skhpo.inspection._bounds import PressedBound, pressed_bounds
from skhpo.inspection._candidates import read_candidates
from skhpo.inspection._lead import Lead, lead_of
from skhpo.inspection._population_plots import generations_of
from skhpo.inspection._scale import shown
from skhpo.inspection._wording import (
    Section,
    count,
    number,
    show_params,
    word_lead,
    write_sections,
)

FloatArray = NDArray[np.float64]

_FEWEST_GENERATIONS = 4


@dataclass(frozen=True, eq=False)
class PopulationExplanation:
    """What a population found out: numbers as attributes, and words by ``str()``.

    Nothing is said of importances and of a flat optimum: parameters change in the
    middle of a training, so no score belongs to parameters alone.

    .. versionadded:: 0.1

    Parameters
    ----------
    metric : str
        What the score is called.

    n_members, n_generations : int
        The size of the population, and how many generations it lived.

    best_params : dict
        The last parameters of the winner.

    lead : Lead or None
        How much of the winner's lead over the other members is noise. Members with a
        common descent are alike, so many of them are close as a rule.

    n_copies : int
        How many copies lie on the way to the winner's model.

    ranges : dict of str to tuple
        For each parameter its first, lowest, highest and last value in the winner's
        schedule; lowest and highest are None for what has no order.

    best_scores : ndarray of shape (n_generations,), dtype float64
        The best mean score after each generation.

    late_gain : float
        By how much the best score rose in the last quarter of the generations; NaN
        with fewer than four.

    pressed : tuple of PressedBound
        Bounds that the last generation presses against.

    unknown : tuple of str
        What cannot be told, and why.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.linear_model import SGDClassifier
    >>> from skhpo import PBTSearchCV
    >>> from skhpo.space import Real
    >>> X, y = load_iris(return_X_y=True)
    >>> search = PBTSearchCV(
    ...     SGDClassifier(learning_rate="constant", eta0=0.1),
    ...     {"eta0": Real(1e-4, 1.0, prior="log-uniform")},
    ...     population_size=4,
    ...     n_generations=4,
    ...     steps_per_generation=2,
    ...     random_state=0,
    ... )
    >>> explanation = search.fit(X, y).explain()
    >>> explanation.best_scores.shape
    (4,)
    """

    metric: str
    n_members: int
    n_generations: int
    best_params: Mapping[str, Any]
    lead: Lead | None
    n_copies: int
    ranges: Mapping[str, tuple[Any, Any, Any, Any]]
    best_scores: FloatArray = field(repr=False)
    late_gain: float
    pressed: tuple[PressedBound, ...]
    unknown: tuple[str, ...]

    def sections(self) -> list[Section]:
        """Return the words by section.

        Returns
        -------
        sections : list of Section
            A title with its sentences each.
        """
        sections = []
        if self.lead is not None:
            first = (
                f"{show_params(self.best_params)} at the end: mean {self.metric} "
                f"{number(self.lead.best_score)} over "
                f"{count(self.lead.n_splits, 'split')}, the best of "
                f"{count(self.n_members, 'member')}, with "
                f"{count(self.n_copies, 'copy').replace('copys', 'copies')} on the way "
                "to its model."
            )
            sections.append(Section("The winner", [first, *word_lead(self.lead)]))
        if self.ranges:
            sections.append(Section("Its schedule", self._word_ranges()))
        if math.isfinite(self.late_gain):
            sections.append(Section("More budget", [self._word_late_gain()]))
        if self.pressed:
            sections.append(Section("Bounds", [f"{one}." for one in self.pressed]))
        if self.unknown:
            sections.append(Section("What cannot be told", list(self.unknown)))
        return sections

    def _word_ranges(self) -> list[str]:
        """Word how each parameter moved."""
        sentences = []
        for name, (first, low, high, last) in self.ranges.items():
            text = f"{name}: {shown(first)} at the beginning, {shown(last)} at the end"
            if low is not None:
                text += f", between {shown(low)} and {shown(high)}"
            sentences.append(f"{text}.")
        return sentences

    def _word_late_gain(self) -> str:
        """Word whether the training was still getting better."""
        text = (
            "In the last quarter of the generations the best score rose by "
            f"{number(self.late_gain)}"
        )
        error = math.nan if self.lead is None else self.lead.standard_error
        if not math.isfinite(error):
            return f"{text}; a single split says nothing about the noise."
        verdict = (
            "more generations may pay"
            if self.late_gain > error
            else "less than can be measured"
        )
        return f"{text}, and it is known to within {number(error)}: {verdict}."

    def __str__(self) -> str:
        """Write all sections."""
        return write_sections(self.sections())


def explain_population(search: Any, metric: str | None) -> PopulationExplanation:
    """Explain what the population of a search found out."""
    candidates = read_candidates(search, metric)
    generations = generations_of(search)
    rows = candidates.scored
    best_scores = np.array([_best(generation) for generation in generations])
    unknown = [
        "What mattered, and where the optimum is flat: parameters change in the middle "
        "of a training, so no score belongs to parameters alone."
    ]
    lead = None
    best_params: dict[str, Any] = {}
    schedule: list[dict[str, Any]] = []
    if len(rows):
        best = int(rows[candidates.scores[rows].argmax()])
        best_params = candidates.params[best]
        schedule = search.cv_results_["schedule"][best]
        lead = lead_of(candidates.split_scores[rows], rows.tolist().index(best), None)
        if not lead.can_tell:
            unknown.append(
                "How much of the lead is noise: that needs 3 splits, and there "
                + ("is 1." if lead.n_splits == 1 else f"are {lead.n_splits}.")
            )
    return PopulationExplanation(
        metric=candidates.metric,
        n_members=len(candidates.scores),
        n_generations=len(generations),
        best_params=best_params,
        lead=lead,
        n_copies=sum(step["event"] == "exploit" for step in schedule),
        ranges=_ranges(schedule),
        best_scores=best_scores,
        late_gain=_late_gain(best_scores),
        pressed=pressed_bounds(candidates, None, np.random.default_rng(0)),
        unknown=tuple(unknown),
    )


def _best(generation: list[dict[str, Any]]) -> float:
    """Return the best score of a generation, NaN where there is none."""
    scores = np.array([float(entry["score"]) for entry in generation])
    return float(np.nanmax(scores)) if np.isfinite(scores).any() else math.nan


def _late_gain(best_scores: FloatArray) -> float:
    """Return how much the best score rose in the last quarter."""
    n = len(best_scores)
    if n < _FEWEST_GENERATIONS:
        return math.nan
    return float(best_scores[-1] - best_scores[n - 1 - n // 4])


def _ranges(schedule: list[dict[str, Any]]) -> dict[str, tuple[Any, Any, Any, Any]]:
    """Return the first, lowest, highest and last value of each parameter."""
    ranges = {}
    for name in schedule[-1]["params"] if schedule else ():
        values = [step["params"][name] for step in schedule if name in step["params"]]
        try:
            low, high = min(values), max(values)
        except (TypeError, ValueError):
            low = high = None
        if isinstance(values[0], str | bool):
            low = high = None
        ranges[name] = (values[0], low, high, values[-1])
    return ranges
