"""A curve through a cloud of points: local linear regression, its width chosen by leaving one point out at a time.

Kernel: Gaussian. Source: Fan and Gijbels 1996, Local Polynomial Modelling and Its Applications; the leave-one-out
residual of a linear smoother is (y - fit) / (1 - own weight).
"""

from __future__ import annotations

import numpy as np

from scoring.arrays import Floats
from scoring.errors import ScoringError

# Widths of the kernel that are tried, in standard deviations of x; the widest is nearly a straight line.
WIDTHS = (0.15, 0.25, 0.4, 0.65, 1.0, 2.0, 10.0)
# A neighbourhood with less spread than this (in widths squared) has no slope: its fit is the local mean.
FLAT = 1e-6
# Further away a kernel is as good as 0, and smaller powers of e take the processor three times as long.
FAR = -40.0
# A point that is its own fit to this share says nothing about the width.
ALONE = 1.0 - 1e-6


def local_linear(x: Floats, y: Floats) -> Floats:
    """The fitted values [n] at the points x [n], y [n], with the width that predicts left-out points best.

    A width at which a point stands alone is ruled out; where each is, the widest is taken. Time and memory grow with n
    squared. Raises ScoringError where all x are equal.
    """
    spread = x.std()
    if spread == 0:
        raise ScoringError("A curve needs points at two different places at least.")
    fits = [_fit((x - x.mean()) / spread, y, width) for width in WIDTHS]
    return min(reversed(fits), key=lambda fit: fit[1])[0]


def _fit(x: Floats, y: Floats, width: float) -> tuple[Floats, float]:
    """Fitted values [n], and the mean squared error at left-out points."""
    x = x / width
    distance = x - x[:, np.newaxis]
    kernel = np.exp(np.maximum(-0.5 * distance * distance, FAR))
    # Sums over the points, seen from each place x: of 1, of (x_j - x), of its square, of y_j and of (x_j - x) y_j.
    mass, sums, squares, heights, products = (kernel @ np.stack([np.ones_like(x), x, x * x, y, x * y], axis=1)).T
    lever, inertia = sums - x * mass, squares - 2.0 * x * sums + x * x * mass
    spread = inertia * mass - lever**2
    sloped = spread > FLAT * mass**2
    own = np.divide(inertia, spread, out=1.0 / mass, where=sloped)
    tilt = np.divide(lever, spread, out=np.zeros_like(mass), where=sloped)
    fitted = own * heights - tilt * (products - x * heights)
    if (own >= ALONE).any():
        return fitted, np.inf
    return fitted, float((((y - fitted) / (1.0 - own)) ** 2).mean())
