"""Orders training rows, so that any first part of them stands for the whole."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def nested_order(
    n_rows: int, rng: np.random.Generator, labels: Any = None
) -> NDArray[np.intp]:
    """Return the rows in an order of which every beginning is a random sample.

    With labels it is a stratified one: each class has its share in every beginning,
    as nearly as whole rows can do, and its first row comes as early as that allows.

    .. versionadded:: 0.1

    Parameters
    ----------
    n_rows : int
        How many rows there are.

    rng : numpy.random.Generator
        Source of the randomness.

    labels : ndarray of shape (n_rows,), default=None
        The class of each row.

    Returns
    -------
    order : ndarray of shape (n_rows,), dtype intp
        A permutation of the row numbers.

    Examples
    --------
    >>> import numpy as np
    >>> from skhpo.fidelity import nested_order
    >>> labels = np.repeat(["a", "b"], [40, 20])
    >>> order = nested_order(60, np.random.default_rng(0), labels)
    >>> [(labels[order[:n]] == "b").sum() for n in (3, 30)]
    [np.int64(1), np.int64(10)]
    """
    order = rng.permutation(n_rows)
    if labels is None:
        return order
    _, codes = np.unique(np.asarray(labels), return_inverse=True)
    codes = codes.reshape(-1)[order]
    # The i-th of the m rows of a class stands at (i + 1/2) / m of the way.
    position = np.empty(n_rows)
    for code in range(codes.max() + 1):
        is_member = codes == code
        n_members = int(is_member.sum())
        position[is_member] = (np.arange(n_members) + 0.5) / n_members
    return np.asarray(order[np.argsort(position, kind="stable")], dtype=np.intp)
