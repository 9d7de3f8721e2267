"""The border to matplotlib, which is imported when something is drawn."""

import contextlib
from collections.abc import Iterator, Sequence
from contextvars import ContextVar
from typing import Any

import numpy as np

from skhpo.exceptions import MissingExtraError

# The colours of Okabe and Ito, which colour-blind readers tell apart as well; yellow,
# which is faint on white, is left out. Lines differ in their dashes too.
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
DASHES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
GREY = "#999999"
# Even in lightness for every kind of colour vision.
COLORMAP = "cividis"


def pyplot() -> Any:
    """Return ``matplotlib.pyplot``.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    try:
        from matplotlib import pyplot as module
    except ImportError as error:
        raise MissingExtraError(
            "Plots need matplotlib, which could not be imported "
            f"({error}). Install it with: pip install 'skhpo[plot]'"
        ) from error
    return module


# Figures that nobody is to see: interactive backends open no window for them.
_IS_HIDDEN: ContextVar[bool] = ContextVar("is_hidden", default=False)


@contextlib.contextmanager
def hidden_figures() -> Iterator[None]:
    """Draw on figures that no window shows, in matplotlib's own style."""
    token = _IS_HIDDEN.set(True)
    try:
        with pyplot().style.context("default"):
            yield
    finally:
        _IS_HIDDEN.reset(token)


def _subplots(*shape: int, **settings: Any) -> Any:
    """Return the axes of a new figure."""
    kept = {key: settings.pop(key) for key in ("figsize", "layout")}
    if not _IS_HIDDEN.get():
        return pyplot().figure(**kept).subplots(*shape, **settings)
    from matplotlib.figure import Figure

    return Figure(**kept).subplots(*shape, **settings)


def axes_for(ax: Any, *, width: float = 6.4, height: float = 4.0) -> Any:
    """Return the axes to draw on: those given, or those of a new figure."""
    pyplot()
    if ax is not None:
        return ax
    return _subplots(figsize=(width, height), layout="constrained")


def panels_for(
    ax: Any, n_panels: int, *, height: float = 2.8, shares_scale: bool = True
) -> Any:
    """Return an array of axes, one a panel: those given, or those of a new figure.

    Raises
    ------
    ValueError
        If the axes given are not as many.
    """
    pyplot()
    if ax is None:
        n_columns = min(3, n_panels)
        n_rows = -(-n_panels // n_columns)
        grid = _subplots(
            n_rows,
            n_columns,
            figsize=(3.4 * n_columns + 0.6, height * n_rows),
            layout="constrained",
            squeeze=False,
            sharey=shares_scale,
        )
        for spare in grid.ravel()[n_panels:]:
            spare.remove()
        return grid.ravel()[:n_panels]
    given = np.ravel(np.asarray(ax, dtype=object))
    if len(given) != n_panels:
        raise ValueError(
            f"The 'ax' must be {n_panels} axes, one for each panel. Got {len(given)}; "
            "pass as many, or leave it out for a figure of its own."
        )
    return given


def style_of(number: int) -> dict[str, Any]:
    """Return colour and dashes of one of several lines."""
    return {
        "color": COLORS[number % len(COLORS)],
        "linestyle": DASHES[number % len(DASHES)],
    }


def marker_of(values: Any) -> str:
    """Return the marker of a line, which is needed where it is a single point."""
    return "o" if np.isfinite(values).sum() == 1 else ""


def whole_ticks(axis: Any) -> None:
    """Have ticks at whole numbers only."""
    from matplotlib.ticker import MaxNLocator

    axis.set_major_locator(MaxNLocator(nbins=6, integer=True, min_n_ticks=1))


def score_limits(ax: Any, scores: Sequence[float] | Any) -> None:
    """Keep a few hopeless scores from squeezing all others into a line."""
    finite = np.asarray(scores, dtype=np.float64)
    finite = finite[np.isfinite(finite)]
    if len(finite) < 8:
        return
    low, middle, high = np.quantile(finite, [0.05, 0.5, 1.0])
    if high - finite.min() > 4.0 * max(high - low, 1e-300) and high > middle:
        ax.set_ylim(low - 0.15 * (high - low), high + 0.08 * (high - low))
