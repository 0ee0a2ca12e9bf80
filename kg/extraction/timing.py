"""Which time expression of a sentence dates which event."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace

from kg.extraction.dates import Tense, TimeExpression, TimeLexicon, apart, counted, find_times, resolve
from kg.extraction.governors import journey_before
from kg.extraction.matcher import Trigger
from kg.extraction.occasions import time_apart
from kg.extraction.reading import AND, ERGATIVE, LOCATIVES, NOMINATIVE, WHEN, Clause, Finiteness, Group, VerbGroup
from kg.extraction.scene import Filled, Scene
from kg.extraction.words import GENITIVES, HUA, PRESENT
from kg.records import Dateline, EventType

_PHRASES = frozenset({"other"})
_SHORT_REACH = 6  #: likewise, to an infinitive
_REACH = 10  #: words from an expression to the infinitive or participle that it belongs to
_LATER = frozenset({"फिर", "बाद", "वहां"})  #: of a clause that goes on in time
_COMPLETIVE = "चुक"  #: «लगा चुके हैं» is of now, and has no day in the past
_WHICH = frozenset({"जो", "जिस", "जिसे", "जिसका", "जिसकी"})  #: relatives that stand for a noun of an event
_DATING = frozenset({"point", "range"})
_BEGINNING = frozenset({EventType.VISIT, EventType.SANCTION, EventType.WEAPONS_TEST})
"""Types that are dated by their beginning: «मंगलवार से यात्रा पर रहेंगे»."""

_OCCURRING = _BEGINNING - {EventType.SANCTION} | {EventType.ATTACK, EventType.MEETING, EventType.TREATY_SIGNING}
"""Types whose bare noun may be said to begin or take place."""


class Clock:
    """The time expressions of one sentence."""

    def __init__(
        self,
        scene: Scene,
        filled: Sequence[Filled],
        *,
        published: datetime.date | None,
        dateline: Dateline | None,
        lexicon: TimeLexicon,
    ) -> None:
        self.scene = scene
        self.reading = reading = scene.reading
        self.published = published
        self.filled = filled
        self.expressions = [
            found
            for found in find_times(reading.texts, published=published, dateline=dateline, lexicon=lexicon)
            if found.kind in _DATING or found.kind == "since"
        ]

        self.counted: dict[int, str | None] = {}  #: by where it begins, the date of what is counted from another event

    def date(self, filled: Filled, *, anchor: datetime.date | None) -> tuple[str | None, str | None]:
        """The ISO date of an event and the words that give it; None where the text gives none.

        `anchor` is the day told of last, which «उसी दिन» and «इससे एक दिन पहले» count from.
        """
        found = self._own(filled, anchor)
        if found[1] is not None:
            return found
        journey = journey_before(filled, self.filled, self.reading)
        if journey is not None:
            return self._own(journey, anchor)
        value, words = self._own(filled.governor, anchor) if filled.governor and _is_purpose(filled) else found
        return (value, words) if value is not None and len(value) < len("2024-01-01") else self._before_now(filled)

    def _before_now(self, filled: Filled) -> tuple[str | None, str | None]:
        """«पिछली यात्रा के | चार साल बाद | … दिखाता है»: what is so many years before what is now."""
        time = time_apart(filled, self.expressions, self.scene)
        if time is None or self.published is None or time.parts.unit not in ("year", "month"):
            return None, None
        if (
            time.relative != "future"
            or self._tense(replace(filled, trigger=replace(filled.trigger, verb=None))) != "present"
        ):
            return None, None
        return apart(self.published.isoformat(), time, back=True), self.reading.text(time.begin, time.end)

    def _own(self, filled: Filled, anchor: datetime.date | None) -> tuple[str | None, str | None]:
        for expression in self._of(filled):
            if expression.kind == "since" and filled.type not in _BEGINNING:
                continue
            value = resolve(expression, tense=self._tense(filled), published=self.published).value
            of_another = expression.anchor_needed and self._is_counted_from_a_phrase(expression)
            if value is None and expression.anchor_needed and anchor is not None and not of_another:
                value = self.counted.setdefault(expression.begin, counted(expression, day=anchor))
            if value is not None or not of_another:
                return value, self.reading.text(expression.begin, expression.end)
        return None, None

    def _is_counted_from_a_phrase(self, expression: TimeExpression) -> bool:
        """«हमले के | दो दिन बाद», «बैठक से | दो दिन पहले»: not «इससे | दो दिन पहले»."""
        before = self.reading.words[expression.begin - 1] if expression.begin else ""
        return before in GENITIVES or before == "से"

    def _of(self, filled: Filled) -> Sequence[TimeExpression]:
        trigger = filled.trigger
        clause = self.reading.clauses[self.reading.clause_of[trigger.host]]
        found = self._inside(clause)
        if not found and clause.opener == WHEN and trigger.finite and clause.parent >= 0:
            found = self._inside(self.reading.clauses[clause.parent])
        if not found and trigger.finite:
            found = self._shared(clause)
        if not found and (trigger.verb is None or trigger.finite):
            return self._of_its_relative(filled)
        if trigger.finite or self._on_a_journey(filled) or self._takes_place(filled):
            mine = [
                one
                for one in found
                if not one.attributive
                and not self._inner(one, filled)
                and not self._taken(one)
                and not self._of_who_came(one, trigger)
                and self._doer_since(one) in (None, trigger.verb)
            ]
        else:
            mine = [one for one in found if self._beside(one, filled)]
        return sorted(mine, key=lambda one: abs(trigger.host - one.end))

    def _inside(self, clause: Clause) -> list[TimeExpression]:
        return [one for one in self.expressions if self.reading.clause_of[one.begin] == clause.index]

    def _shared(self, clause: Clause) -> list[TimeExpression]:
        """«A ने | बुधवार को | B से वार्ता की और C को न्योता दिया»: what a clause shares with its subject."""
        if clause.opener not in AND or clause.previous < 0 or clause.verb < 0:
            return []
        before, subject = self.reading.clauses[clause.previous], self.scene.subject(clause)
        if subject is None or subject.clause == clause.index or before.verb < 0 or self._comes_later(clause):
            return []
        one, other = self.reading.verbs[before.verb], self.reading.verbs[clause.verb]
        if (one.future, one.past) != (other.future, other.past):
            return []
        return self._inside(before) or self._shared(before)

    def _comes_later(self, clause: Clause) -> bool:
        """«… और | फिर | मुंबई जाएंगे», «… और | वहां से | मुंबई रवाना होंगे»."""
        words = enumerate(self.reading.words)
        return any(word in _LATER and self.reading.clause_of[at] == clause.index for at, word in words)

    def _of_its_relative(self, filled: Filled) -> list[TimeExpression]:
        """«अपने सैन्य अभियान के लिए …, जो | फरवरी 2022 में | शुरू किया गया था»: when what a noun tells of took place."""
        at = self.reading.clause_of[filled.trigger.host]
        for clause in self.reading.clauses:
            if clause.parent != at or clause.opener not in _WHICH or not self._says_when(clause):
                continue
            told = {one.trigger.host: one for one in self.filled if one.trigger.host < clause.begin}
            occurring = {host: one.trigger for host, one in told.items() if one.type in _OCCURRING}
            nouns = [host for host, trigger in occurring.items() if trigger.verb is None] or [
                host for host, trigger in occurring.items() if trigger.finite and not trigger.simple
            ]
            inside = any(self.reading.clause_of[one.trigger.host] == clause.index for one in self.filled)
            if not inside and nouns and max(nouns) == filled.trigger.host:
                return self._inside(clause)
        return []

    def _takes_place(self, filled: Filled) -> bool:
        """«समझौता | 2008 में | संपन्न हुआ», «युद्ध फरवरी में शुरू हुआ»: a bare subject that its verb says took place."""
        group = self.reading.group_of(filled.trigger.host)
        if group is None or group.marker != NOMINATIVE or group.head != filled.trigger.host:
            return False
        clause = self.scene.clause(filled.trigger)
        return group.clause == clause.index and (self._says_when(clause) or self._happened(clause))

    def _happened(self, clause: Clause) -> bool:
        """«मुलाकात | बुधवार को … हुई»: not «हमले के बाद | विरोध हुआ», where something else did."""
        verb = self.reading.verbs[clause.verb] if clause.verb >= 0 else None
        if verb is None or self.reading.words[verb.main] not in HUA:
            return False
        complement = self.reading.group_of(verb.begin - 1)
        return complement is None or complement.marker != NOMINATIVE

    def _says_when(self, clause: Clause) -> bool:
        """Whether a clause says no more of something than that it began, went on or took place."""
        if clause.verb < 0:
            return False
        verb, words = self.reading.verbs[clause.verb], self.reading.words
        return bool({words[verb.main], words[verb.begin - 1]} & self.scene.lexicon.function_words["taking_place"])

    def _of_who_came(self, expression: TimeExpression, trigger: Trigger) -> bool:
        """«रविवार को यात्रा पर पहुंचे | मुइज्जू ने …»: a participle before the subject has what stands before it."""
        first = next((group for group in self.reading.groups if group.marker == ERGATIVE), None)
        verb = self._participle_before(first) if first is not None else None
        return verb is not None and expression.end <= verb.begin and trigger.host >= verb.end

    def _doer_since(self, expression: TimeExpression) -> VerbGroup | None:
        """Whose a day is that stands before a participle's own groups, and that the finite verb cannot have or need not:
        «फरवरी 2022 में यूक्रेन पर हमला करने वाले | रूस पर … लगा चुके हैं», «अक्टूबर में भारत आने वाले | मंत्री से बात की».
        """
        clause = self.reading.clauses[self.reading.clause_of[expression.begin]]
        completive = clause.verb >= 0 and self._is_completive(self.reading.verbs[clause.verb])
        for one in self.filled:
            verb = one.trigger.verb
            if verb is None or verb.finiteness is not Finiteness.PARTICIPLE or one.trigger.begin < expression.end:
                continue
            if not completive and not self._is_about_to(verb):
                continue
            begin, end = expression.end, one.trigger.begin
            if all(group.index in one.used for group in self.reading.groups if begin <= group.begin < end):
                return verb
        return None

    def _is_about_to(self, verb: VerbGroup) -> bool:
        """«आने वाले»."""
        words, sets = self.reading.words, self.scene.lexicon.function_words
        behind = words[verb.main + 1] if verb.main + 1 < len(words) else ""
        return words[verb.main] in sets["about_to_be"] and behind in sets["vala"]

    def _is_completive(self, verb: VerbGroup) -> bool:
        return any(word.startswith(_COMPLETIVE) for word in self.reading.words[verb.main + 1 : verb.end])

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

    def _participle_at(self, at: int) -> VerbGroup | None:
        """«बुधवार रात | की गई | बमबारी»: a participle that begins at a token."""
        verb = self.reading.verb_of(at)
        return verb if verb is not None and verb.begin == at and verb.finiteness is Finiteness.PARTICIPLE else None

    def _inner(self, expression: TimeExpression, filled: Filled) -> bool:
        """Whether an expression stands inside an infinitive or participle of the clause that is not this trigger's."""
        verb, behind = self._verb_of(expression), self._participle_at(expression.end)
        if behind is not None and behind != filled.trigger.verb:
            return True
        if filled.trigger.finite and verb is not None and self._outside(expression, self.reading.verbs[verb]):
            return False
        return (
            verb is not None
            and verb != (filled.trigger.verb.index if filled.trigger.verb is not None else -1)
            and self.reading.verbs[verb].finiteness in (Finiteness.PARTICIPLE, Finiteness.INFINITIVE)
            and self.reading.verbs[verb].begin - expression.end <= self._reach(self.reading.verbs[verb])
        ) or self._before_inner(expression, filled)

    def _reach(self, verb: VerbGroup) -> int:
        """How far before an infinitive or participle its expression may stand: «मई में … पद | संभालने के बाद» is a clause."""
        return _SHORT_REACH if verb.finiteness is Finiteness.INFINITIVE and verb.marker not in _PHRASES else _REACH

    def _outside(self, expression: TimeExpression, verb: VerbGroup) -> bool:
        """«रविवार को | वह | ताजमहल देखने आगरा जाएंगे»: what is before the subject is not the infinitive's behind it."""
        if verb.finiteness is Finiteness.INFINITIVE and not verb.marker:
            return True  # «सोमवार को | ताजमहल देखने | आगरा जाएंगे»: one goes when one means to see it
        subject = self.scene.subject(self.reading.clauses[self.reading.clause_of[expression.begin]])
        return subject is not None and expression.end <= subject.begin and subject.end <= verb.begin

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
            if self._verb_of(expression) == trigger.verb.index or self._doer_since(expression) == trigger.verb:
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
        group, right_behind = self.reading.group_of(trigger.host), self._participle_at(expression.end)
        if right_behind is not None and group is not None and group.begin == right_behind.end:
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
        own = self.scene.subject(self.reading.clauses[self.reading.clause_of[at]])
        subjects += [own.begin] if own is not None else []
        if any(expression.end <= begin < at for begin in subjects):
            return True
        return not any(begin < expression.begin or begin >= at for begin in subjects)

    def _row(self, filled: Filled) -> int:
        """Where the groups of a bare noun begin."""
        group = self.reading.group_of(filled.trigger.host)
        begins = [self.reading.groups[index].begin for index in filled.used]
        row = [group] if group is not None else []
        while row:  # «अमेरिकी सभा की | अध्यक्ष के | ताइपे दौरे»
            begins += [one.begin for one in row]
            row = [owner for one in row for owner in self.reading.possessors(one)]
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
        if group.marker == "se" and expression.parts.month is not None and expression.parts.day is None:
            return not exclusively and begin == expression.end  # «अगस्त में | उनके दौरे से | नाराज चीन ने»
        if group.marker not in _PHRASES and (group.marker not in LOCATIVES or exclusively):
            return False
        before = next((one for one in self.reading.groups if max(one.end, one.marker_end) == begin), None)
        if before is not None and before.marker in LOCATIVES and before.begin >= expression.end:
            begin = before.begin  # «जून 2020 में | गलवान घाटी में | सैनिकों के हमले में», «रविवार को | रियाद में | B से मुलाकात के बाद»
        return 0 <= begin - expression.end <= 1 and self.reading.words[begin - 1] != ","

    def _tense(self, filled: Filled) -> Tense:
        verb = filled.trigger.verb
        if verb is None:
            clause = self.reading.clauses[self.reading.clause_of[filled.trigger.host]]
            verb = self.reading.verbs[clause.verb] if clause.verb >= 0 else None
        if verb is None:
            return "past"
        if verb.future or verb.possible or self._is_about_to(verb):
            return "future"
        last = self.reading.words[verb.end - 1]
        return "present" if last in PRESENT and not verb.past and verb.finiteness is Finiteness.FINITE else "past"


def _is_purpose(filled: Filled) -> bool:
    """«जनवरी में B से | मिलने के लिए | यात्रा की»: what one travelled for was in that month or year."""
    verb, governor = filled.trigger.verb, filled.governor
    if verb is None or governor is None or governor.type is not EventType.VISIT or not governor.trigger.finite:
        return False
    return verb.finiteness is Finiteness.INFINITIVE and verb.marker in ("ke_liye", "")
