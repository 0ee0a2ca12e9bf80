"""Names and pronouns of a sentence: from the gazetteer (longest match), the name model, and the list of pronouns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kg.extraction.cues import Cues
from kg.extraction.lexicon import Lexicon
from kg.extraction.markers import marker_at
from kg.extraction.reading import ERGATIVE, HYPHENS, Mention, spelled
from kg.extraction.references import References
from kg.extraction.words import fold
from kg.gazetteer.gazetteer import Gazetteer, Spot
from kg.language import labels
from kg.records import Document, EntityType, EventType, Sentence

_LONGEST_TITLE = 4  #: words
_MET = 3  #: words behind a partner in which «मुलाकात» stands
_MODEL_TYPES = {labels.PER: EntityType.PERSON, labels.ORG: EntityType.ORGANIZATION, labels.LOC: EntityType.PLACE}


_SEAM = re.compile("[\u0915-\u0939\u0958-\u095f][\u0905-\u0914]")
"""A bare consonant and an independent vowel."""
_NAME = 4  #: tokens of a name that is looked for behind a seam
_ORDINAL = ("वीं", "वें")  #: endings of ordinals that no name has


@dataclass(frozen=True, kw_only=True, slots=True)
class Knowledge:
    """What names and pronouns are found and resolved with."""

    lexicon: Lexicon
    references: References
    cues: Cues
    gazetteer: Gazetteer


def find_mentions(
    sentence: Sentence,
    words: Sequence[str],
    knowledge: Knowledge,
    full: frozenset[str],
    short: Mapping[str, Mention],
) -> tuple[Mention, ...]:
    """The mentions of one sentence in order, without overlap.

    `full` are ids that the document names in full, `short` the parts of the names of its people (see `short_names`).
    """
    texts = [token.text for token in sentence.tokens]
    found: list[Mention] = []
    covered: set[int] = set()
    named = tuple(_model_names(sentence, words, texts, knowledge))
    spots = (
        _as_person(_widened(spot, named, texts, knowledge), sentence, words, texts, knowledge)
        for spot in _spots(texts, knowledge.gazetteer, full)
        if not _is_surname(spot, words, short)
    )
    for mention in (
        *(_completed(one, words, knowledge.lexicon) for one in (*spots, *named)),
        *_titled(sentence, words, texts, knowledge),
        *_parts(sentence, words, texts, knowledge, short),
        *_pronouns(words, texts, knowledge),
    ):
        span = set(range(mention.begin, mention.end))
        if covered.isdisjoint(span):
            name = mention.name if mention.glued else spelled(sentence.tokens[mention.begin : mention.end])
            found.append(replace(mention, name=name))
            covered |= span
    return tuple(sorted(found, key=lambda mention: mention.begin))


def full_ids(document: Document, gazetteer: Gazetteer) -> frozenset[str]:
    """Ids of the gazetteer that the document names by a form that is safe alone."""
    return frozenset(
        spot.ids[0]
        for sentence in document.sentences
        for spot in gazetteer.spot([token.text for token in sentence.tokens])
        if not spot.short and not spot.demonym
    )


def short_names(mentions: Iterable[Mention]) -> dict[str, Mention]:
    """First and last words of the people's full names, folded, where they are those of one person alone."""
    found: dict[str, dict[str, Mention]] = {}
    for mention in mentions:
        words = [fold(word) for word in mention.name.split()]
        if mention.type is EntityType.PERSON and not mention.pronoun and len(words) > 1:
            for word in {words[0], words[-1]}:
                found.setdefault(word, {})[mention.ids[0] if mention.ids else " ".join(words)] = mention
    return {word: next(iter(people.values())) for word, people in found.items() if len(people) == 1 and len(word) > 1}


def _parts(
    sentence: Sentence, words: Sequence[str], texts: Sequence[str], knowledge: Knowledge, short: Mapping[str, Mention]
) -> Iterator[Mention]:
    """«लाई», where the document names लाई चिंग-ते: whatever the tagger takes it for, a postposition shows the noun."""
    for at, word in enumerate(words):
        whole = short.get(word)
        if whole is None or word in knowledge.lexicon.common or (word,) in knowledge.references.titles:
            continue
        if sentence.tokens[at].upos == labels.PROPN or marker_at(words, at + 1, knowledge.lexicon)[0]:
            yield replace(whole, begin=at, end=at + 1, name=texts[at], short=True)


def _unglued(tokens: Sequence[str], gazetteer: Gazetteer) -> list[str]:
    """The tokens, of those in which a name is glued to a word before it («आकलनउत्तर | कोरिया») the name alone.

    Web pages lose the space between a link and its neighbours. No Hindi word has an independent vowel behind a bare
    consonant but where another word begins.
    """
    texts = list(tokens)
    for at, token in enumerate(tokens):
        for seam in _SEAM.finditer(token):
            rest = [token[seam.end() - 1 :], *tokens[at + 1 : at + _NAME]]
            name = next(iter(gazetteer.spot(rest)), None)
            if name is not None and name.begin == 0 and not gazetteer.spot([token]):
                texts[at] = rest[0]
    return texts


def _spots(tokens: Sequence[str], gazetteer: Gazetteer, full: frozenset[str]) -> Iterator[Mention]:
    texts = _unglued(tokens, gazetteer)
    for spot in gazetteer.spot(texts):
        ids = _choice(spot, gazetteer, full)
        if not ids:
            continue
        entry = gazetteer.entry(ids[0])
        yield Mention(
            begin=spot.begin,
            end=spot.end,
            type=entry.type,
            ids=ids,
            name=" ".join(texts[spot.begin : spot.end]),
            short=spot.short,
            demonym=spot.demonym,
            country=gazetteer.country_of(ids[0]),
            glued=texts[spot.begin] != tokens[spot.begin],
        )


def _widened(spot: Mention, named: Sequence[Mention], texts: Sequence[str], knowledge: Knowledge) -> Mention:
    """A person's name, taken as far as the model's name that it is part of: «किम | जोंग», «इब्राहीम मोहम्मद | सोलिह»."""
    if spot.type is not EntityType.PERSON:
        return spot
    longer = [
        name
        for name in named
        if name.begin <= spot.begin
        and spot.end <= name.end
        and name.end - name.begin > spot.end - spot.begin
        and name.type is spot.type
        and not any(
            other.end <= spot.begin or spot.end <= other.begin
            for other in knowledge.gazetteer.spot(texts[name.begin : name.end])
            for other in (replace(other, begin=other.begin + name.begin, end=other.end + name.begin),)
        )
    ]
    return replace(spot, begin=longer[0].begin, end=longer[0].end, name=longer[0].name) if longer else spot


def _is_surname(spot: Mention, words: Sequence[str], short: Mapping[str, Mention]) -> bool:
    """«वेल्स», where the text names एलिस जी वेल्स."""
    return spot.type is EntityType.PLACE and spot.end - spot.begin == 1 and words[spot.begin] in short


def _as_person(
    spot: Mention, sentence: Sentence, words: Sequence[str], texts: Sequence[str], knowledge: Knowledge
) -> Mention:
    """A place's name behind unknown proper nouns and before ने is a person's: «एलिस जी | वेल्स | ने»."""
    if spot.type is not EntityType.PLACE or marker_at(words, spot.end, knowledge.lexicon)[0] != ERGATIVE:
        return spot
    begin = spot.begin
    honorifics = knowledge.lexicon.classes["honorifics"]
    while begin > 0 and _joins_name(begin - 1, spot, sentence):
        if words[begin - 1] not in honorifics and _is_known(begin - 1, words, texts, knowledge):
            break
        begin -= 1
    if begin == spot.begin:
        return spot
    return Mention(begin=begin, end=spot.end, type=EntityType.PERSON, name=" ".join(texts[begin : spot.end]))


def _joins_name(at: int, spot: Mention, sentence: Sentence) -> bool:
    token = sentence.tokens[at]
    return token.upos == labels.PROPN and token.deprel in (labels.COMPOUND, labels.FLAT) and token.head == spot.end - 1


def _completed(mention: Mention, words: Sequence[str], lexicon: Lexicon) -> Mention:
    """A person's name with the number of a monarch, or the syllable that looks like a pronoun: «मून जेई | इन ने»."""
    if mention.type is not EntityType.PERSON or mention.end >= len(words):
        return mention
    marker, _ = marker_at(words, mention.end + 1, lexicon)
    number = marker and words[mention.end] in lexicon.function_words["regnal_numbers"]
    syllable = marker == ERGATIVE and words[mention.end] in lexicon.function_words["name_endings"]
    return replace(mention, end=mention.end + 1) if number or syllable else mention


def _choice(spot: Spot, gazetteer: Gazetteer, full: frozenset[str]) -> tuple[str, ...]:
    """The ids of a spot, those that the document names in full first; none where a short name is all there is."""
    named = tuple(id for id in spot.ids if id in full)
    if named or not spot.short:
        return (*named, *(id for id in spot.ids if id not in named))
    countries = tuple(id for id in spot.ids if gazetteer.entry(id).type is EntityType.COUNTRY)
    return countries if spot.demonym else ()


def _model_names(
    sentence: Sentence, words: Sequence[str], texts: Sequence[str], knowledge: Knowledge
) -> Iterator[Mention]:
    for span in sentence.names:
        type_ = _MODEL_TYPES.get(span.tag)
        if type_ is None:
            continue
        begin, end = _trimmed(span.begin, span.end, words, knowledge)
        begin = _with_particle(begin, words, knowledge.lexicon)
        if type_ is EntityType.PLACE and _behaves_like_a_person(begin, end, words, knowledge):
            type_ = EntityType.PERSON
        if type_ is EntityType.PERSON:
            end = _grown(sentence, end, words, knowledge)
            begin = _first_name(sentence, begin, end, words, texts, knowledge)
        if begin < end and not _common(words[begin:end], knowledge.lexicon):
            yield Mention(begin=begin, end=end, type=type_, name=" ".join(texts[begin:end]))


def _behaves_like_a_person(begin: int, end: int, words: Sequence[str], knowledge: Knowledge) -> bool:
    """What the model takes for a place, where a title or what it does says otherwise: «महासचिव | X», «X | ने», «X से | मिले»."""
    lexicon = knowledge.lexicon
    if not lexicon.classes["kinds_of_place"].isdisjoint(words[begin:end]):
        return False
    title, _ = knowledge.references.title_ending(words, max(0, begin - _LONGEST_TITLE), begin)
    marker, after = marker_at(words, end, lexicon)
    if (title is not None or marker == ERGATIVE) and (end - begin > 1 or (title is not None and marker)):
        return True  # «मांगदेछू | परियोजना» is behind a title too
    met = (entry for word in words[after : after + _MET] for entry in lexicon.by_host.get(word, ()))
    return marker in ("se", "saath") and any(entry.type is EventType.MEETING for entry in met)


def _trimmed(begin: int, end: int, words: Sequence[str], knowledge: Knowledge) -> tuple[int, int]:
    """The span without titles before the name and postpositions behind it."""
    titles = knowledge.references.titles
    while begin < end and ((words[begin],) in titles or words[begin] in knowledge.lexicon.classes["honorifics"]):
        begin += 1
    while end > begin and (marker_at(words, end - 1, knowledge.lexicon)[0] or words[end - 1] in HYPHENS):
        end -= 1
    return begin, end


def _with_particle(begin: int, words: Sequence[str], lexicon: Lexicon) -> int:
    """The begin of a name, with the particle before it: «अल | - हारिस»."""
    at = begin - 1
    if at > 0 and words[at] in HYPHENS:
        at -= 1
    return at if at >= 0 and words[at] in lexicon.classes["name_particles"] else begin


def _grown(sentence: Sentence, end: int, words: Sequence[str], knowledge: Knowledge) -> int:
    """The end of a person's name, taken further over proper nouns that the model left out: «लिम सू | - सुक»."""
    tokens = sentence.tokens
    spots = knowledge.gazetteer.spot([token.text for token in tokens])
    while end < len(tokens):
        step = 1 if words[end] in HYPHENS else 0
        at = end + step
        if at >= len(tokens) or tokens[at].upos != labels.PROPN or (words[at],) in knowledge.references.titles:
            break
        if words[at] in knowledge.lexicon.classes["times"] or (tokens[at].begin != tokens[at - 1].end and step):
            break
        if not step and tokens[end - 1].deprel not in (labels.COMPOUND, labels.FLAT):
            break
        if any(spot.begin <= at < spot.end for spot in spots if spot.begin >= end):
            break  # «शोइगु | उत्तर कोरिया के»
        end = at + 1
    return end


def _first_name(
    sentence: Sentence, begin: int, end: int, words: Sequence[str], texts: Sequence[str], knowledge: Knowledge
) -> int:
    """The begin of a person's name, taken back to a first name that the model left out: «भगत | सिंह कोश्यारी»."""
    if begin > 0 and words[begin] in knowledge.lexicon.function_words["middle_names"]:
        token = sentence.tokens[begin - 1]
        joined = token.upos == labels.PROPN and token.deprel in (labels.COMPOUND, labels.FLAT)
        if joined and begin <= token.head < end and not _is_known(begin - 1, words, texts, knowledge):
            return begin - 1
    return begin


def _titled(sentence: Sentence, words: Sequence[str], texts: Sequence[str], knowledge: Knowledge) -> Iterator[Mention]:
    """Proper nouns behind a title that the model left out: «उप प्रधानमंत्री | ल्यू हे»."""
    tokens = sentence.tokens
    for at in range(1, len(words)):
        title, _ = knowledge.references.title_ending(words, max(0, at - 4), at)
        if title is None or tokens[at].upos != labels.PROPN or (words[at],) in knowledge.references.titles:
            continue
        end = at
        while end < len(words) and tokens[end].upos == labels.PROPN and not _is_known(end, words, texts, knowledge):
            end += 1
        if end > at and end < len(words) and marker_at(words, end, knowledge.lexicon)[0]:
            yield Mention(begin=at, end=end, type=EntityType.PERSON, name=" ".join(texts[at:end]))


def _is_known(at: int, words: Sequence[str], texts: Sequence[str], knowledge: Knowledge) -> bool:
    """Whether a proper noun is a word of the lexicon or a known name of something else."""
    return (
        words[at] in knowledge.lexicon.common
        or (words[at],) in knowledge.references.titles
        or bool(knowledge.gazetteer.spot([texts[at]]))
    )


def _common(words: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether the model took common nouns or an ordinal («चालीसवीं») for a name."""
    return all(word in lexicon.common or word.endswith(_ORDINAL) for word in words)


def _pronouns(words: Sequence[str], texts: Sequence[str], knowledge: Knowledge) -> Iterator[Mention]:
    for at in range(len(words)):
        for length in (3, 1):
            pronoun = knowledge.references.pronouns.get(tuple(words[at : at + length]))
            if pronoun is None:
                continue
            if pronoun.case == "obl" and not marker_at(words, at + length, knowledge.lexicon)[0]:
                continue
            yield Mention(
                begin=at,
                end=at + length,
                type=EntityType.PERSON,
                name=" ".join(texts[at : at + length]),
                pronoun=pronoun.id,
                case="" if pronoun.case == "free" else pronoun.case,
            )
            break


def as_government(mention: Mention, gazetteer: Gazetteer) -> Mention:
    """The country that a capital or seat stands for; the mention itself where it stands for none."""
    government = gazetteer.government_of(mention.ids[0]) if mention.ids else None
    if government is None or government not in gazetteer:
        return mention
    return replace(mention, ids=(government,), type=gazetteer.entry(government).type, country=government)
