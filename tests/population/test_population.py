"""A population from generation to generation, and the schedule that comes of it."""

import numpy as np
import pytest
from sklearn.linear_model import SGDClassifier

from _climbers import DATA, Climber, X
from skhpo.exceptions import SpaceExhaustedError
from skhpo.population import PerturbExplorer, Population, replay_schedule
from skhpo.population._population import initial_candidates
from skhpo.space import Real, SearchSpace

SPACE = SearchSpace({"rate": Real(0.0, 1.0)})


def population(n_members=4, **settings):
    """Return a population with two splits and steps of 5."""
    candidates = initial_candidates(SPACE, np.random.default_rng(0), [], n_members)
    return Population(
        candidates,
        PerturbExplorer(SPACE, {"rate": "mutable"}),
        [0],
        n_splits=2,
        n_steps=5,
        **settings,
    )


def scores(*means):
    """Return scores with these means."""
    return np.array(means)[:, None] + np.array([-0.01, 0.01])


def test_steps_add_up():
    """Every member has been trained for as long as every other."""
    members = population()
    members.advance(scores(1, 2, 3, 4))
    members.advance(scores(4, 3, 2, 1))
    for generation, steps in enumerate(members.generations):
        assert {step.start for step in steps} == {5 * generation}
        assert [step.member for step in steps] == [0, 1, 2, 3]


def test_a_lineage_follows_the_model():
    """Not the member: copies bring their past along."""
    members = population()
    members.advance(scores(1, 2, 3, 4))
    members.advance(scores(4, 3, 2, 1))
    path = [step.member for step in members.lineage(2, 3)]
    assert path == [3, 0, 3]
    assert [step.event for step in members.lineage(2, 3)] == [
        "init",
        "exploit",
        "exploit",
    ]


def test_steps_depend_on_the_scores_and_the_entropy_alone():
    """Two populations that are told the same do the same."""
    one, other = population(), population()
    for told in (scores(1, 2, 3, 4), scores(2, 2, 5, 1)):
        for step, twin in zip(one.advance(told), other.advance(told), strict=True):
            assert (step.params, step.seeds, step.parent) == (
                twin.params,
                twin.seeds,
                twin.parent,
            )


def test_a_record_holds_what_a_replay_needs():
    """In numbers and words that can be stored."""
    (step, *_) = population().generations[0]
    assert step.as_record("epochs") == {
        "generation": 0,
        "member": 0,
        "parent": None,
        "event": "init",
        "start": 0,
        "n_steps": 5,
        "unit": "epochs",
        "params": step.params,
        "seed": step.seeds[2],
        "split_seeds": list(step.seeds[:2]),
    }


def test_small_spaces_are_gone_through_again():
    """Until there are enough members."""
    space = SearchSpace({"kind": ["a", "b"]})
    found = initial_candidates(space, np.random.default_rng(0), [], 5)
    kinds = [candidate.params["kind"] for candidate in found]
    assert sorted(kinds[:2]) == ["a", "b"]
    assert kinds[2:4] == kinds[:2]
    nothing = SearchSpace({"kind": [[1], [2]]}, constraint=lambda _: True)
    assert len(initial_candidates(nothing, np.random.default_rng(0), [], 3)) == 3


def test_a_space_without_candidates_is_an_error():
    """Nobody can start."""
    space = SearchSpace({"rate": Real(0.0, 1.0)}, constraint=lambda _: False)
    with pytest.raises(SpaceExhaustedError):
        initial_candidates(space, np.random.default_rng(0), [], 3)


def test_a_replay_follows_the_records():
    """Their parameters, their length, their seeds."""
    schedule = [
        {"params": {"rate": 0.2}, "n_steps": 2, "seed": 3, "split_seeds": [5]},
        {"params": {"rate": 0.4}, "n_steps": 1, "seed": 4, "split_seeds": [6]},
    ]
    model = replay_schedule(Climber(), schedule, X, mutable=["rate"])
    assert [rate for rate, _ in model.trace_] == [0.2, 0.2, 0.4]
    other = replay_schedule(Climber(), schedule, X, mutable=["rate"], split=0)
    assert [seed for _, seed in model.trace_] != [seed for _, seed in other.trace_]


def test_a_replay_knows_classes_that_its_rows_lack():
    """If it is told of them, as the search tells its splits."""
    data, labels = DATA
    schedule = [{"params": {"alpha": 1e-3}, "n_steps": 1, "seed": 0}]
    rows = labels == 1
    model = replay_schedule(
        SGDClassifier(), schedule, data[rows], labels[rows], classes=np.array([0, 1])
    )
    assert model.classes_.tolist() == [0, 1]


def test_an_empty_schedule_is_refused():
    """There is no model without a step."""
    with pytest.raises(ValueError, match="'schedule'"):
        replay_schedule(Climber(), [], X, mutable=[])
