"""The trading door: what clients ask of orders, graphs, fills and positions."""
