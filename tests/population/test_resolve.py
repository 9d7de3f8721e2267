"""What cannot be trained step by step is refused, with the reason."""

import copy
from typing import Any

import pytest
from sklearn.ensemble import (
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
)
from sklearn.linear_model import SGDClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier, MLPRegressor

from _stepwise import TARGET, NeuralNet, X, Y
from skhpo.exceptions import StepwiseTrainingError
from skhpo.population import resolve_trainer


def refusal(estimator: Any, *names: str, **options: Any) -> str:
    """Return the message with which an estimator is refused."""
    with pytest.raises(StepwiseTrainingError) as caught:
        resolve_trainer(estimator, names, **options)
    return str(caught.value)


CASES = [
    (KNeighborsClassifier(), [], "no 'partial_fit'"),
    (MLPClassifier(early_stopping=True), [], "early_stopping=False"),
    (SGDClassifier(early_stopping=True), [], "early_stopping=False"),
    (HistGradientBoostingClassifier(early_stopping=True), [], "early_stopping=False"),
    (GradientBoostingRegressor(n_iter_no_change=3), [], "n_iter_no_change=None"),
    (MLPClassifier(solver="lbfgs"), [], "solver='adam' or 'sgd'"),
    (SGDClassifier(class_weight="balanced"), [], "sample_weight"),
    (HistGradientBoostingClassifier(), ["max_iter"], "counts the steps"),
    (GradientBoostingRegressor(), ["n_estimators"], "counts the steps"),
    (MLPClassifier(), ["max_iter"], "counts the steps"),
    (MLPClassifier(), ["early_stopping"], "decides how long"),
    (MLPClassifier(), ["max_fun"], "no effect"),
    (SGDClassifier(), ["tol"], "no effect"),
    (SGDClassifier(), ["random_state"], "no effect"),
    (GaussianNB(), ["var_smoothing"], "Name those that do in 'mutable'"),
]


@pytest.mark.parametrize(("estimator", "names", "reason"), CASES)
def test_refusal_says_why(estimator: Any, names: list[str], reason: str) -> None:
    """The message names the estimator, what was given and the way out."""
    message = refusal(estimator, *names)
    assert type(estimator).__name__ in message
    assert reason in message
    assert "Got " in message


def test_value_that_is_searched_over_is_not_held_against_the_estimator() -> None:
    """The estimator's own value does not matter where the search sets another."""
    training = resolve_trainer(MLPClassifier(solver="lbfgs"), ["solver"])
    assert training.roles == {"solver": "structural"}
    estimator = MLPClassifier(solver="lbfgs")
    with pytest.raises(StepwiseTrainingError, match="no 'partial_fit'"):
        training.trainer.start(estimator, X, Y, seed=0)


def test_roles_of_a_perceptron() -> None:
    """What the optimizer follows is mutable, what the weights depend on structural."""
    names = ["learning_rate_init", "momentum", "hidden_layer_sizes", "activation"]
    roles = resolve_trainer(MLPClassifier(), names).roles
    assert list(roles.values()) == ["mutable", "mutable", "structural", "structural"]


def test_user_may_declare_what_is_mutable() -> None:
    """`mutable` takes the place of the table, but not against what harms."""
    names = ["activation", "alpha", "hidden_layer_sizes"]
    roles = resolve_trainer(MLPClassifier(), names, mutable=["activation"]).roles
    assert list(roles.values()) == ["mutable", "structural", "structural"]
    assert "cannot change" in refusal(MLPClassifier(), *names, mutable=names)


def test_unknown_estimator_with_declared_parameters() -> None:
    """Anything with a `partial_fit` can be trained when its parameters are declared."""
    training = resolve_trainer(
        GaussianNB(), ["var_smoothing", "priors"], mutable=["var_smoothing"]
    )
    assert training.roles == {"var_smoothing": "mutable", "priors": "structural"}
    model = training.trainer.start(GaussianNB(), X, Y, seed=0)
    model = training.trainer.advance(model, X, Y, 2, {}, seed=0)
    assert model.score(X, Y) > 0.6


def test_misspelt_mutable_parameter() -> None:
    """A name in `mutable` that is not searched over is an error."""
    assert "['alhpa']" in refusal(SGDClassifier(), "alpha", mutable=["alhpa"])


@pytest.mark.parametrize(
    "estimator", [MLPClassifier(), HistGradientBoostingRegressor()]
)
def test_batch_size_of_estimators_with_their_own_way(estimator: Any) -> None:
    """A batch size is refused where it would not be used."""
    assert "batch_size=50" in refusal(estimator, batch_size=50)


def test_subclass_is_trained_like_its_base() -> None:
    """The table holds for classes that derive from those in it."""

    class Perceptrons(MLPRegressor):
        pass

    assert resolve_trainer(Perceptrons(), ["alpha"]).roles == {"alpha": "mutable"}


def test_network_keeps_what_it_learned() -> None:
    """A network (a double of skorch's) trains one epoch a call and is not rebuilt."""
    net = NeuralNet(module__size=5)
    training = resolve_trainer(net, ["lr", "module__size"])
    model = training.trainer.start(net, X, Y, seed=0)
    for rate in (1.0, 10.0):
        params = {"lr": rate, "module__size": 5}
        model = training.trainer.advance(model, X, Y, 2, params, seed=0)
    assert training.roles == {"lr": "mutable", "module__size": "structural"}
    assert model.learned_ == 2 * 1.0 + 2 * 10.0


@pytest.mark.parametrize(
    ("estimator", "name", "value"),
    [
        (HistGradientBoostingRegressor(max_bins=255), "max_bins", 16),
        (GradientBoostingRegressor(learning_rate=0.1), "learning_rate", 1.0),
    ],
)
def test_structural_parameter_of_boosting_would_do_harm(
    estimator: Any, name: str, value: Any
) -> None:
    """What the table keeps fixed ruins a trained model when it is changed."""
    training = resolve_trainer(estimator, [name])
    assert training.roles == {name: "structural"}
    model = training.trainer.start(estimator, X, TARGET, seed=0)
    model = training.trainer.advance(model, X, TARGET, 60, {}, seed=0)
    changed = copy.deepcopy(model)
    changed = training.trainer.advance(changed, X, TARGET, 5, {name: value}, seed=0)
    assert changed.score(X, TARGET) < model.score(X, TARGET) - 0.2
