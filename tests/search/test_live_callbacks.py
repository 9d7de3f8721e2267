"""What callbacks are told of a search, how they end it, and what they cannot break."""

import pickle
from datetime import UTC, datetime

import numpy as np
import pytest
from joblib import parallel_config
from sklearn.base import clone
from sklearn.exceptions import FitFailedWarning
from sklearn.tree import DecisionTreeClassifier

from _climbers import X as ROWS
from _climbers import climb, rates
from _fits import SPACE, Failing, Interrupted, Parabola, X, given
from _listeners import HOOKS, Listening, Raising, Stopping
from _searches import by_generator
from skhpo import BayesSearchCV
from skhpo.callbacks import SearchCallback
from skhpo.exceptions import CallbackFailedWarning


def search_of(*callbacks, estimator=None, **settings):
    """Return a search of five candidates on two splits."""
    estimator = Parabola() if estimator is None else estimator
    defaults = {"n_iter": 5, "cv": 2, "random_state": 0, "callbacks": list(callbacks)}
    return BayesSearchCV(estimator, SPACE, **(defaults | settings))


@pytest.mark.parametrize("backend", ["sequential", "threading", "loky"])
def test_hooks_are_called_in_order(make_search, classification, backend):
    """A candidate ends after its splits, the search after its candidates."""
    listening = Listening()
    tree = DecisionTreeClassifier(random_state=0)
    search = make_search(tree, {"max_depth": [1, 2, 3, 4]}, callbacks=[listening])
    with parallel_config(backend, n_jobs=2):
        search.fit(*classification)
    hooks = [hook for hook in listening.hooks if hook != "on_generation_end"]
    assert hooks[0] == "on_search_begin"
    assert hooks[-1] == "on_search_end"
    assert hooks.count("on_split_end") == search.n_fits_ == 8
    assert hooks.count("on_candidate_end") == 4
    for number, (hook, event) in enumerate(listening.told):
        if hook == "on_candidate_end":
            told = [e for h, e in listening.told[:number] if h == "on_split_end"]
            assert set(event.splits) <= set(told)
    assert listening.n_closed == 1


def test_events_say_what_the_results_say(make_search, classification):
    """Scores, times, parameters and the best so far are those of `cv_results_`."""
    listening = Listening()
    search = make_search(
        DecisionTreeClassifier(random_state=0),
        {"max_depth": [1, 2, 3, 4]},
        scoring=["accuracy", "roc_auc"],
        refit="roc_auc",
        return_train_score=True,
        callbacks=[listening],
    ).fit(*classification)
    results = search.cv_results_
    ended = sorted(listening.events("on_candidate_end"), key=lambda e: e.candidate)
    for row, event in enumerate(ended):
        assert event.params == results["params"][row]
        assert event.score == results["mean_test_roc_auc"][row]
        assert event.status == "complete"
        for split in event.splits:
            for name, value in split.test_scores.items():
                assert value == results[f"split{split.split}_test_{name}"][row]
            assert set(split.train_scores) == {"accuracy", "roc_auc"}
        times = [split.fit_time for split in event.splits]
        assert np.mean(times) == pytest.approx(results["mean_fit_time"][row])
    assert event.plan.objectives == ("roc_auc",)
    last = listening.events("on_candidate_end")[-1].standing
    assert last.n_over == 4
    assert last.best_score == search.best_score_


def test_the_plan_tells_what_is_going_to_happen():
    """Before the first fit: the space, how many candidates, how many splits."""
    listening = Listening()
    search = search_of(listening, n_iter=3).fit(X)
    (begin,) = listening.events("on_search_begin")
    plan = begin.plan
    assert (plan.n_candidates, plan.n_splits, plan.objectives) == (3, 2, ("score",))
    assert plan.search is search
    assert [axis.name for axis in plan.space.axes] == ["x", "kind"]
    assert plan.n_generations is None


def test_splits_have_a_beginning_and_an_end():
    """The times of a fit lie within those of the search."""
    listening = Listening()
    before = datetime.now(UTC)
    search_of(listening).fit(X)
    (end,) = listening.events("on_search_end")
    for event in listening.events("on_split_end"):
        assert before <= event.start <= event.end <= end.end <= datetime.now(UTC)


def test_the_end_has_the_results():
    """`on_search_end` comes after the refit, with the fitted search."""

    class Scoring(Listening):
        def on_search_end(self, event):
            self.score = event.plan.search.score(X)
            super().on_search_end(event)

    listening = Scoring()
    search = search_of(listening).fit(X)
    (end,) = listening.events("on_search_end")
    assert listening.score == search.score(X)
    assert end.stop_reason == "n_iter"
    assert end.error is None
    assert end.cv_results is search.cv_results_
    assert end.history is search.history_


@pytest.mark.filterwarnings("ignore:One or more of the test scores are non-finite")
def test_failed_fits_are_told_with_their_error():
    """A failed split has no score, and the traceback of its fit."""
    listening = Listening()
    initial = given(0.5, 0.3, 0.9)
    with pytest.warns(FitFailedWarning):
        search_of(
            listening, estimator=Failing(), initial_candidates=initial, n_iter=3
        ).fit(X)
    statuses = [event.status for event in listening.events("on_candidate_end")]
    assert "failed" in statuses
    failed = listening.events("on_candidate_end")[statuses.index("failed")]
    assert np.isnan(failed.score)
    assert "Error" in failed.error_line
    assert failed.splits[0].error.strip().endswith(failed.splits[0].error_line)


def test_several_objectives_have_a_front():
    """Each event has a score for each objective, and there is no best candidate."""
    listening = Listening()
    search = search_of(
        listening, objectives=["score", "neg_score_time"], refit="knee"
    ).fit(X)
    event = listening.events("on_candidate_end")[-1]
    assert event.plan.objectives == ("score", "neg_score_time")
    assert len(event.scores) == 2
    assert event.standing.best_candidate is None
    assert set(event.standing.front) == set(search.pareto_front_.tolist())
    with pytest.raises(ValueError, match="no single 'score'"):
        event.score  # noqa: B018


def test_discarded_candidates_are_over_too():
    """With racing, a candidate that is given up has the splits that it ran on."""
    listening = Listening()
    search = search_of(
        listening, n_iter=12, cv=4, racing="auto", initial_candidates=given(0.3)
    ).fit(X)
    statuses = [entry["status"] for entry in search.history_]
    ended = {event.candidate: event for event in listening.events("on_candidate_end")}
    assert "discarded" in statuses
    assert [ended[row].status for row in sorted(ended)] == statuses
    for event in ended.values():
        assert (len(event.splits) < 4) == (event.status == "discarded")


def test_generations_end_with_all_their_members():
    """A population tells of each generation, after its members."""
    listening = Listening()
    search = climb(callbacks=[listening], initial_candidates=rates(0.3)).fit(ROWS)
    generations = listening.events("on_generation_end")
    n_members = search.population_size
    assert [event.generation for event in generations] == list(
        range(search.n_generations)
    )
    for event in generations:
        assert [one.member for one in event.members] == list(range(n_members))
        assert {one.generation for one in event.members} == {event.generation}
        assert event.best.score == max(one.score for one in event.members)
    steps = {one.resource for one in generations[-1].members}
    assert steps == {search.cv_results_["n_steps"][0]}
    assert listening.hooks[-1] == "on_search_end"


@pytest.mark.parametrize("hook", ["on_split_end", "on_candidate_end"])
def test_a_true_answer_ends_the_search(make_search, classification, hook):
    """What is complete counts and is refitted."""
    stopping = Stopping(hook)
    space = {"max_depth": list(range(1, 20))}
    search = make_search(
        DecisionTreeClassifier(random_state=0),
        space,
        n_candidates=8,
        callbacks=[stopping],
        cv=[(np.arange(30), np.arange(30, 60))],
    ).fit(*classification)
    assert search.stop_reason_ == "callback"
    assert search.n_fits_ == 1
    assert search.best_estimator_.max_depth == search.best_params_["max_depth"]
    assert stopping.hooks[-1] == "on_search_end"


def test_a_true_answer_ends_a_population():
    """The generation that is complete is the last one."""
    stopping = Stopping("on_generation_end")
    search = climb(callbacks=[stopping]).fit(ROWS)
    assert search.stop_reason_ == "callback"
    assert {entry["generation"] for entry in search.history_} == {0}


def test_a_true_answer_at_the_beginning_leaves_nothing_to_fit():
    """Then there are no candidates, which is an error, and the end is told."""
    stopping = Stopping("on_search_begin")
    with pytest.raises(ValueError, match=r"ended \(callback\)"):
        search_of(stopping).fit(X)
    assert stopping.hooks == ["on_search_begin", "on_search_end"]


@pytest.mark.parametrize("hook", HOOKS)
def test_a_callback_that_raises_harms_nobody(hook):
    """It is warned about once, by name, closed and not called again."""
    raising, listening = Raising(hook), Listening()
    search = climb(callbacks=[raising, listening])
    with pytest.warns(CallbackFailedWarning, match="Raising raised ValueError") as seen:
        search.fit(ROWS)
    assert len(seen) == 1
    assert f"'{hook}'" in str(seen[0].message)
    assert "out of order" in str(seen[0].message)
    assert raising.hooks[-1] == hook
    assert raising.hooks.count(hook) == raising.n_closed == 1
    assert listening.hooks[-1] == "on_search_end"
    assert search.stop_reason_ == "n_generations"


def test_a_callback_does_not_change_the_search():
    """With or without it, the same candidates have the same scores."""
    silent, told = search_of().fit(X), search_of(Listening()).fit(X)
    assert silent.cv_results_["params"] == told.cv_results_["params"]
    np.testing.assert_array_equal(
        silent.cv_results_["mean_test_score"], told.cv_results_["mean_test_score"]
    )


def test_an_interruption_is_told():
    """`on_search_end` has what is complete, and the interruption."""
    listening = Listening()
    search = search_of(listening, estimator=Interrupted(), n_iter=20)
    with pytest.raises(KeyboardInterrupt):
        search.fit(X)
    (end,) = listening.events("on_search_end")
    assert end.stop_reason == "interrupted"
    assert isinstance(end.error, KeyboardInterrupt)
    assert listening.n_closed == 1


def test_an_interruption_within_a_callback_ends_the_search():
    """Only errors are kept from the search."""
    raising = Raising("on_candidate_end", KeyboardInterrupt)
    search = search_of(raising)
    with pytest.raises(KeyboardInterrupt):
        search.fit(X)
    assert len(search.cv_results_["params"]) == 1
    assert raising.hooks[-1] == "on_search_end"


def test_an_error_is_told():
    """A fit that raises ends a search with ``error_score="raise"``, and callbacks."""
    listening = Listening()
    search = search_of(listening, estimator=Failing(), error_score="raise", n_iter=20)
    with pytest.raises(FloatingPointError, match="too large"):
        search.fit(X)
    (end,) = listening.events("on_search_end")
    assert isinstance(end.error, FloatingPointError)


def test_a_search_that_does_not_begin_does_not_end():
    """What is wrong with the arguments is found before callbacks hear of a search."""
    listening = Listening()
    with pytest.raises(ValueError, match="initial_candidates"):
        search_of(listening, initial_candidates="best").fit(X)
    assert listening.told == []


@pytest.mark.parametrize("wrong", [[Listening], [print], ["progress"]])
def test_what_is_no_callback_is_refused(wrong):
    """The message names the value and the base class."""
    with pytest.raises(ValueError, match="list of instances of skhpo"):
        search_of(callbacks=wrong).fit(X)


@pytest.mark.parametrize("wrong", [Listening(), "progress"])
def test_callbacks_come_in_a_list(wrong):
    """A single one is refused by scikit-learn's own check."""
    with pytest.raises(ValueError, match="'callbacks' parameter"):
        search_of(callbacks=wrong).fit(X)


def test_searches_with_callbacks_clone_and_pickle():
    """Before and after `fit`; a clone has callbacks of its own."""
    search = search_of(SearchCallback())
    copy = clone(search)
    assert copy.callbacks[0] is not search.callbacks[0]
    copy.fit(X)
    again = pickle.loads(pickle.dumps(copy))
    assert again.best_params_ == copy.best_params_
    assert clone(again).fit(X).best_params_ == copy.best_params_


class Unpicklable(Listening):
    """Cannot travel."""

    def __reduce__(self):
        """Refuse."""
        raise TypeError("stays here")


@by_generator
@pytest.mark.filterwarnings("ignore:The estimator .* does not support callbacks")
def test_callbacks_stay_with_the_search(make_search, classification, tmp_path):
    """Workers get none of them, not even where scikit-learn's callbacks are used."""
    pytest.importorskip("sklearn.callback")
    from _callbacks import Recording

    listening = Unpicklable()
    tree = DecisionTreeClassifier(random_state=0)
    search = make_search(tree, {"max_depth": [1, 2]}, callbacks=[listening], n_jobs=2)
    search.set_callbacks(Recording(tmp_path / "record")).fit(*classification)
    assert listening.hooks.count("on_split_end") == search.n_fits_ == 4
