"""What several earlier searches say together."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from skhpo.space import FeatureMap, SearchSpace
from skhpo.surrogates import MeanFunctions, transform_targets
from skhpo.transfer._agreement import PRIOR_OF_SOME, agreement_weights
from skhpo.transfer._prior_search import PriorSearch

FloatArray = NDArray[np.float64]

# So many of the best candidates of each search may become first candidates.
_N_BEST = 10
_TIE_BREAK = 1e-3
# So many candidates of each search tell whether the others agree with it.
_MOST_COMPARED = 32


class PriorKnowledge:
    """Models of earlier searches over one space.

    .. versionadded:: 0.1

    Parameters
    ----------
    space : SearchSpace
        The present space.

    searches : sequence of PriorSearch
        The earlier searches, at least one.

    Attributes
    ----------
    feature_map : FeatureMap
        From points to what the models see.

    searches : tuple of PriorSearch
        The earlier searches.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.space import Real, SearchSpace
    >>> from skhpo.transfer import PriorKnowledge, PriorSearch
    >>> space = SearchSpace({"C": Real(0.0, 1.0)})
    >>> points = np.array([[0.1], [0.5], [0.9]])
    >>> knowledge = PriorKnowledge(space, [PriorSearch(points, points[:, 0])])
    >>> knowledge.first_points(1, taken=np.empty((0, 1)))
    array([[0.9]])
    """

    def __init__(self, space: SearchSpace, searches: Sequence[PriorSearch]) -> None:
        self.space = space
        self.feature_map = FeatureMap(space.axes)
        self.searches = tuple(searches)

    @cached_property
    def means(self) -> MeanFunctions:
        """The mean of each search's model, in standard deviations of its targets."""
        data = [
            (self.features(one.points), transform_targets(one.scores))
            for one in self.searches
        ]
        return MeanFunctions(self.feature_map.groups, data)

    @cached_property
    def trust(self) -> FloatArray:
        """The weights that the searches deserve before there is any score.

        Those that each would have had in the others on average, against knowing nothing
        (equation 4): where searches contradict each other, one more data set will
        hardly be as they say. Of a single search nothing is known: 0.75.
        """
        n_searches = len(self.searches)
        if n_searches == 1:
            return np.array([PRIOR_OF_SOME])
        weights = [self._weights_of_others(number) for number in range(n_searches)]
        return np.asarray(np.mean(weights, axis=0), dtype=np.float64)

    def features(self, points: FloatArray) -> FloatArray:
        """Return what the models see of points.

        Parameters
        ----------
        points : ndarray of shape (n, n_dims), dtype float64
            Canonical points.

        Returns
        -------
        features : ndarray of shape (n, n_features), dtype float64
            Their features.
        """
        return self.feature_map.transform(points, self.space.active(points))

    def first_points(self, n_points: int, *, taken: FloatArray) -> FloatArray:
        """Choose points that together serve all of the earlier searches.

        Among the best points of each search, each choice is the one that raises most
        what the best point so far is expected to reach, in the mean over the
        searches, as in Wistuba et al. [1]_.

        Parameters
        ----------
        n_points : int
            How many points are wanted.

        taken : ndarray of shape (n_taken, n_dims), dtype float64
            Points that are evaluated anyway.

        Returns
        -------
        points : ndarray of shape (n_chosen, n_dims), dtype float64
            Canonical points that the constraint allows, fewer where there are not so
            many.

        References
        ----------
        .. [1] M. Wistuba, N. Schilling, L. Schmidt-Thieme, "Sequential model-free
           hyperparameter tuning", 2015.
        """
        pool = self._pool(taken)
        expected = self.means(self.features(pool))
        reached = np.full(len(self.searches), expected.min(initial=0.0))
        if len(taken):
            reached = self.means(self.features(taken)).max(axis=0)
        chosen: list[int] = []
        for _ in range(min(n_points, len(pool))):
            gain = np.maximum(expected, reached).mean(axis=1)
            # once all of them are served, what they expect most of is next
            gain += _TIE_BREAK * expected.mean(axis=1)
            gain[chosen] = -np.inf
            chosen.append(int(np.argmax(gain)))
            reached = np.maximum(reached, expected[chosen[-1]])
        return pool[chosen]

    def _weights_of_others(self, number: int) -> FloatArray:
        """Return how far the other searches predict the order of one, itself 0."""
        search = self.searches[number]
        step = -(-len(search.scores) // _MOST_COMPARED)
        targets = transform_targets(search.scores[::step])
        means = self.means(self.features(search.points[::step]))
        others = np.delete(means, number, axis=1)
        weights = agreement_weights(others, np.zeros(len(targets)), targets)
        return np.insert(weights, number, 0.0)

    def _pool(self, taken: FloatArray) -> FloatArray:
        """Return the best points of each search, each once, allowed and not taken."""
        seen = {self.space.key(point) for point in taken}
        pool: list[FloatArray] = []
        for search in self.searches:
            order = np.argsort(-search.scores, kind="stable")
            for point in search.points[order[:_N_BEST]]:
                key = self.space.key(point)
                if key in seen:
                    continue
                seen.add(key)
                if self.space.is_allowed(self.space.decode(point)):
                    pool.append(point)
        return np.array(pool).reshape(len(pool), self.space.n_dims)
