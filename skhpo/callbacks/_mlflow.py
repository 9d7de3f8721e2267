"""A search as runs of MLflow."""

from datetime import UTC, datetime

from skhpo._compat._extras import import_extra, require_extra
from skhpo.callbacks._base import SearchCallback
from skhpo.callbacks._describe import describe_search, versions
from skhpo.callbacks._events import (
    CandidateEnd,
    GenerationEnd,
    SearchBegin,
    SearchEnd,
    SplitEnd,
)
from skhpo.callbacks._mlflow_runs import EXTRA, LiveRuns, Runs


class MLflowLogger(SearchCallback):
    """Logs a search to MLflow: a run for the search, below it one for each candidate.

    The runs of candidates have their parameters, the score of each split and its mean
    and standard deviation, times, and the true beginning and end; failed ones are
    marked as failed, with the error as a tag, and discarded ones as killed. The run of
    the search has its settings, the best score after each candidate, and at the end
    ``cv_results.csv`` and ``history.csv``.

    Each member of a population has one run: the scores and the numbers among its
    parameters are curves over the steps that it has been trained for.

    Nothing is logged to MLflow's active run, and none becomes active, so that several
    searches may log at a time. MLflow's own ``autolog`` does not know the searches.

    Needs the extra ``mlflow``: ``pip install 'skhpo[mlflow]'``, the light client for
    a tracking server. For a database of your own, such as ``sqlite:///mlflow.db``,
    install all of ``mlflow``.

    .. versionadded:: 0.1

    Parameters
    ----------
    tracking_uri : str, default=None
        Where MLflow keeps its runs; None is where MLflow is set to keep them.

    experiment_name : str, default="skhpo"
        The experiment; it is created where it does not exist.

    run_name : str, default=None
        Name of the search's run. None makes one of the search and its estimator.

    max_children : int, default=None
        How many candidates have a run: the best so far; a run that is overtaken is
        deleted. None: all of them. Of a population, all members have one.

    log_model : bool, default=False
        Whether to log the refitted best estimator at the end, as ``model``.

    Attributes
    ----------
    run_id_ : str
        The run of the latest search.

    Raises
    ------
    MissingExtraError
        If MLflow is not installed.

    Examples
    --------
    >>> from sklearn.svm import SVC
    >>> from skhpo import BayesSearchCV
    >>> from skhpo.callbacks import MLflowLogger
    >>> logger = MLflowLogger("http://localhost:5000", "iris", max_children=20)
    >>> search = BayesSearchCV(SVC(), {"C": [0.1, 1, 10]}, callbacks=[logger])
    """

    _live: "LiveRuns | None" = None

    def __init__(
        self,
        tracking_uri: str | None = None,
        experiment_name: str = "skhpo",
        *,
        run_name: str | None = None,
        max_children: int | None = None,
        log_model: bool = False,
    ) -> None:
        require_extra("mlflow", **EXTRA)
        self.tracking_uri = tracking_uri
        self.experiment_name = experiment_name
        self.run_name = run_name
        self.max_children = max_children
        self.log_model = log_model

    def on_search_begin(self, event: SearchBegin) -> None:
        """Begin the run of the search.

        Parameters
        ----------
        event : SearchBegin
            What the search is going to do.
        """
        mlflow = import_extra("mlflow", **EXTRA)
        client = mlflow.MlflowClient(tracking_uri=self.tracking_uri)
        experiment = client.get_experiment_by_name(self.experiment_name)
        if experiment is None:
            experiment_id = client.create_experiment(self.experiment_name)
        else:
            experiment_id = experiment.experiment_id
        runs = Runs(mlflow, client, experiment_id)
        search = event.plan.search
        name = self.run_name or (
            f"{type(search).__name__} of {type(search.estimator).__name__}"
        )
        self.run_id_ = runs.begin(name, event.plan.started)
        self._live = LiveRuns(runs, self.run_id_, self.max_children)
        runs.log(
            self.run_id_,
            params=describe_search(event.plan),
            tags={f"version.{name}": value for name, value in versions().items()},
        )

    def on_split_end(self, event: SplitEnd) -> None:
        """Begin the run of a candidate with its first split, if all are to have one.

        Parameters
        ----------
        event : SplitEnd
            The split.
        """
        assert self._live is not None
        if self.max_children is None or event.plan.is_population:
            self._live.open(event)
            self._live.log_rung(event)

    def on_candidate_end(self, event: CandidateEnd) -> None:
        """Log what came of a candidate.

        Parameters
        ----------
        event : CandidateEnd
            The candidate.
        """
        assert self._live is not None
        if event.plan.is_population:
            self._live.log_step(event)
        else:
            self._live.log_candidate(event)

    def on_generation_end(self, event: GenerationEnd) -> None:
        """Log the best score of a generation.

        Parameters
        ----------
        event : GenerationEnd
            The generation.
        """
        assert self._live is not None
        self._live.members = event.members
        if event.best is not None:
            runs = self._live.runs
            points = runs.points(
                {"best_score_of_generation": event.best.score},
                step=event.best.resource or event.generation,
            )
            runs.log(self._live.parent, metrics=points)

    def on_search_end(self, event: SearchEnd) -> None:
        """Log the results, and end all runs.

        Parameters
        ----------
        event : SearchEnd
            The end.
        """
        assert self._live is not None
        self._live.end_members(event.end)
        self._live.log_results(event)
        if self.log_model:
            self._live.log_model(event)
        self._live.end("FINISHED" if event.error is None else "FAILED", event.end)

    def close(self) -> None:
        """End what is still running, and let go of the client."""
        live, self._live = self._live, None
        if live is not None:
            live.end("FAILED", datetime.now(UTC))
