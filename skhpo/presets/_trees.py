"""Trees, forests and boosting, scikit-learn's own.

Where the ranges come from:

- Single trees: those of Auto-sklearn [1]_ for leaves and splits (up to 20, wider here
  in logarithms, since large data bear large leaves). The depth goes to 30, the
  default of the R package rpart, and pruning by ``ccp_alpha`` is added.
- Forests: few parameters matter, the share of columns first, then the size of the
  leaves, see the tunability study [2]_. Depth is left without a limit, as in nine of
  ten good forests there. The number of trees is no matter of taste: more is never
  worse, so it is left as the estimator has it.
- Boosting: learning rate and leaves as in Auto-sklearn [1]_, number of trees in
  logarithms up to 1000, subsampling and shares of columns of one half or more as in
  Grinsztajn et al. [3]_.
- AdaBoost as in Auto-sklearn; the depth of its trees only where the estimator has a
  tree of its own (``estimator__max_depth``).

References
----------
.. [1] M. Feurer, A. Klein, K. Eggensperger, J. Springenberg, M. Blum, F. Hutter,
   "Efficient and robust automated machine learning", 2015.

.. [2] P. Probst, A.-L. Boulesteix, B. Bischl, "Tunability: importance of
   hyperparameters of machine learning algorithms", 2019.

.. [3] L. Grinsztajn, E. Oyallon, G. Varoquaux, "Why do tree-based models still
   outperform deep learning on typical tabular data?", 2022.
"""

from skhpo.presets._preset import Params, Preset, PresetSource
from skhpo.space import Integer, Real

_LEARNING_RATE = Real(1e-2, 1.0, prior="log-uniform")
_LEAF = Integer(1, 100, prior="log-uniform")


# What a regression tree may minimise is one good choice and dear or deprecated ones.
_CRITERION = {"criterion": ["gini", "entropy"]}


def _tree(criterion: Params) -> Preset:
    """Return the preset of a single tree."""
    default = {
        **{name: values[0] for name, values in criterion.items()},
        "max_depth": 30,
        "min_samples_split": 2,
        "min_samples_leaf": 1,
        "ccp_alpha": 1e-5,
    }
    return Preset(
        {
            **criterion,
            "max_depth": Integer(1, 30),
            "min_samples_split": Integer(2, 128, prior="log-uniform"),
            "min_samples_leaf": _LEAF,
            "ccp_alpha": Real(1e-5, 0.1, prior="log-uniform"),
        },
        (
            default,
            {**default, "min_samples_leaf": 7, "min_samples_split": 20},
            {**default, "min_samples_leaf": 25, "ccp_alpha": 5e-4},
            {**default, "max_depth": 12, "min_samples_leaf": 3, "ccp_alpha": 1e-3},
            {**default, "max_depth": 5, "min_samples_leaf": 10, "ccp_alpha": 5e-3},
        ),
    )


def _forest(criterion: Params, max_features: float, bootstrap: bool) -> Preset:
    """Return the preset of a forest."""
    default = {
        **{name: values[0] for name, values in criterion.items()},
        "max_features": max_features,
        "min_samples_leaf": 1,
        "bootstrap": bootstrap,
    }
    return Preset(
        {
            **criterion,
            "max_features": Real(0.05, 1.0),
            "min_samples_leaf": Integer(1, 50, prior="log-uniform"),
            "bootstrap": [True, False],
        },
        (
            default,
            {**default, "max_features": 0.2},
            {**default, "max_features": 0.5, "min_samples_leaf": 2},
            {**default, "max_features": 0.8, "bootstrap": False},
        ),
    )


def _gradient_boosting(default_loss: str, losses: list[str]) -> Preset:
    """Return the preset of gradient boosting over all splits of the columns."""
    default = {
        "loss": default_loss,
        "learning_rate": 0.1,
        "n_estimators": 100,
        "max_depth": 3,
        "subsample": 1.0,
        "max_features": 1.0,
        "min_samples_leaf": 1,
    }
    return Preset(
        {
            "loss": losses,
            "learning_rate": _LEARNING_RATE,
            "n_estimators": Integer(50, 500, prior="log-uniform"),
            "max_depth": Integer(1, 10),
            "subsample": Real(0.5, 1.0),
            "max_features": Real(0.1, 1.0),
            "min_samples_leaf": Integer(1, 50, prior="log-uniform"),
        },
        (
            default,
            {
                **default,
                "n_estimators": 300,
                "max_depth": 5,
                "subsample": 0.8,
                "max_features": 0.5,
            },
            {
                **default,
                "learning_rate": 0.05,
                "n_estimators": 500,
                "subsample": 0.7,
                "max_features": 0.3,
                "min_samples_leaf": 5,
            },
        ),
    )


_HISTOGRAM_DEFAULT = {
    "learning_rate": 0.1,
    "max_iter": 100,
    "max_leaf_nodes": 31,
    "min_samples_leaf": 20,
    "l2_regularization": 1e-10,
    "max_features": 1.0,
}
_HISTOGRAM_BOOSTING = Preset(
    {
        "learning_rate": _LEARNING_RATE,
        "max_iter": Integer(50, 1000, prior="log-uniform"),
        "max_leaf_nodes": Integer(3, 255, prior="log-uniform"),
        "min_samples_leaf": Integer(1, 200, prior="log-uniform"),
        "l2_regularization": Real(1e-10, 1e2, prior="log-uniform"),
        "max_features": Real(0.1, 1.0),
    },
    (
        _HISTOGRAM_DEFAULT,
        {
            **_HISTOGRAM_DEFAULT,
            "max_iter": 400,
            "learning_rate": 0.05,
            "max_features": 0.5,
            "min_samples_leaf": 10,
        },
        {
            **_HISTOGRAM_DEFAULT,
            "max_iter": 300,
            "max_leaf_nodes": 8,
            "min_samples_leaf": 5,
            "l2_regularization": 1.0,
        },
    ),
)


def _ada_boost(params: Params) -> Preset:
    """Return the space, with a depth where the trees are the estimator's own."""
    preset = Preset(
        {
            "n_estimators": Integer(50, 500, prior="log-uniform"),
            "learning_rate": Real(1e-2, 2.0, prior="log-uniform"),
        },
        (
            {"n_estimators": 50, "learning_rate": 1.0},
            {"n_estimators": 300, "learning_rate": 0.3},
        ),
    )
    if "estimator__max_depth" not in params:
        return preset
    assert isinstance(preset.space, dict)
    return Preset(
        {**preset.space, "estimator__max_depth": Integer(1, 10)},
        tuple({**one, "estimator__max_depth": 3} for one in preset.known_good),
    )


PRESETS: dict[str, PresetSource] = {
    "DecisionTreeClassifier": _tree(_CRITERION),
    "DecisionTreeRegressor": _tree({}),
    "RandomForestClassifier": _forest(_CRITERION, 0.3, True),
    "RandomForestRegressor": _forest({}, 1.0, True),
    "ExtraTreesClassifier": _forest(_CRITERION, 0.3, False),
    "ExtraTreesRegressor": _forest({}, 1.0, False),
    "GradientBoostingClassifier": _gradient_boosting("log_loss", ["log_loss"]),
    "GradientBoostingRegressor": _gradient_boosting(
        "squared_error", ["squared_error", "huber"]
    ),
    "HistGradientBoostingClassifier": _HISTOGRAM_BOOSTING,
    "HistGradientBoostingRegressor": _HISTOGRAM_BOOSTING,
    "AdaBoostClassifier": _ada_boost,
    "AdaBoostRegressor": _ada_boost,
}
