"""The names of the numbers that `statistics` takes of a film, in order; no work, no imports."""

HUES = 12
BANDS = 12

VISUAL_NAMES = (
    *(f"hue_{index * 360 // HUES}" for index in range(HUES)),  # Share of colour at that hue.
    "grey_share",  # Pixels of little saturation.
    "luma_mean",
    "luma_spread",
    "luma_low",  # 10th and 90th percentile.
    "luma_high",
    "saturation_mean",
    "saturation_spread",
    "edge_density",  # Share of pixels on an edge: text and texture against smooth surfaces.
    *(f"luma_cell_{row}{column}" for row in range(3) for column in range(3)),
    "motion_mean",  # Change between samples a quarter of a second apart.
    "motion_spread",
    "motion_peak",
    "cuts_a_second",
    "is_portrait",
    "duration_log",  # log10 of seconds, over 3.
)
SOUND_NAMES = (
    "has_sound",
    "loudness",  # -60..0 LUFS of the source mapped to 0..1.
    "dynamics",  # Spread of block levels, 0..40 dB mapped to 0..1.
    "silence_share",
    *(f"band_{index}" for index in range(BANDS)),  # Share of energy, 60 Hz..16 kHz, log spaced.
    "brightness",  # Spectral centroid over 8 kHz.
    "flatness",  # 1 is noise, 0 is a pure tone.
    "onsets_a_second",  # Over 10.
    "tempo",  # Beats a minute over 240; 0 without a pulse.
    "pulse",  # How strong the pulse is.
    "speech_likeness",  # Share of level modulation at 3..8 Hz, the rate of syllables.
    "stereo_width",
)
LAYOUT_NAMES = (
    "colourfulness",  # Hasler and Suesstrunk 2003, over 110.
    "text_share",  # Cells of many hard strokes: writing over the picture.
    "bars_share",  # Of the picture that stays black from its edges inwards, all film long.
)
"""Since version 2, and last, so that what was stored before is the beginning of what is now."""
NAMES = VISUAL_NAMES + SOUND_NAMES + LAYOUT_NAMES
