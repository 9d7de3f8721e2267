"""Perceptrons.

Where the ranges come from: Auto-sklearn [1]_ has one to three layers of 16 to 264
units, an L2 penalty of 1e-7 to 1e-1 and a learning rate of 1e-4 to 0.5. Rates above
0.03 are left out, since Adam seldom survives them. Kadra et al. [2]_ show that strong
and well chosen regularisation is what makes small networks good on tables, hence the
penalty up to 10 and early stopping as a choice; scikit-learn's networks have no
dropout.

References
----------
.. [1] M. Feurer, A. Klein, K. Eggensperger, J. Springenberg, M. Blum, F. Hutter,
   "Efficient and robust automated machine learning", 2015.

.. [2] A. Kadra, M. Lindauer, F. Hutter, J. Grabocka, "Well-tuned simple nets excel on
   tabular datasets", 2021.
"""

from skhpo.presets._preset import Preset, PresetSource
from skhpo.space import Categorical, Real

_LAYERS = Categorical(
    [(32,), (100,), (256,), (64, 64), (128, 128), (256, 256), (128, 128, 128)]
)
_DEFAULT = {
    "hidden_layer_sizes": (100,),
    "activation": "relu",
    "alpha": 1e-4,
    "learning_rate_init": 1e-3,
    "batch_size": 128,
    "early_stopping": False,
}
_PERCEPTRON = Preset(
    {
        "hidden_layer_sizes": _LAYERS,
        "activation": ["relu", "tanh"],
        "alpha": Real(1e-7, 1e1, prior="log-uniform"),
        "learning_rate_init": Real(1e-4, 3e-2, prior="log-uniform"),
        "batch_size": [16, 32, 64, 128, 256],
        "early_stopping": [False, True],
    },
    (
        _DEFAULT,
        {**_DEFAULT, "hidden_layer_sizes": (256, 256), "alpha": 1e-2},
        {
            **_DEFAULT,
            "hidden_layer_sizes": (128, 128),
            "alpha": 1.0,
            "learning_rate_init": 3e-3,
            "batch_size": 64,
        },
    ),
)

PRESETS: dict[str, PresetSource] = {
    "MLPClassifier": _PERCEPTRON,
    "MLPRegressor": _PERCEPTRON,
}
