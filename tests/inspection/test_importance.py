"""The importances of parameters against what is known in closed form."""

import math

import numpy as np
import pytest
from sklearn.tree import DecisionTreeRegressor

from _climbers import climb
from _inspected import bayes, branched, evaluated, sampled
from skhpo.inspection import parameter_importance
from skhpo.inspection._branches import branches_of
from skhpo.inspection._tree_anova import Layout, decompose
from skhpo.space import Real, SearchSpace


def ishigami(x):
    """The function of Ishigami and Homma."""
    return (
        np.sin(x[:, 0])
        + 7.0 * np.sin(x[:, 1]) ** 2
        + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
    )


def by_name(importance, values=None):
    """Return the importances by parameter."""
    values = importance.importances if values is None else values
    return dict(zip(importance.parameters, values, strict=True))


def test_an_additive_function_is_divided_exactly():
    """Shares of a linear function are those of the squared slopes."""
    search = sampled(lambda x: x @ [3.0, 2.0, 1.0], ["a", "b", "c"], (0, 1))
    found = by_name(parameter_importance(search, surrogate="gp"))
    assert found == pytest.approx({"a": 9 / 14, "b": 4 / 14, "c": 1 / 14}, abs=0.01)


def test_interactions_are_told_from_main_effects():
    """Of Ishigami's function one parameter acts through an interaction only."""
    search = sampled(ishigami, ["a", "b", "c"], (-math.pi, math.pi), n=150)
    importance = parameter_importance(search, surrogate="gp")
    main = by_name(importance)
    assert main == pytest.approx({"a": 0.314, "b": 0.442, "c": 0.0}, abs=0.08)
    totals = by_name(importance, importance.totals)
    assert totals == pytest.approx({"a": 0.558, "b": 0.442, "c": 0.244}, abs=0.1)


def test_a_forest_finds_the_pair_that_interacts():
    """Of a product the interaction of the factors is the greatest."""
    search = sampled(lambda x: x[:, 0] * x[:, 1], ["a", "b", "c"], (-1, 1), n=200)
    importance = parameter_importance(search, surrogate="forest")
    assert next(iter(importance.interactions)) == ("a", "b")
    assert importance.interactions["a", "b"] > 0.5
    assert by_name(importance)["a"] < 0.2


def test_variances_of_trees_are_exact():
    """What is computed from boxes is what an average over a fine grid gives."""
    space = SearchSpace({"a": Real(0, 1), "k": ["x", "y", "z"]})
    rng = np.random.default_rng(0)
    points = space.canonicalize(rng.uniform(size=(40, 2)))
    layout = Layout.of(space)
    scores = points[:, 0] * (points[:, 1] > 0.5)
    tree = DecisionTreeRegressor(random_state=0).fit(layout.features(points), scores)
    (found,) = decompose(tree.tree_, layout, branches_of(space))
    along = (np.arange(3000) + 0.5) / 3000
    grid = np.array([[u, level] for u in along for level in (1 / 6, 0.5, 5 / 6)])
    values = tree.predict(layout.features(grid)).reshape(3000, 3)
    expected = [values.mean(axis=1).var(), values.mean(axis=0).var()]
    assert found.main == pytest.approx(expected, rel=0.01)
    assert found.variance == pytest.approx(values.var(), rel=0.01)
    assert found.total[0] == pytest.approx(found.variance - expected[1], rel=0.01)


def test_intervals_hold_the_importances():
    """The ends enclose the estimate, and irrelevant parameters reach down to 0."""
    importance = parameter_importance(bayes())
    assert (importance.low <= importance.importances).all()
    assert (importance.importances <= importance.high).all()
    assert importance.parameters[0] == "rate"
    assert by_name(importance, importance.low)["depth"] < 0.02


@pytest.mark.parametrize("surrogate", ["gp", "forest"])
def test_the_choice_of_a_branch_is_a_parameter(surrogate):
    """Where branches differ by a constant, the branch explains everything."""
    space = [{"a": Real(0, 1)}, {"b": Real(0, 1)}]
    values = np.linspace(0.01, 0.99, 15).tolist()
    params = [{"a": v} for v in values] + [{"b": v} for v in values]
    scores = [0.0] * 15 + [1.0] * 15
    search = evaluated(space, params, scores)
    importance = parameter_importance(search, surrogate=surrogate)
    assert importance.parameters[0] == "branch"
    assert importance.importances[0] > 0.9


def test_a_parameter_of_one_branch_counts_by_half():
    """Half of the space has the parameter, so it explains its part of the whole."""
    space = [{"a": Real(0, 1)}, {"b": Real(0, 1)}]
    values = np.linspace(0.01, 0.99, 20).tolist()
    params = [{"a": v} for v in values] + [{"b": v} for v in values]
    search = evaluated(space, params, values + [0.5] * 20)
    found = by_name(parameter_importance(search, surrogate="gp"))
    assert found["a"] > 0.9
    assert found["branch"] < 0.05
    assert found["b"] < 0.05


def test_every_branch_has_its_own_axes():
    """The axis of the branch is none of them."""
    space = SearchSpace([{"a": Real(0, 1)}, {"b": Real(0, 1)}])
    assert [branch.columns for branch in branches_of(space)] == [(1,), (2,)]


def test_ped_anova_finds_what_decides_about_the_best():
    """What lifts candidates among the best is first, and the shares add up to 1."""
    search = sampled(
        lambda x: -np.abs(x[:, 1] - 0.3), ["idle", "decides"], (0, 1), n=100
    )
    importance = parameter_importance(search, "ped-anova")
    assert importance.parameters[0] == "decides"
    assert importance.importances[0] > 0.8
    assert importance.importances.sum() == pytest.approx(1.0)
    assert importance.totals is None


def test_a_region_leaves_hopeless_candidates_out():
    """Among the better half another parameter matters than among all."""

    def cliff(x):
        return np.where(x[:, 0] < 0.5, -10.0, x[:, 1])

    search = sampled(cliff, ["cliff", "slope"], (0, 1), n=200)
    everywhere = parameter_importance(search, "ped-anova", top=0.5)
    among_good = parameter_importance(search, "ped-anova", region=0.45, top=0.3)
    assert everywhere.parameters[0] == "cliff"
    assert among_good.parameters[0] == "slope"


@pytest.mark.parametrize("surrogate", ["gp", "forest"])
def test_a_region_of_equal_scores_takes_in_the_next_best(surrogate):
    """Where most are the best, what matters is what the others lack."""
    x = np.random.default_rng(0).uniform(size=(40, 2))
    params = [dict(zip("ab", row, strict=True)) for row in x.tolist()]
    search = evaluated(dict.fromkeys("ab", Real(0, 1)), params, x[:, 0] > 0.2)
    importance = parameter_importance(search, region=0.5, surrogate=surrogate)
    assert by_name(importance)["a"] > 0.7


def test_constant_scores_have_no_importances():
    """Where nothing differs, nothing matters."""
    search = sampled(lambda x: np.ones(len(x)), ["a", "b"], (0, 1), n=20)
    for surrogate in ("gp", "forest"):
        importance = parameter_importance(search, surrogate=surrogate)
        assert importance.importances == pytest.approx([0.0, 0.0], abs=1e-6)


def test_the_same_seed_gives_the_same_importances():
    """Nothing is random but by the seed."""
    first, second = (parameter_importance(branched(), random_state=3) for _ in "ab")
    np.testing.assert_array_equal(first.importances, second.importances)
    np.testing.assert_array_equal(first.low, second.low)


def test_importances_are_readable():
    """The table names each parameter with its interval."""
    lines = str(parameter_importance(bayes())).splitlines()
    assert lines[0].split() == [
        "parameter",
        "importance",
        "90%",
        "interval",
        "with",
        "interactions",
    ]
    assert lines[1].split()[0] == "rate"
    assert len(lines) == 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"method": "shap"}, "'method' of parameter_importance"),
        ({"surrogate": "tree"}, "'surrogate' of parameter_importance"),
        ({"region": 0.0}, "'region' of parameter_importance"),
        ({"top": 2.0}, "'top' of parameter_importance"),
        ({"metric": "recall"}, "'metric' must be one of"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(arguments, message):
    """The message names the argument."""
    with pytest.raises(ValueError, match=message):
        parameter_importance(bayes(), **arguments)


def test_few_candidates_are_refused():
    """A model of three candidates would be a fancy."""
    search = sampled(lambda x: x[:, 0], ["a"], (0, 1), n=3)
    with pytest.raises(ValueError, match=r"need 5 candidates.*Got 3 of 3"):
        parameter_importance(search)


def test_populations_are_refused():
    """Their scores do not belong to parameters."""
    with pytest.raises(ValueError, match="changes them in the middle of a training"):
        parameter_importance(climb(n_generations=2).fit(np.zeros((12, 1))))
