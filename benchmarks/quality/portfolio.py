"""Which few settings serve the development instances of a scenario best, together?

    YAHPO_DATA=... python benchmarks/quality/portfolio.py [--scenario rbv2_xgboost]
        [--size 3] [--samples 20000] [--only booster=gbtree]

Random configurations, and the library's default, are scored on all development
instances and normalised: 0 is the median of random configurations, 1 the best known.
The default comes first. Each further one is the one that raises most what the best of
those chosen reach, in the mean over the instances (Wistuba, Schilling, Schmidt-Thieme,
"Sequential model-free hyperparameter tuning", 2015). The starting candidates of
`skhpo.presets` for XGBoost are its result, rounded to two digits.
"""

import argparse

import numpy as np
import yahpo
from problems import Config


def scores(scenario: str, configs: list[Config]) -> np.ndarray:
    """Return normalised scores, a column for each instance, none above 1."""
    columns = []
    for instance, (low, high) in yahpo.REFERENCES[scenario].items():
        raw = yahpo.predict_many(scenario, instance, configs)[:, yahpo.OUTPUT[scenario]]
        columns.append((raw - low) / (high - low))
    # What the networks promise beyond the best known is likely to be an artefact.
    return np.minimum(np.column_stack(columns), 1.0)


def choose(table: np.ndarray, size: int) -> list[int]:
    """Return the rows that are best together; the first is given."""
    chosen = [0]
    reached = table[0]
    for _ in range(size):
        chosen.append(int(np.argmax(np.maximum(reached, table).mean(axis=1))))
        reached = np.maximum(reached, table[chosen[-1]])
    return chosen


def main() -> None:
    """Print the configurations and what they reach."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scenario", default="rbv2_xgboost")
    parser.add_argument("--size", type=int, default=3)
    parser.add_argument("--samples", type=int, default=20_000)
    parser.add_argument("--only", default="booster=gbtree", help="'' for any")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    instance = next(iter(yahpo.REFERENCES[options.scenario]))
    problem = yahpo.load(f"{options.scenario}/{instance}")
    name, _, value = options.only.partition("=")
    fixed = {name: value} if any(one.name == name for one in problem.parameters) else {}
    rng = np.random.default_rng(options.seed)
    configs = [dict(problem.default)] + [
        problem.active(problem.sample_all(rng) | fixed) for _ in range(options.samples)
    ]
    table = scores(options.scenario, configs)
    reached = np.full(table.shape[1], -np.inf)
    for row in choose(table, options.size):
        reached = np.maximum(reached, table[row])
        print(f"alone {table[row].round(2)}, so far {reached.mean():.3f}:")
        for parameter, setting in configs[row].items():
            shown = f"{setting:.2g}" if isinstance(setting, float) else setting
            print(f"    {parameter} = {shown}")


if __name__ == "__main__":
    main()
