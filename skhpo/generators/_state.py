"""The parts of a generator's state, to and from what JSON can hold."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from skhpo.space import SearchSpace
from skhpo.trials import Candidate, Trial, TrialStatus


def encode_rng(rng: np.random.Generator) -> dict[str, Any]:
    """Return the state of a random generator; its arrays become lists."""
    encoded = _without_arrays(rng.bit_generator.state)
    assert isinstance(encoded, dict)
    return encoded


def restore_rng(rng: np.random.Generator, state: Mapping[str, Any]) -> None:
    """Set the state of a random generator of the same kind."""
    kind = type(rng.bit_generator).__name__
    if state["bit_generator"] != kind:
        raise ValueError(
            f"The state of a generator that draws from {state['bit_generator']} was "
            f"loaded into one that draws from {kind}. Make the generator with "
            f"numpy.random.Generator(numpy.random.{state['bit_generator']}())."
        )
    rng.bit_generator.state = _with_arrays(state)


def encode_candidate(candidate: Candidate) -> dict[str, Any]:
    """Return what a candidate is restored from."""
    return {
        "point": candidate.point.tolist(),
        "origin": candidate.origin,
        "parents": list(candidate.parents),
    }


def decode_candidate(
    index: int, state: Mapping[str, Any], space: SearchSpace
) -> Candidate:
    """Restore a candidate, its parameters decoded from the point."""
    point = np.array(state["point"], dtype=np.float64)
    return Candidate(
        index, point, space.decode(point), state["origin"], tuple(state["parents"])
    )


def encode_trial(trial: Trial) -> dict[str, Any]:
    """Return what a trial is restored from."""
    state = {
        "index": trial.candidate.index,
        "split_scores": _encode_floats(trial.split_scores.tolist()),
        "status": trial.status.value,
    }
    if trial.resource is not None:
        state["resource"] = trial.resource
        state["lower_scores"] = [list(pair) for pair in trial.lower_scores]
    if trial.fit_time is not None:
        state["fit_time"] = trial.fit_time
    return state


def decode_trial(state: Mapping[str, Any], candidates: Sequence[Candidate]) -> Trial:
    """Restore a trial of one of the candidates."""
    return Trial(
        candidates[state["index"]],
        np.array(state["split_scores"], dtype=np.float64),
        TrialStatus(state["status"]),
        resource=state.get("resource"),
        lower_scores=tuple((r, score) for r, score in state.get("lower_scores", ())),
        fit_time=state.get("fit_time"),
    )


def _encode_floats(values: list[Any]) -> list[Any]:
    """Write what JSON has no number for, at any depth, as a word for it."""
    return [
        _encode_floats(value)
        if isinstance(value, list)
        else (value if math.isfinite(value) else str(value))
        for value in values
    ]


def _without_arrays(value: Any) -> Any:
    """Turn arrays, at any depth, into lists."""
    if isinstance(value, Mapping):
        return {key: _without_arrays(one) for key, one in value.items()}
    if isinstance(value, np.ndarray):
        return value.tolist()
    return int(value) if isinstance(value, np.integer) else value


def _with_arrays(value: Any) -> Any:
    """Turn lists, at any depth, into arrays of words."""
    if isinstance(value, Mapping):
        return {key: _with_arrays(one) for key, one in value.items()}
    return np.array(value, dtype=np.uint64) if isinstance(value, list) else value
