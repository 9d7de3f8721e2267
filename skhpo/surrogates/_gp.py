"""Gaussian process with a Matern-5/2 kernel and maximum-a-posteriori parameters."""

import copy
from typing import Any, Self, cast

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import blas, lapack
from scipy.optimize import minimize

from skhpo.surrogates._base import FloatArray, Posterior
from skhpo.surrogates._draw import GaussianProcessDraw, draw_from_prior
from skhpo.surrogates._matern import matern, matern_and_slope, squared_distances

_JITTER = 1e-8
_SMALLEST_VARIANCE = 1e-12
_LOG_2_PI = float(np.log(2.0 * np.pi))

# Gaussian priors on the logarithms: mean and standard deviation. The mean
# lengthscale grows with the square root of the number of groups, as distances
# in the unit cube do.
_LENGTHSCALE_FACTOR, _LENGTHSCALE_SD = 0.5, 0.5
_AMPLITUDE_MEAN, _AMPLITUDE_SD = 0.0, 1.0
_NOISE_MEAN, _NOISE_SD = -4.6, 1.0

_LENGTHSCALE_BOUNDS = (float(np.log(0.02)), float(np.log(200.0)))
_AMPLITUDE_BOUNDS = (-5.0, 5.0)
_NOISE_BOUNDS = (float(np.log(1e-6)), 0.0)

# A second start of the optimizer from the prior mean, whenever the number of
# observations is a multiple of the period; too dear for large matrices.
_RESTART_PERIOD = 8
_RESTART_LIMIT = 200

# Pending candidates are believed to score so many standard deviations less than
# expected. On 15 tuning problems, 12 seeds, that halved what 8 of them cost after 64
# evaluations; 0 and 2 were worse, 1 about as good.
_PESSIMISM = 0.5


class GaussianProcess:
    """Gaussian process with one lengthscale for each group of features.

    The kernel is the Matern-5/2 with automatic relevance determination [1]_.
    Lengthscales, amplitude and noise have log-normal priors and are set to
    their posterior mode by L-BFGS-B, starting from the mode of the last fit.

    .. versionadded:: 0.1

    Parameters
    ----------
    groups : ndarray of shape (n_features,), dtype int
        The lengthscale group of each feature, from 0.

    Attributes
    ----------
    theta : ndarray of shape (n_groups + 2,), dtype float64
        Logarithms of the lengthscales, of the amplitude and of the noise
        variance. The prior means before the first fit.

    References
    ----------
    .. [1] J. Snoek, H. Larochelle, R. P. Adams, "Practical Bayesian optimization
       of machine learning algorithms", 2012.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.surrogates import GaussianProcess
    >>> features = np.linspace(0, 1, 6)[:, None]
    >>> targets = np.sin(6 * features[:, 0])
    >>> model = GaussianProcess(np.array([0])).fit(features, targets)
    >>> mean, sd = model.predict(np.array([[0.5]]))
    >>> bool(abs(mean[0] - np.sin(3.0)) < 0.1)
    True
    """

    def __init__(self, groups: NDArray[np.intp]) -> None:
        self.groups = np.asarray(groups, dtype=np.intp)
        self.n_groups = int(self.groups.max(initial=-1)) + 1
        self._prior_mean, self._prior_sd = _prior(self.n_groups)
        self.theta = self._prior_mean.copy()
        self._is_fitted = False
        self._features = np.empty((0, len(self.groups)))
        self._targets = np.empty(0)
        self._noise_scale = np.empty(0)

    def fit(
        self,
        features: FloatArray,
        targets: FloatArray,
        *,
        noise_scale: FloatArray | None = None,
        optimize: bool = True,
    ) -> Self:
        """Set the hyperparameters to their mode and factorise the covariance.

        Parameters
        ----------
        features : ndarray of shape (n, n_features), dtype float64
            One row for each observation, n at least 1.

        targets : ndarray of shape (n,), dtype float64
            The observed targets, mean 0 and standard deviation 1.

        noise_scale : ndarray of shape (n,), dtype float64, default=None
            How many times greater the noise variance of each observation is
            than that of a full one; all ones when None.

        optimize : bool, default=True
            Whether the hyperparameters are fitted again; if not, those of the
            last fit are kept.

        Returns
        -------
        self : GaussianProcess
            The model itself.
        """
        self._features = np.asarray(features, dtype=np.float64)
        self._targets = np.asarray(targets, dtype=np.float64)
        self._noise_scale = (
            np.ones(len(targets)) if noise_scale is None else noise_scale
        )
        if optimize:
            self._optimize()
            self._is_fitted = True
        self._factorize()
        return self

    def predict(self, features: FloatArray) -> Posterior:
        """Predict the noiseless score (equation 5).

        Parameters
        ----------
        features : ndarray of shape (n_rows, n_features), dtype float64
            The rows to predict.

        Returns
        -------
        posterior : Posterior
            Mean and standard deviation, ``n_rows`` each.
        """
        cross = matern(squared_distances(features / self._scale, self._scaled))
        cross *= self._amplitude
        mean = cross @ self._alpha
        half = _multiply_lower(self._inverse_factor, cross)
        variance = self._amplitude - np.einsum("ij,ij->j", half, half)
        return Posterior(mean, np.sqrt(np.maximum(variance, _SMALLEST_VARIANCE)))

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
        difference = row / self._scale - self._scaled
        squared = np.einsum("ij,ij->i", difference, difference)
        correlation, slope = matern_and_slope(squared)
        cross = self._amplitude * correlation
        weights = _solve(self._cholesky, cross)
        variance = max(float(self._amplitude - cross @ weights), _SMALLEST_VARIANCE)
        sd = variance**0.5
        # dk_i / dx_f = a M'(r^2) 2 (x_f - F_if) / l_f^2
        slope *= 2.0 * self._amplitude
        by_feature = difference / self._scale
        mean_gradient = (slope * self._alpha) @ by_feature
        sd_gradient = (slope * weights) @ by_feature / -sd
        return float(cross @ self._alpha), sd, mean_gradient, sd_gradient

    def sample(self, rng: np.random.Generator) -> GaussianProcessDraw:
        """Draw a function from the posterior (equations 6 and 7).

        The prior is drawn by random Fourier features, and the draw corrected at
        the observations, as in Wilson et al. [1]_.

        Parameters
        ----------
        rng : numpy.random.Generator
            Source of randomness.

        Returns
        -------
        draw : PosteriorDraw
            The function.

        References
        ----------
        .. [1] J. T. Wilson, V. Borovitskiy, A. Terenin, P. Mostowsky,
           M. P. Deisenroth, "Efficiently sampling functions from Gaussian process
           posteriors", 2020.
        """
        prior = draw_from_prior(len(self.groups), self._amplitude, rng)
        noise_sd = np.sqrt(np.exp(self.theta[-1]) * self._noise_scale)
        noise = noise_sd * rng.standard_normal(len(self._targets))
        residuals = self._targets - prior(self._scaled) - noise
        weights = self._amplitude * _solve(self._cholesky, residuals)
        return GaussianProcessDraw(prior, self._scaled, self._scale, weights)

    def condition(self, features: FloatArray, *, pessimism: float = _PESSIMISM) -> Self:
        """Believe that pending rows will score less than their posterior mean.

        Without pessimism this is the kriging believer [1]_; the hyperparameters stay as
        they are.

        Parameters
        ----------
        features : ndarray of shape (n_pending, n_features), dtype float64
            Rows whose scores are not known yet.

        pessimism : float, default=0.5
            By how many posterior standard deviations the scores that are believed
            lie below the posterior means. It keeps proposals apart.

        Returns
        -------
        conditioned : GaussianProcess
            Another model; this one is left as it was.

        References
        ----------
        .. [1] D. Ginsbourger, R. Le Riche, L. Carraro, "Kriging is well-suited to
           parallelize optimization", 2010.
        """
        conditioned = copy.copy(self)
        conditioned._features = np.vstack([self._features, features])
        expected = self.predict(features)
        believed = expected.mean - pessimism * expected.sd
        conditioned._targets = np.concatenate([self._targets, believed])
        conditioned._noise_scale = np.concatenate(
            [self._noise_scale, np.ones(len(features))]
        )
        conditioned._factorize()
        return conditioned

    def predict_left_out(self) -> FloatArray:
        """Predict each observation from the others.

        Returns
        -------
        means : ndarray of shape (n,), dtype float64
            The posterior mean of each observation that was fitted to, without it
            (Rasmussen and Williams [1]_, equation 5.12).

        References
        ----------
        .. [1] C. E. Rasmussen, C. K. I. Williams, "Gaussian processes for machine
           learning", 2006.
        """
        precisions = np.diagonal(_inverse(self._cholesky))
        return self._targets - self._alpha / precisions

    def state_dict(self) -> dict[str, Any]:
        """Return what the next fit depends on, ready for JSON.

        Returns
        -------
        state : dict
            The hyperparameters, and whether they were ever fitted.
        """
        return {"theta": self.theta.tolist(), "is_fitted": self._is_fitted}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take over hyperparameters; the observations must be fitted anew.

        Parameters
        ----------
        state : dict
            What :meth:`state_dict` returned.
        """
        self.theta = np.array(state["theta"], dtype=np.float64)
        self._is_fitted = bool(state["is_fitted"])

    def _optimize(self) -> None:
        """Set theta to the best mode that L-BFGS-B finds from one or two starts."""
        n = len(self._targets)
        starts = [self.theta]
        if self._is_fitted and n % _RESTART_PERIOD == 0 and n <= _RESTART_LIMIT:
            starts.append(self._prior_mean)
        results = [
            minimize(
                self.negative_log_posterior,
                start,
                jac=True,
                method="L-BFGS-B",
                bounds=_bounds(self.n_groups),
                options={"maxiter": 40, "ftol": 1e-5, "gtol": 1e-3},
            )
            for start in starts
        ]
        best = min(results, key=lambda result: float(result.fun))
        if np.isfinite(best.fun):
            self.theta = np.asarray(best.x, dtype=np.float64)

    def negative_log_posterior(self, theta: FloatArray) -> tuple[float, FloatArray]:
        """Evaluate equation 4 and its gradient on the observations of the last fit.

        Parameters
        ----------
        theta : ndarray of shape (n_groups + 2,), dtype float64
            Where to evaluate.

        Returns
        -------
        value : float
            Equation 4 up to a constant of the prior.

        gradient : ndarray of shape (n_groups + 2,), dtype float64
            Its derivative by theta.
        """
        amplitude, noise = np.exp(theta[-2:])
        scaled = self._features / np.exp(theta[:-2])[self.groups]
        correlation, slope = matern_and_slope(squared_distances(scaled, scaled))
        factor = _robust_cholesky(amplitude, correlation, noise * self._noise_scale)
        alpha = _solve(factor, self._targets)
        deviation = (theta - self._prior_mean) / self._prior_sd
        # Of a strided array, NumPy before 2 computes logarithms whose last bits
        # depend on where in memory the result lies, hence the copy.
        pivots = np.diagonal(factor).copy()
        value = (
            0.5 * self._targets @ alpha
            + np.log(pivots).sum()
            + 0.5 * len(alpha) * _LOG_2_PI
            + 0.5 * deviation @ deviation
        )
        # d(-log p) / dK = (K^-1 - alpha alpha') / 2
        outer = _inverse(factor)
        outer -= np.outer(alpha, alpha)
        outer *= 0.5
        gradient = deviation / self._prior_sd
        slope *= outer
        slope *= amplitude
        gradient[:-2] += self._lengthscale_gradient(scaled, slope)
        gradient[-2] += amplitude * np.vdot(outer, correlation)
        gradient[-1] += noise * (np.diagonal(outer) @ self._noise_scale)
        return float(value), gradient

    def _lengthscale_gradient(
        self, scaled: FloatArray, weights: FloatArray
    ) -> FloatArray:
        """Sum weights_ij d(r_ij^2) / d(log l) over all pairs.

        sum_ij A_ij (Z_if - Z_jf)^2 = 2 (sum_i Z_if^2 rowsum(A)_i - sum_i Z_if (A Z)_if)
        for a symmetric A, which needs no array of n x n x D.
        """
        by_feature = 2.0 * (
            weights.sum(axis=1) @ scaled**2
            - np.einsum("if,if->f", scaled, weights @ scaled)
        )
        sums = np.bincount(self.groups, by_feature, minlength=self.n_groups)
        return cast(FloatArray, -2.0 * sums)

    def _factorize(self) -> None:
        """Prepare what predictions need, at the present theta."""
        amplitude, noise = np.exp(self.theta[-2:])
        self._amplitude = float(amplitude)
        self._scale = np.exp(self.theta[:-2])[self.groups]
        self._scaled = self._features / self._scale
        correlation = matern(squared_distances(self._scaled, self._scaled))
        self._cholesky = _robust_cholesky(
            amplitude, correlation, noise * self._noise_scale
        )
        # for the many rows of a proposal, multiplying is twice as fast as solving
        self._inverse_factor = cast(
            FloatArray, lapack.dtrtri(self._cholesky, lower=1)[0]
        )
        self._alpha = _solve(self._cholesky, self._targets)


def _prior(n_groups: int) -> tuple[FloatArray, FloatArray]:
    """Return mean and standard deviation of the Gaussian prior of theta."""
    lengthscale = np.log(_LENGTHSCALE_FACTOR * max(n_groups, 1) ** 0.5)
    mean = np.append(np.full(n_groups, lengthscale), [_AMPLITUDE_MEAN, _NOISE_MEAN])
    sd = np.append(np.full(n_groups, _LENGTHSCALE_SD), [_AMPLITUDE_SD, _NOISE_SD])
    return mean, sd


def _bounds(n_groups: int) -> list[tuple[float, float]]:
    """Return the bounds of theta."""
    return [_LENGTHSCALE_BOUNDS] * n_groups + [_AMPLITUDE_BOUNDS, _NOISE_BOUNDS]


def _robust_cholesky(
    amplitude: float, correlation: FloatArray, noise: FloatArray
) -> FloatArray:
    """Factorise equation 3, with ten times the jitter until it succeeds."""
    jitter = _JITTER
    while True:
        noisy = amplitude * correlation
        np.einsum("ii->i", noisy)[:] += noise + jitter
        # the transpose of a symmetric C-ordered array is the same matrix in
        # Fortran order, which LAPACK can overwrite instead of copying
        factor, info = lapack.dpotrf(noisy.T, lower=1, clean=1, overwrite_a=1)
        if info == 0:
            return cast(FloatArray, factor)
        assert jitter < 1e3, "a covariance with finite entries was not factorised"
        jitter *= 10.0


def _solve(factor: FloatArray, right: FloatArray) -> FloatArray:
    """Return K^-1 right, given the factor of K."""
    return cast(FloatArray, lapack.dpotrs(factor, right, lower=1)[0])


def _multiply_lower(lower: FloatArray, rows: FloatArray) -> FloatArray:
    """Return L rows', overwriting the rows, whose transpose BLAS need not copy."""
    return cast(FloatArray, blas.dtrmm(1.0, lower, rows.T, lower=1, overwrite_b=1))


def _inverse(factor: FloatArray) -> FloatArray:
    """Return K^-1 as a full symmetric matrix, given the factor of K."""
    inverse, _ = lapack.dpotri(factor, lower=1)
    # dpotri fills the lower triangle only; above it, clean=1 left zeros
    inverse += inverse.T
    np.einsum("ii->i", inverse)[:] *= 0.5
    # C order, as that of the matrices that it is multiplied by, is much faster
    return cast(FloatArray, inverse.T)
