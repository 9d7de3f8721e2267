"""Contract suites: what everything that plugs into skhpo has to pass.

Subclass a suite in your own tests, implement its one method, and pytest runs it::

    from skhpo.testing import GeneratorContract

    class TestMyGenerator(GeneratorContract):
        def make_generator(self, space, seed):
            return MyGenerator(space, np.random.default_rng(seed))

- `GeneratorContract`: ask and tell, duplicates, determinism, saved state.
"""

from skhpo.testing._generator_contract import GeneratorContract

__all__ = ["GeneratorContract"]
