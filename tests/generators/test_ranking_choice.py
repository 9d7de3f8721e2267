"""The Bayesian generator with each surrogate and acquisition function."""

from typing import get_args

import numpy as np
import pytest

from skhpo.acquisition import AcquisitionName
from skhpo.exceptions import SpaceExhaustedError
from skhpo.generators import BayesianGenerator
from skhpo.space import Categorical, Integer, Real, SearchSpace
from skhpo.surrogates import GaussianProcess, Posterior
from skhpo.testing import GeneratorContract
from skhpo.trials import Trial, TrialStatus

SPACE = SearchSpace({name: Real(0.0, 1.0) for name in "abc"})


class Nearest:
    """A third party's surrogate: the nearest observation."""

    def fit(self, features, targets, *, noise_scale=None):  # noqa: ARG002
        """Remember."""
        self.features, self.targets = features, targets
        return self

    def predict(self, features):
        """Predict the nearest, with doubt that grows with the distance."""
        gaps = np.linalg.norm(features[:, None] - self.features, axis=2)
        return Posterior(self.targets[gaps.argmin(axis=1)], gaps.min(axis=1))

    def condition(self, features):
        """Believe the predictions."""
        targets = np.append(self.targets, self.predict(features).mean)
        return Nearest().fit(np.vstack([self.features, features]), targets)


class Promising:
    """Expects much of two neighbours, sure of both once one of them is pending."""

    def __init__(self):
        self.is_sure = False

    def fit(self, features, targets, *, noise_scale=None):  # noqa: ARG002
        """Learn nothing."""
        return self

    def predict(self, features):
        """Expect 99 at 0.5, about as much at 0.75, and less at 1, with doubt."""
        mean = np.select([features == x for x in (0.5, 0.75, 1.0)], [99, 98, 90], 0.0)
        sd = np.where(features == 1.0, 20.0, 1e-3 if self.is_sure else 1.0)
        return Posterior(mean[:, 0], sd[:, 0])

    def condition(self, features):  # noqa: ARG002
        """Be sure of the neighbours."""
        conditioned = Promising()
        conditioned.is_sure = True
        return conditioned


COMBINATIONS = [
    *[("gp", name) for name in get_args(AcquisitionName)],
    *[("forest", name) for name in ("auto", "thompson")],
    ("tpe", "auto"),
    (Nearest(), "auto"),
    (Nearest(), "thompson"),
]


class TestForest(GeneratorContract):
    """The contract, with the forest."""

    def make_generator(self, space, seed):
        """Make the generator under test."""
        return make(space, seed, surrogate="forest")


class TestDensities(GeneratorContract):
    """The contract, with the densities."""

    def make_generator(self, space, seed):
        """Make the generator under test."""
        return make(space, seed, surrogate="tpe")


class TestThirdParty(GeneratorContract):
    """The contract, with somebody else's surrogate."""

    def make_generator(self, space, seed):
        """Make the generator under test."""
        return make(space, seed, surrogate=Nearest())


def make(space=SPACE, seed=0, **kwargs):
    """Return a generator."""
    return BayesianGenerator(space, np.random.default_rng(seed), **kwargs)


def tell(generator, candidate, score):
    """Tell one score, which stands for a failure when it is not finite."""
    status = TrialStatus.COMPLETE if np.isfinite(score) else TrialStatus.FAILED
    generator.tell(Trial(candidate, np.array([score]), status))


def search(generator, objective, n):
    """Return the scores of a search."""
    scores = []
    for _ in range(n):
        candidate = generator.ask()
        scores.append(objective(candidate.params))
        tell(generator, candidate, scores[-1])
    return np.array(scores)


def bowl(params):
    """Return the negative squared distance from a point within the space."""
    values = np.array([params[name] for name in "abc"])
    return -float(((values - [0.3, 0.6, 0.8]) ** 2).sum())


@pytest.mark.parametrize(("surrogate", "acquisition"), COMBINATIONS)
def test_gets_closer_than_its_initial_design(surrogate, acquisition):
    """Whatever the model, what it learns makes proposals better."""
    generator = make(surrogate=surrogate, acquisition=acquisition)
    scores = search(generator, bowl, 24)
    assert scores.max() > scores[:4].max() / 4


@pytest.mark.parametrize("surrogate", ["gp", "forest", "tpe"])
def test_finds_the_better_branch(surrogate):
    """A conditional space is searched where it is good."""
    space = SearchSpace(
        [
            {"kind": ["line"], "slope": Real(0.0, 1.0)},
            {"kind": ["bend"], "degree": Integer(1, 30), "word": Categorical([*"abc"])},
        ]
    )

    def objective(params):
        if params["kind"] == "line":
            return params["slope"] / 2
        return 1.0 - abs(params["degree"] - 21) / 30 - 0.2 * (params["word"] != "b")

    assert search(make(space, surrogate=surrogate), objective, 40).max() > 0.85


@pytest.mark.parametrize("surrogate", ["forest", "tpe", Nearest()])
def test_pending_candidates_repel(surrogate):
    """Proposals without any result between them are spread."""
    generator = make(surrogate=surrogate)
    search(generator, bowl, 12)
    points = np.array([generator.ask().point for _ in range(4)])
    distances = np.linalg.norm(points[:, None] - points, axis=2)
    assert distances[np.triu_indices(4, 1)].min() > 1e-3


def test_auto_is_the_gaussian_process_and_the_expected_improvement():
    """What is not chosen is what did best in experiments."""
    left, right = make(), make(surrogate="gp", acquisition="logei")
    search(left, bowl, 6)
    search(right, bowl, 6)
    assert left.ask().point.tolist() == right.ask().point.tolist()


def test_a_surrogate_that_is_given_is_left_alone():
    """The generator fits a copy."""
    model = Nearest()
    search(make(surrogate=model), bowl, 6)
    assert vars(model) == {}


def test_the_memory_of_a_given_surrogate_is_saved():
    """A model that says that it remembers something is asked for it."""
    generator = make(surrogate=GaussianProcess(np.array([0, 1, 2])))
    search(generator, bowl, 8)
    state = generator.state_dict()
    restored = make(surrogate=GaussianProcess(np.array([0, 1, 2])))
    restored.load_state_dict(state)
    assert restored.ask().point.tolist() == generator.ask().point.tolist()


@pytest.mark.parametrize("surrogate", ["svm", "", None, 3, GaussianProcess, object()])
def test_unknown_surrogates_are_refused(surrogate):
    """The error names the parameter, the value and the choices."""
    with pytest.raises(ValueError, match=r"'surrogate'.*'auto', 'gp', 'forest'.*Got"):
        make(surrogate=surrogate)


@pytest.mark.parametrize("acquisition", ["EI", "", None, 3, ["ei"]])
def test_unknown_acquisition_functions_are_refused(acquisition):
    """The error names the parameter, the value and the choices."""
    with pytest.raises(ValueError, match=r"'acquisition'.*'logei', 'ei', 'pi'.*Got"):
        make(acquisition=acquisition)


@pytest.mark.parametrize("acquisition", ["pi", "ucb", "thompson"])
def test_densities_know_the_expected_improvement_only(acquisition):
    """A choice that could not be honoured is refused."""
    with pytest.raises(ValueError, match=r"surrogate='tpe'.*another surrogate"):
        make(surrogate="tpe", acquisition=acquisition)


SCORES = {
    "constant": lambda _: 0.7,
    "huge": lambda number: 1e12 + number,
    "tiny": lambda number: 1e-12 * number,
    "all failed but one": lambda number: 0.5 if number == 2 else np.nan,
    "all failed but two": lambda number: 0.5 if number in (1, 2) else np.nan,
    "outliers": lambda number: (-1.0) ** number * 10.0 ** (3 * number),
    "nan and inf": lambda number: [0.1, np.nan, 0.3, np.inf, -np.inf][number % 5],
}


@pytest.mark.parametrize("scores", SCORES.values(), ids=SCORES)
@pytest.mark.parametrize(("surrogate", "acquisition"), COMBINATIONS)
def test_odd_scores_are_survived(surrogate, acquisition, scores):
    """Proposals stay finite and distinct."""
    generator = make(surrogate=surrogate, acquisition=acquisition)
    points = []
    for number in range(9):
        candidate = generator.ask()
        points.append(tuple(candidate.point))
        tell(generator, candidate, scores(number))
    assert np.isfinite(points).all()
    assert len(set(points)) == 9


@pytest.mark.parametrize(("surrogate", "acquisition"), COMBINATIONS)
def test_fifty_dimensions(surrogate, acquisition):
    """High dimensions are slow at worst."""
    names = [f"x{number}" for number in range(50)]
    space = SearchSpace({name: Real(0.0, 1.0) for name in names})
    generator = make(space, surrogate=surrogate, acquisition=acquisition)
    scores = search(generator, lambda params: sum(params.values()), 8)
    assert np.isfinite(scores).all()


@pytest.mark.parametrize("n_points", [1, 2, 7])
@pytest.mark.parametrize(("surrogate", "acquisition"), COMBINATIONS)
def test_few_points(surrogate, acquisition, n_points):
    """Every point of a tiny space is proposed once, then it is exhausted."""
    space = SearchSpace({"a": list(range(n_points))})
    generator = make(space, surrogate=surrogate, acquisition=acquisition)
    scores = search(generator, lambda params: float(params["a"]), n_points)
    assert sorted(scores) == list(range(n_points))
    with pytest.raises(SpaceExhaustedError):
        generator.ask()


def test_pending_candidates_must_be_improved_on():
    """The neighbour of a pending candidate is no gain, however much it promises."""
    space = SearchSpace({"x": [0, 1, 2, 3, 4]})
    prescribed = [({"x": 0}, "given"), ({"x": 1}, "given")]
    generator = make(space, surrogate=Promising(), prescribed=prescribed, n_initial=2)
    for score in (0.0, 1.0):
        tell(generator, generator.ask(), score)
    assert [generator.ask().params["x"] for _ in range(2)] == [2, 4]
