"""Models that wait for the next generation."""

import copy
import pickle

import pytest

from skhpo.population._checkpoints import MemoryCheckpoints, temporary_checkpoints


@pytest.fixture(params=["memory", "folder"])
def checkpoints(request):
    """Each kind of store, empty."""
    if request.param == "memory":
        yield MemoryCheckpoints()
    else:
        with temporary_checkpoints(None) as folder:
            yield folder


def test_models_are_loaded_as_copies(checkpoints):
    """What is done to one of them concerns no other."""
    checkpoints.save((0, 1, 2), {"steps": [1]})
    first = checkpoints.load((0, 1, 2))
    first["steps"].append(2)
    assert checkpoints.load((0, 1, 2)) == {"steps": [1]}


def test_a_second_try_replaces_the_first(checkpoints):
    """A task may run twice."""
    checkpoints.save((0, 0, 0), "first")
    checkpoints.save((0, 0, 0), "second")
    assert checkpoints.load((0, 0, 0)) == "second"


def test_a_generation_is_discarded(checkpoints):
    """With all its models and no others: 1 is not 11."""
    for generation in (1, 11):
        checkpoints.save((generation, 0, 0), generation)
    checkpoints.discard(1)
    assert checkpoints.load((11, 0, 0)) == 11
    with pytest.raises((KeyError, FileNotFoundError)):
        checkpoints.load((1, 0, 0))


def test_one_model_is_released(checkpoints):
    """Once or twice, and no other with it."""
    for split in (1, 11):
        checkpoints.save((0, 0, split), split)
    checkpoints.release((0, 0, 1))
    checkpoints.release((0, 0, 1))
    assert checkpoints.load((0, 0, 11)) == 11
    with pytest.raises((KeyError, FileNotFoundError)):
        checkpoints.load((0, 0, 1))


def test_a_copied_store_is_the_same_store(checkpoints):
    """Estimators that hold it are cloned for every fit."""
    copy.deepcopy(checkpoints).save((0, 0, 0), "model")
    assert checkpoints.load((0, 0, 0)) == "model"


def test_models_may_hold_what_pickle_cannot_send(checkpoints):
    """Such as a function without a name."""
    checkpoints.save((0, 0, 0), lambda: 7)
    assert checkpoints.load((0, 0, 0))() == 7


@pytest.mark.parametrize("error", [None, ValueError, KeyboardInterrupt])
def test_the_folder_is_gone_afterwards(tmp_path, error):
    """Whatever ends its use, and with all that is in it."""

    def use():
        with temporary_checkpoints(tmp_path) as folder:
            folder.save((0, 0, 0), "model")
            assert pickle.loads(pickle.dumps(folder)).load((0, 0, 0)) == "model"
            if error is not None:
                raise error

    if error is None:
        use()
    else:
        with pytest.raises(error):
            use()
    assert list(tmp_path.iterdir()) == []
