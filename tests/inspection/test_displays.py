"""What the Displays hold and draw; how they look, people have judged."""

import builtins

import numpy as np
import pytest
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import GridSearchCV, HalvingGridSearchCV, KFold

from _climbers import climb
from _inspected import (
    Hill,
    X,
    Y,
    bayes,
    branched,
    evaluated,
    hill_search,
    raced,
    two_objectives,
)
from skhpo.exceptions import MissingExtraError
from skhpo.inspection import (
    BestSoFarDisplay,
    ContourDisplay,
    DependenceDisplay,
    HypervolumeDisplay,
    ImportanceDisplay,
    LineageDisplay,
    ParallelCoordinatesDisplay,
    ParetoFrontDisplay,
    RacingDisplay,
    RungDisplay,
    ScheduleDisplay,
    SliceDisplay,
    TimelineDisplay,
    partial_dependence,
)
from skhpo.pareto import hypervolume
from skhpo.space import Real

pytest.importorskip("matplotlib")


@pytest.fixture(autouse=True)
def plt():
    """Matplotlib without windows, all figures closed afterwards."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    yield pyplot
    pyplot.close("all")


@pytest.fixture(scope="module")
def grid():
    """A search of scikit-learn, which keeps no history."""
    space = {"rate": [1e-3, 1e-2, 1e-1], "depth": [1, 2, 3]}
    return GridSearchCV(Hill(), space, cv=KFold(3)).fit(X, Y)


@pytest.fixture(scope="module")
def population():
    """A population of six climbers."""
    return climb().fit(np.arange(24.0).reshape(-1, 1))


def save(display):
    """Render the figure, which finds what cannot be drawn."""
    display.figure_.canvas.draw()
    return display


def test_the_best_score_never_falls():
    """The line ends at the best score and with the last candidate."""
    display = save(BestSoFarDisplay.from_estimator(bayes()))
    (scores,) = display.scores["BayesSearchCV"]
    assert (np.diff(scores) >= 0).all()
    assert scores[-1] == bayes().best_score_
    assert display.budgets["BayesSearchCV"][0][-1] == 24


def test_a_single_candidate_is_seen():
    """A line of one point has a marker."""
    display = BestSoFarDisplay.from_estimator(hill_search(n_iter=1).fit(X, Y))
    assert display.lines_[0].get_marker() == "o"
    assert BestSoFarDisplay.from_estimator(bayes()).lines_[0].get_marker() == ""


def test_repetitions_have_a_band_and_labels_a_line():
    """A list is drawn as its median with a band, a dict as a line for each label."""
    several = {"two seeds": [bayes(0), bayes(1)], "raced": raced()}
    display = save(BestSoFarDisplay.from_estimator(several, budget="fits"))
    assert [line.get_label() for line in display.lines_] == ["two seeds", "raced"]
    assert len(display.ax_.collections) == 1
    assert display.budgets["raced"][0][-1] == raced().n_fits_


def test_seconds_are_those_of_the_history():
    """The last second is when the last candidate was complete."""
    display = save(BestSoFarDisplay.from_estimator(bayes(), budget="seconds"))
    last = max(entry["completed_at"] for entry in bayes().history_)
    assert display.budgets["BayesSearchCV"][0][-1] == last
    assert display.ax_.get_xlabel() == "time since the start (s)"


def test_a_search_of_scikit_learn_has_no_seconds(grid):
    """It keeps no times, so only candidates and fits can be counted."""
    assert BestSoFarDisplay.from_estimator(grid, budget="fits").ax_ is not None
    with pytest.raises(ValueError, match="needs the 'history_'"):
        BestSoFarDisplay.from_estimator(grid, budget="seconds")


def test_slices_are_drawn_on_the_scale_of_each_parameter():
    """Log-uniform parameters have a logarithmic axis, choices their names."""
    display = save(SliceDisplay.from_estimator(bayes()))
    rate, depth, kind = display.axes_
    assert [rate.get_xscale(), depth.get_xscale()] == ["log", "linear"]
    assert [tick.get_text() for tick in kind.get_xticklabels()] == [
        "plain",
        r"\$fancy_",
    ]
    values = [entry["params"]["rate"] for entry in bayes().history_]
    np.testing.assert_allclose(display.values[0], values, rtol=1e-9)


def test_slices_leave_out_candidates_without_the_parameter():
    """Each candidate of two branches is in the panel of its own parameter."""
    display = save(SliceDisplay.from_estimator(branched(), ["rate", "depth"]))
    assert len(display.values[0]) + len(display.values[1]) == 20


def test_unknown_parameters_are_refused():
    """The message names what there is."""
    with pytest.raises(ValueError, match=r"\['rate', 'depth', 'kind'\].*'raet'"):
        SliceDisplay.from_estimator(bayes(), "raet")


@pytest.mark.parametrize("display", [SliceDisplay, ParallelCoordinatesDisplay])
def test_a_space_in_which_nothing_varies_is_refused(display):
    """A list of one value is no axis to draw."""
    search = hill_search(space={"depth": [3]}).fit(X, Y)
    with pytest.raises(ValueError, match="one parameter or more that vary"):
        display.from_estimator(search)


def test_partial_dependence_finds_the_top_of_the_hill():
    """The hill is highest at a rate of 0.01, and the band encloses the mean."""
    found = partial_dependence(bayes(), "rate")
    assert 10**-2.6 < found.values[found.mean.argmax()] < 10**-1.4
    assert (found.low <= found.mean).all()
    assert (found.mean <= found.high).all()


def test_dependences_are_drawn():
    """There is a panel for each parameter."""
    assert len(save(DependenceDisplay.from_estimator(bayes())).axes_) == 3


def test_a_contour_takes_the_two_most_important_parameters():
    """The rate matters most, so it is on the horizontal axis."""
    display = save(ContourDisplay.from_estimator(bayes()))
    assert display.ax_.get_xlabel() == "rate"
    highest = np.unravel_index(display.expected.argmax(), display.expected.shape)
    assert 10**-2.7 < display.grids[0][highest[1]] < 10**-1.3


def test_a_contour_leaves_out_what_the_constraint_forbids():
    """No score is expected where nothing may be evaluated."""
    space = {"rate": [1e-3, 1e-2, 1e-1], "depth": range(1, 11)}
    search = hill_search(space=space, constraint=lambda params: params["depth"] < 6)
    search.fit(X, Y)
    display = save(ContourDisplay.from_estimator(search, ("rate", "depth")))
    assert np.isnan(display.expected[5:]).all()
    assert np.isfinite(display.expected[:5]).all()


def test_a_contour_of_a_parameter_that_the_best_lacks_is_refused():
    """It could not stay as in the best candidate."""
    with pytest.raises(ValueError, match="two different parameters of the best"):
        ContourDisplay.from_estimator(branched(), ("rate", "depth"))


def test_parallel_coordinates_have_gaps():
    """A parameter of another branch is NaN."""
    display = save(ParallelCoordinatesDisplay.from_estimator(branched()))
    names = [axis.name for axis in display.axes]
    rate, depth = (display.coordinates[:, names.index(n)] for n in ("rate", "depth"))
    assert (np.isnan(rate) ^ np.isnan(depth)).all()


def test_values_between_gaps_are_dots():
    """A candidate of which no two values are side by side is drawn all the same."""
    display = save(ParallelCoordinatesDisplay.from_estimator(branched()))
    assert [axis.name for axis in display.axes] == ["branch", "rate", "depth"]
    _, dots = display.ax_.collections
    n_alone = np.isnan(display.coordinates[:, 1]).sum()
    assert n_alone > 0
    assert len(dots.get_offsets()) == 2 * n_alone


@pytest.mark.parametrize("lowest", [0.2, 0.8])
def test_equal_scores_have_the_lightest_colour(lowest):
    """Where most are the best, they do not look like the worst."""
    params = [{"rate": rate} for rate in np.linspace(0.0, 1.0, 10).tolist()]
    search = evaluated({"rate": Real(0, 1)}, params, [lowest] + 9 * [0.8])
    display = save(ParallelCoordinatesDisplay.from_estimator(search))
    lines, *_ = display.ax_.collections
    assert lines.norm(0.8) == 1.0
    assert lines.norm.vmin <= lowest


def test_the_timeline_has_every_fit():
    """Fits of one worker follow each other."""
    display = save(TimelineDisplay.from_estimator(bayes()))
    assert len(display.starts) == bayes().n_fits_
    assert set(display.workers) == {0}
    order = np.argsort(display.starts)
    ends = (display.starts + display.durations)[order]
    assert (display.starts[order][1:] >= ends[:-1] - 1e-3).all()
    assert 0.0 < display.busy_share <= 1.0


def test_workers_are_told_apart():
    """Threads have rows of their own."""
    import joblib

    with joblib.parallel_config("threading"):
        search = hill_search(n_jobs=2, n_iter=6).fit(X, Y)
    display = save(TimelineDisplay.from_estimator(search))
    assert len(display.starts) == 24
    names = {name for one in search.history_ for name in one["workers"]}
    assert len(names) == display.workers.max() + 1


def test_a_timeline_needs_a_history(grid):
    """scikit-learn does not tell when a fit began."""
    with pytest.raises(ValueError, match="kept none"):
        TimelineDisplay.from_estimator(grid)


def test_the_race_shows_who_was_given_up():
    """The fits saved are those that did not run."""
    display = save(RacingDisplay.from_estimator(raced()))
    n_failed = sum(one["status"] == "failed" for one in raced().history_)
    assert display.n_saved == 24 * 6 - raced().n_fits_
    assert display.n_saved > 0
    assert len(display.statuses) == 24 - n_failed


def test_rungs_are_read_from_the_searches_of_scikit_learn():
    """A candidate that rose has a score at each amount."""
    space = {"rate": [1e-3, 1e-2, 1e-1], "depth": [1, 2, 3]}
    search = HalvingGridSearchCV(Hill(), space, cv=KFold(3), min_resources=6)
    display = save(RungDisplay.from_estimator(search.fit(X, Y)))
    assert list(display.counts.values()) == search.n_candidates_
    assert list(display.counts) == search.n_resources_


def test_rungs_are_read_from_a_history():
    """Each entry says what it scored at which amount."""
    rungs = [
        {"resource": 1, "split_scores": np.array([0.1, 0.3])},
        {"resource": 3, "split_scores": np.array([0.5, 0.7])},
    ]
    search = bayes().__class__(Hill(), {"depth": [1, 2]})
    search.cv_results_ = {"n_resources": [3, 1], "mean_test_score": [0.6, 0.2]}
    search.history_ = [{"rungs": rungs}, {"rungs": rungs[:1]}]
    display = save(RungDisplay.from_estimator(search))
    assert display.counts == {1.0: 2, 3.0: 1}
    np.testing.assert_allclose(display.scores[0], [0.2, 0.6])


def test_rungs_need_a_resource():
    """Without one the message says what shows races."""
    with pytest.raises(ValueError, match="RacingDisplay"):
        RungDisplay.from_estimator(bayes())


def test_the_front_is_that_of_the_search():
    """Front and choice are taken from the search."""
    display = save(ParetoFrontDisplay.from_estimator(two_objectives()))
    np.testing.assert_array_equal(display.front, two_objectives().pareto_front_)
    assert display.best == two_objectives().best_index_
    assert display.axes_[0].get_xlabel() == "height"


def test_the_volume_ends_at_that_of_the_front():
    """It never falls, and ends where the search says."""
    display = save(HypervolumeDisplay.from_estimator(two_objectives()))
    assert (np.diff(display.volumes) >= -1e-12).all()
    assert display.volumes[-1] == pytest.approx(two_objectives().hypervolume_)
    front = ParetoFrontDisplay.from_estimator(two_objectives())
    scores = front.scores[front.front]
    assert display.volumes[-1] == pytest.approx(hypervolume(scores, display.reference))


def test_fronts_need_objectives():
    """Of a single objective the best is all there is."""
    with pytest.raises(ValueError, match="several 'objectives'"):
        ParetoFrontDisplay.from_estimator(bayes())


def test_the_descent_is_that_of_the_best_schedule(population):
    """Who trained the winner's model stands in its schedule."""
    display = save(LineageDisplay.from_estimator(population))
    members = [step["member"] for step in population.best_schedule_]
    assert display.descent().tolist() == members


def test_schedules_are_those_of_the_results(population):
    """The winner's line is its schedule, from the first step to the last."""
    display = save(ScheduleDisplay.from_estimator(population))
    rates = [step["params"]["rate"] for step in population.best_schedule_]
    np.testing.assert_allclose(display.values[0][display.winner], rates, atol=1e-9)
    assert display.steps.tolist() == [0, 1, 2, 3, 4]


def test_lineages_need_a_population():
    """Candidates have no descent."""
    with pytest.raises(ValueError, match="those of a population"):
        LineageDisplay.from_estimator(bayes())


@pytest.mark.parametrize("method", ["fanova", "ped-anova"])
def test_importances_are_drawn_as_bars(method):
    """The most important parameter is at the top."""
    display = save(ImportanceDisplay.from_estimator(bayes(), method))
    labels = [label.get_text() for label in display.ax_.get_yticklabels()]
    assert tuple(labels) == display.importance.parameters


def test_displays_draw_where_they_are_told(plt):
    """Given axes are used, and `plot` can draw once more elsewhere."""
    figure, (left, right) = plt.subplots(ncols=2)
    display = BestSoFarDisplay.from_estimator(bayes(), ax=left)
    assert display.ax_ is left
    assert display.plot(right).ax_ is right
    assert display.figure_ is figure


def test_a_wrong_number_of_axes_is_refused(plt):
    """The message says how many there must be."""
    with pytest.raises(ValueError, match=r"must be 3 axes.*Got 1"):
        SliceDisplay.from_estimator(bayes(), ax=plt.subplots()[1])


def test_displays_of_scikit_learns_searches(grid):
    """What needs no history works for them too."""
    for display_class in (SliceDisplay, ParallelCoordinatesDisplay, ContourDisplay):
        save(display_class.from_estimator(grid))


def test_a_missing_matplotlib_is_named(monkeypatch):
    """The message says which extra to install."""
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name.startswith("matplotlib"):
            raise ImportError("no matplotlib here")
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError, match=r"skhpo\[plot\]"):
        BestSoFarDisplay.from_estimator(bayes())


def test_what_is_not_fitted_cannot_be_shown():
    """The message says what to call first."""
    from sklearn.exceptions import NotFittedError

    with pytest.raises(NotFittedError, match="call its 'fit' first"):
        SliceDisplay.from_estimator(hill_search())
