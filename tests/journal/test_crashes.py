"""Searches that are killed go on where they were, whatever the moment."""

import sys

import numpy as np
import pytest

from _crashes import KINDS, drivers, tell_story, uninterrupted

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="looks for processes in /proc"
)


@pytest.fixture(scope="module")
def server():
    """Runs the searches."""
    with drivers() as server:
        yield server


@pytest.mark.parametrize("kind", KINDS)
def test_killed_searches_lose_nothing(server, tmp_path, kind):
    """Two kills of a search on two workers: no split lost, none twice, same result."""
    rng = np.random.default_rng(KINDS.index(kind))
    # Twelve candidates on three splits make some fifty lines.
    moments = [(int(rng.integers(3, 20)), 0.0), (int(rng.integers(20, 45)), 0.003)]
    expected = uninterrupted(tmp_path, kind)
    story = tell_story(server, tmp_path, kind, expected, moments)
    assert story.n_kills == 2
    assert (story.n_lost, story.n_twice, story.is_equal) == (0, 0, True)
    leftover = {path.name for path in tmp_path.glob("search.*")}
    assert leftover == {"search.jsonl"}
