"""The formula that orders what was found, written down as weights that SQL is given.

score = match x (1 + POPULARITY x ln(1 + points))
        x (AGELESS + (1 - AGELESS) x 0.5^(age / HALF_LIFE))
        x (LANGUAGE, when the video speaks the viewer's language)

`match` is ts_rank with a hashtag worth most, then the caption. The weights are judgement, not yet
experiment: a fresh video with some likes should pass an old one with ten times as many.
"""

POPULARITY = 0.15
AGELESS = 0.5
HALF_LIFE_DAYS = 30
LANGUAGE = 1.2
CREATOR_MATCH = 0.05
"""What a video is worth when only its creator's name was searched for."""
WEIGHTS = (0.1, 0.2, 0.6, 1.0)
"""Of D, C, B, A: nothing, nothing, caption, hashtag."""
POINTS = {"like": 3, "save": 4, "share": 5, "comment": 4, "repost": 4}
"""What one reaction adds to a video's points; a view adds one for ten."""
VIEWS_PER_POINT = 10
FEW = 3
"""With fewer hits than this, misspelt words are corrected, then any word is enough."""
PEOPLE_MIN = 3
"""A phrase is shown to others only when at least this many different people searched for it."""
TREND_DAYS = 14
RISING_DAYS = 2
KEPT_DAYS = 30
OFFSET_MAX = 500
