"""What a search does on a Spark cluster that goes away."""

import os
import shutil
import subprocess
import sys

import pytest

pytest.importorskip("joblibspark")
pytest.importorskip("pyspark")

STOPPED = """
import threading, time
from joblib import parallel_config
from joblibspark import register_spark
from pyspark.sql import SparkSession
from sklearn.dummy import DummyClassifier
from skhpo import BayesSearchCV
from skhpo.exceptions import NoWorkersError
spark = SparkSession.builder.master("local[2]").getOrCreate()
register_spark()
def score(estimator, X, y):
    time.sleep(3)
    return 1.0
space = {"constant": list(range(100))}
search = BayesSearchCV(DummyClassifier(), space, n_iter=50, cv=2, scoring=score)
threading.Timer(15, {stop}).start()
try:
    with parallel_config("spark", n_jobs=2):
        search.fit([[0]] * 8, [0, 1] * 4)
except NoWorkersError as error:
    print("without workers:", error, search.stop_reason_)
"""


@pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java")
@pytest.mark.parametrize("stop", ["spark.stop", "spark.sparkContext._jsc.sc().stop"])
def test_a_search_says_that_spark_was_stopped(stop):
    """In a process of its own, since Spark leaves threads and settings behind."""
    run = subprocess.run(
        [sys.executable, "-c", STOPPED.replace("{stop}", stop)],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(sys.path),
            "PYSPARK_PYTHON": sys.executable,
        },
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert "without workers: A search needs a Spark session" in run.stdout, run.stderr
    assert "interrupted" in run.stdout
