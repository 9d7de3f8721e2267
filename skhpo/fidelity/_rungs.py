"""Which amounts of the resource candidates are judged by."""


def rung_resources(
    min_resource: int, max_resource: int, factor: float
) -> tuple[int, ...]:
    """Return the amounts of a resource that make the rungs.

    They are counted from the top: the last is `max_resource`, each one before is
    smaller by `factor`, and none is below `min_resource`.

    .. versionadded:: 0.1

    Parameters
    ----------
    min_resource : int
        The least amount, at least 1.

    max_resource : int
        The whole of it, at least `min_resource`.

    factor : float
        The ratio of an amount to the one before, greater than 1.

    Returns
    -------
    resources : tuple of int
        Rising, without repetitions; at least one.

    Examples
    --------
    >>> from skhpo.fidelity import rung_resources
    >>> rung_resources(3, 100, 3)
    (4, 11, 33, 100)
    """
    resources = [max_resource]
    exact = max_resource / factor
    # Rounded, as the least amount itself may be the quotient of the whole.
    while round(exact) >= min_resource and round(exact) >= 1:
        if round(exact) < resources[0]:
            resources.insert(0, round(exact))
        exact /= factor
    return tuple(resources)
