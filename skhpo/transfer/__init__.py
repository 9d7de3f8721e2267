"""Learning from earlier searches, of other data or of a part of it.

Notation, used in the docstrings and comments of this package (that of
`skhpo.surrogates` holds as well):

======== ============================================== =================
symbol   meaning                                        shape
======== ============================================== =================
N        number of earlier searches
m        their mean functions at the observations       (n, N)
z        predictions of the targets, each left out      (n,)
q        scale on which a difference of means is sure   scalar
w        weights of the searches, their sum at most 1   (N,)
t        weights before any target is known             (N,)
======== ============================================== =================

Equations:

1. ``P(i above j | m) = Phi((m_i - m_j) / q)``
2. ``log evidence = 2 / (n - 1) sum_{i < j} log P(the order of y_i and y_j)``
3. ``w`` proportional to prior times evidence, where no earlier search at all is one of
   the hypotheses, of prior ``1 - sum(t)``, with ``z`` in the place of the mean of each
   one left out
4. ``t_j = 1 / N sum_{i != j} w_ij``, where ``w_ij`` is the weight of search j at the
   targets of search i, among all but i, with ``z = 0`` and equal t of sum 0.75
5. ``y = m w + c + f``, f a Gaussian process

- `PriorSearch`: what one earlier search says, as points and scores.
- `PriorKnowledge`: several of them, their mean functions, how far they are trusted
  (equation 4), and the candidates that they would begin with.
- `agreement_weights`: equations 1 to 3.
- `TransferProcess`: equation 5, a surrogate.
"""

from skhpo.transfer._agreement import agreement_weights
from skhpo.transfer._knowledge import PriorKnowledge
from skhpo.transfer._prior_search import PriorSearch
from skhpo.transfer._process import TransferProcess

__all__ = [
    "PriorKnowledge",
    "PriorSearch",
    "TransferProcess",
    "agreement_weights",
]
