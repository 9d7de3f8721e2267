"""The estimators that skhpo knows how to train step by step.

One row says for some estimators what trains them and what becomes of their parameters
on the way. Classes are known by the name of their library and their own, or those of a
base class, so that no library is imported for it. The tests hold every row against the
estimators: each mutable parameter acts, and each inert one does not.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from skhpo.population._boosting import BoostingTrainer
from skhpo.population._partial_fit import (
    PartialFitTrainer,
    PerceptronTrainer,
    TorchTrainer,
)
from skhpo.population._trainer import Trainer
from skhpo.population._warm_start import WarmStartTrainer

__all__ = ["RECIPES", "Conflict", "Recipe", "find_recipe"]


@dataclass(frozen=True)
class Conflict:
    """A value of a parameter with which an estimator cannot train step by step.

    Parameters
    ----------
    name : str
        The parameter.

    is_met : callable
        Tells of a value whether it is one of those.

    way_out : str
        What to do instead.

    ends_training : bool
        Whether such a value ends the training early.
    """

    name: str
    is_met: Callable[[Any], bool]
    way_out: str
    ends_training: bool = False


@dataclass(frozen=True)
class Recipe:
    """How some estimators are trained step by step.

    Parameters
    ----------
    library : str
        The package that they come from.

    estimators : tuple of str
        Names of their classes.

    trainer : Trainer
        What trains them.

    mutable : tuple of str
        Parameters that act when they are changed in the middle of the training, some
        of them only under certain values of others; ``*`` stands for any letters.

    structural : tuple of str
        Parameters that must not be changed in the middle: they would be ignored, or
        harm what has been learned. One that stands in no list is structural too, but
        a user may declare it to be mutable.

    inert : tuple of str
        Parameters that do nothing at all when the training goes step by step.

    step_count : str or None
        The parameter that counts the steps.

    conflicts : tuple of Conflict
        Values with which it does not work; a parameter with one that ends the training
        early cannot be searched over.
    """

    library: str
    estimators: tuple[str, ...]
    trainer: Trainer
    mutable: tuple[str, ...]
    structural: tuple[str, ...] = ()
    inert: tuple[str, ...] = ()
    step_count: str | None = None
    conflicts: tuple[Conflict, ...] = ()

    def is_mutable(self, name: str) -> bool:
        """Whether a parameter acts in the middle of the training."""
        return any(fnmatchcase(name, pattern) for pattern in self.mutable)


_EARLY_STOPPING = Conflict(
    "early_stopping",
    # "auto" too is true; where it is a value, the trainer sets False in its place.
    lambda value: bool(value) and not isinstance(value, str),
    "Set early_stopping=False: the search decides how long to train.",
    ends_training=True,
)
_NO_CHANGE = Conflict(
    "n_iter_no_change",
    lambda value: value is not None,
    "Set n_iter_no_change=None: the search decides how long to train.",
    ends_training=True,
)
_BALANCED = Conflict(
    "class_weight",
    lambda value: isinstance(value, str) and value == "balanced",
    "Give the weights as a dict, or as sample_weight when fitting.",
)
# LightGBM takes them as any other keyword, under several names.
_LIGHTGBM_STOPPING = tuple(
    Conflict(
        name,
        lambda value: value is not None and value > 0,
        f"Leave {name} out: the search decides how long to train.",
        ends_training=True,
    )
    for name in (
        "early_stopping",
        "early_stopping_round",
        "early_stopping_rounds",
        "n_iter_no_change",
    )
)

_SET_BY_SEARCH = ("random_state", "warm_start")
_STOPPING = ("n_iter_no_change", "tol", "validation_fraction")
_SGD = ("alpha", "l1_ratio", "penalty", "eta0", "shuffle")
_TREE = (
    "max_depth",
    "max_features",
    "max_leaf_nodes",
    "min_impurity_decrease",
    "min_samples_leaf",
    "min_samples_split",
    "min_weight_fraction_leaf",
    "ccp_alpha",
)

_EPOCHS = PartialFitTrainer(batch_size=None)
_ITERATIONS = WarmStartTrainer("max_iter", counts_all=False, unit="iterations")
_ESTIMATORS = WarmStartTrainer("n_estimators", counts_all=True, unit="trees")

RECIPES: tuple[Recipe, ...] = (
    Recipe(
        "sklearn",
        ("MLPClassifier", "MLPRegressor"),
        PerceptronTrainer(batch_size=None),
        mutable=(
            "alpha",
            "batch_size",
            "beta_1",
            "beta_2",
            "epsilon",
            "learning_rate",
            "learning_rate_init",
            "momentum",
            "nesterovs_momentum",
            "power_t",
            "shuffle",
        ),
        structural=("hidden_layer_sizes", "loss", "solver"),
        inert=("max_fun", "validation_fraction", *_SET_BY_SEARCH),
        step_count="max_iter",
        conflicts=(
            _EARLY_STOPPING,
            Conflict(
                "solver",
                lambda value: value == "lbfgs",
                "Use solver='adam' or 'sgd': 'lbfgs' has no steps to interrupt.",
            ),
        ),
    ),
    Recipe(
        "sklearn",
        ("SGDClassifier",),
        _EPOCHS,
        mutable=(*_SGD, "class_weight", "epsilon", "learning_rate", "loss", "power_t"),
        structural=("average", "fit_intercept"),
        inert=(*_STOPPING, *_SET_BY_SEARCH),
        step_count="max_iter",
        conflicts=(_EARLY_STOPPING, _BALANCED),
    ),
    Recipe(
        "sklearn",
        ("SGDRegressor",),
        _EPOCHS,
        mutable=(*_SGD, "epsilon", "learning_rate", "loss", "power_t"),
        structural=("average", "fit_intercept"),
        inert=(*_STOPPING, *_SET_BY_SEARCH),
        step_count="max_iter",
        conflicts=(_EARLY_STOPPING,),
    ),
    Recipe(
        "sklearn",
        ("Perceptron",),
        _EPOCHS,
        mutable=(*_SGD, "class_weight"),
        structural=("fit_intercept",),
        inert=(*_STOPPING, *_SET_BY_SEARCH),
        step_count="max_iter",
        conflicts=(_EARLY_STOPPING, _BALANCED),
    ),
    Recipe(
        "sklearn",
        ("HistGradientBoostingClassifier", "HistGradientBoostingRegressor"),
        WarmStartTrainer("max_iter", counts_all=True, unit="trees"),
        mutable=(
            "class_weight",
            "l2_regularization",
            "learning_rate",
            "max_depth",
            "max_features",
            "max_leaf_nodes",
            "min_samples_leaf",
        ),
        # The trees that exist are evaluated on the bins of the new ones while those
        # are grown: other bins, and the residuals are wrong.
        structural=("categorical_features", "loss", "max_bins", "quantile"),
        inert=(*_STOPPING, "scoring", *_SET_BY_SEARCH),
        step_count="max_iter",
        conflicts=(_EARLY_STOPPING,),
    ),
    Recipe(
        "sklearn",
        ("GradientBoostingClassifier", "GradientBoostingRegressor"),
        _ESTIMATORS,
        mutable=(*_TREE, "subsample"),
        # The learning rate is applied in predicting: a change rescales all trees.
        structural=("alpha", "init", "learning_rate", "loss"),
        inert=("tol", "validation_fraction", *_SET_BY_SEARCH),
        step_count="n_estimators",
        conflicts=(_NO_CHANGE,),
    ),
    # Trees that do not know each other: a change makes a mixture of unlike trees, so
    # there is little to gain but the number of trees as a measure of effort.
    Recipe(
        "sklearn",
        (
            "ExtraTreesClassifier",
            "ExtraTreesRegressor",
            "RandomForestClassifier",
            "RandomForestRegressor",
        ),
        _ESTIMATORS,
        mutable=(*_TREE, "criterion", "max_samples"),
        inert=_SET_BY_SEARCH,
        step_count="n_estimators",
    ),
    Recipe(
        "sklearn",
        ("BaggingClassifier", "BaggingRegressor"),
        WarmStartTrainer("n_estimators", counts_all=True, unit="estimators"),
        mutable=("bootstrap", "bootstrap_features", "max_features", "max_samples"),
        inert=_SET_BY_SEARCH,
        step_count="n_estimators",
        conflicts=(
            Conflict("oob_score", bool, "Set oob_score=False: the search has splits."),
        ),
    ),
    # Convex: they arrive at the same optimum, whatever the way.
    Recipe(
        "sklearn",
        ("LogisticRegression",),
        _ITERATIONS,
        mutable=("C", "class_weight", "l1_ratio"),
        inert=_SET_BY_SEARCH,
        step_count="max_iter",
    ),
    Recipe(
        "sklearn",
        ("ElasticNet",),
        _ITERATIONS,
        mutable=("alpha", "l1_ratio"),
        inert=_SET_BY_SEARCH,
        step_count="max_iter",
    ),
    Recipe(
        "sklearn",
        ("GammaRegressor", "HuberRegressor", "PoissonRegressor", "TweedieRegressor"),
        _ITERATIONS,
        mutable=("alpha",),
        inert=("warm_start",),
        step_count="max_iter",
    ),
    Recipe(
        "xgboost",
        ("XGBModel",),
        BoostingTrainer("xgb_model"),
        mutable=(
            "colsample_bylevel",
            "colsample_bynode",
            "colsample_bytree",
            "gamma",
            "learning_rate",
            "max_delta_step",
            "max_depth",
            "max_leaves",
            "min_child_weight",
            "reg_alpha",
            "reg_lambda",
            "scale_pos_weight",
            "subsample",
        ),
        structural=("base_score", "booster", "max_bin", "objective", "tree_method"),
        inert=("random_state",),
        step_count="n_estimators",
        conflicts=(
            Conflict(
                "early_stopping_rounds",
                lambda value: value is not None,
                "Set early_stopping_rounds=None: the search decides how long to train.",
            ),
        ),
    ),
    Recipe(
        "lightgbm",
        ("LGBMModel",),
        BoostingTrainer("init_model"),
        mutable=(
            "class_weight",
            "colsample_bytree",
            "learning_rate",
            "max_depth",
            "min_child_samples",
            "min_child_weight",
            "min_split_gain",
            "num_leaves",
            "reg_alpha",
            "reg_lambda",
            "subsample",
            "subsample_freq",
        ),
        structural=("boosting_type", "objective", "subsample_for_bin"),
        inert=("random_state",),
        step_count="n_estimators",
        conflicts=_LIGHTGBM_STOPPING,
    ),
    Recipe(
        "skorch",
        ("NeuralNet",),
        TorchTrainer(batch_size=None),
        mutable=("batch_size", "iterator_train__batch_size", "lr", "optimizer__*"),
        structural=("module", "module__*", "criterion", "optimizer"),
        inert=("warm_start",),
        step_count="max_epochs",
    ),
)


def find_recipe(estimator: Any) -> Recipe | None:
    """Return the row for an estimator, or for the nearest of its base classes."""
    for cls in type(estimator).__mro__:
        library = cls.__module__.partition(".")[0]
        for recipe in RECIPES:
            if recipe.library == library and cls.__name__ in recipe.estimators:
                return recipe
    return None
