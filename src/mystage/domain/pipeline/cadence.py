"""When to visit a page again: an interval learned from how often the page changes, within limits. Pure. Hours.

A change is seen in time if a visit follows within the source's goal (`cadence_hours`). Visiting a page at the goal sees
all of its changes in time; at a longer interval I, a change falls with chance goal / I into the part that does. So visits
are worth most on pages that change often, and least on those that hardly do.

The rate of each page is estimated as a Gamma posterior over changes and hours watched (changes taken as a Poisson
process; J. Cho, H. Garcia-Molina, "Estimating frequency of change", ACM TOIT 3(3), 2003), with old evidence fading.
`benchmarks/cadence.py` compares the rule with others.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Annotated, Final

from pydantic import Field

from mystage.domain.values import Instant, Model

PRIOR_CHANGES: Final = 0.3
"""A page that nobody knows is taken for one that has changed so often..."""
PRIOR_GOALS: Final = 3.0
"""... in so many times the goal."""
FADE: Final = 0.93
"""What is left of older evidence with each visit: about the last fifteen visits count."""
EAGER: Final = 0.05
"""Chance of a change within the goal from which a page is visited at the goal."""
SLOWEST: Final = 16.0
"""The longest interval, in goals."""
LONGEST_HOURS: Final = 24.0 * 90
"""The longest interval whatever the goal."""
BACKOFF: Final = 16.0
"""The longest wait after failures, in goals."""


class Pace(Model):
    """What visits have shown of a page: changes seen, hours watched (both fading), hours of the last span."""

    changes: Annotated[float, Field(ge=0)] = 0.0
    hours: Annotated[float, Field(ge=0)] = 0.0
    span: Annotated[float, Field(ge=0)] = 0.0


def watched(pace: Pace, hours: float) -> Pace:
    """After a visit `hours` after the one before, as if nothing had changed."""
    span = max(0.0, hours)
    return Pace(changes=pace.changes * FADE, hours=pace.hours * FADE + span, span=span)


def changed(pace: Pace) -> Pace:
    """After it turned out that the last visit brought something new.

    The change lies somewhere in the span: its later half, on average, was watched for nothing.
    """
    return Pace(changes=pace.changes + 1.0, hours=max(0.0, pace.hours - pace.span / 2), span=0.0)


def rate(pace: Pace, goal: float) -> float:
    """Changes an hour that are to be expected."""
    return (PRIOR_CHANGES + pace.changes) / (PRIOR_GOALS * goal + pace.hours)


def interval(pace: Pace, goal: float) -> float:
    """Hours until the next visit: the goal, where a change within it is likely enough; longer the less it is."""
    chance = -math.expm1(-rate(pace, goal) * goal)
    longest = max(goal, min(SLOWEST * goal, LONGEST_HOURS))
    return min(longest, goal * max(1.0, EAGER / chance))


def next_visit(pace: Pace, goal: float, now: datetime) -> Instant:
    """When to visit a page that answered."""
    return now + timedelta(hours=interval(pace, goal))


def next_try(failures: int, goal: float, now: datetime) -> Instant:
    """When to visit a page that did not answer: at the goal, then at twice the wait each time."""
    wait = min(goal * 2.0 ** min(max(0, failures - 1), 30), goal * BACKOFF, max(goal, LONGEST_HOURS))
    return now + timedelta(hours=wait)
