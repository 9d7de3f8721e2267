"""Events of a candidate that is evaluated with more and more of a resource."""

from datetime import UTC, datetime

from sklearn.svm import SVC

from skhpo import BayesSearchCV
from skhpo.callbacks import (
    CandidateEnd,
    SearchBegin,
    SearchEnd,
    SearchPlan,
    SplitEnd,
    Standing,
)
from skhpo.space import SearchSpace


def climb_rungs(callback, *, n_splits=2, resources=(1, 3, 9)):
    """Tell a callback of one candidate, whose score is its resource plus the split."""
    now = datetime.now(UTC)
    plan = SearchPlan(
        search=BayesSearchCV(SVC(), {"C": [1, 2]}),
        space=SearchSpace({"C": [1, 2]}),
        objectives=("score",),
        n_candidates=1,
        n_splits=n_splits,
        started=now,
    )
    callback.on_search_begin(SearchBegin(plan=plan))
    for resource in resources:
        splits = []
        for split in range(n_splits):
            score = float(resource + split)
            event = SplitEnd(
                plan=plan,
                candidate=0,
                params={"C": 1},
                origin="sobol",
                split=split,
                scores=(score,),
                test_scores={"score": score},
                fit_time=0.1,
                score_time=0.1,
                start=now,
                end=now,
                resource=resource,
            )
            splits.append(event)
            callback.on_split_end(event)
    standing = Standing(n_over=1, best_candidate=0, best_score=9.5)
    callback.on_candidate_end(
        CandidateEnd(
            plan=plan,
            standing=standing,
            candidate=0,
            params={"C": 1},
            origin="sobol",
            status="complete",
            scores=(9.5,),
            splits=tuple(splits),
            elapsed=1.0,
        )
    )
    callback.on_search_end(
        SearchEnd(plan=plan, standing=standing, stop_reason="n_iter", end=now)
    )
    callback.close()
