"""The models of all splits, as one estimator."""

from collections.abc import Callable, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, is_classifier
from sklearn.metrics import accuracy_score, r2_score
from sklearn.utils import get_tags
from sklearn.utils.metaestimators import available_if


def _all_have(name: str) -> Callable[[Any], bool]:
    """Return a check that a method is there in all models."""
    return lambda ensemble: all(hasattr(model, name) for model in ensemble.models)


def _have_decisions_only(ensemble: Any) -> bool:
    """Whether the models have decision functions and no probabilities.

    The two averages need not agree, and `predict` can only follow one of them.
    """
    if _all_have("predict_proba")(ensemble):
        return False
    return _all_have("decision_function")(ensemble) and _know_the_same(ensemble.models)


def _know_the_same(models: Sequence[Any]) -> bool:
    """Whether all models know the same classes, so that their columns match."""
    first, *others = [_by_output(getattr(model, "classes_", [])) for model in models]
    return all(
        np.array_equal(ours, theirs)
        for other in others
        for ours, theirs in zip(first, other, strict=True)
    )


def _by_output(values: Any) -> list[Any]:
    """Return what is known of each output as a list, of one output too."""
    return values if isinstance(values, list) else [values]


def _with_all_classes(proba: Any, known: Any, classes: Any) -> NDArray[np.float64]:
    """Return probabilities with a column for each class, 0 for an unknown one."""
    full = np.zeros((len(proba), len(classes)))
    full[:, np.searchsorted(classes, known)] = proba
    return full


class SplitEnsemble(BaseEstimator):  # type: ignore[misc]
    """Predicts by what several trained models agree on.

    Classifiers average their probabilities, or else their decision functions, and
    vote where they have neither; regressors average their predictions. The models
    are trained already: `fit` changes nothing, and a clone is the ensemble itself,
    as with :class:`sklearn.frozen.FrozenEstimator`.

    .. versionadded:: 0.1

    Parameters
    ----------
    models : sequence of estimators
        Trained models of one kind. Classifiers need not know the same classes: where
        a model has not met a class its probability is 0.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Class labels; only with classifiers.

    n_features_in_ : int
        Number of features that the models were trained with.

    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the features, where the models know them.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skhpo.population import SplitEnsemble
    >>> X, y = load_iris(return_X_y=True)
    >>> models = [LogisticRegression(C=C, max_iter=500).fit(X, y) for C in (0.1, 1.0)]
    >>> SplitEnsemble(models).score(X, y) > 0.9
    True
    """

    def __init__(self, models: Sequence[Any]) -> None:
        self.models = models

    def __sklearn_clone__(self) -> Self:
        """Stay trained."""
        return self

    def __sklearn_is_fitted__(self) -> bool:
        """Whether there is a model: all of them are trained."""
        return len(self.models) > 0

    def __sklearn_tags__(self) -> Any:
        """Return the tags of the models."""
        return get_tags(self.models[0])

    @property
    def classes_(self) -> Any:
        """Class labels that any model knows; a list of them with several outputs."""
        first = self.models[0].classes_
        if _know_the_same(self.models):
            return first
        known = zip(*(_by_output(model.classes_) for model in self.models), strict=True)
        union = [np.unique(np.concatenate(classes)) for classes in known]
        return union if isinstance(first, list) else union[0]

    @property
    def n_features_in_(self) -> int:
        """Number of features that the models were trained with."""
        n_features: int = self.models[0].n_features_in_
        return n_features

    @property
    def feature_names_in_(self) -> Any:
        """Names of the features."""
        return self.models[0].feature_names_in_

    def fit(self, X: Any, y: Any = None, **params: Any) -> Self:  # noqa: ARG002
        """Do nothing: the models are trained.

        Parameters
        ----------
        X : object
            Not used.

        y : object, default=None
            Not used.

        **params : dict
            Not used.

        Returns
        -------
        self : SplitEnsemble
            The ensemble, unchanged.
        """
        return self

    def predict(self, X: Any) -> NDArray[Any]:
        """Predict by average or vote.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The samples.

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
            The class with the greatest mean probability or decision function, or
            with most votes (the first of equals); the mean of the predictions of
            regressors.
        """
        if not is_classifier(self.models[0]):
            return np.asarray(self._mean("predict", X))
        if np.ndim(self.models[0].predict(X)) > 1:
            return self._vote(X)
        if _all_have("predict_proba")(self):
            return np.asarray(self.classes_[self.predict_proba(X).argmax(axis=1)])
        if _have_decisions_only(self):
            decision = self.decision_function(X)
            is_binary = decision.ndim == 1
            chosen = (decision > 0).astype(int) if is_binary else decision.argmax(1)
            return np.asarray(self.classes_[chosen])
        return self._vote(X)

    @available_if(_all_have("predict_proba"))  # type: ignore[untyped-decorator]
    def predict_proba(self, X: Any) -> Any:
        """Average the probabilities.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The samples.

        Returns
        -------
        proba : ndarray of shape (n_samples, n_classes), or list of such
            The probabilities, classes in the order of `classes_`; a list with an
            array for each output where the models return one.
        """
        if _know_the_same(self.models) and not isinstance(self.classes_, list):
            return self._mean("predict_proba", X)
        outputs = _by_output(self.classes_)
        means: list[Any] = [0.0] * len(outputs)
        for model in self.models:
            known = _by_output(model.classes_)
            for place, proba in enumerate(_by_output(model.predict_proba(X))):
                full = _with_all_classes(proba, known[place], outputs[place])
                means[place] = means[place] + full / len(self.models)
        return means if isinstance(self.classes_, list) else means[0]

    @available_if(_all_have("predict_proba"))  # type: ignore[untyped-decorator]
    def predict_log_proba(self, X: Any) -> Any:
        """Return the logarithms of the averaged probabilities.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The samples.

        Returns
        -------
        log_proba : ndarray of shape (n_samples, n_classes), or list of such
            The logarithms, in the form of `predict_proba`.
        """
        with np.errstate(divide="ignore"):
            proba = self.predict_proba(X)
            if isinstance(proba, list):
                return [np.log(one) for one in proba]
            return np.log(proba)

    @available_if(_have_decisions_only)  # type: ignore[untyped-decorator]
    def decision_function(self, X: Any) -> NDArray[np.float64]:
        """Average the decision functions, where there are no probabilities.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The samples.

        Returns
        -------
        decision : ndarray of shape (n_samples,) or (n_samples, n_classes)
            The averages.
        """
        return self._mean("decision_function", X)

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return the accuracy of a classifier, or R squared of a regressor.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The samples.

        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            What they should be.

        sample_weight : array-like of shape (n_samples,), default=None
            Weights.

        Returns
        -------
        score : float
            The score.
        """
        metric = accuracy_score if is_classifier(self.models[0]) else r2_score
        return float(metric(y, self.predict(X), sample_weight=sample_weight))

    def _mean(self, method: str, X: Any) -> NDArray[np.float64]:
        """Average what a method of the models returns."""
        outputs = [getattr(model, method)(X) for model in self.models]
        return np.asarray(np.mean(outputs, axis=0), dtype=np.float64)

    def _vote(self, X: Any) -> NDArray[Any]:
        """Return what most models predict, output by output."""
        votes = np.array([model.predict(X) for model in self.models])
        shape = votes.shape[1:]
        flat = votes.reshape(len(votes), -1)
        labels, codes = np.unique(flat, return_inverse=True)
        codes = codes.reshape(flat.shape)
        counts = (codes[:, :, None] == np.arange(len(labels))).sum(axis=0)
        return np.asarray(labels[counts.argmax(axis=1)].reshape(shape))
