"""How much of the language stage a sentence needs, decided before the costly models run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import IntEnum


class Need(IntEnum):
    """What the models do for a sentence; each member includes those before it."""

    NOTHING = 0  #: tokens alone
    NAMES = 1  #: tokens and names
    TREE = 2  #: tokens, names, tags, lemmas and tree


Selector = Callable[[Sequence[str]], Need]
"""Gets the token texts of one sentence. It must be pure: a stored graph depends on it."""


def everything(tokens: Sequence[str]) -> Need:
    """The selector that skips nothing."""
    return Need.TREE


def selector(
    *, tree: Callable[[Sequence[str]], bool], names: Callable[[Sequence[str]], bool] | None = None
) -> Selector:
    """A selector from two predicates over the tokens of a sentence.

    `tree` says whether the sentence is to be parsed; `names`, asked only where it says no,
    whether it may hold a name (always, where `names` is not given).
    """

    def select(tokens: Sequence[str]) -> Need:
        if tree(tokens):
            return Need.TREE
        return Need.NAMES if names is None or names(tokens) else Need.NOTHING

    return select
