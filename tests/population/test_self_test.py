"""A search can try out at its start whether its parameters act."""

import warnings
from typing import Any

import pytest
from sklearn.linear_model import SGDClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from _stepwise import Recorder, X, Y
from skhpo.exceptions import InertParameterWarning
from skhpo.population import check_parameters_act, resolve_trainer


def check(estimator: Any, values: dict[str, tuple[Any, Any]]) -> None:
    """Check parameters, all of them declared to be mutable."""
    trainer = resolve_trainer(estimator, list(values), mutable=list(values)).trainer
    check_parameters_act(trainer, estimator, X, Y, values, seed=0)


def test_parameters_that_act_pass_in_silence() -> None:
    """Nothing is said of parameters that make a difference."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check(SGDClassifier(), {"alpha": (1e-6, 0.1), "loss": ("hinge", "log_loss")})


def test_parameter_that_needs_another_is_named() -> None:
    """The warning names those without effect, and no others."""
    values = {"momentum": (0.1, 0.9), "learning_rate_init": (1e-4, 0.1)}
    with pytest.warns(InertParameterWarning, match="momentum") as caught:
        check(MLPClassifier((4,), solver="adam"), values)
    assert "learning_rate_init" not in str(caught[0].message)


def test_unknown_estimator_is_tried_too() -> None:
    """A wrong declaration is found out."""
    with pytest.warns(InertParameterWarning, match=r"'rate': \(1.0, 2.0\)"):
        check(Recorder(), {"rate": (1.0, 2.0)})
    check(GaussianNB(), {"var_smoothing": (1e-9, 10.0)})


def test_pipeline_is_tried_under_full_names() -> None:
    """The parameters of a pipeline go by their full names."""
    estimator = make_pipeline(StandardScaler(), SGDClassifier())
    check(estimator, {"sgdclassifier__alpha": (1e-6, 0.1)})
    with pytest.warns(InertParameterWarning, match="sgdclassifier__eta0"):
        check(estimator, {"sgdclassifier__eta0": (0.1, 0.9)})


def test_failure_is_an_effect() -> None:
    """A value under which the training fails is for the training to tell."""
    check(MLPClassifier((4,), solver="sgd"), {"learning_rate_init": (-1.0, 0.1)})
