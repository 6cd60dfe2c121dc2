"""How good clusters are, where the true ones are known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence


def measured(truths: Sequence[str], clusters: Sequence[int], met: int) -> dict[str, float]:
    """Precision, recall and F1 over pairs of records, and the share of true pairs that were compared at all.

    Records without a true cluster count as things of their own.

    Args:
        truths: the true cluster of each record, empty where unknown.
        clusters: the cluster found for each.
        met: true pairs that shared a key and were compared (pairs completeness; joins may compare more).
    """
    true = [truth or f" {n}" for n, truth in enumerate(truths)]
    both, found, wanted = pairs(zip(true, clusters, strict=True)), pairs(clusters), pairs(true)
    return {
        "precision": round(both / found, 4) if found else 1.0,
        "recall": round(both / wanted, 4) if wanted else 1.0,
        "f1": round(2 * both / (found + wanted), 4) if found + wanted else 1.0,
        "pairs_completeness": round(met / wanted, 4) if wanted else 1.0,
    }


def pairs(groups: Iterable[object]) -> int:
    """How many pairs of records lie in one group."""
    return sum(n * (n - 1) // 2 for n in Counter(groups).values())
