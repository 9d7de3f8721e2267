"""Bayesian optimization: a Gaussian process and the expected improvement."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from skhpo.acquisition import AcquisitionOptimizer, LogExpectedImprovement
from skhpo.generators._active_set import ActiveSet
from skhpo.generators._base import BaseGenerator
from skhpo.generators._observations import Observations, collect_observations
from skhpo.generators._proposal import Prescribed, Proposal
from skhpo.generators._threads import one_blas_thread
from skhpo.space import FeatureMap, SearchSpace
from skhpo.surrogates import GaussianProcess, transform_targets

FloatArray = NDArray[np.float64]

# One known-good configuration is worth more than two Sobol points; designs of 3 to 8
# were ties in experiments, and 12 cost much.
_N_INITIAL, _N_SOBOL_AFTER_PRESCRIBED = 4, 2
_N_ELITES = 5
# From so many observations on, the hyperparameters are fitted again only after
# one observation in twenty.
_ALWAYS_REFIT, _REFIT_SHARE = 200, 20


class BayesianGenerator(BaseGenerator):
    """Proposes where a model of the scores expects the greatest improvement.

    After an initial design, a Gaussian process is fitted to the transformed
    scores and the logarithm of the expected improvement is maximised, as in
    Snoek et al. [1]_. Pending candidates are believed to score as predicted;
    candidates that were told of in part count for less; failed ones score as the
    worst of the others.

    .. versionadded:: 0.1

    Parameters
    ----------
    space : SearchSpace
        The space.

    rng : numpy.random.Generator
        Source of all randomness.

    prescribed : sequence of (mapping, str), default=()
        Parameters to propose first, some or all of them, and their origin.

    n_initial : int or "auto", default="auto"
        Size of the initial design; the prescribed candidates count. ``"auto"`` is
        two more than the prescribed candidates, and 4 without any.

    References
    ----------
    .. [1] J. Snoek, H. Larochelle, R. P. Adams, "Practical Bayesian optimization
       of machine learning algorithms", 2012.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.generators import BayesianGenerator
    >>> from skhpo.space import Real, SearchSpace
    >>> from skhpo.trials import Trial, TrialStatus
    >>> space = SearchSpace({"x": Real(0.0, 1.0)})
    >>> generator = BayesianGenerator(space, np.random.default_rng(0))
    >>> best = -np.inf
    >>> for _ in range(12):
    ...     candidate = generator.ask()
    ...     score = -((candidate.params["x"] - 0.3) ** 2)
    ...     generator.tell(Trial(candidate, np.array([score]), TrialStatus.COMPLETE))
    ...     best = max(best, score)
    >>> bool(best > -1e-3)
    True
    """

    def __init__(
        self,
        space: SearchSpace,
        rng: np.random.Generator,
        *,
        prescribed: Sequence[Prescribed] = (),
        n_initial: int | Literal["auto"] = "auto",
    ) -> None:
        if n_initial == "auto":
            n_initial = _N_INITIAL
            if prescribed:
                n_initial = len(prescribed) + _N_SOBOL_AFTER_PRESCRIBED
        super().__init__(space, rng, prescribed=prescribed, n_initial=n_initial)
        self._feature_map = FeatureMap(space.axes)
        self._model = GaussianProcess(self._feature_map.groups)
        self._optimizer = AcquisitionOptimizer(space, self._feature_map)
        self._active_set = ActiveSet()
        self._n_at_refit = 0

    def propose(self) -> Iterator[Proposal]:
        """Rank points by the expected improvement; Sobol points without a model.

        Yields
        ------
        proposal : Proposal
            A point, the most promising first.
        """
        observations = collect_observations(self.trials)
        if observations.n_finite < 2:
            yield from self.sobol()
            return
        with one_blas_thread():
            points = self._rank(observations)
        for point in points:
            yield Proposal(point, "bayesian")

    def state_dict(self) -> dict[str, Any]:
        """Return the whole state, that of the random generator included.

        Returns
        -------
        state : dict
            Ready for JSON.
        """
        return super().state_dict() | {
            "model": self._model.state_dict(),
            "left_out": sorted(self._active_set.left_out),
            "n_at_refit": self._n_at_refit,
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take over the state of a generator that was made with equal arguments.

        Parameters
        ----------
        state : mapping of str to object
            What :meth:`state_dict` returned.
        """
        super().load_state_dict(state)
        self._model.load_state_dict(state["model"])
        self._active_set.left_out = set(state["left_out"])
        self._n_at_refit = int(state["n_at_refit"])

    def _rank(self, observations: Observations) -> FloatArray:
        """Fit the model and maximise the expected improvement."""
        used = observations.take(self._active_set.select(observations, self.rng))
        points = self._points(used.indices)
        features = self._features(points)
        targets = transform_targets(used.scores)
        self._model.fit(
            features,
            targets,
            noise_scale=used.noise_scale,
            optimize=self._is_refit_due(len(observations.indices)),
        )
        best_first = np.argsort(-self._model.predict(features).mean, kind="stable")
        pending = np.setdiff1d(np.arange(len(self.candidates)), observations.indices)
        model = self._model
        if len(pending):
            model = model.condition(self._features(self._points(pending)))
        return self._optimizer.maximize(
            LogExpectedImprovement(model, float(targets.max())),
            elites=points[best_first[:_N_ELITES]],
            is_eligible=self.is_eligible,
            rng=self.rng,
        )

    def _is_refit_due(self, n_observations: int) -> bool:
        """Tell whether the hyperparameters are to be fitted again."""
        n_new = n_observations - self._n_at_refit
        if n_observations > _ALWAYS_REFIT and n_new < n_observations // _REFIT_SHARE:
            return False
        self._n_at_refit = n_observations
        return True

    def _points(self, indices: NDArray[np.intp]) -> FloatArray:
        """Return the points of candidates."""
        return np.array([self.candidates[index].point for index in indices])

    def _features(self, points: FloatArray) -> FloatArray:
        """Return the features of points."""
        return self._feature_map.transform(points, self.space.active(points))
