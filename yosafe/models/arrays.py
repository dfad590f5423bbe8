"""The arrays that models and their figures are made of.

What is heavy (scikit-learn, pandas, Fairlearn, SciPy: two seconds) is imported in the functions of this package that need it: a web worker, which
shows what was found and learns nothing, starts without.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Outcome = NDArray[np.bool_]
Persons = NDArray[np.intp]


def expit(log_odds: Any) -> Any:
    """The probability of log-odds, one or many."""
    from scipy.special import expit as of  # slow to load: not on the web's way up

    return of(log_odds)
