"""A report of a search: one file with everything in it."""

import base64
import io
import math
import os
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from skhpo.inspection._best_so_far import BestSoFarDisplay
from skhpo.inspection._candidates import (
    is_population,
    read_candidates,
    read_history,
    space_of,
)
from skhpo.inspection._contour import ContourDisplay, varied_in_best
from skhpo.inspection._dependence import DependenceDisplay
from skhpo.inspection._explanation import Explanation, explain
from skhpo.inspection._front import HypervolumeDisplay, ParetoFrontDisplay
from skhpo.inspection._importance_display import ImportanceDisplay
from skhpo.inspection._parallel import ParallelCoordinatesDisplay
from skhpo.inspection._population_explanation import PopulationExplanation
from skhpo.inspection._population_plots import LineageDisplay, ScheduleDisplay
from skhpo.inspection._pyplot import hidden_figures, pyplot
from skhpo.inspection._race import RacingDisplay
from skhpo.inspection._report_facts import (
    facts_of,
    settings_of,
    table_of,
    versions,
)
from skhpo.inspection._report_page import Picture, page
from skhpo.inspection._rungs import RungDisplay, has_rungs
from skhpo.inspection._slices import SliceDisplay
from skhpo.inspection._timeline import TimelineDisplay

# Of more parameters the most important are shown one by one.
_MOST_PANELS = 9
# A vector image with very many shapes is larger and slower than a bitmap.
_LARGEST_SVG = 300_000
# Inches: what is wider would be too small to read on a phone.
_WIDE = 7.2


@dataclass(frozen=True)
class _Plot:
    """A plot of the report, not drawn yet."""

    title: str
    caption: str
    draw: Callable[[], Any]


def write_report(search: Any, path: str | os.PathLike[str]) -> Path:
    """Write a report of a fitted search as one HTML file.

    It loads nothing from anywhere: plots and styles are in the file. It holds the
    explanation, plots, a table that can be sorted, the settings and the versions.
    Absolute paths in what it shows are cut down to their last part.

    .. versionadded:: 0.1

    Parameters
    ----------
    search : object
        A fitted search of skhpo, or one of scikit-learn.

    path : str or path
        The file, which is overwritten.

    Returns
    -------
    path : Path
        The file.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.model_selection import GridSearchCV
    >>> from sklearn.svm import SVC
    >>> from skhpo.inspection import write_report
    >>> X, y = load_iris(return_X_y=True)
    >>> search = GridSearchCV(SVC(), {"C": [0.1, 1, 10]}).fit(X, y)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     text = write_report(search, Path(folder, "search.html")).read_text("utf-8")
    >>> text[:15]
    '<!DOCTYPE html>'
    """
    pyplot()
    explanation = explain(search)
    with hidden_figures(), warnings.catch_warnings():
        # Values may have characters that the font lacks.
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        pictures = [_picture(plot) for plot in _plots(search, explanation)]
    estimator = type(getattr(search, "estimator", None)).__name__
    text = page(
        title=f"{type(search).__name__} of {estimator}",
        facts=facts_of(search),
        sections=explanation.sections(),
        pictures=pictures,
        table=table_of(search),
        settings=settings_of(search),
        versions=versions(),
    )
    target = Path(path)
    target.write_text(text, encoding="utf-8")
    return target


def _plots(
    search: Any, explanation: Explanation | PopulationExplanation
) -> Iterator[_Plot]:
    """Return the plots that make sense for a search."""
    # Neither scikit-learn's searches nor searches that found nothing show everything.
    if any(math.isfinite(np.ravel(one["score"])[0]) for one in read_history(search)):
        yield from _course_plots(search)
        if isinstance(explanation, PopulationExplanation):
            yield from _population_plots(search)
        else:
            yield from _candidate_plots(search, explanation)
    if "start_times" in read_history(search)[0]:
        yield _Plot(
            "Workers",
            "Each bar is a fit on one split; neighbouring candidates differ in colour, "
            "failed fits are hatched.",
            lambda: TimelineDisplay.from_estimator(search),
        )


def _course_plots(search: Any) -> Iterator[_Plot]:
    """Return the plots of the course of a search."""
    if getattr(search, "objectives", None):
        yield _Plot(
            "Front",
            "Squares are candidates that no other one surpasses in every objective.",
            lambda: ParetoFrontDisplay.from_estimator(search),
        )
        yield _Plot(
            "Growth of the front",
            "The volume that the front dominates, after each candidate.",
            lambda: HypervolumeDisplay.from_estimator(search),
        )
    elif not is_population(search):
        yield _Plot(
            "Best score so far",
            "The best mean score after each candidate.",
            lambda: BestSoFarDisplay.from_estimator(search),
        )
    if getattr(search, "racing", None) is not None:
        yield _Plot(
            "Race",
            "The mean score of each candidate after each split; crosses were given up.",
            lambda: RacingDisplay.from_estimator(search),
        )
    if has_rungs(search):
        yield _Plot(
            "Rungs",
            "The mean score of each candidate at each amount of the resource.",
            lambda: RungDisplay.from_estimator(search),
        )


def _candidate_plots(search: Any, explanation: Explanation) -> Iterator[_Plot]:
    """Return the plots of candidates and of the model of their scores."""
    importance = explanation.importance
    params = None
    if importance is not None:
        params = list(importance.parameters[:_MOST_PANELS])
        yield _Plot(
            "Importance",
            "The share of the variance that each parameter explains. Lines hold 90% of "
            "what the model considers possible.",
            lambda: ImportanceDisplay(importance).plot(),
        )
        yield _Plot(
            "Partial dependence",
            "The score that the model expects, in the mean over all other parameters, "
            "with a band that holds it with a probability of 90%.",
            lambda: DependenceDisplay.from_estimator(search, params),
        )
        varied = varied_in_best(read_candidates(search, for_model=True))
        has = [name for name in importance.parameters if name in varied]
        if len(has) > 1:
            yield _Plot(
                "Two parameters",
                "The score that the model expects, the others as in the best candidate "
                "(star). Points are candidates.",
                lambda: ContourDisplay.from_estimator(search, has[:2]),
            )
    n_axes = _n_axes(search)
    if n_axes:
        shown = params if params or n_axes <= _MOST_PANELS else None
        yield _Plot(
            "Candidates by parameter",
            "Each point is a candidate; the star is the best.",
            lambda: SliceDisplay.from_estimator(search, shown),
        )
    if n_axes > 1:
        yield _Plot(
            "Candidates across parameters",
            "Each line is a candidate; lighter ones are better.",
            lambda: ParallelCoordinatesDisplay.from_estimator(search, params),
        )


def _population_plots(search: Any) -> Iterator[_Plot]:
    """Return the plots of a population."""
    yield _Plot(
        "Lineage",
        "Each point is a member after a generation. The thick line leads to the "
        "winner.",
        lambda: LineageDisplay.from_estimator(search),
    )
    if _n_axes(search):
        yield _Plot(
            "Schedules",
            "The parameters in the course of the training; the thick line is the "
            "winner's.",
            lambda: ScheduleDisplay.from_estimator(search),
        )


def _n_axes(search: Any) -> int:
    """Return how many parameters vary that can be drawn."""
    return sum(axis.kind != "sampled" for axis in space_of(search).axes)


def _picture(plot: _Plot) -> Picture:
    """Draw a plot into an image that stands in the file."""
    figure = plot.draw().figure_
    text = io.StringIO()
    # Without a date, the same search gives the same image.
    figure.savefig(text, format="svg", metadata={"Date": None})
    if len(text.getvalue()) <= _LARGEST_SVG:
        data, kind = text.getvalue().encode(), "svg+xml"
    else:
        image = io.BytesIO()
        figure.savefig(image, format="png", dpi=130)
        data, kind = image.getvalue(), "png"
    source = f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
    return Picture(plot.title, plot.caption, source, figure.get_figwidth() > _WIDE)
