"""What one app holds: its configuration and what is opened for it. There is one for each app, in `app.extensions`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from flask import current_app

from kg.graph.examples import Example, read_examples
from kg.serving.engine import Engine, Limits
from kg.serving.federation import Federation
from kg.serving.reconciler import MakeReconciler, once
from kg.serving.resources import Site
from kg.serving.snapshot import Snapshot
from kg.serving.writing import Writing

EXTENSION = "kg"


@dataclass(frozen=True, kw_only=True, slots=True)
class Config:
    """What the app is told."""

    store: Path  #: folder of the store
    base_iri: str = "https://w3id.org/hindi-news-kg/"
    queries: Path | None = None  #: folder of example queries
    limits: Limits = field(default_factory=Limits)
    writing: Writing | None = None  #: None: nobody may write
    federation: Federation | None = None  #: None: queries call nobody
    reconciler: MakeReconciler | None = None  #: what makes the answers of `/reconcile`, called when first needed


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """What the app holds open."""

    config: Config
    snapshot: Snapshot
    engine: Engine
    examples: tuple[Example, ...]
    reconciler: MakeReconciler | None  #: makes it once

    def site(self, root: str) -> Site:
        """Where this app's resources lie, under the path `root`."""
        return Site(base_iri=self.config.base_iri, root=root)


def state() -> State:
    """The state of the current app."""
    return cast(State, current_app.extensions[EXTENSION])


def open_state(config: Config) -> State:
    """The state for a new app. The store is opened when first read, so that the app starts without one."""
    return State(
        config=config,
        snapshot=Snapshot(config.store),
        engine=Engine(config.store, config.limits),
        examples=read_examples(sorted(config.queries.glob("*.rq")) if config.queries else ()),
        reconciler=once(config.reconciler) if config.reconciler else None,
    )
