"""Ready spaces and starting candidates, of single estimators and of pipelines."""

import copy
import itertools
from collections.abc import Iterable, Mapping
from typing import Any

from skhpo.exceptions import SearchSpaceError
from skhpo.presets._preset import Params, Preset, Space
from skhpo.presets._registry import MODELS, TRANSFORMERS, find_preset, known_names
from skhpo.space import SearchSpace


def space_for(estimator: Any) -> dict[str, Any] | list[dict[str, Any]]:
    """Return a search space for an estimator.

    It is a plain dict, or a list of dicts where the parameters depend on each other:
    change it as you like before you hand it to a search. In a pipeline the parameters
    of the last step and of the transformers that are known are prefixed by their
    step. Parameters that the space leaves out stay as the estimator has them.

    .. versionadded:: 0.1

    Parameters
    ----------
    estimator : estimator object
        One of scikit-learn's common classifiers and regressors, one of XGBoost or
        LightGBM, or a :class:`~sklearn.pipeline.Pipeline` that ends with one.

    Returns
    -------
    space : dict or list of dicts
        What a search takes as ``param_distributions``.

    Raises
    ------
    ValueError
        If nothing is known of the estimator; the message lists what is known.

    See Also
    --------
    starting_candidates : Candidates of the space that are worth trying first.

    Notes
    -----
    Where each range comes from stands at the head of the modules in
    ``skhpo/presets``, with the literature: mostly Auto-sklearn [1]_, the random
    searches of rbv2 [2]_ and the study of Grinsztajn et al. [3]_. They suit scaled
    columns, and targets whose standard deviation is about 1.

    References
    ----------
    .. [1] M. Feurer, A. Klein, K. Eggensperger, J. Springenberg, M. Blum, F. Hutter,
       "Efficient and robust automated machine learning", 2015.

    .. [2] M. Binder, F. Pfisterer, B. Bischl, "Collecting empirical data about
       hyperparameters for data driven AutoML", 2020.

    .. [3] L. Grinsztajn, E. Oyallon, G. Varoquaux, "Why do tree-based models still
       outperform deep learning on typical tabular data?", 2022.

    Examples
    --------
    >>> from sklearn.linear_model import Ridge
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> from skhpo import presets
    >>> presets.space_for(make_pipeline(StandardScaler(), Ridge()))
    {'ridge__alpha': Real(low=1e-05, high=10000.0, prior='log-uniform')}
    """
    branches = [
        {name: _copied(value) for name, value in branch.items()}
        for branch in _branches(_preset_of(estimator).space)
    ]
    return branches[0] if len(branches) == 1 else branches


def starting_candidates(estimator: Any) -> list[dict[str, Any]]:
    """Return candidates of the space that are worth trying first.

    What the estimator is set to comes first where it lies in the space, else what is
    next to the library's default. Behind it are a few settings that are known to do
    well on many data sets.

    .. versionadded:: 0.1

    Parameters
    ----------
    estimator : estimator object
        As for :func:`space_for`.

    Returns
    -------
    candidates : list of dict
        Complete candidates of ``space_for(estimator)``, for ``initial_candidates`` of
        a search.

    Raises
    ------
    ValueError
        If nothing is known of the estimator; the message lists what is known.

    See Also
    --------
    space_for : The space that the candidates lie in.

    Examples
    --------
    >>> from sklearn.ensemble import HistGradientBoostingClassifier
    >>> from skhpo import BayesSearchCV, presets
    >>> model = HistGradientBoostingClassifier()
    >>> search = BayesSearchCV(
    ...     model,
    ...     presets.space_for(model),
    ...     initial_candidates=presets.starting_candidates(model),
    ... )
    """
    preset = _preset_of(estimator)
    current = _current_candidates(preset.space, estimator.get_params())
    candidates: list[Params] = []
    for candidate in (*current, *preset.known_good):
        if candidate not in candidates:
            candidates.append(dict(candidate))
    return candidates


def _preset_of(estimator: Any) -> Preset:
    """Return the preset of a model or of a pipeline."""
    if hasattr(estimator, "steps") and hasattr(estimator, "named_steps"):
        return _pipeline_preset(estimator)
    preset = find_preset(estimator, MODELS)
    if preset is None:
        raise ValueError(
            "There is no ready search space for the estimator. Got "
            f"{estimator!r}; write the space as a dict, or use an instance of one of "
            f"{', '.join(known_names())}, or a Pipeline that ends with one."
        )
    return preset


def _pipeline_preset(pipeline: Any) -> Preset:
    """Join the presets of the last step and of the transformers that are known.

    Each known-good candidate of the model is joined with the first of each
    transformer, which changes least.
    """
    *before, (last_name, last) = pipeline.steps
    parts = [(name, find_preset(step, TRANSFORMERS)) for name, step in before]
    known = [(name, preset) for name, preset in parts if preset is not None]
    known.append((last_name, _preset_of(last)))
    choices = [
        [_prefixed(name, branch) for branch in _branches(preset.space)]
        for name, preset in known
    ]
    space = [_merged(parts) for parts in itertools.product(*choices)]
    ahead = [_prefixed(name, preset.known_good[0]) for name, preset in known[:-1]]
    return Preset(
        space[0] if len(space) == 1 else space,
        tuple(
            _merged([*ahead, _prefixed(last_name, candidate)])
            for candidate in known[-1][1].known_good
        ),
    )


def _current_candidates(space: Space, params: Mapping[str, Any]) -> list[Params]:
    """Return what the estimator is set to, if all of it lies in the space."""
    parsed = SearchSpace(space)
    for branch in _branches(space):
        current = {name: params[name] for name in branch if name in params}
        try:
            parsed.encode(current)
        except SearchSpaceError:
            continue
        return [current]
    return []


def _branches(space: Space) -> list[Params]:
    """Return a space as a list of branches."""
    return space if isinstance(space, list) else [space]


def _copied(value: Any) -> Any:
    """Copy a list, so that changing what was returned does not change the preset."""
    return copy.copy(value) if isinstance(value, list) else value


def _prefixed(name: str, params: Mapping[str, Any]) -> Params:
    """Prefix parameters by the name of a step."""
    return {f"{name}__{parameter}": value for parameter, value in params.items()}


def _merged(parts: Iterable[Params]) -> Params:
    """Return one dict for several."""
    return {name: value for part in parts for name, value in part.items()}
