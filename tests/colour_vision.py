"""How far colours lie apart for any colour vision, and in a grey print."""

from itertools import combinations

import numpy as np

# Machado, Oliveira and Fernandes (2009), IEEE TVCG 15(6), severity 1: what is left of linear RGB without a kind of cone
VISION = {
    "all": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
_TO_XYZ = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
_WHITE = [0.95047, 1.0, 1.08883]


def seen_with(colour, vision):
    """CIE L*a*b* of a colour as an eye sees it."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    rgb = np.array([int(digits[i : i + 2], 16) for i in (0, 2, 4)]) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    xyz = np.array(_TO_XYZ) @ np.clip(np.array(VISION[vision]) @ linear, 0, 1) / _WHITE
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def distance(one, other, vision):
    """CIE76 distance of two colours."""
    return float(np.linalg.norm(seen_with(one, vision) - seen_with(other, vision)))


def lightness(colour):
    """CIE L* of a colour: what is left of it in a grey print."""
    return float(seen_with(colour, "all")[0])


def smallest(colours, vision):
    """Distance of the two colours that are most alike."""
    return min(distance(one, other, vision) for one, other in combinations(colours, 2))
