"""Ray Tune's population-based training, with its defaults."""

import pickle
import tempfile
from pathlib import Path

import numpy as np
import ray
from ray import tune
from ray.tune.schedulers import PopulationBasedTraining


def train_population(make_training, space, *, population, generations, seed):
    """Return the score and the schedule of the best trial.

    `make_training` returns, in a worker, what trains models on all splits and scores
    them: the ``Training`` of ``benchmarks/pbt.py``.
    """
    sampled = {name: _draw_from(space, name) for name in _names(space)}
    np.random.seed(seed)  # noqa: NPY002 (where Ray Tune draws from)
    if not ray.is_initialized():
        ray.init(num_cpus=1, include_dashboard=False, logging_level="ERROR")
    scheduler = PopulationBasedTraining(
        time_attr="training_iteration",
        metric="score",
        mode="max",
        perturbation_interval=1,
        hyperparam_mutations=sampled,
        synch=True,
    )
    with tempfile.TemporaryDirectory() as folder:
        results = tune.Tuner(
            _trainable(make_training, seed),
            param_space={
                name: tune.sample_from(draw) for name, draw in sampled.items()
            },
            tune_config=tune.TuneConfig(
                num_samples=population, scheduler=scheduler, reuse_actors=True
            ),
            run_config=tune.RunConfig(
                stop={"training_iteration": generations},
                storage_path=folder,
                verbose=0,
            ),
        ).fit()
        best = results.get_best_result("score", "max", scope="last")
    return best.metrics["score"], best.metrics["own"]


def _names(space):
    (branch,) = space.branches
    return list(branch)


def _draw_from(space, name):
    column = space.columns(np.full(space.n_dims, 0.5))[name]
    return lambda *_: space.axes[column].decode(np.random.random())  # noqa: NPY002


def _trainable(make_training, seed):
    """Return the class of the trials, which remember their records."""

    class Trainable(tune.Trainable):
        def setup(self, config):
            self.training = make_training()
            self.reset_config(config)

        def reset_config(self, new_config):
            self.config = new_config
            self.training.reseed([seed, int(self.trial_id.rpartition("_")[2])])
            self.models = None
            self.schedule = []
            return True

        def step(self):
            task = self.training.task
            params = {name: self.config[name] for name in task.space}
            self.models, record = self.training.train(self.models, params, task.steps)
            self.schedule.append(record)
            return {"score": self.training.score(self.models), "own": self.schedule}

        def save_checkpoint(self, folder):
            state = pickle.dumps((self.models, self.schedule))
            Path(folder, "state").write_bytes(state)

        def load_checkpoint(self, folder):
            state = Path(folder, "state").read_bytes()
            self.models, self.schedule = pickle.loads(state)

    return Trainable
