"""Which ranking a surrogate and an acquisition function make."""

import copy
from collections.abc import Callable
from typing import Literal, TypeAlias, cast, get_args

import numpy as np

from skhpo.acquisition import AcquisitionName
from skhpo.generators._density_ranking import DensityRanking
from skhpo.generators._fit_times import CostName, FitTimeModel
from skhpo.generators._model_ranking import ModelRanking
from skhpo.generators._ranking import FloatArray, Ranking
from skhpo.space import FeatureMap, SearchSpace
from skhpo.surrogates import Forest, GaussianProcess, Surrogate
from skhpo.transfer import PriorKnowledge, TransferProcess

SurrogateName: TypeAlias = Literal["auto", "gp", "forest", "tpe"]

_SURROGATE_METHODS = ("fit", "predict", "condition")
_OF_DENSITIES = ("auto", "logei", "ei")
# Those that something can be divided by: a bound or a draw may be negative.
_PER_COST = ("auto", "logei", "ei", "pi")


def make_ranking(
    space: SearchSpace,
    surrogate: SurrogateName | Surrogate,
    acquisition: AcquisitionName,
    is_eligible: Callable[[FloatArray], bool],
    rng: np.random.Generator,
    prior: PriorKnowledge | None = None,
    cost: CostName | None = None,
) -> Ranking:
    """Make the ranking that the arguments of `BayesianGenerator` ask for."""
    _check_acquisition(acquisition)
    _check_cost(cost, acquisition)
    fit_time_model = None if cost is None else FitTimeModel(space)
    if surrogate == "tpe":
        _check_goes_with_densities(acquisition)
        return DensityRanking(space, fit_time_model)
    feature_map = FeatureMap(space.axes)
    model = _make_surrogate(surrogate, feature_map, rng, prior)
    return ModelRanking(
        space, feature_map, model, acquisition, is_eligible, fit_time_model
    )


def _make_surrogate(
    surrogate: object,
    feature_map: FeatureMap,
    rng: np.random.Generator,
    prior: PriorKnowledge | None,
) -> Surrogate:
    """Make a surrogate by its name, or copy one that was given."""
    if isinstance(surrogate, str):
        if surrogate in ("auto", "gp"):
            if prior is not None:
                return TransferProcess(prior)
            return GaussianProcess(feature_map.groups)
        if surrogate == "forest":
            return Forest(rng)
    elif not isinstance(surrogate, type) and all(
        callable(getattr(surrogate, name, None)) for name in _SURROGATE_METHODS
    ):
        return copy.deepcopy(cast(Surrogate, surrogate))
    raise ValueError(
        "The 'surrogate' of a Bayesian search must be one of "
        f"{_listed(get_args(SurrogateName))}, or an object with the methods "
        f"{_listed(_SURROGATE_METHODS)}. Got {surrogate!r}; the default 'auto' suits "
        "most searches."
    )


def _check_acquisition(acquisition: object) -> None:
    """Check that there is such an acquisition function."""
    names = get_args(AcquisitionName)
    if not isinstance(acquisition, str) or acquisition not in names:
        raise ValueError(
            f"The 'acquisition' of a Bayesian search must be one of {_listed(names)}. "
            f"Got {acquisition!r}; the default 'auto' suits most searches."
        )


def _check_cost(cost: object, acquisition: str) -> None:
    """Check that the cost is one, and that the acquisition function can be per cost."""
    if cost is None:
        return
    if cost not in get_args(CostName):
        raise ValueError(
            "The 'cost' of a Bayesian search must be None or one of "
            f"{_listed(get_args(CostName))}. Got {cost!r}; None looks at scores alone."
        )
    if acquisition not in _PER_COST:
        raise ValueError(
            f"With cost={cost!r}, the 'acquisition' of a Bayesian search must be one "
            f"of {_listed(_PER_COST)}, which can be had per second. Got "
            f"{acquisition!r}; choose one of these, or leave 'cost' out."
        )


def _check_goes_with_densities(acquisition: str) -> None:
    """Check that the ratio of densities can stand for the acquisition function."""
    if acquisition not in _OF_DENSITIES:
        raise ValueError(
            "With surrogate='tpe', the 'acquisition' of a Bayesian search must be one "
            f"of {_listed(_OF_DENSITIES)}. Got {acquisition!r}; choose one of these, "
            "or another surrogate."
        )


def _listed(names: tuple[str, ...]) -> str:
    """Return names as text."""
    return ", ".join(map(repr, names))
