"""The clauses of a sentence: each has one finite verb and begins at «कि», a relative, a conjunction or behind another verb."""

from __future__ import annotations

from collections.abc import Collection

from kg.extraction.lexicon import Lexicon
from kg.extraction.reading import AND, PUNCTUATION, QUOTED, QUOTES, THAT, Clause, Finiteness, Reading


def find_clauses(reading: Reading, inside: Collection[int], lexicon: Lexicon) -> tuple[list[Clause], list[int]]:
    """The clauses and, for each token, the one that it stands in; `inside` are the tokens of names, which begin none."""
    scan = _ClauseScan(reading, inside, lexicon)
    for at in range(len(reading.words)):
        scan.step(at)
    return scan.clauses, scan.clause_of


class _ClauseScan:
    """The scan for clauses over one sentence whose verb groups are known."""

    def __init__(self, reading: Reading, inside: Collection[int], lexicon: Lexicon) -> None:
        self.reading = reading
        self.words = reading.words
        self.inside = inside
        self.lexicon = lexicon
        self.relatives = lexicon.function_words["relatives"]
        self.last_finite = max(
            (verb.begin for verb in reading.verbs if verb.finiteness is Finiteness.FINITE), default=-1
        )
        self.current = Clause(index=0)
        self.clauses = [self.current]
        self.clause_of: list[int] = []

    def step(self, at: int) -> None:
        """Put a token into the clause that goes on or begins there."""
        self.current = self._clause_at(at)
        self.clause_of.append(self.current.index)
        verb = self.reading.verb_of(at)
        if verb is not None and verb.finiteness is Finiteness.FINITE and at == verb.end - 1:
            self.current.verb = verb.index

    def _clause_at(self, at: int) -> Clause:
        word, current = self.words[at], self.current
        if (word == THAT or self._is_misspelt_that(at)) and at not in self.inside:
            return self._inner(at, THAT)
        if at > self.last_finite:
            return current  # no verb is left for another clause
        if word in self.relatives and at not in self.inside and at > 0:
            return self._inner(at, word)
        if word in self.lexicon.function_words["subordinators"] and at > current.begin + 1:
            return self._next(at, word)
        if current.verb < 0:
            return current
        if word in QUOTES and self._quotes(current):
            return self._inner(at, QUOTED)
        if word in PUNCTUATION or at < self.reading.verbs[current.verb].end:
            return current
        return self._behind_verb(at)

    def _is_misspelt_that(self, at: int) -> bool:
        """«कहा | की …», «आरोप लगाया | की …»: behind a finite verb no genitive stands."""
        verb = self.reading.verb_of(at - 1) if self.words[at] == "की" else None
        behind = verb is not None and verb.finiteness is Finiteness.FINITE and verb.end == at
        return behind and self.reading.verb_of(at) is None and at < self.last_finite

    def _behind_verb(self, at: int) -> Clause:
        """The clause of a word behind a finite verb: one that was interrupted, what is said, or the next."""
        interrupted = self._interrupted()
        if interrupted is not None:
            return interrupted
        word = self.words[at]
        if word in AND:
            return self._next(at, word)
        if self._quotes(self.current) and self.current.opener != THAT:  # «नाटो ने कहा | रूस …»
            return self._inner(at, QUOTED)
        return self._next(at, "")

    def _inner(self, at: int, opener: str) -> Clause:
        return self._opened(Clause(index=len(self.clauses), opener=opener, parent=self.current.index, begin=at))

    def _next(self, at: int, opener: str) -> Clause:
        parent, previous = self.current.parent, self.current.index
        return self._opened(Clause(index=len(self.clauses), opener=opener, parent=parent, previous=previous, begin=at))

    def _opened(self, clause: Clause) -> Clause:
        self.clauses.append(clause)
        return clause

    def _interrupted(self) -> Clause | None:
        """The clause that a relative clause interrupts, where it has no verb yet."""
        clause = self.current
        while clause.parent >= 0 and (clause.opener in self.relatives or clause.opener == QUOTED):
            parent = self.clauses[clause.parent]
            if parent.verb < 0 and clause.opener in self.relatives:
                return parent
            clause = parent
        return None

    def _quotes(self, clause: Clause) -> bool:
        """Whether the verb of a clause is one that what is said follows: «कहा»."""
        word = self.words[self.reading.verbs[clause.verb].main]
        return word.startswith(tuple(self.lexicon.stems["quoting"]))
