"""The arrays that models and their figures are made of.

What is heavy (scikit-learn, pandas, Fairlearn: a second and a half) is imported in the functions of this package that need it: a web worker, which
shows what was found and learns nothing, starts without.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Outcome = NDArray[np.bool_]
Persons = NDArray[np.intp]
