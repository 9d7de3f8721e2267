"""How important each parameter is for the score."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from skhpo.inspection._candidates import Candidates, is_population, read_candidates
from skhpo.inspection._draw_anova import draw_shares
from skhpo.inspection._model import FEWEST_CANDIDATES, ScoreModel
from skhpo.inspection._ped_anova import divergences
from skhpo.inspection._tree_anova import forest_shares

FloatArray = NDArray[np.float64]
Method = Literal["fanova", "ped-anova"]
SurrogateName = Literal["auto", "gp", "forest"]

_INTERVAL = (0.05, 0.95)
_N_RESAMPLES = 100
# Of fewer there is no density.
_FEWEST_TOP = 5


@dataclass(frozen=True, eq=False)
class ParameterImportance:
    """How important each parameter is, with the uncertainty of that.

    What :func:`parameter_importance` returns; the most important parameter is first.

    .. versionadded:: 0.1

    Parameters
    ----------
    parameters : tuple of str
        The parameters that vary; ``"branch"`` is the choice among several dicts.

    importances : ndarray of shape (n_parameters,), dtype float64
        With ``"fanova"`` the share of the variance of the score that each parameter
        explains by itself; the rest are interactions. With ``"ped-anova"`` shares
        that add up to 1.

    low, high : ndarray of shape (n_parameters,), dtype float64
        Ends of the interval that holds 90% of what the trees of the forest, the draws
        of the Gaussian process, or resamples of the candidates say.

    totals : ndarray of shape (n_parameters,) or None
        The share that each parameter explains with all its interactions; None with
        ``"ped-anova"``.

    interactions : dict of (str, str) to float
        The share of each pair of parameters beyond what either explains by itself;
        empty unless a forest was asked.

    method : str
        ``"fanova"`` or ``"ped-anova"``.

    surrogate : str or None
        ``"gp"`` or ``"forest"``; None with ``"ped-anova"``.

    n_candidates : int
        How many candidates it rests on.

    not_modelled : tuple of str, default=()
        Parameters drawn by objects that only have ``rvs``, of which nothing is said.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.inspection import ParameterImportance
    >>> importance = ParameterImportance(
    ...     parameters=("C", "gamma"),
    ...     importances=np.array([0.6, 0.3]),
    ...     low=np.array([0.5, 0.2]),
    ...     high=np.array([0.7, 0.4]),
    ...     totals=np.array([0.7, 0.4]),
    ...     interactions={},
    ...     method="fanova",
    ...     surrogate="gp",
    ...     n_candidates=40,
    ... )
    >>> print(importance)
    parameter  importance    90% interval  with interactions
    C                0.60    0.50 to 0.70               0.70
    gamma            0.30    0.20 to 0.40               0.40
    """

    parameters: tuple[str, ...]
    importances: FloatArray
    low: FloatArray
    high: FloatArray
    totals: FloatArray | None
    interactions: Mapping[tuple[str, str], float] = field(repr=False)
    method: str
    surrogate: str | None
    n_candidates: int
    not_modelled: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Write the importances as a table."""
        width = max([len("parameter"), *map(len, self.parameters)])
        heading = f"{'parameter':<{width}}  importance    90% interval"
        lines = [heading if self.totals is None else heading + "  with interactions"]
        for i, name in enumerate(self.parameters):
            interval = f"{self.low[i]:.2f} to {self.high[i]:.2f}"
            line = f"{name:<{width}}  {self.importances[i]:>10.2f}{interval:>16}"
            if self.totals is not None:
                line += f"{self.totals[i]:>19.2f}"
            lines.append(line)
        return "\n".join(lines)


def parameter_importance(
    search: Any,
    method: Method = "fanova",
    *,
    metric: str | None = None,
    surrogate: SurrogateName = "auto",
    region: float = 1.0,
    top: float = 0.1,
    random_state: int = 0,
) -> ParameterImportance:
    """Estimate how important each parameter is for the score.

    ``"fanova"`` fits a model of the scores, and divides the variance that it has over
    the search space into what each parameter explains by itself, and what
    interactions do [1]_. ``"ped-anova"`` compares, for each parameter by itself, where
    the best candidates lie with where all of them lie [2]_: it needs no model, and
    says what decides about being among the best.

    Both weigh the space as the search does, so a log-uniform parameter counts by its
    logarithm. Where there are several dicts, the variance is divided within each of
    them, and the differences between their means are the importance of ``"branch"``.

    .. versionadded:: 0.1

    Parameters
    ----------
    search : object
        A fitted search of skhpo, or one of scikit-learn with `cv_results_`.

    method : {"fanova", "ped-anova"}, default="fanova"
        How importance is defined.

    metric : str, default=None
        The metric or objective; None is the one that the search maximises.

    surrogate : {"auto", "gp", "forest"}, default="auto"
        The model for ``"fanova"``: a Gaussian process, whose shares are those of
        its mean, with intervals from functions drawn from its posterior; or a random
        forest, as in [1]_, whose shares are exact and come with the interactions of
        pairs. ``"auto"`` is the
        Gaussian process up to 400 candidates and 30 parameters, the forest beyond.

    region : float, default=1.0
        Which share of the candidates, the best ones, the importance is about. For
        ``"fanova"`` the scores of the others count as the least of these, so that
        hopeless candidates do not drown the differences among good ones. If all of
        these score the same, the next best are among them. ``"ped-anova"`` leaves the
        others out.

    top : float, default=0.1
        For ``"ped-anova"``, which share of the region counts as the best; at least 5
        candidates do.

    random_state : int, default=0
        Seed of the model and of the resamples.

    Returns
    -------
    importance : ParameterImportance
        The importances, the greatest first.

    Raises
    ------
    ValueError
        If an argument makes no sense, if there are too few candidates with a score,
        or if the search is a population, whose parameters change in mid-training.

    References
    ----------
    .. [1] F. Hutter, H. Hoos, K. Leyton-Brown, "An efficient approach for assessing
       hyperparameter importance", 2014.

    .. [2] S. Watanabe, A. Bansal, F. Hutter, "PED-ANOVA: efficiently quantifying
       hyperparameter importance in arbitrary subspaces", 2023.

    Examples
    --------
    >>> from scipy.stats import loguniform
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.svm import SVC
    >>> from skhpo import BayesSearchCV
    >>> from skhpo.inspection import parameter_importance
    >>> X, y = load_iris(return_X_y=True)
    >>> space = {"gamma": loguniform(1e-4, 1e1), "tol": loguniform(1e-4, 1e-2)}
    >>> search = BayesSearchCV(SVC(), space, n_iter=20, random_state=0).fit(X, y)
    >>> importance = parameter_importance(search)
    >>> importance.parameters
    ('gamma', 'tol')
    >>> bool(importance.importances[0] > 0.8)
    True
    """
    _check(search, method, surrogate, region=region, top=top)
    candidates = read_candidates(search, metric, for_model=True)
    return importance_of(
        candidates,
        method,
        surrogate=surrogate,
        region=region,
        top=top,
        rng=np.random.default_rng(random_state),
    )


def importance_of(
    candidates: Candidates,
    method: Method,
    *,
    surrogate: SurrogateName = "auto",
    region: float = 1.0,
    top: float = 0.1,
    rng: np.random.Generator,
) -> ParameterImportance:
    """Estimate the importances for candidates."""
    rows = candidates.scored
    if len(rows) < FEWEST_CANDIDATES:
        raise ValueError(
            f"Importances need {FEWEST_CANDIDATES} candidates with a finite score on "
            f"every split. Got {len(rows)} of {len(candidates.scores)}; evaluate more."
        )
    space = candidates.space
    points, scores = candidates.points[rows], candidates.scores[rows]
    totals, pairs, name = None, None, None
    if method == "ped-anova":
        main = _resampled_divergences(candidates, region, top, rng)
    else:
        name = _resolve(surrogate, len(rows), space.n_dims)
        floor = _floor(scores, region)
        if name == "forest":
            raised = np.maximum(scores, floor)
            shares = forest_shares(space, points, raised, rng)
            pairs = np.mean([one.pairs for one in shares], axis=0)
        else:
            lowest = floor if region < 1.0 else -np.inf
            shares = draw_shares(ScoreModel.of(candidates), lowest, rng)
        main = np.array([one.main for one in shares])
        total = np.array([one.total for one in shares])
        totals = total.mean(axis=0) if name == "forest" else total[0]
    return _ordered(candidates, main, totals, pairs, method, name, len(rows))


def _floor(scores: FloatArray, region: float) -> float:
    """Return what lower scores count as: among equal ones nothing would matter."""
    floor = float(np.quantile(scores, 1.0 - region))
    top = float(scores.max())
    # Equal means of other splits differ by rounding.
    lower = scores[scores < top - 1e-9 * abs(top)]
    return min(floor, float(lower.max())) if len(lower) else floor


def _resampled_divergences(
    candidates: Candidates, region: float, top: float, rng: np.random.Generator
) -> FloatArray:
    """Return the shares by PED-ANOVA: of all candidates, then of resamples."""
    scores = candidates.scores[candidates.scored]
    order = np.argsort(-scores, kind="stable")
    kept = order[: max(FEWEST_CANDIDATES, round(region * len(order)))]
    points = candidates.points[candidates.scored][kept]
    # The candidates are in order of score now, the best first.
    n_top = min(max(_FEWEST_TOP, round(top * len(kept))), len(kept) - 1)
    is_top = np.arange(len(kept)) < n_top
    samples = [np.arange(len(kept))]
    for _ in range(_N_RESAMPLES):
        samples.append(np.sort(rng.integers(len(kept), size=len(kept))))
    shares = []
    for rows in samples:
        variances = divergences(candidates.space, points[rows], is_top[rows])
        shares.append(variances / max(float(variances.sum()), 1e-300))
    return np.array(shares)


def _ordered(
    candidates: Candidates,
    main: FloatArray,
    totals: FloatArray | None,
    pairs: FloatArray | None,
    method: str,
    surrogate: str | None,
    n_candidates: int,
) -> ParameterImportance:
    """Put the parameters in order of importance."""
    axes = candidates.space.axes
    # Trees are all alike; otherwise the first row is the estimate, and the others say
    # how uncertain it is.
    importances = main.mean(axis=0) if surrogate == "forest" else main[0]
    low, high = np.quantile(main, _INTERVAL, axis=0)
    modelled = [i for i, axis in enumerate(axes) if axis.kind != "sampled"]
    order = sorted(modelled, key=lambda i: -importances[i])
    interactions = {}
    if pairs is not None:
        found = [(i, j) for i in modelled for j in modelled if pairs[i, j] > 0.0]
        found.sort(key=lambda pair: -pairs[pair])
        interactions = {
            (axes[i].name, axes[j].name): float(pairs[i, j]) for i, j in found
        }
    return ParameterImportance(
        parameters=tuple(axes[i].name for i in order),
        importances=importances[order],
        # The estimate of all candidates may lie outside of what resamples say.
        low=np.minimum(low, importances)[order],
        high=np.maximum(high, importances)[order],
        totals=None if totals is None else totals[order],
        interactions=interactions,
        method=method,
        surrogate=surrogate,
        n_candidates=n_candidates,
        not_modelled=tuple(axis.name for axis in axes if axis.kind == "sampled"),
    )


def _resolve(surrogate: SurrogateName, n_candidates: int, n_dims: int) -> str:
    """Return which model is taken."""
    if surrogate != "auto":
        return surrogate
    return "gp" if n_candidates <= 400 and n_dims <= 30 else "forest"


def _check(
    search: Any, method: str, surrogate: str, *, region: float, top: float
) -> None:
    """Refuse what makes no sense."""
    allowed: Sequence[tuple[str, Any, Sequence[str]]] = (
        ("method", method, ("fanova", "ped-anova")),
        ("surrogate", surrogate, ("auto", "gp", "forest")),
    )
    for name, value, choices in allowed:
        if value not in choices:
            raise ValueError(
                f"The {name!r} of parameter_importance must be one of {choices}. Got "
                f"{value!r}."
            )
    for name, share in (("region", region), ("top", top)):
        if not 0.0 < share <= 1.0:
            raise ValueError(
                f"The {name!r} of parameter_importance must be a share above 0, and "
                f"at most 1. Got {share!r}; 1.0 is all candidates."
            )
    refuse_population(search, "parameter_importance")


def refuse_population(search: Any, what: str) -> None:
    """Raise for a search whose parameters do not belong to a score."""
    if is_population(search):
        raise ValueError(
            f"{what} needs scores that depend on parameters alone. Got "
            f"{type(search).__name__}, which changes them in the middle of a training; "
            "ScheduleDisplay and LineageDisplay show what it did."
        )
