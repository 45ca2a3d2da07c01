"""Turns HDR (HLG, PQ) into BT.709 SDR by an explicit look-up table, since FFmpeg's own way varies.

The curve, in order: signal to light on a 1,000 nit display (BT.2100), BT.2020 to BT.709
primaries, reference white at 203 nits (BT.2408), a shoulder that folds highlights into the last
fifth of the range by the brightest channel (so hues stay), and the BT.1886 display gamma.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

LUT_SIDE = 33
REFERENCE_WHITE_NITS = 203.0
DISPLAY_PEAK_NITS = 1000.0
SHOULDER_FROM = 0.8
DISPLAY_GAMMA = 2.4

# ITU-R BT.2087, rows are R G B of BT.709.
BT2020_TO_BT709 = np.array(
    [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]]
)
LUMA_2020 = np.array([0.2627, 0.6780, 0.0593])


def sdr_from_hdr(signal: NDArray[np.float64], transfer: str) -> NDArray[np.float64]:
    """Map non-linear BT.2020 R'G'B' to BT.709 R'G'B'.

    Args:
        signal: float[..., 3], 0..1.
        transfer: "hlg" or "pq".
    """
    nits = _hlg_nits(signal) if transfer == "hlg" else _pq_nits(signal)
    light = nits @ BT2020_TO_BT709.T / REFERENCE_WHITE_NITS
    light = np.maximum(light, 0.0)
    brightest = np.maximum(light.max(axis=-1, keepdims=True), 1e-9)
    light = light * (_shoulder(brightest) / brightest)
    return np.asarray(np.clip(light, 0.0, 1.0) ** (1 / DISPLAY_GAMMA))


def write_lut(folder: Path, transfer: str) -> Path:
    """Write the table as a `.cube` file, red fastest, and return its path."""
    axis = np.linspace(0.0, 1.0, LUT_SIDE)
    blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")
    table = sdr_from_hdr(np.stack([red, green, blue], axis=-1), transfer).reshape(-1, 3)
    rows = "\n".join(f"{r:.6f} {g:.6f} {b:.6f}" for r, g, b in table.tolist())
    path = folder / f"{transfer}.cube"
    path.write_text(f"LUT_3D_SIZE {LUT_SIDE}\n{rows}\n", encoding="ascii")
    return path


def _shoulder(light: NDArray[np.float64]) -> NDArray[np.float64]:
    """Identity up to SHOULDER_FROM, then towards 1 at the display's peak, with the same slope."""
    room = 1.0 - SHOULDER_FROM
    over = np.maximum(light - SHOULDER_FROM, 0.0) / room
    over_peak = (DISPLAY_PEAK_NITS / REFERENCE_WHITE_NITS - SHOULDER_FROM) / room
    folded = over * (1 + over / over_peak**2) / (1 + over)  # Reinhard's, with a white point.
    return np.where(light <= SHOULDER_FROM, light, SHOULDER_FROM + room * np.minimum(folded, 1.0))


def _hlg_nits(signal: NDArray[np.float64]) -> NDArray[np.float64]:
    """BT.2100 HLG: inverse camera curve, then the display's system gamma of 1.2."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - c) / a) + b) / 12)  # noqa: PLR2004 - BT.2100
    luma = np.maximum((scene @ LUMA_2020)[..., None], 1e-9)
    return np.asarray(DISPLAY_PEAK_NITS * luma**0.2 * scene)


def _pq_nits(signal: NDArray[np.float64]) -> NDArray[np.float64]:
    """BT.2100 PQ, in nits, clipped at the display's peak by the shoulder."""
    m1, m2, c1, c2, c3 = 0.1593017578125, 78.84375, 0.8359375, 18.8515625, 18.6875
    root = signal ** (1 / m2)
    return np.asarray(10_000 * (np.maximum(root - c1, 0.0) / (c2 - c3 * root)) ** (1 / m1))
