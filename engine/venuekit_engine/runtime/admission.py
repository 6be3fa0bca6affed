"""What a graph must satisfy before it is admitted: known symbol and venue, price and quantity on the grid.

Clients truncate floats, so a value one unit off the grid is moved onto it; farther off is a fault that names the grid.
A router's order must fit the finest grid among the venues; each venue's leg is then cut to its own.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from venuekit.graph.model import Graph, Node
from venuekit.instrument import Instrument, Kind
from venuekit.units import Px, Qty, format_px, format_qty, snap
from venuekit_engine.refusal import Detail, Unprocessable
from venuekit_engine.runtime.market import Market


def admit(graph: Graph, market: Market) -> Graph:
    """Check a graph against what is listed and put its numbers on the grid.

    Raises: NotFound for an unknown symbol, Unprocessable with every fault.
    """
    faults: list[Detail] = []
    nodes = tuple(_admit_node(node, market, faults) for node in graph.nodes)
    if faults:
        raise Unprocessable("the order cannot be admitted", faults)
    return replace(graph, nodes=nodes)


def _admit_node(node: Node, market: Market, faults: list[Detail]) -> Node:
    symbol = market.resolve(node.symbol)
    listed = market.listings(symbol)
    if node.venue is not None:
        if node.venue not in listed:
            faults.append(Detail("venue", f"{node.venue!r} does not list {symbol}; {', '.join(sorted(listed))} do"))
            return node
        listed = {node.venue: listed[node.venue]}
    tradable = {venue: each for venue, each in listed.items() if not _why_not(each)}
    if not tradable:
        why = "; ".join(f"{venue}: {_why_not(each)}" for venue, each in sorted(listed.items()))
        faults.append(Detail("symbol", f"{symbol} cannot be traded now: {why}"))
        return node
    return replace(node, symbol=symbol, px=_on_tick(node, tradable, faults), qty=_on_lot(node, tradable, faults))


def _why_not(instrument: Instrument) -> str:
    if instrument.kind is not Kind.SPOT:
        return f"{instrument.kind.value} positions are not kept yet"  # and a fill that cannot be booked must not happen
    return instrument.untradable


def _on_tick(node: Node, listed: Mapping[str, Instrument], faults: list[Detail]) -> Px | None:
    if node.px is None:
        return None
    tick = min(each.tick for each in listed.values())
    px = snap(node.px, tick)
    if not px:
        text, grid = format_px(node.px), format_px(tick)
        faults.append(Detail("price", f"{text} is not on the tick {grid} of {', '.join(sorted(listed))}"))
    return Px(px or node.px)


def _on_lot(node: Node, listed: Mapping[str, Instrument], faults: list[Detail]) -> Qty | None:
    if node.qty is None:
        return None
    lot = min(each.lot for each in listed.values())
    qty = snap(node.qty, lot)
    least = min(each.min_qty for each in listed.values())
    if not qty:
        text, grid = format_qty(node.qty), format_qty(lot)
        faults.append(Detail("qty", f"{text} is not a multiple of the lot {grid} of {', '.join(sorted(listed))}"))
    elif qty < least:
        faults.append(Detail("qty", f"{format_qty(Qty(qty))} is below the smallest order, {format_qty(least)}"))
    return Qty(qty or node.qty)
