"""What trains a model step by step, and which parameters may change on the way."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

__all__ = ["ResolvedTraining", "Role", "Trainer"]

Role = Literal["mutable", "structural"]


class Trainer(Protocol):
    """Trains one kind of estimator step by step.

    A trainer holds no state: all state is in the model, so that a copy of the model
    (by `copy.deepcopy` or by pickling) goes on exactly as the original would have.
    Trainers can be pickled. The model is always an estimator that predicts.

    .. versionadded:: 0.1

    Attributes
    ----------
    unit : str
        What one step is: ``"epochs"``, ``"iterations"`` or ``"trees"``.
    """

    @property
    def unit(self) -> str:
        """What one step is: ``"epochs"``, ``"iterations"`` or ``"trees"``.

        Returns
        -------
        unit : str
            A noun in the plural.
        """

    def start(
        self,
        estimator: Any,
        X: Any,
        y: Any,
        *,
        seed: int,
        classes: Any = None,
        fit_params: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return a fresh model, made ready for the training rows of one split.

        The estimator is cloned and not touched. The transformers of a pipeline are
        fitted here, once; no training step is taken.

        Parameters
        ----------
        estimator : estimator object
            What to train, with the structural parameters set already. Its mutable
            parameters do not matter: `advance` sets them.

        X : array-like of shape (n_samples, n_features)
            The training rows of one split.

        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Their targets.

        seed : int
            Takes the place of every ``random_state`` that is None or a generator,
            and of the one of the estimator that is trained.

        classes : ndarray of shape (n_classes,), default=None
            The classes in the whole of the data, of which a split may lack some;
            None for regressors and for targets of several outputs.

        fit_params : dict, default=None
            What is passed to ``fit``, sliced to the training rows.

        Returns
        -------
        model : estimator object
            The model, with no step done.
        """

    def advance(
        self,
        model: Any,
        X: Any,
        y: Any,
        n_steps: int,
        params: Mapping[str, Any],
        *,
        seed: int,
        classes: Any = None,
        fit_params: Mapping[str, Any] | None = None,
    ) -> Any:
        """Set parameters, then train for more steps.

        The result is a function of the arguments, bit for bit. An exception that the
        estimator raises is passed on; the model is of no use then.

        Parameters
        ----------
        model : estimator object
            What `start` or `advance` returned, or a copy of it; it may be changed.

        X : array-like of shape (n_samples, n_features)
            The rows that the model was started with.

        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Their targets.

        n_steps : int
            How many more steps to train, at least 1.

        params : dict
            Parameters under their full names, such as ``"classifier__alpha"``, in
            force from now on. Structural ones may be among them with the values that
            the model was started with.

        seed : int
            Drives whatever is random in these steps, such as shuffling.

        classes : ndarray of shape (n_classes,), default=None
            As for `start`.

        fit_params : dict, default=None
            As for `start`.

        Returns
        -------
        model : estimator object
            The trained model: the same object or another.
        """

    def n_steps_done(self, model: Any) -> int:
        """Return how many steps a model has been trained for.

        Parameters
        ----------
        model : estimator object
            What `start` or `advance` returned, or a copy of it.

        Returns
        -------
        n_steps : int
            Number of steps since `start`.
        """


@dataclass(frozen=True)
class ResolvedTraining:
    """How an estimator is trained step by step, and the role of each parameter.

    .. versionadded:: 0.1

    Parameters
    ----------
    trainer : Trainer
        What trains it.

    roles : dict of str -> {"mutable", "structural"}
        For each parameter asked about: a mutable one acts when it is changed in the
        middle of the training. A structural one belongs to the trained weights: it
        is set before `Trainer.start`, and a copy of a model keeps it.

    Examples
    --------
    >>> from sklearn.neural_network import MLPClassifier
    >>> from skhpo.population import resolve_trainer
    >>> names = ["alpha", "hidden_layer_sizes"]
    >>> resolve_trainer(MLPClassifier(), names).roles
    {'alpha': 'mutable', 'hidden_layer_sizes': 'structural'}
    """

    trainer: Trainer
    roles: Mapping[str, Role]
