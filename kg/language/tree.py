"""Read-only walks over the tree of a Sentence.

Tokens are named by their index. A model may give a broken tree (a cycle, two roots, a head outside the sentence): every
walk ends, and visits no token twice. In a sentence that was not parsed, every token is a root of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from kg.records import Sentence, Token


def head(sentence: Sentence, index: int) -> int | None:
    """The head of a token; None for a root and for a head that is no other token of the sentence."""
    found = sentence.tokens[index].head
    return found if 0 <= found < len(sentence.tokens) and found != index else None


def roots(sentence: Sentence) -> list[int]:
    """The tokens without a head, in order; none where a cycle holds all."""
    return [token.index for token in sentence.tokens if head(sentence, token.index) is None]


def children(sentence: Sentence, index: int, *deprels: str) -> list[Token]:
    """The tokens whose head is `index`, in order; of the given relations alone, where any are given."""
    return [
        token
        for token in sentence.tokens
        if head(sentence, token.index) == index and (not deprels or token.deprel in deprels)
    ]


def child(sentence: Sentence, index: int, *deprels: str) -> Token | None:
    """The first of `children`, or None."""
    return next(iter(children(sentence, index, *deprels)), None)


def ancestors(sentence: Sentence, index: int) -> Iterator[int]:
    """The head, its head, and so on to the root; in a cycle, each token once and never `index` itself."""
    seen = {index}
    above = head(sentence, index)
    while above is not None and above not in seen:
        yield above
        seen.add(above)
        above = head(sentence, above)


def is_ancestor(sentence: Sentence, above: int, below: int) -> bool:
    """Whether `above` is one of the `ancestors` of `below`."""
    return above in ancestors(sentence, below)


def head_chain(sentence: Sentence, index: int, *deprels: str) -> list[int]:
    """`index` and its ancestors, as far up as each step is one of the relations (`conj`, `compound` …)."""
    chain = [index]
    for above in ancestors(sentence, index):
        if sentence.tokens[chain[-1]].deprel not in deprels:
            break
        chain.append(above)
    return chain


def subtree(sentence: Sentence, index: int) -> list[int]:
    """`index` and all that hangs below it, in text order."""
    below = _children_by_head(sentence)
    seen = {index}
    waiting = [index]
    while waiting:
        fresh = [one for one in below.get(waiting.pop(), []) if one not in seen]
        seen.update(fresh)
        waiting.extend(fresh)
    return sorted(seen)


def span(sentence: Sentence, index: int) -> tuple[int, int]:
    """(begin, end) over tokens: from the first word of the subtree to behind its last; words of others may lie between."""
    below = subtree(sentence, index)
    return below[0], below[-1] + 1


def offsets(sentence: Sentence, begin: int, end: int) -> tuple[int, int]:
    """Offsets into `Article.text` of tokens[begin:end], which must not be empty."""
    return sentence.tokens[begin].begin, sentence.tokens[end - 1].end


def path(sentence: Sentence, first: int, second: int) -> list[int] | None:
    """The tokens from one to the other by way of their lowest common ancestor, both included; None where they have none."""
    up = [first, *ancestors(sentence, first)]
    down = [second, *ancestors(sentence, second)]
    common = next((one for one in up if one in set(down)), None)
    if common is None:
        return None
    return up[: up.index(common) + 1] + down[: down.index(common)][::-1]


def _children_by_head(sentence: Sentence) -> dict[int, list[int]]:
    below: dict[int, list[int]] = {}
    for token in sentence.tokens:
        above = head(sentence, token.index)
        if above is not None:
            below.setdefault(above, []).append(token.index)
    return below
