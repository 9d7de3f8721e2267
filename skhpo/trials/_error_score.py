"""A number that stands for a score that could not be computed."""

from typing import Self


class ErrorScore(float):
    """The number `error_score`, told from a score that was computed.

    scikit-learn gives it to training that raises, and without a word to scores that
    cannot be computed; a search that goes on from the best must know which is which.

    Parameters
    ----------
    value : float
        The number, which messages show as it is.
    """

    def __new__(cls, value: float) -> Self:
        """Remember what the number looks like."""
        new = super().__new__(cls, value)
        new.shown = str(value)
        return new

    shown: str

    def __str__(self) -> str:
        """Look like what the user has given."""
        return self.shown
