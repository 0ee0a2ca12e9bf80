"""What each noun group stands for: a name, an office, a body that acts for its country, a group, or what a pronoun means.

Resolution runs through the text in order and prefers the latest fitting subject, by number and type. A wrong resolution is
worse than none: what finds no antecedent within reach stays unresolved.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kg.extraction.chunker import top
from kg.extraction.entities import Introduced, Registry
from kg.extraction.lexicon import Lexicon
from kg.extraction.mentions import Knowledge, as_government
from kg.extraction.reading import GENITIVE, NOMINATIVE, RELATIVE, Clause, Finiteness, Group, Mention, Reading
from kg.extraction.references import MemberSet, Title
from kg.extraction.words import direct_plural
from kg.records import EntityType, EventType

_REACH = 3  #: sentences
_SUBJECT = frozenset({"ne", NOMINATIVE})
_ACTS = frozenset({"ne", "saath", "beech", "dwara", "khilaf", "ko", "according", "se"})
"""Postpositions of those who act or are acted on: «मॉस्को ने» is a government, «मॉस्को में» a city."""
_PERSON = frozenset({EntityType.PERSON})
_BODIES = frozenset({EntityType.COUNTRY, EntityType.ORGANIZATION})
_PLACES = frozenset({EntityType.COUNTRY, EntityType.PLACE})
_ANY = _PERSON | _BODIES | {EntityType.GROUP}
_JOURNEYS = frozenset({"यात्रा", "दौरे", "दौरा", "राजधानी"})
_DEMONSTRATIVES = frozenset({"यह", "इस", "उस", "ये", "इन"})
_HONORIFIC = ("हैं", "थे", "थीं", "एंगे", "ेंगे", "होंगे", "करेंगे", "गए", "आए", "पहुंचे", "रहे", "मिले")

Keys = tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Referent:
    """The entities that a group stands for."""

    keys: Keys
    type: EntityType
    kind: str  #: «name», «office», «body», «group», «set», «pronoun»


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """An entity that the text has named, and how."""

    key: str
    type: EntityType
    sentence: int
    subject: bool


@dataclass(slots=True)
class Memory:
    """What the text has named so far, oldest first."""

    seen: list[Seen] = field(default_factory=list)
    together: list[tuple[int, Keys]] = field(default_factory=list)  #: sentence, countries named in one coordination

    def latest(
        self, types: frozenset[EntityType], sentence: int, *, subject: bool, but: Iterable[str] = ()
    ) -> str | None:
        """The entity named last, of these types, within reach; subjects alone where asked."""
        without = set(but)
        for seen in reversed(self.seen):
            if sentence - seen.sentence > _REACH:
                return None
            if seen.type in types and (seen.subject or not subject) and seen.key not in without:
                return seen.key
        return None

    def last(self, size: int, types: frozenset[EntityType], sentence: int) -> Keys:
        """The latest different entities of some types; empty where there are fewer."""
        keys: list[str] = []
        for seen in reversed(self.seen):
            if sentence - seen.sentence > 2 * _REACH:
                break
            if seen.type in types and seen.key not in keys:
                keys.append(seen.key)
            if len(keys) == size:
                return tuple(reversed(keys))
        return ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Resolved:
    """The referents of a sentence."""

    referents: dict[int, Referent]  #: by group, for the groups that have one
    pronouns: dict[int, Keys]  #: by first token, for possessive pronouns inside a group («अपनी यात्रा»)


class Resolver:
    """Gives the groups of a document's sentences their referents, one sentence after the other."""

    def __init__(self, knowledge: Knowledge, registry: Registry, *, here: str | None = None) -> None:
        self.knowledge = knowledge
        self.here = here  #: where the report was filed: «यहां»
        self.registry = registry
        self.memory = Memory()
        self.introduced: list[Introduced] = []  #: people named with a title, in the order of the text
        self.place: str | None = None  #: the place named last: «वहां»
        self.bodies: dict[str, str] = {}  #: noun («विमान») → whose it was last
        self.speaker: str | None = None  #: who spoke last: «मैं», «हम» in a quotation

    def resolve(self, reading: Reading) -> Resolved:
        """What the groups of a sentence stand for."""
        sentence = _Sentence(self, reading)
        for group in reading.groups:
            sentence.resolve(group)
        sentence.remember()
        return Resolved(referents=sentence.referents, pronouns=sentence.pronouns)


class _Sentence:
    def __init__(self, resolver: Resolver, reading: Reading) -> None:
        self.resolver = resolver
        self.registry = resolver.registry
        self.memory = resolver.memory
        self.lexicon: Lexicon = resolver.knowledge.lexicon
        self.references = resolver.knowledge.references
        self.gazetteer = resolver.knowledge.gazetteer
        self.reading = reading
        self.referents: dict[int, Referent] = {}
        self.pronouns: dict[int, Keys] = {}
        self.index = reading.sentence.index

    # ------------------------------------------------------------ one group

    def resolve(self, group: Group) -> None:
        for mention in group.modifiers:
            if mention.pronoun:
                self.pronouns[mention.begin] = self._antecedents(mention, group)
        referent = self._named(group) if group.mention is not None else self._described(group)
        if referent is not None and referent.keys:
            self.referents[group.index] = referent

    def _named(self, group: Group) -> Referent | None:
        mention = group.mention
        assert mention is not None
        if mention.pronoun:
            return self._pronoun(group, mention)
        mention = self._metonym(group, mention)
        key = self.registry.named(mention)
        self._saw(key, group, mention)
        if mention.type is EntityType.PERSON:
            self._office_of(key, group, mention)
        return Referent(keys=(key,), type=self.registry[key].type, kind="name")

    def _metonym(self, group: Group, mention: Mention) -> Mention:
        """A capital or seat that acts stands for its country: «मॉस्को ने», «बीजिंग के साथ»."""
        if mention.type is EntityType.PERSON or group.begin < mention.begin:
            return mention
        acts = group.marker in _ACTS or (group.marker == NOMINATIVE and self._is_subject(group))
        if group.marker == GENITIVE and group.owner >= 0:
            acts = self._acts_through(group)
        return as_government(mention, self.gazetteer) if acts else mention

    def _acts_through(self, group: Group) -> bool:
        owner = self.reading.groups[group.owner]
        word = self.reading.words[owner.head]
        entries = self.lexicon.by_host.get(word, ())
        if any(entry.type is EventType.VISIT for entry in entries):
            return False
        return word in self.lexicon.classes["acts"] or bool(entries)

    def _is_subject(self, group: Group) -> bool:
        tokens = self.reading.sentence.tokens
        clause = self.reading.clauses[group.clause]
        if clause.verb < 0 or self.reading.verbs[clause.verb].begin < group.begin:
            return False
        earlier = [
            other
            for other in self.reading.groups[: group.index]
            if other.index not in group.conjuncts
            and other.clause == group.clause
            and other.marker in _SUBJECT
            and other.index in self.referents
        ]
        return not earlier and tokens[group.head].deprel in ("nsubj", "nmod", "compound", "obl", "obj", "conj", "dep")

    def _office_of(self, key: str, group: Group, mention: Mention) -> None:
        words = self.reading.words
        title, begin = self.references.title_ending(words, group.begin, mention.begin)
        if title is None:
            return
        of = self._country(group, begin)
        self.registry.holds(key, title, self.reading.text(begin, mention.begin), self._ministry(group) or of)
        country = self.registry[of].ids[:1] if of is not None else ()
        introduced = Introduced(mention=mention, title=title.id, country=country[0] if country else None)
        self.resolver.introduced.append(introduced)
        if begin < mention.begin and group.modifiers and not group.modifiers[0].pronoun:
            form = self.reading.text(group.begin, mention.begin)
            self._note_form(key, form, group.begin, mention.begin)

    def _ministry(self, group: Group) -> str | None:
        """«दक्षिण कोरिया के विदेश मंत्रालय के प्रवक्ता»: the ministry, by a name of its own."""
        for owner in reversed(self.reading.possessors(group)):
            word = self.reading.words[owner.head]
            if owner.mention is None and word in ("मंत्रालय", "विभाग"):
                of = self._country(owner, owner.head)
                name = self._description(owner)
                if of is None:
                    return None
                before = self.reading.possessors(owner)
                if before:
                    last = before[-1]
                    name = f"{self.reading.text(last.begin, last.end)} का {self.reading.text(owner.begin, owner.end)}"
                return self.registry.described(EntityType.ORGANIZATION, name, country=of)
        return None

    def _note_form(self, key: str, form: str, begin: int, end: int) -> None:
        tokens = self.reading.sentence.tokens
        self.registry.saw(key, form, tokens[begin].begin, tokens[end - 1].end)

    def _saw(self, key: str, group: Group, mention: Mention) -> None:
        tokens = self.reading.sentence.tokens
        begin, end = tokens[mention.begin].begin, tokens[mention.end - 1].end
        self.registry.saw(key, self.reading.text(mention.begin, mention.end), begin, end, is_name=True)

    # ------------------------------------------------------------ groups without a name at their end

    def _described(self, group: Group) -> Referent | None:
        words = self.reading.words
        head = words[group.head]
        members = self._set(group) or self._both(group)
        if members is not None:
            return members
        classes = self.lexicon.classes
        if head in ("देश", "देशों", "मुल्क", "राष्ट्र") and group.modifiers:
            own = self._country(group, group.head)
            if own is not None and any(m.case == GENITIVE for m in group.modifiers):
                return Referent(keys=(own,), type=EntityType.COUNTRY, kind="body")
        if head in classes["kinds_of_place"] and words[group.begin] in ("इस", "उस") and group.head - group.begin <= 2:
            return self._this_place(group, head)
        title, begin = self.references.title_ending(words, group.begin, group.end)
        if title is not None and (head in self.references.titles_last()):
            return self._office(group, title, begin)
        of = self._country(group, group.head) or self._organization(group)
        if head in classes["members"]:
            organization = self._organization(group)
            if organization is not None:
                return Referent(keys=(organization,), type=EntityType.ORGANIZATION, kind="name")
        if head in classes["fighters"]:
            organization = self._organization(group)
            if organization is not None:
                return Referent(keys=(organization,), type=EntityType.ORGANIZATION, kind="body")
        if head in classes["bodies"] and of is None and words[group.begin] in _DEMONSTRATIVES:
            of = self.resolver.bodies.get(head)
        if head in classes["bodies"] and of is not None:
            self.resolver.bodies[head] = of
            several = self._several(group)
            if several:
                return Referent(keys=several, type=self.registry[several[0]].type, kind="body")
            key = self._spoken_for(group, of)
            return Referent(keys=(key,), type=self.registry[key].type, kind="body")
        if head in classes["people"] and (
            group.head > group.begin or self.reading.possessors(group) or head not in classes["bare"]
        ):
            return self._people(group, of)
        return None

    def _this_place(self, group: Group, head: str) -> Referent | None:
        """«इस द्वीप को», «इस देश में»: the country or place named last that is not the subject."""
        subject = self._subject(self.reading.clauses[group.clause])
        types = frozenset({EntityType.COUNTRY}) if head in ("देश", "मुल्क", "राष्ट्र") else _PLACES
        key = self._latest(types, subject, self.reading.clauses[group.clause], possessive=True)
        return Referent(keys=(key,), type=self.registry[key].type, kind="pronoun") if key is not None else None

    def _several(self, group: Group) -> Keys:
        """«दोनों पक्षों के जवानों»: the bodies of all that a genitive stands for."""
        for owner in self.reading.possessors(group):
            referent = self.referents.get(owner.index)
            if referent is not None:
                keys = keys_of(self.reading.conjoined(owner), self.referents)
                if len(keys) > 1 and all(self.registry[key].type in _BODIES for key in keys):
                    return keys
        return ()

    def _spoken_for(self, group: Group, of: str) -> str:
        for mention in group.modifiers:
            if not mention.pronoun:
                key = self.registry.named(as_government(mention, self.gazetteer))
                if key == of:
                    self._note_form(key, self.reading.text(mention.begin, mention.end), mention.begin, mention.end)
        return of

    def _people(self, group: Group, of: str | None) -> Referent:
        spoken = self._description(group)
        name = self._direct(group, spoken)
        key = self.registry.described(EntityType.GROUP, name, country=of)
        begin = min([group.begin, *(one.begin for one in self.reading.possessors(group))])
        self._note_form(key, spoken, begin, group.end)
        head = self.reading.texts[group.head]
        self.registry[key].forms.add(head)
        return Referent(keys=(key,), type=EntityType.GROUP, kind="group")

    def _direct(self, group: Group, name: str) -> str:
        """The name of a group in the direct case."""
        words = name.split(" ")
        return " ".join((*words[:-1], direct_plural(words[-1]))) if group.marker != NOMINATIVE else name

    def _description(self, group: Group) -> str:
        """The words of a group, with its genitives, without determiners and pronouns."""
        begin = group.begin
        possessors = [
            one
            for one in self.reading.possessors(group)
            if one.marker_end == group.begin and not (one.mention and one.mention.pronoun)
        ]
        if possessors:
            begin = possessors[-1].begin
        while begin < group.head and (
            self.reading.words[begin] in self.lexicon.classes["deictics"]
            or any(m.pronoun and m.begin <= begin < m.end for m in group.modifiers)
        ):
            begin += 1
        return self.reading.text(begin, group.end)

    def _set(self, group: Group) -> Referent | None:
        words = set(self.reading.words[group.begin : group.end])
        head = self.reading.words[group.head]
        for row in self.references.sets:
            if not (words & row.determiners) or head not in row.nouns:
                continue
            keys = self._members(row, group)
            if keys:
                return Referent(keys=keys, type=self.registry[keys[0]].type, kind="set")
        return None

    def _both(self, group: Group) -> Referent | None:
        """«मॉस्को और प्योंगयांग, दोनों ने»: the two just named together, else the two people or countries of the text."""
        if group.end - group.begin > 1:
            return None
        if self.reading.words[group.head] == "नेताओं" and group.marker == "ne" and not self.reading.possessors(group):
            recent = {
                seen.key
                for seen in self.memory.seen
                if seen.type is EntityType.PERSON and self.index - seen.sentence <= 2
            }
            keys = self._last(2, _PERSON) if len(recent) == 2 else ()
            return Referent(keys=keys, type=EntityType.PERSON, kind="set") if keys else None
        if self.reading.words[group.head] not in ("दोनों", "तीनों"):
            return None
        size = 2 if self.reading.words[group.head] == "दोनों" else 3
        for index in sorted(self.referents, reverse=True):
            keys = keys_of(self.reading.conjoined(self.reading.groups[index]), self.referents)
            if len(keys) == size:
                return Referent(keys=keys, type=self.registry[keys[0]].type, kind="set")
        keys = self._last(size, _PERSON) or self._salient(size)
        return Referent(keys=keys, type=self.registry[keys[0]].type, kind="set") if keys else None

    def _members(self, row: MemberSet, group: Group) -> Keys:
        beside = [
            m
            for one in self.reading.conjoined(group)
            for m in (*one.modifiers, *((one.mention,) if one.mention else ()))
        ]
        inside = tuple(dict.fromkeys(self.registry.named(m) for m in beside if not m.pronoun and m.type in _BODIES))
        if row.size and len(inside) == row.size:
            return inside  # «रूसी और उत्तर कोरियाई दोनों अधिकारियों»
        if row.size == 0:
            here = self._together()
            return here[-1] if here else self.memory.together[-1][1] if self.memory.together else ()
        if row.people:
            return self._last(row.size, _PERSON) or ()
        return self._salient(row.size)

    def _salient(self, size: int) -> Keys:
        """The countries or bodies that the text is about: those just named together, else those named most."""
        here = [keys for keys in self._together() if len(keys) == size]
        if here:
            return here[-1]
        people = [
            key for referent in self.referents.values() for key in referent.keys if referent.type is EntityType.PERSON
        ]
        homes = tuple(dict.fromkeys(home for key in people if (home := self.registry[key].country) is not None))
        if len(homes) == size:
            return homes  # «मुइज्जू … शी से मुलाकात के बाद दोनों देशों ने»
        near = [keys for sentence, keys in self.memory.together if len(keys) == size and self.index - sentence <= 1]
        if near:
            return near[-1]
        counts: dict[str, float] = {}
        for seen in self.memory.seen:
            key = seen.key if seen.type in _BODIES else self.registry[seen.key].country
            if key is not None:
                counts[key] = counts.get(key, 0.0) + (1.5 if seen.subject else 1.0)
        for referent in self.referents.values():
            for key in referent.keys:
                body = key if referent.type in _BODIES else self.registry[key].country
                if body is not None and referent.kind != "set":
                    counts[body] = counts.get(body, 0.0) + 1.0
        ranked = sorted(counts, key=lambda key: (-counts[key], key))
        countries = [key for key in ranked if self.registry[key].type is EntityType.COUNTRY]
        bodies = countries if len(countries) >= size else ranked
        return tuple(bodies[:size]) if len(bodies) >= size else ()

    def _together(self) -> list[Keys]:
        """The countries and bodies that this sentence has named together so far."""
        found: list[Keys] = []
        for index in sorted(self.referents):
            group = self.reading.groups[index]
            if not group.conjuncts:
                continue
            keys = keys_of(self.reading.conjoined(group), self.referents)
            if len(keys) > 1 and all(self.registry[key].type in _BODIES for key in keys):
                found.append(keys)
        return found

    def _last(self, size: int, types: frozenset[EntityType]) -> Keys:
        """The entities named last, those of this sentence before it included."""
        keys: list[str] = []
        for referent in reversed(self.referents.values()):
            if referent.type in types and referent.kind != "set":
                keys.extend(key for key in reversed(referent.keys) if key not in keys)
        if len(keys) >= size:
            return tuple(reversed(keys[:size]))
        for key in reversed(
            self.memory.last(size + len(keys), types, self.index) or self.memory.last(size, types, self.index)
        ):
            if key not in keys:
                keys.append(key)
        return tuple(reversed(keys[:size])) if len(keys) >= size else ()

    def _office(self, group: Group, title: Title, begin: int) -> Referent | None:
        several = self._several(group)
        if several:
            return Referent(keys=several, type=self.registry[several[0]].type, kind="body")
        of = self._country(group, begin) or self._organization(group)
        country = of if of is not None and self.registry[of].type is EntityType.COUNTRY else None
        if of is None or country is not None:
            holder = self.registry.holder(title, country)
            if holder is not None and not self._plural(group):
                self._note_description(holder, group)
                return Referent(keys=(holder,), type=EntityType.PERSON, kind="office")
        if of is None:
            return None
        if self._plural(group):
            for owner in self.reading.possessors(group):
                referent = self.referents.get(owner.index)
                if referent is not None and len(referent.keys) > 1:
                    return referent  # «दोनों देशों के विदेश मंत्रियों»
            return Referent(keys=(of,), type=self.registry[of].type, kind="body")
        name = self._description(group)
        key = self.registry.described(EntityType.PERSON, name, country=country)
        self._note_description(key, group)
        self.registry.holds(key, title, self.reading.text(begin, group.end), of)
        return Referent(keys=(key,), type=EntityType.PERSON, kind="office")

    def _note_description(self, key: str, group: Group) -> None:
        name = self._description(group)
        at = self.reading.possessors(group)
        begin = min([group.begin, *(one.begin for one in at if one.marker_end == group.begin)])
        self._note_form(key, name, begin, group.end)

    def _plural(self, group: Group) -> bool:
        return self.reading.words[group.head].endswith(("ों", "ियों")) and group.marker != NOMINATIVE

    # ------------------------------------------------------------ whose it is

    def _country(self, group: Group, before: int) -> str | None:
        """The country of a group: an adjective or name inside it, or a genitive before it."""
        for mention in group.modifiers:
            if mention.end <= before or mention.begin < before:
                key = self._possessor_country(mention, group)
                if key is not None:
                    return key
        for owner in reversed(self.reading.possessors(group)):
            referent = self.referents.get(owner.index)
            if referent is not None and referent.type is EntityType.COUNTRY:
                return referent.keys[0]
            if owner.mention is not None and not owner.mention.pronoun and owner.mention.type is EntityType.PLACE:
                government = as_government(owner.mention, self.gazetteer)
                if government is not owner.mention:
                    return self.registry.named(government)
            nested = self._country(owner, owner.end) if owner.mention is None else None
            if nested is not None:
                return nested
        return None

    def _possessor_country(self, mention: Mention, group: Group) -> str | None:
        if mention.pronoun:
            keys = self._antecedents(mention, group)
            if not keys:
                return None
            cluster = self.registry[keys[0]]
            return cluster.key if cluster.type is EntityType.COUNTRY else cluster.country
        mention = as_government(mention, self.gazetteer) if mention.type is not EntityType.PERSON else mention
        if mention.type is EntityType.PLACE and mention.ids:
            country = self.gazetteer.country_of(mention.ids[0])
            return self.registry.by_id(country) if country is not None and country in self.gazetteer else None
        if mention.type is not EntityType.COUNTRY:
            return None
        key = self.registry.named(mention)
        if not mention.demonym:
            self._note_form(key, self.reading.text(mention.begin, mention.end), mention.begin, mention.end)
        return key

    def _organization(self, group: Group) -> str | None:
        for mention in group.modifiers:
            if not mention.pronoun and mention.type is EntityType.ORGANIZATION:
                return self.registry.named(mention)
        for owner in reversed(self.reading.possessors(group)):
            referent = self.referents.get(owner.index)
            if referent is not None and referent.type is EntityType.ORGANIZATION:
                return referent.keys[0]
        return None

    # ------------------------------------------------------------ pronouns

    def _pronoun(self, group: Group, mention: Mention) -> Referent | None:
        keys = self._antecedents(mention, group)
        return Referent(keys=keys, type=self.registry[keys[0]].type, kind="pronoun") if keys else None

    def _antecedents(self, mention: Mention, group: Group) -> Keys:
        clause = self.reading.clauses[group.clause]
        if mention.pronoun == RELATIVE:
            return self._relative(clause)
        if mention.pronoun == "here":
            return self._one(self.resolver.here)
        if mention.pronoun == "there":
            return self._one(self._located(clause) or self.resolver.place)
        if mention.pronoun == "self":
            return self._subject(clause)
        if mention.pronoun in ("speaker", "we"):
            return self._speaker(clause, group=mention.pronoun == "we")
        if mention.pronoun == "it" and self._correlated(mention):
            return ()
        but = self._beside(clause, mention)
        if mention.case not in ("ne", "nom"):
            verb = self.reading.verbs[clause.verb] if clause.verb >= 0 else None
            but = but if verb is not None and verb.passive else (*self._subject(clause), *but)
        if mention.pronoun == "he":
            return self._one(self._latest(_PERSON, but, clause, possessive=mention.case == GENITIVE))
        if mention.pronoun == "it":
            return self._one(
                self._latest(_BODIES | {EntityType.GROUP}, but, clause)
                or (self._latest(_PERSON, but, clause) if mention.case != "obl" else None)
            )
        if mention.name == "वे" and self._together():
            return self._together()[-1]
        addressee = self._addressee(clause)
        if addressee is not None:
            return (addressee,)
        types = _PERSON if self._honorific(clause) else _BODIES
        return self._one(self._latest(types, but, clause) or self._latest(_ANY, but, clause))

    def _addressee(self, clause: Clause) -> str | None:
        """«A ने B को चेताया कि वह …»: B."""
        if clause.opener != "कि" or clause.parent < 0:
            return None
        parent = self.reading.clauses[clause.parent]
        told = [
            group
            for group in self.reading.groups
            if group.clause == parent.index and group.marker == "ko" and group.index in self.referents
        ]
        return self.referents[told[-1].index].keys[0] if told else None

    def _located(self, clause: Clause) -> str | None:
        """The place that this sentence has named before."""
        for index in sorted(self.referents, reverse=True):
            if self.reading.groups[index].clause != clause.index and self._is_place(index):
                return self.referents[index].keys[0]
        return None

    def _is_place(self, index: int) -> bool:
        """Whether a group says where: a place, or a country with में or before a verb of motion."""
        group, referent = self.reading.groups[index], self.referents[index]
        if referent.type is EntityType.PLACE:
            return True
        if referent.type is not EntityType.COUNTRY or referent.kind != "name":
            return False
        verb = self.reading.verb_of(group.end) if group.end < len(self.reading.words) else None
        journey = (
            group.marker == GENITIVE
            and group.owner >= 0
            and self.reading.words[self.reading.groups[group.owner].head] in _JOURNEYS
        )
        return group.marker in ("mein", "tak") or journey or (group.marker == NOMINATIVE and verb is not None)

    def _correlated(self, mention: Mention) -> bool:
        """«जो भी कदम उठाएगी, उसका …»: the pronoun answers the relative clause before it."""
        here = self.reading.clause_of[mention.begin]
        return mention.case != "ne" and any(
            clause.opener in ("जो", "जिस")
            and clause.begin < mention.begin
            and clause.index != here
            and clause.previous < 0
            for clause in self.reading.clauses
        )

    def _beside(self, clause: Clause, mention: Mention) -> Keys:
        """Those named in the pronoun's own clause: it means somebody else."""
        if mention.case == GENITIVE:
            return ()
        ids = {
            other.mention.ids[0]
            for other in self.reading.groups
            if other.clause == clause.index
            and other.marker != GENITIVE
            and other.mention is not None
            and other.mention.ids
        }
        return tuple(key for key, cluster in self.registry.clusters.items() if cluster.ids and cluster.ids[0] in ids)

    @staticmethod
    def _one(key: str | None) -> Keys:
        return (key,) if key else ()

    def _relative(self, clause: Clause) -> Keys:
        before = [group for group in self.reading.groups if group.end <= clause.begin and group.clause == clause.parent]
        for group in reversed(before[-2:]):
            referent = self.referents.get(group.index)
            if referent is not None:
                return referent.keys
            possessed = [
                self.referents[one.index] for one in self.reading.possessors(group) if one.index in self.referents
            ]
            if possessed:
                return possessed[-1].keys
        return self._subject(self.reading.clauses[clause.parent]) if clause.parent >= 0 else ()

    def _latest(
        self, types: frozenset[EntityType], but: Keys, clause: Clause, *, possessive: bool = False
    ) -> str | None:
        """The entity named last: subjects of this sentence's earlier clauses, then of the sentences before.

        For a possessive, whoever this sentence names goes before.
        """
        mine = [
            (index, referent)
            for index, referent in self.referents.items()
            if referent.type in types and len(referent.keys) == 1 and referent.keys[0] not in but
        ]
        for subject in (None, True, False) if possessive else (True, False):
            for index, referent in reversed(mine):
                group = self.reading.groups[index]
                if self.reading.clauses[group.clause] is clause and group.marker in _SUBJECT and clause.index == 0:
                    continue
                if subject is None or (group.marker in _SUBJECT) is subject:
                    return referent.keys[0]
            if subject is None:
                continue
            found = self.memory.latest(types, self.index, subject=subject, but=but)
            if found is not None and (subject or not mine):
                return found
        return None

    def _subject(self, clause: Clause) -> Keys:
        group = subject_group(self.reading, clause, self.referents)
        return self.referents[group.index].keys if group is not None else ()

    def _speaker(self, clause: Clause, *, group: bool) -> Keys:
        keys: Keys = ()
        while clause.parent >= 0 and not keys:
            clause = self.reading.clauses[clause.parent]
            keys = self._subject(clause)
        if not keys and self.resolver.speaker is not None:
            keys = (self.resolver.speaker,)
        if not keys or not group:
            return keys
        country = self.registry[keys[0]].country
        return (country,) if country is not None else keys

    def _honorific(self, clause: Clause) -> bool:
        if clause.verb < 0:
            return True
        verb = self.reading.verbs[clause.verb]
        return self.reading.words[verb.end - 1].endswith(_HONORIFIC)

    # ------------------------------------------------------------ memory

    def remember(self) -> None:
        """Note what this sentence has named, subjects last, so that they are found first."""
        ordered = sorted(self.referents.items(), key=lambda item: item[0])
        for index, referent in ordered:
            group = self.reading.groups[index]
            subject = group.marker in _SUBJECT and (group.marker == "ne" or self._first_nominative(group))
            for key in referent.keys:
                self.memory.seen.append(
                    Seen(key=key, type=self.registry[key].type, sentence=self.index, subject=subject)
                )
        for index, _ in ordered:
            if self._is_place(index) and self.reading.groups[index].mention is not None:
                self.resolver.place = self.referents[index].keys[0]
        for keys in self._together():
            self.memory.together.append((self.index, keys))
        self._remember_speaker()

    def _first_nominative(self, group: Group) -> bool:
        return not any(
            other.clause == group.clause and other.marker in _SUBJECT and other.index in self.referents
            for other in self.reading.groups[: group.index]
            if other.index not in group.conjuncts
        )

    def _remember_speaker(self) -> None:
        for clause in self.reading.clauses:
            if clause.verb >= 0 and self.reading.words[self.reading.verbs[clause.verb].main].startswith(
                ("कह", "बता", "बोल", "लिख")
            ):
                keys = self._subject(clause)
                if keys:
                    self.resolver.speaker = keys[0]
                    return


def subject_group(reading: Reading, clause: Clause, referents: dict[int, Referent]) -> Group | None:
    """The subject of a clause: what has ने, else the first nominative that names somebody; a conjunct clause shares it."""
    own = _own_subject(reading, clause, referents)
    if (
        own is not None
        and own.marker == NOMINATIVE
        and clause.previous >= 0
        and clause.verb >= 0
        and reading.verbs[clause.verb].ergative
    ):
        shared = subject_group(reading, reading.clauses[clause.previous], referents)
        if shared is not None and shared.marker == "ne":
            return shared  # «A ने … कहा और B | धन्यवाद दिया»: a bare noun is no subject of such a verb
    if own is not None:
        return own
    if clause.previous >= 0 and clause.opener not in ("जो",):
        return subject_group(reading, reading.clauses[clause.previous], referents)
    return None


def _own_subject(reading: Reading, clause: Clause, referents: dict[int, Referent]) -> Group | None:
    groups = [group for group in reading.groups if group.clause == clause.index and top(reading, group) is group]
    verb = reading.verbs[clause.verb] if clause.verb >= 0 else None
    ergative = [group for group in groups if group.marker == "ne"]
    if ergative:
        named = [group for group in ergative if group.index in referents]
        return named[-1] if named else None
    if verb is not None and verb.obliged:
        experiencer = [group for group in groups if group.marker == "ko" and group.index in referents]
        if experiencer:
            return experiencer[0]
    plain = [
        group
        for group in groups
        if group.marker == NOMINATIVE and group.index in referents and not _object_of_inner(reading, group)
    ]
    people = [group for group in plain if referents[group.index].type is not EntityType.PLACE]
    if verb is not None and reading.words[verb.main].endswith(("ना",)):
        owners = [group for group in reading.groups if group.marker == GENITIVE and group.marker_end == verb.begin]
        if owners and owners[-1].index in referents:
            return owners[-1]
    for group in people:
        if group.end <= (verb.begin if verb is not None else len(reading.words)):
            return group
    return people[0] if people else None  # «मॉस्को में मिले पुतिन और अराघची»


def _object_of_inner(reading: Reading, group: Group) -> bool:
    """Whether a bare group stands right before an infinitive or converb: «रूस | पहुंचने»."""
    verb = reading.verb_of(group.end) if group.end < len(reading.words) else None
    return verb is not None and verb.finiteness in (Finiteness.INFINITIVE, Finiteness.CONVERB)


def keys_of(groups: Sequence[Group], referents: dict[int, Referent]) -> Keys:
    """The entities of groups, in order, each once."""
    return tuple(
        dict.fromkeys(key for group in groups if group.index in referents for key in referents[group.index].keys)
    )
