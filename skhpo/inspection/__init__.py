"""Seeing what a search did, and explaining what it found.

Everything here reads fitted searches by their public attributes. Plots need matplotlib
(``pip install 'skhpo[plot]'``). They are Displays as in scikit-learn:
``from_estimator`` computes and draws, ``plot`` draws once more, and the numbers are
attributes.

The course of a search: `BestSoFarDisplay`, `TimelineDisplay`, `RacingDisplay` and
`RungDisplay` (who was given up, and when).

The candidates: `SliceDisplay`, `ParallelCoordinatesDisplay`.

What a model makes of them: `parameter_importance` with its `ParameterImportance` and
`ImportanceDisplay`, `partial_dependence` with its `Dependence` and
`DependenceDisplay`, `ContourDisplay`.

In words: `explain` returns an `Explanation`, of a population a
`PopulationExplanation`, with its `Section` of sentences. They hold a `Lead` (with its
`Comparison` to other candidates and a `WinnersCurse`), each `FlatRegion` and
`PressedBound`, and a `BudgetOutlook`.

As a file: `write_report`.

Several objectives: `ParetoFrontDisplay`, `HypervolumeDisplay`.

Populations: `LineageDisplay`, `ScheduleDisplay`.
"""

from skhpo.inspection._best_so_far import BestSoFarDisplay
from skhpo.inspection._bounds import PressedBound
from skhpo.inspection._contour import ContourDisplay
from skhpo.inspection._dependence import (
    Dependence,
    DependenceDisplay,
    partial_dependence,
)
from skhpo.inspection._explanation import Explanation, explain
from skhpo.inspection._flat import FlatRegion
from skhpo.inspection._front import HypervolumeDisplay, ParetoFrontDisplay
from skhpo.inspection._importance import ParameterImportance, parameter_importance
from skhpo.inspection._importance_display import ImportanceDisplay
from skhpo.inspection._lead import Comparison, Lead, WinnersCurse
from skhpo.inspection._outlook import BudgetOutlook
from skhpo.inspection._parallel import ParallelCoordinatesDisplay
from skhpo.inspection._population_explanation import PopulationExplanation
from skhpo.inspection._population_plots import LineageDisplay, ScheduleDisplay
from skhpo.inspection._race import RacingDisplay
from skhpo.inspection._report import write_report
from skhpo.inspection._rungs import RungDisplay
from skhpo.inspection._slices import SliceDisplay
from skhpo.inspection._timeline import TimelineDisplay
from skhpo.inspection._wording import Section

__all__ = [
    "BestSoFarDisplay",
    "BudgetOutlook",
    "Comparison",
    "ContourDisplay",
    "Dependence",
    "DependenceDisplay",
    "Explanation",
    "FlatRegion",
    "HypervolumeDisplay",
    "ImportanceDisplay",
    "Lead",
    "LineageDisplay",
    "ParallelCoordinatesDisplay",
    "ParameterImportance",
    "ParetoFrontDisplay",
    "PopulationExplanation",
    "PressedBound",
    "RacingDisplay",
    "RungDisplay",
    "ScheduleDisplay",
    "Section",
    "SliceDisplay",
    "TimelineDisplay",
    "WinnersCurse",
    "explain",
    "parameter_importance",
    "partial_dependence",
    "write_report",
]
