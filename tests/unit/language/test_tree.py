"""Walks over trees, whole and broken."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kg.language import tree
from kg.language.labels import ACL, CASE_RELATION, COMPOUND, CONJ, NMOD
from kg.records import Sentence, Token

VISIT = Sentence(  # नेपाल के प्रधानमंत्री ने पेरिस और रोम का दौरा किया
    index=0,
    tokens=tuple(
        Token(index=index, text=word, begin=10 * index, end=10 * index + len(word), head=head, deprel=deprel)
        for index, (word, head, deprel) in enumerate(
            [
                ("नेपाल", 2, "nmod"),
                ("के", 0, "case"),
                ("प्रधानमंत्री", 9, "nsubj"),
                ("ने", 2, "case"),
                ("पेरिस", 8, "nmod"),
                ("और", 6, "cc"),
                ("रोम", 4, "conj"),
                ("का", 4, "case"),
                ("दौरा", 9, "compound"),
                ("किया", -1, "root"),
            ]
        )
    ),
)


def broken(*heads: int) -> Sentence:
    """A sentence of words that nothing but their heads tells apart."""
    return Sentence(
        index=0,
        tokens=tuple(
            Token(index=index, text="क", begin=2 * index, end=2 * index + 1, head=head, deprel="dep")
            for index, head in enumerate(heads)
        ),
    )


def test_children_stand_in_text_order() -> None:
    """The children of a token are those whose head it is, from the left to the right."""
    assert [token.index for token in tree.children(VISIT, 4)] == [6, 7]


def test_children_of_a_relation() -> None:
    """With relations given, only children of these relations are returned."""
    assert [token.text for token in tree.children(VISIT, 4, CASE_RELATION)] == ["का"]
    assert tree.child(VISIT, 4, CONJ) == VISIT.tokens[6]
    assert tree.child(VISIT, 4, ACL) is None


def test_ancestors_lead_to_the_root() -> None:
    """The ancestors of a token are its head, the head of this, and so on to the root."""
    assert list(tree.ancestors(VISIT, 6)) == [4, 8, 9]
    assert tree.is_ancestor(VISIT, 9, 6)
    assert not tree.is_ancestor(VISIT, 6, 9)
    assert not tree.is_ancestor(VISIT, 6, 6)


def test_subtree_holds_the_token_and_all_below_it() -> None:
    """The subtree of «दौरा» is the noun with both places, the conjunction and the marker."""
    assert tree.subtree(VISIT, 8) == [4, 5, 6, 7, 8]
    assert tree.span(VISIT, 8) == (4, 9)
    assert tree.offsets(VISIT, 4, 9) == (40, 84)


def test_head_chain_climbs_the_given_relations_only() -> None:
    """From «रोम», conj and nmod lead to «दौरा» and no further; compound would lead to the verb."""
    assert tree.head_chain(VISIT, 6, CONJ, NMOD) == [6, 4, 8]
    assert tree.head_chain(VISIT, 6, CONJ, NMOD, COMPOUND) == [6, 4, 8, 9]
    assert tree.head_chain(VISIT, 6) == [6]


def test_path_goes_over_the_lowest_common_ancestor() -> None:
    """From «नेपाल» to «रोम» the path climbs to the verb and comes down again."""
    assert tree.path(VISIT, 0, 6) == [0, 2, 9, 8, 4, 6]
    assert tree.path(VISIT, 6, 8) == [6, 4, 8]
    assert tree.path(VISIT, 3, 3) == [3]


def test_tokens_of_two_trees_have_no_path() -> None:
    """In a sentence that was not parsed there is no path from one token to another."""
    assert tree.path(broken(-1, -1), 0, 1) is None


def test_a_cycle_ends_every_walk() -> None:
    """In a cycle, the ancestors are the other tokens once each and the subtree is the cycle."""
    cycle = broken(1, 2, 0, 0)
    assert list(tree.ancestors(cycle, 0)) == [1, 2]
    assert tree.subtree(cycle, 0) == [0, 1, 2, 3]
    assert tree.roots(cycle) == []


def test_a_head_outside_the_sentence_is_none() -> None:
    """A head that is the token itself or no token of the sentence counts as a root."""
    assert tree.roots(broken(0, 7, -1)) == [0, 1, 2]


@given(st.lists(st.integers(-2, 9), min_size=1, max_size=8), st.data())
def test_walks_end_and_stay_inside_whatever_the_heads_are(heads: list[int], data: st.DataObject) -> None:
    """For any heads at all, each walk ends, visits no token twice and stays in the sentence."""
    sentence = broken(*heads)
    one = data.draw(st.integers(0, len(heads) - 1))
    other = data.draw(st.integers(0, len(heads) - 1))
    above = list(tree.ancestors(sentence, one))
    assert len(set(above)) == len(above)
    assert one not in above
    assert one in tree.subtree(sentence, one)
    assert set(above) <= set(range(len(heads)))
    path = tree.path(sentence, one, other)
    assert path is None or (path[0], path[-1]) == (one, other)
