"""XGBoost and LightGBM, which are known by name and never imported.

Where the ranges come from:

- XGBoost: the tree boosters of the collection rbv2 of random searches on more than
  a hundred data sets [1]_: number of trees e**2 to e**8 (to 1000 here), learning rate
  from e**-7, penalties e**-7 to e**7 and 1e-5 upwards for the loss that a split must
  gain, depths to 15, shares of rows from 0.1; the least weight of a leaf from 1, as in
  Grinsztajn et al. [2]_, not from e. Shares of columns from 0.1, since fewer than one
  column of ten are seldom worth an evaluation.
- LightGBM: the same in its words. Leaves up to 255 take the place of the depth, and
  rows are drawn anew for each tree (``subsample_freq=1``), without which
  ``subsample`` would do nothing.

Where the starting candidates come from: the first is next to the library's default;
those behind it are the settings of XGBoost that together serve the development
instances of rbv2_xgboost in YAHPO Gym [3]_ best, chosen greedily, as in Wistuba et
al. [4]_. ``benchmarks/quality/portfolio.py`` derives them. LightGBM has them in its
own words.

References
----------
.. [1] M. Binder, F. Pfisterer, B. Bischl, "Collecting empirical data about
   hyperparameters for data driven AutoML", 2020.

.. [2] L. Grinsztajn, E. Oyallon, G. Varoquaux, "Why do tree-based models still
   outperform deep learning on typical tabular data?", 2022.

.. [3] F. Pfisterer, L. Schneider, J. Moosbauer, M. Binder, B. Bischl, "YAHPO Gym - an
   efficient multi-objective multi-fidelity benchmark for hyperparameter
   optimization", 2022.

.. [4] M. Wistuba, N. Schilling, L. Schmidt-Thieme, "Sequential model-free
   hyperparameter tuning", 2015.
"""

from skhpo.presets._preset import Preset, PresetSource
from skhpo.space import Integer, Real

_LEARNING_RATE = Real(1e-3, 1.0, prior="log-uniform")
_N_TREES = Integer(10, 1000, prior="log-uniform")
_PENALTY = Real(1e-3, 1e3, prior="log-uniform")
_LEAST_GAIN = Real(1e-5, 7.0, prior="log-uniform")
_SHARE = Real(0.1, 1.0)

_XGB_DEFAULT = {
    "n_estimators": 100,
    "learning_rate": 0.3,
    "max_depth": 6,
    "min_child_weight": 1.0,
    "gamma": 1e-5,
    "subsample": 1.0,
    "colsample_bytree": 1.0,
    "colsample_bylevel": 1.0,
    "reg_alpha": 1e-3,
    "reg_lambda": 1.0,
}
_XGB = Preset(
    {
        "n_estimators": _N_TREES,
        "learning_rate": _LEARNING_RATE,
        "max_depth": Integer(1, 15),
        "min_child_weight": Real(1.0, 150.0, prior="log-uniform"),
        "gamma": _LEAST_GAIN,
        "subsample": _SHARE,
        "colsample_bytree": _SHARE,
        "colsample_bylevel": _SHARE,
        "reg_alpha": _PENALTY,
        "reg_lambda": _PENALTY,
    },
    (
        _XGB_DEFAULT,
        {
            "n_estimators": 153,
            "learning_rate": 0.11,
            "max_depth": 12,
            "min_child_weight": 2.8,
            "gamma": 0.0029,
            "subsample": 0.96,
            "colsample_bytree": 0.98,
            "colsample_bylevel": 0.99,
            "reg_alpha": 0.024,
            "reg_lambda": 0.0064,
        },
        {
            "n_estimators": 789,
            "learning_rate": 0.17,
            "max_depth": 15,
            "min_child_weight": 3.4,
            "gamma": 9.4e-5,
            "subsample": 0.69,
            "colsample_bytree": 0.59,
            "colsample_bylevel": 0.81,
            "reg_alpha": 0.054,
            "reg_lambda": 1.4,
        },
    ),
)

_LGBM_DEFAULT = {
    "n_estimators": 100,
    "learning_rate": 0.1,
    "num_leaves": 31,
    "min_child_samples": 20,
    "min_split_gain": 1e-5,
    "subsample": 1.0,
    "subsample_freq": 1,
    "colsample_bytree": 1.0,
    "reg_alpha": 1e-3,
    "reg_lambda": 1e-3,
}
_LGBM = Preset(
    {
        "n_estimators": _N_TREES,
        "learning_rate": _LEARNING_RATE,
        "num_leaves": Integer(3, 255, prior="log-uniform"),
        "min_child_samples": Integer(1, 200, prior="log-uniform"),
        "min_split_gain": _LEAST_GAIN,
        "subsample": _SHARE,
        "subsample_freq": [1],
        "colsample_bytree": _SHARE,
        "reg_alpha": _PENALTY,
        "reg_lambda": _PENALTY,
    },
    (
        _LGBM_DEFAULT,
        {
            **_LGBM_DEFAULT,
            "n_estimators": 153,
            "learning_rate": 0.11,
            "num_leaves": 127,
            "min_child_samples": 5,
            "min_split_gain": 0.0029,
            "subsample": 0.96,
            "reg_alpha": 0.024,
            "reg_lambda": 0.0064,
        },
        {
            **_LGBM_DEFAULT,
            "n_estimators": 789,
            "learning_rate": 0.17,
            "num_leaves": 255,
            "min_child_samples": 5,
            "min_split_gain": 9.4e-5,
            "subsample": 0.69,
            "colsample_bytree": 0.5,
            "reg_alpha": 0.054,
            "reg_lambda": 1.4,
        },
    ),
)

XGBOOST: dict[str, PresetSource] = {"XGBClassifier": _XGB, "XGBRegressor": _XGB}
LIGHTGBM: dict[str, PresetSource] = {"LGBMClassifier": _LGBM, "LGBMRegressor": _LGBM}
