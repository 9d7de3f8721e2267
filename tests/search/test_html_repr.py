"""What notebooks show of a search."""

import pytest
from sklearn import config_context

from _inspected import Hill, X, Y, hill_search


def html_of(search):
    """Return what notebooks show."""
    html = search._repr_html_()
    line = '<div class="skhpo-status"'
    assert html.startswith(line)
    bundled = search._repr_mimebundle_()["text/html"]
    # The numbers of the diagrams differ.
    assert bundled.partition("</div>")[0] == html.partition("</div>")[0]
    assert html.count(line) == bundled.count(line) == 1
    return html


def test_a_search_that_is_not_fitted_says_so(make_search):
    """The line stands before scikit-learn's own diagram."""
    search = make_search(Hill(), {"depth": [1, 2, 3]})
    html = html_of(search)
    assert f"{type(search).__name__}: not fitted." in html
    assert html.index("not fitted.") < html.index("sk-container-id")


def test_a_fitted_search_shows_its_best_result(make_search):
    """Why it ended, how many fits it took, and what is best."""
    search = make_search(Hill(), {"depth": [1, 2, 3]}).fit(X, Y)
    html = html_of(search)
    assert f"fitted, ended by {search.stop_reason_} after {search.n_fits_} fits" in html
    assert f"{search.best_score_:.4g}" in html
    assert "sk-container-id" in html


def test_values_are_escaped():
    """A choice cannot become code in a notebook."""
    space = {"kind": ["</div><script>alert(1)</script>"]}
    search = hill_search(space=space, n_iter=1).fit(X, Y)
    line = search._status_html()
    assert "<script" not in line
    assert "&lt;script&gt;" in line


def test_an_interrupted_search_says_so():
    """It has results, but it is not fitted."""

    class Interrupted(Hill):
        def score(self, X, y):
            if self.depth == 3:
                raise KeyboardInterrupt
            return super().score(X, y)

    search = hill_search(space={"depth": [1, 2, 3]})
    search.estimator = Interrupted()
    with pytest.raises(KeyboardInterrupt):
        search.fit(X, Y)
    assert "interrupted after" in html_of(search)


def test_text_display_has_no_html():
    """scikit-learn's own switch is respected."""
    with config_context(display="text"):
        assert "text/html" not in hill_search()._repr_mimebundle_()
