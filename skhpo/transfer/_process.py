"""A Gaussian process around what earlier searches say."""

import copy
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from skhpo.surrogates import (
    GaussianProcess,
    Posterior,
    PosteriorDraw,
    Trend,
)
from skhpo.transfer._agreement import agreement_weights
from skhpo.transfer._knowledge import PriorKnowledge

FloatArray = NDArray[np.float64]

# With so many observations of its own a search needs no others, and weighing them
# would take longer than the rest of a proposal.
_MOST_OBSERVATIONS = 64


class TransferProcess:
    """A Gaussian process whose mean comes from earlier searches, as far as they agree.

    The mean functions of the searches are weighed by how well they predict the order
    of the observations, their weighted sum is subtracted, and the process is fitted to
    what is left (equation 5). Where no search agrees it is the process alone.

    .. versionadded:: 0.1

    Parameters
    ----------
    knowledge : PriorKnowledge
        The earlier searches.

    Attributes
    ----------
    weights : ndarray of shape (n_searches,), dtype float64
        The weights of the last fit; zeros before it.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.space import Real, SearchSpace
    >>> from skhpo.transfer import PriorKnowledge, PriorSearch, TransferProcess
    >>> points = np.linspace(0.0, 1.0, 8)[:, None]
    >>> search = PriorSearch(points, np.sin(6.0 * points[:, 0]))
    >>> space = SearchSpace({"C": Real(0.0, 1.0)})
    >>> process = TransferProcess(PriorKnowledge(space, [search]))
    >>> few = points[[0, 2, 5]]
    >>> mean, sd = process.fit(few, np.array([0.0, 1.2, -1.2])).predict(points)
    >>> bool(mean[6] < mean[1])
    True
    """

    def __init__(self, knowledge: PriorKnowledge) -> None:
        groups = knowledge.feature_map.groups
        self._knowledge = knowledge
        self._process = GaussianProcess(groups)
        # What is left out is predicted under the prior's hyperparameters: cheaper than
        # fitting them, and it depends on nothing but the observations.
        self._own = GaussianProcess(groups)
        self._trend: Trend | None = None
        self._shift = 0.0
        self.weights = np.zeros(len(knowledge.means))

    def fit(
        self,
        features: FloatArray,
        targets: FloatArray,
        *,
        noise_scale: FloatArray | None = None,
        optimize: bool = True,
    ) -> Self:
        """Weigh the searches and fit the process to what they do not explain.

        Parameters
        ----------
        features : ndarray of shape (n, n_features), dtype float64
            One row for each observation, n at least 1.

        targets : ndarray of shape (n,), dtype float64
            The observed targets, mean 0 and standard deviation 1.

        noise_scale : ndarray of shape (n,), dtype float64, default=None
            How many times greater the noise variance of each observation is than
            that of a full one; all ones when None.

        optimize : bool, default=True
            Whether the hyperparameters are fitted again.

        Returns
        -------
        self : TransferProcess
            The model itself.
        """
        self.weights = self.weigh(features, targets, noise_scale)
        self._trend, self._shift = None, 0.0
        residuals = targets
        if self.weights.any():
            self._trend = self._knowledge.means.weighted(self.weights)
            residuals = targets - self._trend(features)
            self._shift = float(residuals.mean())
            residuals = residuals - self._shift
        self._process.fit(
            features, residuals, noise_scale=noise_scale, optimize=optimize
        )
        return self

    def weigh(
        self,
        features: FloatArray,
        targets: FloatArray,
        noise_scale: FloatArray | None = None,
    ) -> FloatArray:
        """Weigh the searches and fit nothing.

        Parameters
        ----------
        features : ndarray of shape (n, n_features), dtype float64
            One row for each observation, n at least 1.

        targets : ndarray of shape (n,), dtype float64
            The observed targets, mean 0 and standard deviation 1.

        noise_scale : ndarray of shape (n,), dtype float64, default=None
            As for :meth:`fit`.

        Returns
        -------
        weights : ndarray of shape (n_searches,), dtype float64
            What a fit would weigh them by.
        """
        if len(targets) > _MOST_OBSERVATIONS:
            return np.zeros(len(self._knowledge.means))
        self._own.fit(features, targets, noise_scale=noise_scale, optimize=False)
        return agreement_weights(
            self._knowledge.means(features),
            self._own.predict_left_out(),
            targets,
            trust=self._knowledge.trust,
        )

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
        mean, sd = self._process.predict(features)
        if self._trend is not None:
            mean = mean + self._trend(features) + self._shift
        return Posterior(mean, sd)

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
        mean, sd, mean_gradient, sd_gradient = self._process.predict_gradient(row)
        if self._trend is not None:
            value, gradient = self._trend.value_and_gradient(row)
            mean += value + self._shift
            mean_gradient = mean_gradient + gradient
        return mean, sd, mean_gradient, sd_gradient

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
        draw = self._process.sample(rng)
        return draw if self._trend is None else _TrendedDraw(draw, self._trend)

    def condition(self, features: FloatArray, *, pessimism: float = 0.5) -> Self:
        """Believe that pending rows will score less than their posterior mean.

        Parameters
        ----------
        features : ndarray of shape (n_pending, n_features), dtype float64
            Rows whose scores are not known yet.

        pessimism : float, default=0.5
            By how many posterior standard deviations less.

        Returns
        -------
        conditioned : TransferProcess
            Another model; this one is left as it was.
        """
        # the mean of what is left is what the process itself predicts of it
        conditioned = copy.copy(self)
        conditioned._process = self._process.condition(features, pessimism=pessimism)
        return conditioned

    def state_dict(self) -> dict[str, Any]:
        """Return what the next fit depends on, ready for JSON.

        Returns
        -------
        state : dict
            That of the process; the searches are not part of it.
        """
        return self._process.state_dict()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take over the state of a model with the same searches.

        Parameters
        ----------
        state : dict
            What :meth:`state_dict` returned.
        """
        self._process.load_state_dict(state)


class _TrendedDraw:
    """A draw of what is left, with the trend; a constant would change no ranking."""

    is_smooth = True

    def __init__(self, draw: PosteriorDraw, trend: Trend) -> None:
        self._draw = draw
        self._trend = trend

    def __call__(self, features: FloatArray) -> FloatArray:
        """Evaluate many rows."""
        return self._draw(features) + self._trend(features)

    def value_and_gradient(self, row: FloatArray) -> tuple[float, FloatArray]:
        """Evaluate one row, with the derivatives by its features."""
        value, gradient = self._draw.value_and_gradient(row)
        trend, slope = self._trend.value_and_gradient(row)
        return value + trend, gradient + slope
