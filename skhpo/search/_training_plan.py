"""What the training of a population needs, and a trial of it beforehand."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator

from skhpo._compat._sklearn import Split, clone_with_params, rows_of_split
from skhpo.exceptions import InertParameterWarning
from skhpo.population import (
    Population,
    ResolvedTraining,
    Trainer,
    check_parameters_act,
)
from skhpo.space import SearchSpace


@dataclass(frozen=True, eq=False)
class TrainingPlan:
    """All that the training of one population needs.

    Parameters
    ----------
    X, y : array-like
        The whole data.

    splits : sequence of (train, test)
        Indices of each split.

    classes : ndarray or None
        The classes in the whole data.

    space : SearchSpace
        The space.

    training : ResolvedTraining
        How the estimator is trained.

    population : Population
        The population in its first generation.

    settings : dict
        What all fits share, see `SplitEvaluator`.

    seed : int
        Seed of what is tried out beforehand.
    """

    X: Any
    y: Any
    splits: Sequence[Split]
    classes: Any
    space: SearchSpace
    training: ResolvedTraining
    population: Population
    settings: Mapping[str, Any]
    seed: int


def try_out(
    estimator: BaseEstimator,
    X: Any,
    y: Any,
    rows: NDArray[np.intp],
    *,
    trainer: Trainer,
    params: Mapping[str, Any],
    values: Mapping[str, tuple[Any, Any]],
    seed: int,
    classes: Any,
    fit_params: Mapping[str, Any],
) -> str:
    """Return what there is to warn of before a training, "" if nothing."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", InertParameterWarning)
        try:
            X, y, fit_params = rows_of_split(estimator, X, y, rows, fit_params)
            check_parameters_act(
                trainer,
                clone_with_params(estimator, params),
                X,
                y,
                values,
                seed=seed,
                classes=classes,
                fit_params=fit_params,
            )
        except Exception:
            # What cannot be trained at all is told by the training, fit by fit.
            return ""
    inert = [one for one in caught if issubclass(one.category, InertParameterWarning)]
    return str(inert[0].message) if inert else ""
