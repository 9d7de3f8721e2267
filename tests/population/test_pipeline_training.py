"""Pipelines are trained step by step: the transformers once, the last step on."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
import sklearn
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import SGDClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler, TargetEncoder

from _stepwise import TARGET, Recorder, X, Y, outputs
from skhpo.exceptions import StepwiseTrainingError
from skhpo.population import resolve_trainer


class CountingScaler(TransformerMixin, BaseEstimator):
    """Counts how often it is fitted, over all of its copies."""

    n_fits = 0

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Any:
        """Count."""
        del y
        CountingScaler.n_fits += 1
        self.n_features_in_ = X.shape[1]
        self.weight_ = sample_weight
        return self

    def transform(self, X: Any) -> Any:
        """Return the rows as they are."""
        return X


def train(estimator: Any, rows: Any = X, n_steps: int = 3, **data: Any) -> Any:
    """Return a pipeline after two calls of some steps."""
    trainer = resolve_trainer(estimator, []).trainer
    model = trainer.start(estimator, rows, Y, seed=0, **data)
    for seed in range(2):
        model = trainer.advance(model, rows, Y, n_steps, {}, seed=seed, **data)
    assert trainer.n_steps_done(model) == 2 * n_steps
    return model


def test_transformers_are_fitted_once() -> None:
    """Only the start fits the transformers."""
    CountingScaler.n_fits = 0
    train(make_pipeline(CountingScaler(), SGDClassifier()))
    assert CountingScaler.n_fits == 1


def test_pipeline_predicts_as_its_parts() -> None:
    """The last step sees the transformed rows, in training and in predicting."""
    boosting = HistGradientBoostingClassifier(early_stopping=False, max_iter=6)
    model = train(make_pipeline(StandardScaler(), PCA(4, random_state=0), boosting))
    whole = make_pipeline(StandardScaler(), PCA(4, random_state=0), boosting).fit(X, Y)
    assert np.allclose(outputs(model), outputs(whole), atol=1e-10)


@pytest.mark.parametrize("nothing", ["passthrough", None])
def test_steps_that_do_nothing(nothing: Any) -> None:
    """A step may be passthrough."""
    model = train(Pipeline([("a", nothing), ("b", MLPClassifier((4,)))]))
    assert model.predict(X).shape == Y.shape


def test_nested_pipeline() -> None:
    """The last step may be a pipeline, whose last step is trained."""
    inner = make_pipeline(StandardScaler(), SGDClassifier())
    estimator = Pipeline([("scale", StandardScaler()), ("model", inner)])
    name = "model__sgdclassifier__alpha"
    training = resolve_trainer(estimator, [name], mutable=[name])
    model = training.trainer.start(estimator, X, Y, seed=0)
    model = training.trainer.advance(model, X, Y, 1, {name: 0.25}, seed=0)
    assert training.roles == {name: "mutable"}
    assert model.get_params()[name] == 0.25
    assert model.predict(X).shape == Y.shape


def test_columns_of_a_data_frame() -> None:
    """A ColumnTransformer as the first step, with sparse output, is fitted once."""
    frame = pd.DataFrame({"a": X[:, 0], "b": np.where(X[:, 1] > 0, "x", "y")})
    columns = ColumnTransformer(
        [("n", StandardScaler(), ["a"]), ("c", OneHotEncoder(), ["b"])],
        sparse_threshold=1.0,
    )
    model = train(make_pipeline(columns, SGDClassifier()), frame)
    assert model.predict(frame).shape == Y.shape


@pytest.mark.parametrize("target", [Y, TARGET])
def test_target_encoder_does_not_leak(target: Any) -> None:
    """The last step is trained on cross-fitted encodings, the same in every step."""
    codes = np.arange(150)[:, None].astype(object)
    estimator = Pipeline([("encode", TargetEncoder()), ("model", Recorder())])
    trainer = resolve_trainer(estimator, [], batch_size=150, mutable=[]).trainer
    model = trainer.start(estimator, codes, target, seed=0)
    for _ in range(2):
        model = trainer.advance(model, codes, target, 1, {}, seed=0)
    (seen, *_), (again, *_) = model[-1].calls_
    assert np.array_equal(seen, again)
    # Each row has a category of its own, of which the other folds know nothing: its
    # encoding is their mean, where that of a new row would be its own target.
    assert len(np.unique(seen.round(10))) <= 5
    assert len(np.unique(model[0].transform(codes).round(10))) == len(set(target))


def test_metadata_goes_to_the_steps() -> None:
    """Fit parameters with the name of a step go to that step."""
    weight = (Y == 0).astype(float)
    model = train(
        make_pipeline(CountingScaler(), SGDClassifier()),
        fit_params={
            "countingscaler__sample_weight": weight,
            "sgdclassifier__sample_weight": weight,
        },
    )
    assert model[0].weight_ is weight
    assert set(model.predict(X)) == {0}


def test_metadata_without_a_step_is_refused() -> None:
    """A fit parameter that names no step is an error that says how to name it."""
    with pytest.raises(ValueError, match="'sgdclassifier__sample_weight'"):
        train(
            make_pipeline(StandardScaler(), SGDClassifier()),
            fit_params={"sample_weight": np.ones(len(X))},
        )


def test_routed_metadata() -> None:
    """With metadata routing the steps get what they request."""
    weight = (Y == 0).astype(float)
    with sklearn.config_context(enable_metadata_routing=True):
        model = train(
            make_pipeline(
                CountingScaler().set_fit_request(sample_weight=False),
                SGDClassifier().set_fit_request(sample_weight=True),
            ),
            fit_params={"sample_weight": weight},
        )
    assert model[0].weight_ is None
    assert set(model.predict(X)) == {0}


def test_cache_of_the_pipeline_is_used(tmp_path: Any) -> None:
    """A transformer that was fitted to these rows before comes from the cache."""
    estimator = Pipeline(
        [("scale", CountingScaler()), ("model", SGDClassifier())], memory=str(tmp_path)
    )
    CountingScaler.n_fits = 0
    train(estimator)
    train(estimator)
    assert CountingScaler.n_fits == 1


def refusal(estimator: Any, names: list[str]) -> str:
    """Return the message with which a pipeline is refused."""
    with pytest.raises(StepwiseTrainingError) as caught:
        resolve_trainer(estimator, names)
    return str(caught.value)


@pytest.mark.parametrize(
    "name", ["pca__n_components", "pca", "sgdclassifier", "memory", "steps"]
)
def test_other_parameters_of_a_pipeline_are_refused(name: str) -> None:
    """Only parameters of the last step can change, and the error says which it is."""
    message = refusal(make_pipeline(PCA(), SGDClassifier()), [name])
    assert repr(name) in message
    assert "begin with 'sgdclassifier__'" in message


def test_pipeline_without_a_model_is_refused() -> None:
    """A pipeline that ends with nothing has nothing to train."""
    message = refusal(Pipeline([("s", StandardScaler()), ("end", "passthrough")]), [])
    assert "'end'" in message


def test_step_that_cannot_transform_is_refused() -> None:
    """A step without `transform`, such as one that resamples, is refused."""

    class Sampler(BaseEstimator):
        def fit_resample(self, X: Any, y: Any) -> Any:
            return X, y

    message = refusal(Pipeline([("over", Sampler()), ("model", SGDClassifier())]), [])
    assert "'over'" in message
    assert "no 'transform'" in message
