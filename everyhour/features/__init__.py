"""Rooms that people visit. Each composes what lies below; none imports a neighbour (home and desk may)."""
