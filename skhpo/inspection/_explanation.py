"""What a search found out, in numbers and in words."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from skhpo.inspection._bounds import PressedBound, pressed_bounds
from skhpo.inspection._candidates import Candidates, is_population, read_candidates
from skhpo.inspection._flat import FlatRegion, flat_regions
from skhpo.inspection._importance import ParameterImportance, importance_of
from skhpo.inspection._lead import Lead, lead_of
from skhpo.inspection._model import ScoreModel
from skhpo.inspection._outlook import BudgetOutlook, outlook_of
from skhpo.inspection._population_explanation import (
    PopulationExplanation,
    explain_population,
)
from skhpo.inspection._wording import Section, word_search, write_sections

# With fewer candidates, or a model that predicts less of what it was not shown than
# this share, nothing is said that rests on the model.
FEWEST_CANDIDATES = 15
LEAST_EXPLAINED = 0.2
# Failed and hopeless candidates would drown the differences among the others.
_REGION = 0.75
# Where so much of a range is as good as the best, more of it would be so too.
_INDIFFERENT = 0.5


@dataclass(frozen=True, eq=False)
class Explanation:
    """What a search found out: numbers as attributes, and words by ``str()``.

    Each sentence rests on numbers that are attributes. What cannot be told, for want
    of candidates, of splits, or of a model that predicts, is None or NaN, and
    `unknown` says why.

    .. versionadded:: 0.1

    Parameters
    ----------
    metric : str
        What the score is called.

    n_candidates, n_complete, n_failed : int
        How many candidates were proposed, have all their scores, and failed.

    best_params : dict
        The parameters of the candidate with the best mean score.

    chosen_behind : float
        By how much the candidate that `refit` chose has a lower mean score than the
        best; 0 where it is the same.

    lead : Lead or None
        How much of the lead is noise.

    explained_share : float
        Which share of the variance of the scores, made normal, the model predicts of
        candidates that it was not shown.

    importance : ParameterImportance or None
        What mattered among the better three quarters of the candidates.

    flat : tuple of FlatRegion
        Where other values are as good as those of the best candidate.

    pressed : tuple of PressedBound
        Bounds that should perhaps be wider.

    outlook : BudgetOutlook or None
        Whether more candidates are likely to pay.

    unknown : tuple of str
        What cannot be told, and why.

    objectives : tuple of str
        The objectives of the search where it has several. All of the above is about
        `metric` alone.

    Examples
    --------
    >>> from scipy.stats import loguniform
    >>> from sklearn.datasets import load_breast_cancer
    >>> from sklearn.model_selection import StratifiedKFold
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> from sklearn.svm import SVC
    >>> from skhpo import BayesSearchCV
    >>> X, y = load_breast_cancer(return_X_y=True)
    >>> search = BayesSearchCV(
    ...     make_pipeline(StandardScaler(), SVC()),
    ...     {"svc__gamma": loguniform(1e-5, 1e1), "svc__tol": loguniform(1e-4, 1e-2)},
    ...     n_iter=20,
    ...     cv=StratifiedKFold(5, shuffle=True, random_state=0),
    ...     random_state=0,
    ... )
    >>> explanation = search.fit(X, y).explain()
    >>> explanation.importance.parameters[0]
    'svc__gamma'
    >>> print(str(explanation).splitlines()[0])
    The winner
    """

    metric: str
    n_candidates: int
    n_complete: int
    n_failed: int
    best_params: Mapping[str, Any]
    chosen_behind: float
    lead: Lead | None
    explained_share: float
    importance: ParameterImportance | None
    flat: tuple[FlatRegion, ...]
    pressed: tuple[PressedBound, ...]
    outlook: BudgetOutlook | None
    unknown: tuple[str, ...] = field(default=())
    objectives: tuple[str, ...] = field(default=())

    def sections(self) -> list[Section]:
        """Return the words by section.

        Returns
        -------
        sections : list of Section
            A title with its sentences each.
        """
        return word_search(self)

    def __str__(self) -> str:
        """Write all sections."""
        return write_sections(self.sections())


def explain(
    search: Any, *, metric: str | None = None, random_state: int = 0
) -> Explanation | PopulationExplanation:
    """Explain what a fitted search found out.

    .. versionadded:: 0.1

    Parameters
    ----------
    search : object
        A fitted search of skhpo, or one of scikit-learn.

    metric : str, default=None
        The metric or objective; None is the one that the search maximises, the first
        of several objectives. Each of them is explained by itself.

    random_state : int, default=0
        Seed of what is drawn from the model.

    Returns
    -------
    explanation : Explanation or PopulationExplanation
        The latter for a population, whose scores do not depend on parameters alone.

    Raises
    ------
    ValueError
        If there is no such metric.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.model_selection import GridSearchCV
    >>> from sklearn.svm import SVC
    >>> from skhpo.inspection import explain
    >>> X, y = load_iris(return_X_y=True)
    >>> search = GridSearchCV(SVC(), {"C": [0.01, 1, 100]}).fit(X, y)
    >>> explanation = explain(search)
    >>> explanation.importance is None
    True
    >>> print(explanation.unknown[0])
    What mattered: a model needs 15 candidates with a score, and there are 3.
    """
    if is_population(search):
        return explain_population(search, metric)
    candidates = read_candidates(search, metric)
    rng = np.random.default_rng(random_state)
    rows = candidates.scored
    unknown: list[str] = []
    if not len(rows):
        return _nothing_known(candidates, _objectives(search))
    best = int(rows[candidates.scores[rows].argmax()])
    lead = _lead(candidates, rows.tolist(), best)
    modelled = candidates
    if candidates.resource is not None:
        modelled = read_candidates(search, metric, for_model=True)
    model, explained = _model(modelled, unknown)
    importance, outlook = None, None
    flat: tuple[FlatRegion, ...] = ()
    if model is not None:
        point, noise = candidates.points[best], lead.standard_error
        importance = importance_of(modelled, "fanova", region=_REGION, rng=rng)
        reason = _no_noise(lead, candidates, modelled)
        if reason is None:
            flat = flat_regions(model, point, noise, rng)
            outlook = outlook_of(model, point, noise, rng)
        else:
            unknown.append(
                "Where the optimum is flat, and whether more candidates pay: " + reason
            )
    if not lead.can_tell:
        unknown.append(
            "How much of the lead is noise: that needs 3 splits, and there "
            + ("is 1." if lead.n_splits == 1 else f"are {lead.n_splits}.")
        )
    return Explanation(
        metric=candidates.metric,
        n_candidates=len(candidates.scores),
        n_complete=len(rows),
        n_failed=int((candidates.statuses == "failed").sum()),
        best_params=candidates.params[best],
        chosen_behind=_chosen_behind(search, candidates, best, metric),
        lead=lead,
        explained_share=explained,
        importance=importance,
        flat=flat,
        pressed=()
        if len(rows) < FEWEST_CANDIDATES
        else pressed_bounds(
            candidates,
            model,
            rng,
            indifferent={one.parameter for one in flat if one.share >= _INDIFFERENT},
        ),
        outlook=outlook,
        unknown=tuple(unknown),
        objectives=_objectives(search),
    )


def _objectives(search: Any) -> tuple[str, ...]:
    """Return the objectives of a search, none where it has a single one."""
    return tuple(getattr(search, "objectives", None) or ())


def _no_noise(lead: Lead, candidates: Candidates, modelled: Candidates) -> str | None:
    """Return why the model's differences cannot be held against the noise."""
    if candidates.resource != modelled.resource:
        return (
            f"too few candidates were given the whole of the resource; what mattered "
            f"is said for {modelled.resource:g} of it."
        )
    if not math.isfinite(lead.standard_error):
        return "a single split says nothing about the noise."
    if lead.standard_error == 0.0:
        return "the best candidate scores the same on every split."
    return None


def _lead(candidates: Candidates, rows: list[int], best: int) -> Lead:
    """Return the lead of the best candidate over the others."""
    baselines = [
        position
        for position, row in enumerate(rows)
        if candidates.origins[row] == "baseline"
    ]
    return lead_of(
        candidates.split_scores[rows],
        rows.index(best),
        baselines[0] if baselines else None,
    )


def _model(
    candidates: Candidates, unknown: list[str]
) -> tuple[ScoreModel | None, float]:
    """Return a model that predicts, None with the reason where there is none."""
    n = len(candidates.scored)
    if n < FEWEST_CANDIDATES:
        unknown.append(
            f"What mattered: a model needs {FEWEST_CANDIDATES} candidates with a "
            f"score, and there are {n}."
        )
        return None, math.nan
    if all(axis.kind == "sampled" for axis in candidates.space.axes):
        unknown.append("What mattered: no parameter varies that a model could see.")
        return None, math.nan
    model = ScoreModel.of(candidates)
    explained = model.explained_share()
    if explained < LEAST_EXPLAINED:
        unknown.append(
            f"What mattered: a model of the scores predicts {max(explained, 0.0):.0%} "
            "of the variance of candidates that it was not shown, which is too little."
        )
        return None, explained
    return model, explained


def _chosen_behind(
    search: Any, candidates: Candidates, best: int, metric: str | None
) -> float:
    """Return by how much the candidate chosen has a lower score than the best."""
    index = getattr(search, "best_index_", None)
    # Of another metric than the one that decided, this would say nothing.
    if index is None or metric is not None or _objectives(search):
        return 0.0
    over = np.flatnonzero(candidates.statuses != "incomplete")
    chosen = candidates.scores[over[int(index)]]
    behind = float(candidates.scores[best] - chosen)
    return behind if math.isfinite(behind) else 0.0


def _nothing_known(candidates: Candidates, objectives: tuple[str, ...]) -> Explanation:
    """Return the explanation of a search without a single score."""
    return Explanation(
        metric=candidates.metric,
        n_candidates=len(candidates.scores),
        n_complete=0,
        n_failed=int((candidates.statuses == "failed").sum()),
        best_params={},
        chosen_behind=0.0,
        lead=None,
        explained_share=math.nan,
        importance=None,
        flat=(),
        pressed=(),
        outlook=None,
        unknown=("Anything: no candidate has a finite score on every split.",),
        objectives=objectives,
    )
