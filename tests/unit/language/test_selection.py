"""What a sentence needs."""

from __future__ import annotations

from kg.language.selection import Need, everything, selector


def test_needs_are_in_order_of_cost() -> None:
    """A tree includes names, and names include nothing."""
    assert Need.NOTHING < Need.NAMES < Need.TREE


def test_everything_wants_trees() -> None:
    """The selector that skips nothing asks for a tree."""
    assert everything(["क"]) is Need.TREE


def test_names_are_found_where_nothing_says_otherwise() -> None:
    """Without a second predicate, a sentence without a tree still gets names."""
    assert selector(tree=lambda tokens: "मिले" in tokens)(["वे"]) is Need.NAMES


def test_the_second_predicate_is_asked_only_without_a_tree() -> None:
    """The predicate for names decides only about sentences that get no tree."""
    select = selector(tree=lambda tokens: "मिले" in tokens, names=lambda tokens: "मोदी" in tokens)
    assert [select(tokens) for tokens in (["मिले"], ["मोदी"], ["वे"])] == [Need.TREE, Need.NAMES, Need.NOTHING]
