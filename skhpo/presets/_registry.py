"""From an estimator to its preset, by the names of its class and library."""

from typing import Any

from skhpo.presets import _boosters, _kernels, _linear, _neural, _transformers, _trees
from skhpo.presets._preset import Preset, PresetSource

MODELS: dict[str, dict[str, PresetSource]] = {
    "sklearn": {
        **_linear.PRESETS,
        **_kernels.PRESETS,
        **_trees.PRESETS,
        **_neural.PRESETS,
    },
    "xgboost": _boosters.XGBOOST,
    "lightgbm": _boosters.LIGHTGBM,
}
TRANSFORMERS = {"sklearn": _transformers.PRESETS}


def find_preset(
    estimator: Any, presets: dict[str, dict[str, PresetSource]]
) -> Preset | None:
    """Return the preset of an estimator, None if it is not known.

    The class that counts is the first that a library of the table defines, so that a
    user's subclass is known, and a library's own subclass, such as
    ``LogisticRegressionCV``, is not taken for what it was made from.
    """
    for cls in type(estimator).__mro__:
        library = cls.__module__.partition(".")[0]
        if library in presets:
            source = presets[library].get(cls.__name__)
            if callable(source):
                return source(estimator.get_params())
            return source
    return None


def known_names() -> list[str]:
    """Return the names of the models that have a preset, in alphabetical order."""
    return sorted(name for models in MODELS.values() for name in models)
