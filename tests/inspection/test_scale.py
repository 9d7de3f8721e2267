"""How the axes of plots are marked."""

import pytest
from scipy.stats import loguniform

from skhpo.inspection._scale import Scale
from skhpo.space import Integer, SearchSpace

pytest.importorskip("matplotlib")
from matplotlib.figure import Figure


def ticks(value):
    """Return the ticks of a parameter, each with its label."""
    ax = Figure().subplots()
    scale = Scale.of(SearchSpace({"name": value}).axes[0])
    scale.apply(ax, "x")
    scale.show_whole(ax, "x")
    labels = [label.get_text() for label in ax.get_xticklabels()]
    return dict(zip(ax.get_xticks().tolist(), labels, strict=True))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([0.0, 1.0], {0.0: "0", 1.0: "1"}),
        ([3, 2, 1], {3.0: "3", 2.0: "2", 1.0: "1"}),
        ([10, 50, 400], {10.0: "10", 50.0: "50", 400.0: "400"}),
        (Integer(1, 4), {1.0: "1", 2.0: "2", 3.0: "3", 4.0: "4"}),
        (["a", "b"], {0.0: "a", 1.0: "b"}),
    ],
)
def test_a_few_values_are_marked_and_nothing_between_them(value, expected):
    """A number that cannot be chosen has no tick."""
    assert ticks(value) == expected


@pytest.mark.parametrize(
    "value", [loguniform(1e-3, 1e3), Integer(1, 100), [1, 2, 3, 100, 101], range(30)]
)
def test_many_values_are_thinned(value):
    """The ticks of a range, or of values close to each other, do not touch."""
    assert 2 <= len(ticks(value)) <= 8
    assert 101.0 not in ticks(value)
