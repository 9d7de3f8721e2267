"""Transformers that often stand before a model.

Where the ranges come from: Auto-sklearn [1]_ keeps 50 to 99.99 percent of the variance
by principal components, 1 to 99 percent of the columns by a test of each (from 5 here,
since the fewest columns of many data sets are none) and 50 to 10,000 components of a
kernel approximation (to 500 here, of which small data have enough). The degree of
polynomials ends at 2, beyond which the columns become very many.

References
----------
.. [1] M. Feurer, A. Klein, K. Eggensperger, J. Springenberg, M. Blum, F. Hutter,
   "Efficient and robust automated machine learning", 2015.
"""

from skhpo.presets._preset import Params, Preset, PresetSource
from skhpo.space import Integer, Real

_FRACTIONS_OF_VARIANCE = ("auto", "full", "covariance_eigh")


def _principal_components(params: Params) -> Preset:
    """Return the space; a share of the variance is for solvers that find all of it."""
    whiten = {"whiten": [False, True]}
    if params.get("svd_solver") not in _FRACTIONS_OF_VARIANCE:
        return Preset(whiten, ({"whiten": False},))
    return Preset(
        {"n_components": Real(0.5, 0.9999), **whiten},
        ({"n_components": 0.9999, "whiten": False},),
    )


def _imputer(params: Params) -> Preset | None:
    """Return the space of an imputer of numbers; words have neither mean nor median."""
    if params.get("strategy") not in ("mean", "median"):
        return None
    return Preset({"strategy": ["mean", "median"]}, ({"strategy": "mean"},))


PRESETS: dict[str, PresetSource] = {
    "SimpleImputer": _imputer,
    "PCA": _principal_components,
    "SelectPercentile": Preset({"percentile": Integer(5, 100)}, ({"percentile": 100},)),
    "Nystroem": Preset(
        {
            "gamma": Real(2.0**-15, 2.0**3, prior="log-uniform"),
            "n_components": Integer(50, 500, prior="log-uniform"),
        },
        ({"gamma": 0.05, "n_components": 100},),
    ),
    "PolynomialFeatures": Preset(
        {"degree": [1, 2], "interaction_only": [False, True]},
        ({"degree": 2, "interaction_only": False},),
    ),
}
