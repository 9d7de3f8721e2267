"""Callbacks: follow a search while it runs, and end it.

What a search is given as ``callbacks=[...]``, each a `SearchCallback`:

- `ProgressBar`: candidates done, the best score, time left (extra ``progress``);
- `MLflowLogger`: a run of MLflow for the search, and one for each candidate (extra
  ``mlflow``);
- `OptunaStorage`: writes a storage of Optuna, which its dashboard shows live (extra
  ``optuna``).

What they are told: `SearchBegin`, `SplitEnd`, `CandidateEnd`, `GenerationEnd` and
`SearchEnd`, each with the `SearchPlan`, and how the search stands, a `Standing`.

`from_optuna` takes candidates from a study of Optuna; the method ``to_optuna`` of a
fitted search is its counterpart.
"""

from skhpo.callbacks._base import SearchCallback
from skhpo.callbacks._events import (
    CandidateEnd,
    GenerationEnd,
    SearchBegin,
    SearchEnd,
    SearchPlan,
    SplitEnd,
    Standing,
)
from skhpo.callbacks._mlflow import MLflowLogger
from skhpo.callbacks._optuna_exchange import from_optuna
from skhpo.callbacks._optuna_storage import OptunaStorage
from skhpo.callbacks._progress_bar import ProgressBar

__all__ = [
    "CandidateEnd",
    "GenerationEnd",
    "MLflowLogger",
    "OptunaStorage",
    "ProgressBar",
    "SearchBegin",
    "SearchCallback",
    "SearchEnd",
    "SearchPlan",
    "SplitEnd",
    "Standing",
    "from_optuna",
]
