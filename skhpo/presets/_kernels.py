"""Support vector machines, other kernel methods, and nearest neighbours.

Where the ranges come from:

- Auto-sklearn [1]_ searches ``C`` from 2**-5 to 2**15 and ``gamma`` from 2**-15 to
  2**3, the degrees 2 to 5, and for the tube of regression 1e-3 to 1. The optimal
  defaults of the tunability study [2]_ lie well inside (``C`` 680, ``gamma`` 0.005 for
  scaled columns). ``C`` ends at 2**10 here, and at 2**5 for linear and polynomial
  kernels: beyond, training takes many times longer and little is gained. The values of
  polynomial kernels grow with the power of ``gamma``, which does there what ``C`` does,
  so it ends at 1, and the degree at 4. Sigmoid kernels, seldom best and not positive
  definite, are left out.
- Scale the columns first: ``gamma`` is a length, and 1 divided by the number of columns
  is a common value of scaled ones.
- Neighbours in logarithms, as Auto-sklearn has them, but to 50, not to 100, so that
  small data have so many.
- Gaussian processes fit their kernel themselves; what is left to choose is the noise
  added to the diagonal, and for classification nothing.

References
----------
.. [1] M. Feurer, A. Klein, K. Eggensperger, J. Springenberg, M. Blum, F. Hutter,
   "Efficient and robust automated machine learning", 2015.

.. [2] P. Probst, A.-L. Boulesteix, B. Bischl, "Tunability: importance of
   hyperparameters of machine learning algorithms", 2019.
"""

from skhpo.presets._preset import Params, Preset, PresetSource, Space
from skhpo.space import Integer, Real

_C = Real(2.0**-5, 2.0**10, prior="log-uniform")
_SMALL_C = Real(2.0**-5, 2.0**5, prior="log-uniform")
_GAMMA = Real(2.0**-15, 2.0**3, prior="log-uniform")
_SMALL_GAMMA = Real(2.0**-8, 1.0, prior="log-uniform")
_TUBE = Real(1e-3, 1.0, prior="log-uniform")
_DEGREE = Integer(2, 4)
_OFFSET = Real(0.0, 1.0)


def _by_kernel(shared: Params) -> Space:
    """Return a branch for each kernel, with the parameters that matter there."""
    return [
        {"kernel": ["rbf"], "C": _C, "gamma": _GAMMA, **shared},
        {
            "kernel": ["poly"],
            "C": _SMALL_C,
            "gamma": _SMALL_GAMMA,
            "degree": _DEGREE,
            "coef0": _OFFSET,
            **shared,
        },
        {"kernel": ["linear"], "C": _SMALL_C, **shared},
    ]


_SVC = Preset(
    _by_kernel({}),
    (
        {"kernel": "rbf", "C": 1.0, "gamma": 0.05},
        {"kernel": "rbf", "C": 30.0, "gamma": 0.01},
        {"kernel": "rbf", "C": 680.0, "gamma": 0.005},
        {"kernel": "linear", "C": 0.5},
    ),
)
_SVR = Preset(
    _by_kernel({"epsilon": _TUBE}),
    (
        {"kernel": "rbf", "C": 1.0, "gamma": 0.05, "epsilon": 0.1},
        {"kernel": "rbf", "C": 100.0, "gamma": 0.01, "epsilon": 0.05},
        {"kernel": "linear", "C": 1.0, "epsilon": 0.1},
    ),
)
# liblinear knows no dual of the penalty "l1", and "auto" finds the form that it has.
_LINEAR_SVC = Preset(
    [
        {
            "loss": ["squared_hinge"],
            "penalty": ["l2", "l1"],
            "dual": ["auto"],
            "C": Real(1e-4, 2.0**10, prior="log-uniform"),
        },
        {
            "loss": ["hinge"],
            "penalty": ["l2"],
            "dual": ["auto"],
            "C": Real(1e-4, 2.0**10, prior="log-uniform"),
        },
    ],
    (
        {"loss": "squared_hinge", "penalty": "l2", "dual": "auto", "C": 1.0},
        {"loss": "squared_hinge", "penalty": "l2", "dual": "auto", "C": 0.02},
        {"loss": "hinge", "penalty": "l2", "dual": "auto", "C": 0.2},
    ),
)
_LINEAR_SVR = Preset(
    {
        "loss": ["epsilon_insensitive", "squared_epsilon_insensitive"],
        "dual": ["auto"],
        "C": Real(1e-4, 2.0**10, prior="log-uniform"),
        "epsilon": _TUBE,
    },
    (
        {"loss": "epsilon_insensitive", "dual": "auto", "C": 1.0, "epsilon": 1e-3},
        {
            "loss": "squared_epsilon_insensitive",
            "dual": "auto",
            "C": 0.05,
            "epsilon": 0.01,
        },
    ),
)
_KERNEL_RIDGE = Preset(
    [
        {
            "kernel": ["rbf", "laplacian"],
            "gamma": _GAMMA,
            "alpha": Real(1e-6, 1e2, prior="log-uniform"),
        },
        {
            "kernel": ["poly"],
            "gamma": _SMALL_GAMMA,
            "degree": _DEGREE,
            "coef0": _OFFSET,
            "alpha": Real(1e-6, 1e2, prior="log-uniform"),
        },
    ],
    (
        {"kernel": "rbf", "gamma": 0.05, "alpha": 1.0},
        {"kernel": "rbf", "gamma": 0.02, "alpha": 0.01},
        {"kernel": "laplacian", "gamma": 0.05, "alpha": 0.1},
    ),
)
_GAUSSIAN_PROCESS_REGRESSOR = Preset(
    {
        "alpha": Real(1e-10, 1.0, prior="log-uniform"),
        "normalize_y": [False, True],
    },
    (
        {"alpha": 1e-10, "normalize_y": False},
        {"alpha": 1e-2, "normalize_y": True},
        {"alpha": 1e-5, "normalize_y": True},
    ),
)
_NEIGHBORS = Preset(
    {
        "n_neighbors": Integer(1, 50, prior="log-uniform"),
        "weights": ["uniform", "distance"],
        "p": [1, 2],
    },
    (
        {"n_neighbors": 5, "weights": "uniform", "p": 2},
        {"n_neighbors": 14, "weights": "distance", "p": 1},
        {"n_neighbors": 30, "weights": "distance", "p": 2},
    ),
)

PRESETS: dict[str, PresetSource] = {
    "SVC": _SVC,
    "SVR": _SVR,
    "LinearSVC": _LINEAR_SVC,
    "LinearSVR": _LINEAR_SVR,
    "KernelRidge": _KERNEL_RIDGE,
    "GaussianProcessRegressor": _GAUSSIAN_PROCESS_REGRESSOR,
    "KNeighborsClassifier": _NEIGHBORS,
    "KNeighborsRegressor": _NEIGHBORS,
}
