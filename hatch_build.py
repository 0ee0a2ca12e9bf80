"""Compiles the gazetteer when a wheel is built, so that an installed program starts at once."""

from __future__ import annotations

import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileGazetteer(BuildHookInterface):
    """Makes `kg/gazetteer/data/gazetteer.bin` from the tables beside it, and puts it into the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by the builder before it collects the files; `version` is «standard» or «editable»."""
        sys.path.insert(0, self.root)
        from kg.gazetteer.gazetteer import COMPILED, Gazetteer

        Gazetteer.load()
        build_data["artifacts"].append(f"kg/gazetteer/data/{COMPILED}")
