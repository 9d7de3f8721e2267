"""What a surrogate model offers."""

from typing import Any, NamedTuple, Protocol, Self, runtime_checkable

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


class Posterior(NamedTuple):
    """What a surrogate believes of the noiseless score at some rows.

    .. versionadded:: 0.1

    Parameters
    ----------
    mean : ndarray of shape (n_rows,), dtype float64
        The posterior mean of each row.

    sd : ndarray of shape (n_rows,), dtype float64
        The posterior standard deviation of each row, greater than 0.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.surrogates import Posterior
    >>> mean, sd = Posterior(np.array([0.5]), np.array([0.1]))
    >>> mean
    array([0.5])
    """

    mean: FloatArray
    sd: FloatArray


class Surrogate(Protocol):
    """A probabilistic model of the score, to be maximised.

    .. versionadded:: 0.1

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.surrogates import GaussianProcess, Surrogate
    >>> model: Surrogate = GaussianProcess(np.array([0]))
    """

    def fit(
        self,
        features: FloatArray,
        targets: FloatArray,
        *,
        noise_scale: FloatArray | None = None,
    ) -> Self:
        """Learn from observations.

        Parameters
        ----------
        features : ndarray of shape (n, n_features), dtype float64
            One row for each observation.

        targets : ndarray of shape (n,), dtype float64
            The observed targets, mean 0 and standard deviation 1.

        noise_scale : ndarray of shape (n,), dtype float64, default=None
            How many times noisier each observation is than a full one; all
            ones when None.

        Returns
        -------
        self : Surrogate
            The model itself.
        """
        ...

    def predict(self, features: FloatArray) -> Posterior:
        """Predict the noiseless score.

        Parameters
        ----------
        features : ndarray of shape (n_rows, n_features), dtype float64
            The rows to predict.

        Returns
        -------
        posterior : Posterior
            Mean and standard deviation, ``n_rows`` each.
        """
        ...

    def condition(self, features: FloatArray) -> Self:
        """Believe that pending rows will score as predicted, or somewhat less.

        Parameters
        ----------
        features : ndarray of shape (n_pending, n_features), dtype float64
            Rows whose scores are not known yet.

        Returns
        -------
        conditioned : Surrogate
            A model that is certain where rows are pending; the model itself
            is left as it was.
        """
        ...


@runtime_checkable
class DifferentiableSurrogate(Surrogate, Protocol):
    """A surrogate whose predictions have derivatives.

    .. versionadded:: 0.1

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.surrogates import DifferentiableSurrogate, GaussianProcess
    >>> model: DifferentiableSurrogate = GaussianProcess(np.array([0]))
    """

    def predict_gradient(
        self, row: FloatArray
    ) -> tuple[float, float, FloatArray, FloatArray]:
        """Predict one row, with the derivatives by its features.

        Parameters
        ----------
        row : ndarray of shape (n_features,), dtype float64
            The row.

        Returns
        -------
        mean : float
            The posterior mean.

        sd : float
            The posterior standard deviation.

        mean_gradient : ndarray of shape (n_features,), dtype float64
            Derivative of the mean by each feature.

        sd_gradient : ndarray of shape (n_features,), dtype float64
            Derivative of the standard deviation by each feature.
        """
        ...


class PosteriorDraw(Protocol):
    """A function drawn from the posterior of a surrogate.

    .. versionadded:: 0.1

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.surrogates import GaussianProcess, PosteriorDraw
    >>> features, targets = np.array([[0.0], [1.0]]), np.array([-1.0, 1.0])
    >>> model = GaussianProcess(np.array([0])).fit(features, targets)
    >>> draw: PosteriorDraw = model.sample(np.random.default_rng(0))
    """

    @property
    def is_smooth(self) -> bool:
        """Whether there are gradients; without them only the values are asked for."""
        ...

    def __call__(self, features: FloatArray) -> FloatArray:
        """Evaluate many rows.

        Parameters
        ----------
        features : ndarray of shape (n_rows, n_features), dtype float64
            The rows.

        Returns
        -------
        values : ndarray of shape (n_rows,), dtype float64
            The function at each row.
        """
        ...

    def value_and_gradient(self, row: FloatArray) -> tuple[float, FloatArray]:
        """Evaluate one row, with the derivatives by its features.

        Parameters
        ----------
        row : ndarray of shape (n_features,), dtype float64
            The row.

        Returns
        -------
        value : float
            The function at the row.

        gradient : ndarray of shape (n_features,), dtype float64
            Its derivative by each feature.
        """
        ...


@runtime_checkable
class SampleableSurrogate(Surrogate, Protocol):
    """A surrogate that whole functions can be drawn from.

    .. versionadded:: 0.1

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.surrogates import GaussianProcess, SampleableSurrogate
    >>> model: SampleableSurrogate = GaussianProcess(np.array([0]))
    """

    def sample(self, rng: np.random.Generator) -> PosteriorDraw:
        """Draw a function from the posterior.

        Parameters
        ----------
        rng : numpy.random.Generator
            Source of randomness.

        Returns
        -------
        draw : PosteriorDraw
            The function.
        """
        ...


@runtime_checkable
class StatefulSurrogate(Surrogate, Protocol):
    """A surrogate whose next fit depends on more than what it is fitted to.

    .. versionadded:: 0.1

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.surrogates import GaussianProcess, StatefulSurrogate
    >>> model: StatefulSurrogate = GaussianProcess(np.array([0]))
    """

    def state_dict(self) -> dict[str, Any]:
        """Return what the next fit depends on.

        Returns
        -------
        state : dict
            Ready for JSON.
        """
        ...

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take over the state of an equal model.

        Parameters
        ----------
        state : dict
            What :meth:`state_dict` returned.
        """
        ...
