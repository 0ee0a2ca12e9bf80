"""Who is quoted, and in which words: a `Statement` for every quotation of a known speaker.

A quotation is what stands between two marks of one line; it may run over several sentences, and marks inside it belong to
it. Its speaker is the subject of the verb of saying before it or behind it, or whom «के अनुसार» names (Pareti 2016 calls
these the cue and the source of a quotation). One or two words between marks are no quotation, but an odd use of words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from kg.extraction.markers import marker_at
from kg.extraction.reading import PUNCTUATION, STOPS, THAT, Clause, Finiteness, VerbGroup
from kg.extraction.scene import Scene
from kg.extraction.subjects import Keys, keys_of
from kg.records import Document, Event, EventMention, EventType, PassageKind, Sentence

RULE = "statement.quote"
_CLOSING = {"“": "”", "‘": "’", "«": "»", "``": "''", '"': '"', "'": "'", "‘‘": "’’"}
_ALSO_CLOSING = {"“": frozenset('"'), "‘": frozenset("'"), "``": frozenset('"')}
_LEADING = frozenset({":", ",", "-", "–", "—", ":-"})
"""Marks behind a verb of saying that lead to what is said."""
_SENTENCES = 6  #: over which a quotation may run
_WORDS = 3  #: from which on it is one
_PART = 4  #: words from which on part of a sentence is one
_BEHIND = 12  #: tokens from the end of a quotation to the verb of saying
_SKIPPED = frozenset({PassageKind.BOILERPLATE, PassageKind.BYLINE})


@dataclass(frozen=True, kw_only=True, slots=True)
class Quotation:
    """What stands between two marks."""

    opens: tuple[int, int]  #: sentence and token of the opening mark
    closes: tuple[int, int]  #: of the closing mark
    begin: int  #: of its words in the article's text
    end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Saying:
    """A verb of saying with its speaker."""

    speaker: Keys
    begin: int  #: token
    end: int


def find_quotations(document: Document) -> tuple[Quotation, ...]:
    """The quotations of a document, in order; marks without a partner in their line make none."""
    told = (sentence for sentence in document.sentences if sentence.kind not in _SKIPPED)
    lines = groupby(told, key=lambda sentence: sentence.passage)
    return tuple(found for _, line in lines for found in _in_line(list(line), document.article.text))


def _in_line(sentences: Sequence[Sentence], text: str) -> Iterator[Quotation]:
    opened: tuple[str, int, int, int] | None = None  # mark, sentence, token, offset of the first word
    depth = 0  # of the same marks inside it
    for sentence in sentences:
        for token in sentence.tokens:
            mark = text[token.begin : token.end]
            if opened is None:
                if mark in _CLOSING:
                    opened, depth = (mark, sentence.index, token.index, token.end), 0
                continue
            closes = mark == _CLOSING[opened[0]] or mark in _ALSO_CLOSING.get(opened[0], ())
            if not closes or depth:
                depth += (mark == opened[0] and not closes) - closes
                continue
            found = _between(opened, sentence, token.index, token.begin, text)
            opened = None
            if found is not None:
                yield found


def _between(
    opened: tuple[str, int, int, int], sentence: Sentence, token: int, offset: int, text: str
) -> Quotation | None:
    _, first, at, begin = opened
    words = text[begin:offset]
    begin += len(words) - len(words.lstrip())
    end = begin + len(words.strip())
    if sentence.index - first >= _SENTENCES or len(words.split()) < _WORDS:
        return None
    return Quotation(opens=(first, at), closes=(sentence.index, token), begin=begin, end=end)


class Quoting:
    """Gives the quotations of a document their speakers, one sentence after the other."""

    def __init__(self, document: Document) -> None:
        self.text = document.article.text
        self.open = list(find_quotations(document))
        self.said: tuple[int, Saying, Sentence] | None = None  #: what the sentence before ends in: «उन्होंने कहा:»

    def read(self, scene: Scene) -> list[Event]:
        """The statements that a sentence completes."""
        index = scene.reading.sentence.index
        sayings = list(_sayings(scene))
        found = []
        for quotation in [one for one in self.open if index in (one.opens[0], one.closes[0])]:
            if _is_noun(quotation, scene) or _is_name(quotation, scene):
                self.open.remove(quotation)
                continue
            saying, sentence = self._saying(quotation, sayings, scene), scene.reading.sentence
            if saying is None and self._follows(quotation, scene) and self.said is not None:
                _, saying, sentence = self.said
            if saying is not None:
                self.open.remove(quotation)
                found.append(self._statement(quotation, saying, sentence))
        self.said = None
        if sayings and self._ends_in(sayings[-1], scene):
            self.said = (index, sayings[-1], scene.reading.sentence)
        return found

    def _saying(self, quotation: Quotation, sayings: Sequence[Saying], scene: Scene) -> Saying | None:
        """The verb of saying before a quotation that begins in the sentence, or behind one that ends in it."""
        index = scene.reading.sentence.index
        (first, opens), (last, closes) = quotation.opens, quotation.closes
        before = [one for one in sayings if first == index and one.end <= opens]
        behind = [one for one in sayings if last == index and closes < one.begin <= closes + _BEHIND]
        return next(iter((*reversed(before), *behind)), None) or _account(quotation, scene)

    def _follows(self, quotation: Quotation, scene: Scene) -> bool:
        """Whether a quotation begins the sentence right behind one that ends in a verb of saying."""
        index = scene.reading.sentence.index
        return self.said is not None and quotation.opens == (index, 0) and self.said[0] == index - 1

    def _ends_in(self, saying: Saying, scene: Scene) -> bool:
        """«उन्होंने कहा:», «उन्होंने कहा -»: what is said stands in the next sentence."""
        rest = scene.reading.words[saying.end :]
        return bool(rest) and rest[-1] in _LEADING and all(word in PUNCTUATION for word in rest)

    def _statement(self, quotation: Quotation, saying: Saying, sentence: Sentence) -> Event:
        begin, end = sentence.tokens[saying.begin].begin, sentence.tokens[saying.end - 1].end
        mention = EventMention(sentence=sentence.index, begin=begin, end=end, trigger=self.text[begin:end], rule=RULE)
        return Event(
            key=f"q{quotation.begin}",
            type=EventType.STATEMENT,
            agents=saying.speaker,
            quotation=self.text[quotation.begin : quotation.end],
            mentions=(mention,),
        )


def _is_noun(quotation: Quotation, scene: Scene) -> bool:
    """«‘अश्वेत जिंदगियां मायने रखती हैं’ के पोस्टर»: with a postposition behind it, it is a name of something."""
    sentence, token = quotation.closes
    words = scene.reading.words
    return sentence == scene.reading.sentence.index and bool(marker_at(words, token + 1, scene.lexicon)[0])


def _is_name(quotation: Quotation, scene: Scene) -> bool:
    """«अपने ‘मन की बात’ कार्यक्रम में»: few words in the midst of others name something."""
    (first, opens), index, words = quotation.opens, scene.reading.sentence.index, scene.reading.words
    if first != index or quotation.closes[0] != index or quotation.closes[1] - opens - 1 >= _PART:
        return False
    verb = scene.reading.verb_of(opens - 1) if opens else None
    return bool(opens) and words[opens - 1] not in PUNCTUATION and words[opens - 1] != THAT and verb is None


def _sayings(scene: Scene) -> Iterator[Saying]:
    """The verbs of saying of a sentence whose speakers are known, in order."""
    for clause in sorted(scene.reading.clauses, key=lambda clause: clause.verb):
        verb = scene.reading.verbs[clause.verb] if clause.verb >= 0 else None
        if verb is not None and _is_said(verb, scene):
            speaker = _speaker(clause, scene)
            if speaker:
                yield Saying(speaker=speaker, begin=verb.begin, end=verb.end)


def _is_said(verb: VerbGroup, scene: Scene) -> bool:
    if verb.finiteness is not Finiteness.FINITE or verb.negated or verb.future or verb.possible:
        return False
    return bool(scene.lexicon.stems_of(scene.reading.words[verb.main]) & scene.lexicon.stems["quoting"])


def _speaker(clause: Clause, scene: Scene) -> Keys:
    group = scene.subject(clause)
    return keys_of(scene.reading.conjoined(group), scene.referents) if group is not None else ()


def _account(quotation: Quotation, scene: Scene) -> Saying | None:
    """«X के अनुसार, “…”»: whom the postposition names, in the sentence that the quotation begins in."""
    reading = scene.reading
    if quotation.opens[0] != reading.sentence.index:
        return None
    for group in reading.groups:
        keys = keys_of(reading.conjoined(group), scene.referents) if group.marker == "according" else ()
        if (
            keys
            and group.marker_end <= quotation.opens[1]
            and not _stops(reading.words[group.marker_end : quotation.opens[1]])
        ):
            return Saying(speaker=keys, begin=group.end, end=group.marker_end)
    return None


def _stops(words: Iterable[str]) -> bool:
    return any(word in STOPS for word in words)


def with_content(statements: Sequence[Event], events: Sequence[Event]) -> list[Event]:
    """The statements, those in whose words exactly one event is told joined to it."""
    return [_about(one, events) for one in statements]


def _about(statement: Event, events: Sequence[Event]) -> Event:
    begin = int(statement.key[1:])
    end = begin + len(statement.quotation or "")
    inside = [event for event in events if any(begin <= told.begin and told.end <= end for told in event.mentions)]
    return replace(statement, claim=inside[0].key) if len(inside) == 1 else statement
