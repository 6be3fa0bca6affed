"""Read plugins/*/venue.toml into entry points and extras, so that a new venue edits no shared line."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

PYTEST = {"venuekit": "venuekit_testkit.pytest_plugin"}  # `pytest --pyargs venuekit_testkit --venue binance`


class Venues(MetadataHookInterface):
    """One entry point for each plugin folder, one extra for each that needs more than the core."""

    def update(self, metadata: dict[str, Any]) -> None:
        points: dict[str, str] = {}
        extras: dict[str, list[str]] = {name: list(needs) for name, needs in self.config["extras"].items()}
        everything: set[str] = set()
        for manifest in sorted(Path(self.root, "plugins").glob("venuekit_*/venue.toml")):
            venue = tomllib.loads(manifest.read_text())
            points[venue["id"]] = manifest.parent.name
            if needs := venue.get("requires"):
                extras[venue["id"].replace("_", "-")] = needs
                everything.update(needs)
        extras["all"] = sorted(everything)
        metadata["entry-points"] = {"venuekit.venues": points, "pytest11": PYTEST}
        metadata["optional-dependencies"] = extras
