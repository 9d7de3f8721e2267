"""How a search explains itself: in words, as a report, and in notebooks."""

import os
from html import escape
from pathlib import Path
from typing import Any

from skhpo._compat._html import HTMLWithStatus
from skhpo.inspection import (
    Explanation,
    PopulationExplanation,
    explain,
    write_report,
)

_STYLE = (
    "font-family: sans-serif; font-size: 0.9em; margin: 0.3em 0; "
    "overflow-wrap: anywhere;"
)
_LONGEST = 400


class ShowsItself(HTMLWithStatus):
    """The methods by which a fitted search can be read."""

    def explain(
        self, *, metric: str | None = None, random_state: int = 0
    ) -> Explanation | PopulationExplanation:
        """Explain what the search found out, in numbers and in words.

        Parameters
        ----------
        metric : str, default=None
            The metric or objective; None is the one that the search maximises, the
            first of several objectives.

        random_state : int, default=0
            Seed of what is drawn from the model of the scores.

        Returns
        -------
        explanation : Explanation or PopulationExplanation
            See :class:`skhpo.inspection.Explanation`; print it to read it. The
            other one is that of a population.

        Raises
        ------
        NotFittedError
            If the search has no results yet.

        ValueError
            If there is no such metric.
        """
        return explain(self, metric=metric, random_state=random_state)

    def report(self, path: str | os.PathLike[str]) -> Path:
        """Write a report as one HTML file, which loads nothing from anywhere.

        Parameters
        ----------
        path : str or path
            The file, which is overwritten.

        Returns
        -------
        path : Path
            The file.

        Raises
        ------
        NotFittedError
            If the search has no results yet.

        MissingExtraError
            If matplotlib is not installed.
        """
        return write_report(self, path)

    def _status_html(self) -> str:
        """Return a line on how far the search is."""
        text = status_of(self)
        return f'<div class="skhpo-status" style="{_STYLE}">{escape(text)}</div>'


def status_of(search: Any) -> str:
    """Say how far a search is, and what the best is."""
    name = type(search).__name__
    if not hasattr(search, "stop_reason_"):
        return f"{name}: not fitted."
    reason = search.stop_reason_
    begin = "interrupted" if reason == "interrupted" else f"fitted, ended by {reason}"
    text = f"{name}: {begin} after {search.n_fits_} fits."
    if hasattr(search, "best_score_"):
        text += f" Best mean score {float(search.best_score_):.4g}"
        if hasattr(search, "best_params_"):
            text += f" with {search.best_params_!r}"
        text += "."
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
