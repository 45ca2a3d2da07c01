"""How large the model is and how fast it learns: settings, written into every snapshot."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Sizes and rates. Two snapshots fit each other only when their shapes are equal.

    `layers` 0 leaves the transformer over past showings out. The rates are those of Adam for the
    dense part and of row-wise Adagrad for the rows of the id tables.
    """

    width: int = 64
    layers: int = 2
    attention_heads: int = 4
    past: int = 100
    row: int = 16
    experts: int = 4
    expert_width: int = 64
    dense_rate: float = 3e-3
    row_rate: float = 0.02
    decay: float = 0.01
    order_weight: float = 1.0
    admitted_after: int = 2
    kept_days: int = 30

    def __post_init__(self) -> None:
        assert self.width % self.attention_heads == 0
        assert self.past > 0
        assert self.row > 0
