"""What a search by a population adds to `cv_results_` and `history_`."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from skhpo.population import MemberStep
from skhpo.search._population_schedule import MemberRecord
from skhpo.search._results import format_history


def schedule_columns(records: Sequence[MemberRecord], unit: str) -> dict[str, Any]:
    """Return the columns that `cv_results_` has for the members.

    Parameters
    ----------
    records : sequence of MemberRecord
        One for each row.

    unit : str
        What a training step is.

    Returns
    -------
    dict of str to ndarray
        One entry for each column.
    """
    lineages = [record.lineage for record in records]
    schedules = np.empty(len(lineages), dtype=object)
    for row, lineage in enumerate(lineages):
        schedules[row] = [step.as_record(unit) for step in lineage]
    return {
        "n_steps": np.array([line[-1].start + line[-1].n_steps for line in lineages]),
        "n_exploits": np.array([_n_exploits(line) for line in lineages]),
        "parent": np.array([_last_parent(line) for line in lineages]),
        "schedule": schedules,
    }


def _n_exploits(lineage: Sequence[MemberStep]) -> int:
    """Count the copies on the way to a model."""
    return sum(step.event == "exploit" for step in lineage)


def _last_parent(lineage: Sequence[MemberStep]) -> int:
    """Return whom a model was copied from last; its own number if it never was."""
    for step in reversed(lineage):
        if step.event == "exploit":
            assert step.parent is not None
            return step.parent
    return lineage[-1].member


def format_population_history(
    records: Sequence[MemberRecord],
) -> list[dict[str, Any]]:
    """Return one entry for each member in each generation.

    Parameters
    ----------
    records : sequence of MemberRecord
        All records, in order.

    Returns
    -------
    list of dict
        See ``history_`` of the search.
    """
    entries = []
    for record, entry in zip(records, format_history(records), strict=True):
        step = record.step
        for name in ("candidate", "parents"):
            del entry[name]
        place = {
            "generation": step.generation,
            "member": step.member,
            "parent": step.parent,
            "event": step.event,
            "start": step.start,
            "n_steps": step.n_steps,
        }
        entries.append({**place, **entry})
    return entries
