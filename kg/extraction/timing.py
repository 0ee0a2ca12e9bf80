"""Which time expression of a sentence dates which event."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from kg.extraction.dates import Tense, TimeExpression, TimeLexicon, counted, find_times, resolve
from kg.extraction.governors import journey_before
from kg.extraction.matcher import Trigger
from kg.extraction.reading import ERGATIVE, LOCATIVES, WHEN, Finiteness, Group, Reading, VerbGroup
from kg.extraction.scene import Filled
from kg.extraction.words import GENITIVES, PRESENT
from kg.records import Dateline, EventType

_PHRASES = frozenset({"other"})
_SHORT_REACH = 6  #: likewise, to an infinitive
_REACH = 10  #: words from an expression to the infinitive or participle that it belongs to
_DATING = frozenset({"point", "range"})
_BEGINNING = frozenset({EventType.VISIT, EventType.SANCTION, EventType.WEAPONS_TEST})
"""Types that are dated by their beginning: «मंगलवार से यात्रा पर रहेंगे»."""


class Clock:
    """The time expressions of one sentence."""

    def __init__(
        self,
        reading: Reading,
        filled: Sequence[Filled],
        *,
        published: datetime.date | None,
        dateline: Dateline | None,
        lexicon: TimeLexicon,
    ) -> None:
        self.reading = reading
        self.published = published
        self.filled = filled
        self.expressions = [
            found
            for found in find_times(reading.texts, published=published, dateline=dateline, lexicon=lexicon)
            if found.kind in _DATING or found.kind == "since"
        ]

    def date(self, filled: Filled, *, anchor: datetime.date | None) -> tuple[str | None, str | None]:
        """The ISO date of an event and the words that give it; None where the text gives none.

        `anchor` is the day told of last, which «उसी दिन» and «इससे एक दिन पहले» count from.
        """
        found = self._own(filled, anchor)
        journey = journey_before(filled, self.filled, self.reading) if found[1] is None else None
        return self._own(journey, anchor) if journey is not None else found

    def _own(self, filled: Filled, anchor: datetime.date | None) -> tuple[str | None, str | None]:
        for expression in self._of(filled):
            if expression.kind == "since" and filled.type not in _BEGINNING:
                continue
            value = resolve(expression, tense=self._tense(filled), published=self.published).value
            of_another = expression.begin > 0 and self.reading.words[expression.begin - 1] in GENITIVES
            if value is None and expression.anchor_needed and anchor is not None and not of_another:
                value = counted(expression, day=anchor)
            if value is not None or not of_another:
                return value, self.reading.text(expression.begin, expression.end)
        return None, None

    def _of(self, filled: Filled) -> Sequence[TimeExpression]:
        trigger = filled.trigger
        clause = self.reading.clause_of[trigger.host]
        found = [one for one in self.expressions if self.reading.clause_of[one.begin] == clause]
        outer = self.reading.clauses[clause]
        if not found and outer.opener == WHEN and trigger.finite and outer.parent >= 0:
            found = [one for one in self.expressions if self.reading.clause_of[one.begin] == outer.parent]
        if trigger.finite or self._on_a_journey(filled):
            mine = [
                one
                for one in found
                if not one.attributive
                and not self._inner(one, filled)
                and not self._taken(one)
                and not self._of_who_came(one, trigger)
            ]
        else:
            mine = [one for one in found if self._beside(one, filled)]
        return sorted(mine, key=lambda one: abs(trigger.host - one.end))

    def _of_who_came(self, expression: TimeExpression, trigger: Trigger) -> bool:
        """«रविवार को यात्रा पर पहुंचे | मुइज्जू ने …»: a participle before the subject has what stands before it."""
        first = next((group for group in self.reading.groups if group.marker == ERGATIVE), None)
        verb = self._participle_before(first) if first is not None else None
        return verb is not None and expression.end <= verb.begin and trigger.host >= verb.end

    def _participle_before(self, group: Group) -> VerbGroup | None:
        verb = self.reading.verb_of(group.begin - 1) if group.begin else None
        told = verb is not None and any(one.trigger.verb is verb for one in self.filled)
        return verb if verb is not None and told and verb.finiteness is Finiteness.PARTICIPLE else None

    def _on_a_journey(self, filled: Filled) -> bool:
        """«जुलाई में मंत्री दौरे पर गए»: the verb behind the noun is its own."""
        group = self.reading.group_of(filled.trigger.host)
        if filled.type is not EventType.VISIT or group is None or group.marker != "par":
            return False
        verb = self.reading.verb_of(group.marker_end)
        return verb is not None and verb.finiteness is Finiteness.FINITE

    def _taken(self, expression: TimeExpression) -> bool:
        """Whether a bare noun before the verb has the expression to itself."""
        return any(
            self._before_phrase(expression, other, self._row(other), exclusively=True)
            for other in self.filled
            if other.trigger.verb is None
        )

    def _inner(self, expression: TimeExpression, filled: Filled) -> bool:
        """Whether an expression stands inside an infinitive or participle of the clause that is not this trigger's."""
        verb = self._verb_of(expression)
        return (
            verb is not None
            and verb != (filled.trigger.verb.index if filled.trigger.verb is not None else -1)
            and self.reading.verbs[verb].finiteness in (Finiteness.PARTICIPLE, Finiteness.INFINITIVE)
            and self.reading.verbs[verb].begin - expression.end
            <= (_REACH if self.reading.verbs[verb].finiteness is Finiteness.PARTICIPLE else _SHORT_REACH)
        ) or self._before_inner(expression, filled)

    def _before_inner(self, expression: TimeExpression, filled: Filled) -> bool:
        """«A ने B पर | गुरुवार को काबुल में हमला करने का आरोप लगाया»: behind all that is the outer predicate's own."""
        used = [self.reading.groups[index] for index in filled.used]
        inner = [
            other.trigger
            for other in self.filled
            if other.governor is filled and not other.trigger.finite and expression.end <= other.trigger.begin
        ]
        return bool(used and inner) and all(group.end <= expression.begin for group in used)

    def _verb_of(self, expression: TimeExpression) -> int | None:
        """The verb that the tree hangs the expression on."""
        tokens = self.reading.sentence.tokens
        at, seen = expression.begin, set[int]()
        while 0 <= at < len(tokens) and at not in seen:
            seen.add(at)
            verb = self.reading.verb_of(at)
            if verb is not None:
                return verb.index
            at = tokens[at].head
        return None

    def _beside(self, expression: TimeExpression, filled: Filled) -> bool:
        """Whether an expression belongs to an infinitive, participle or bare noun: it stands in its row."""
        trigger = filled.trigger
        if expression.end > trigger.host:
            return False
        if trigger.verb is not None:
            if self._verb_of(expression) == trigger.verb.index:
                return True
            if filled.governor is not None and self._before_inner(expression, filled.governor):
                return True
            if trigger.verb.finiteness is Finiteness.PARTICIPLE:
                following = next((one for one in self.reading.groups if one.begin >= trigger.verb.end), None)
                return following is not None and self._participle_before(following) == trigger.verb
            alone = not any(
                one.trigger.finite and self.reading.clause_of[one.trigger.host] == self.reading.clause_of[trigger.host]
                for one in self.filled
            )
            converb = trigger.verb.finiteness is Finiteness.CONVERB
            return converb and (alone or not self._subject_between(expression, trigger.host))
        begin = self._row(filled)
        if begin <= expression.begin or self._before_phrase(expression, filled, begin):
            return True
        verb = self._verb_of(expression)
        if verb is not None and self.reading.verbs[verb].finiteness is Finiteness.PARTICIPLE:
            return 0 <= trigger.host - self.reading.verbs[verb].end <= 6
        return expression.attributive and begin - expression.end <= 1

    def _subject_between(self, expression: TimeExpression, at: int) -> bool:
        """Whether the clause's subject stands between: then what is before it is the main verb's.

        «X ने बुधवार को Y से मिलकर जानकारी दी»: behind the subject, it is of the next predicate.
        """
        subjects = [group.begin for group in self.reading.groups if group.marker == ERGATIVE]
        if any(expression.end <= begin < at for begin in subjects):
            return True
        return not any(begin < expression.begin or begin >= at for begin in subjects)

    def _row(self, filled: Filled) -> int:
        """Where the groups of a bare noun begin."""
        group = self.reading.group_of(filled.trigger.host)
        begins = [self.reading.groups[index].begin for index in filled.used]
        if group is not None:
            begins += [group.begin, *(one.begin for one in self.reading.possessors(group))]
        return min(begins, default=filled.trigger.host)

    def _before_phrase(
        self, expression: TimeExpression, filled: Filled, begin: int, *, exclusively: bool = False
    ) -> bool:
        """«दिसंबर 2018 में अपनी भारत यात्रा के बाद»: right before a noun in a phrase of time, which has it to itself.

        A phrase with में shares it with the verb.
        """
        group = self.reading.group_of(filled.trigger.host)
        if group is None or filled.trigger.verb is not None:
            return False
        if group.marker in LOCATIVES and not exclusively:
            before = next((one for one in self.reading.groups if max(one.end, one.marker_end) == begin), None)
            if before is not None and before.marker in LOCATIVES and before.begin >= expression.end:
                begin = before.begin  # «जून 2020 में | गलवान घाटी में | सैनिकों के हमले में»
        elif group.marker not in _PHRASES:
            return False
        return 0 <= begin - expression.end <= 1 and self.reading.words[begin - 1] != ","

    def _tense(self, filled: Filled) -> Tense:
        verb = filled.trigger.verb
        if verb is None:
            clause = self.reading.clauses[self.reading.clause_of[filled.trigger.host]]
            verb = self.reading.verbs[clause.verb] if clause.verb >= 0 else None
        if verb is None:
            return "past"
        if verb.future or verb.possible:
            return "future"
        last = self.reading.words[verb.end - 1]
        return "present" if last in PRESENT and not verb.past and verb.finiteness is Finiteness.FINITE else "past"
