"""Linear models.

Where the ranges come from:

- Penalties go over the ranges of Auto-sklearn [1]_ (``alpha`` of ridge regression
  1e-5 to 10, of stochastic gradient descent 1e-7 to 1e-1, ``C`` of liblinear 2**-5 to
  2**15), moved to 1e-4 .. 1e4 where the columns may be many and weak, or where more
  of ``C`` only takes more time. For the lasso, 1e-5 is next to no penalty for targets
  of a standard deviation of 1; of a target in other units the range should be moved
  by their size.
- That the kind of the penalty matters less than its strength, and the loss of
  stochastic gradient descent more, is what the tunability study of Probst,
  Boulesteix and Bischl found [2]_.

References
----------
.. [1] M. Feurer, A. Klein, K. Eggensperger, J. Springenberg, M. Blum, F. Hutter,
   "Efficient and robust automated machine learning", 2015.

.. [2] P. Probst, A.-L. Boulesteix, B. Bischl, "Tunability: importance of
   hyperparameters of machine learning algorithms", 2019.
"""

from skhpo.presets._preset import Params, Preset, PresetSource
from skhpo.space import Real

_C = Real(1e-4, 1e4, prior="log-uniform")
_RIDGE_ALPHA = Real(1e-5, 1e4, prior="log-uniform")
_LASSO_ALPHA = Real(1e-5, 1e1, prior="log-uniform")
_SHARE_OF_L1 = Real(0.0, 1.0)


def _logistic_regression(params: Params) -> Preset:
    """Return the space in the words of the installed release.

    From scikit-learn 1.8 on, `penalty` is deprecated and `l1_ratio` says which it is.
    An estimator that sets it still is served in the old words.
    """
    if params.get("penalty", "deprecated") == "deprecated":
        ridge, elastic_net = {"solver": "lbfgs"}, {"solver": "saga"}
        l2 = {"l1_ratio": 0.0}
    else:
        ridge = {"solver": "lbfgs", "penalty": "l2"}
        elastic_net = {"solver": "saga", "penalty": "elasticnet"}
        l2 = {}
    return Preset(
        [
            {name: [value] for name, value in {**ridge, **l2}.items()} | {"C": _C},
            {name: [value] for name, value in elastic_net.items()}
            | {"C": _C, "l1_ratio": _SHARE_OF_L1},
        ],
        (
            {**ridge, **l2, "C": 1.0},
            {**ridge, **l2, "C": 0.05},
            {**ridge, **l2, "C": 20.0},
            {**elastic_net, "C": 0.3, "l1_ratio": 0.9},
        ),
    )


_RIDGE = Preset(
    {"alpha": _RIDGE_ALPHA},
    ({"alpha": 1.0}, {"alpha": 30.0}, {"alpha": 0.01}),
)
_LASSO = Preset(
    {"alpha": _LASSO_ALPHA},
    ({"alpha": 1.0}, {"alpha": 0.01}, {"alpha": 0.1}),
)
_ELASTIC_NET = Preset(
    {"alpha": _LASSO_ALPHA, "l1_ratio": Real(0.01, 1.0)},
    (
        {"alpha": 1.0, "l1_ratio": 0.5},
        {"alpha": 0.01, "l1_ratio": 0.5},
        {"alpha": 0.05, "l1_ratio": 0.9},
    ),
)

# The step size of the schedule "optimal" follows from alpha, so only the others have
# one; averaging serves where steps stay long.
_SGD_ALPHA = Real(1e-7, 1e-1, prior="log-uniform")
_STEP_SIZE = Real(1e-4, 1e-1, prior="log-uniform")


def _sgd(losses: list[str], default: Params, known_good: tuple[Params, ...]) -> Preset:
    """Return the space of stochastic gradient descent for some losses."""
    shared = {
        "loss": losses,
        "penalty": ["l2", "l1", "elasticnet"],
        "alpha": _SGD_ALPHA,
        "average": [False, True],
    }
    stepped = {**shared, "eta0": _STEP_SIZE}
    return Preset(
        [
            {**shared, "learning_rate": ["optimal"]},
            {**stepped, "learning_rate": ["adaptive"]},
            {**stepped, "learning_rate": ["invscaling"], "power_t": Real(0.1, 0.5)},
        ],
        (default, *known_good),
    )


_SGD_CLASSIFIER = _sgd(
    ["hinge", "log_loss", "modified_huber"],
    {
        "loss": "hinge",
        "penalty": "l2",
        "alpha": 1e-4,
        "average": False,
        "learning_rate": "optimal",
    },
    (
        {
            "loss": "modified_huber",
            "penalty": "l2",
            "alpha": 1e-3,
            "average": True,
            "learning_rate": "optimal",
        },
        {
            "loss": "log_loss",
            "penalty": "elasticnet",
            "alpha": 1e-4,
            "average": False,
            "learning_rate": "adaptive",
            "eta0": 0.01,
        },
    ),
)
_SGD_REGRESSOR = _sgd(
    ["squared_error", "huber", "epsilon_insensitive"],
    {
        "loss": "squared_error",
        "penalty": "l2",
        "alpha": 1e-4,
        "average": False,
        "learning_rate": "invscaling",
        "eta0": 0.01,
        "power_t": 0.25,
    },
    (
        {
            "loss": "squared_error",
            "penalty": "l2",
            "alpha": 1e-3,
            "average": False,
            "learning_rate": "adaptive",
            "eta0": 0.01,
        },
        {
            "loss": "huber",
            "penalty": "l2",
            "alpha": 1e-5,
            "average": False,
            "learning_rate": "adaptive",
            "eta0": 0.05,
        },
    ),
)

PRESETS: dict[str, PresetSource] = {
    "LogisticRegression": _logistic_regression,
    "Ridge": _RIDGE,
    "RidgeClassifier": _RIDGE,
    "Lasso": _LASSO,
    "ElasticNet": _ELASTIC_NET,
    "SGDClassifier": _SGD_CLASSIFIER,
    "SGDRegressor": _SGD_REGRESSOR,
}
