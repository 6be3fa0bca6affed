"""What follows from an event: imperative, done by the engine, never journalled."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from venuekit.fill import Fill
from venuekit.graph.run import Leg


class RouteNode(msgspec.Struct, frozen=True, gc=False):
    """Decide where a node's quantity goes."""

    node_id: str


class PlaceLeg(msgspec.Struct, frozen=True, gc=False):
    """Send a child order whose intent is durable."""

    leg: Leg


class CancelLeg(msgspec.Struct, frozen=True, gc=False):
    """Take a child order off."""

    leg: Leg


class ReconcileLeg(msgspec.Struct, frozen=True, gc=False):
    """Ask the venue what became of a child order."""

    leg: Leg


class SettleFill(msgspec.Struct, frozen=True, gc=False):
    """Book a fill that counts for the first time."""

    node_id: str
    leg: Leg
    fill: Fill


Command: TypeAlias = RouteNode | PlaceLeg | CancelLeg | ReconcileLeg | SettleFill
