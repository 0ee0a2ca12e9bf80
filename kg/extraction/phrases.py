"""Noun phrases of several groups: genitives and what they modify, and groups that are coordinated."""

from __future__ import annotations

from kg.extraction.lexicon import Lexicon
from kg.extraction.reading import AND, GENITIVE, HYPHENS, NOMINATIVE, PARTICLES, QUOTES, Group, Reading
from kg.language import labels
from kg.records import EntityType


def top(reading: Reading, group: Group) -> Group:
    """The head of the noun phrase that a group begins: «रूस के | राष्ट्रपति पुतिन» → the second."""
    return chain(reading, group)[-1]


def chain(reading: Reading, group: Group) -> list[Group]:
    """A group and what it stands in the genitive to, outwards: «रूस के | राष्ट्रपति पुतिन का | स्वागत»."""
    return [group, *_heads(reading, group)]


def attach_genitives(reading: Reading, lexicon: Lexicon) -> None:
    """Each genitive owns the next group, where it begins right behind the postposition."""
    at_begin = {group.begin: group for group in reading.groups}
    for group in reading.groups:
        if group.marker != GENITIVE:
            continue
        owned = at_begin.get(_over_adverbs(reading, group.marker_end))
        while owned is not None and _is_adverbial(reading, owned, lexicon):
            at = max(owned.end, owned.marker_end)  # «मोदी की | सोमवार को | हुई वार्ता», «हमास के | 7 अक्टूबर, 2023 के | हमले»
            owned = at_begin.get(at + (reading.words[at : at + 1] == (",",) and owned.marker == NOMINATIVE))
        if owned is not None:
            group.owner = _beyond_people(reading, group, owned, lexicon).index


def _is_adverbial(reading: Reading, group: Group, lexicon: Lexicon) -> bool:
    """«सोमवार को», «फोन पर», «पूरी तरह से», «कड़े शब्दों में»: nobody's, wherever it stands."""
    manner = group.marker in ("se", "par", "mein", "tak") and reading.words[group.head] in lexicon.classes["manner"]
    return manner or _is_time(reading, group, lexicon) or _is_call(reading, group, lexicon)


def _is_call(reading: Reading, group: Group, lexicon: Lexicon) -> bool:
    """«फोन पर»."""
    return group.marker == "par" and reading.words[group.head] in lexicon.classes["phone"]


def _beyond_people(reading: Reading, group: Group, owned: Group, lexicon: Lexicon) -> Group:
    """Whose is what stands behind other people: «मोदी की | पुतिन से | मुलाकात»; but «मोदी की | पत्नी X से»."""
    at_begin = {one.begin: one for one in reading.groups}
    found: Group | None = owned
    while found is not None and _is_person(group) and _is_person(found):
        if reading.words[found.begin] in lexicon.classes["persons"]:
            return owned
        at = max(found.end, found.marker_end)
        joined = at < len(reading.words) and (reading.words[at] in AND or reading.words[at] == ",")
        if found.marker == GENITIVE or (found.marker == NOMINATIVE and not joined):
            return owned
        found = at_begin.get(at + joined)
        if found is not None and _is_call(reading, found, lexicon):
            found = at_begin.get(found.marker_end)
    return found or owned


def _is_person(group: Group) -> bool:
    return group.mention is not None and group.mention.type is EntityType.PERSON


def _over_adverbs(reading: Reading, at: int) -> int:
    while at < len(reading.words) and (
        reading.words[at] in QUOTES
        or reading.words[at] in PARTICLES
        or reading.sentence.tokens[at].upos in (labels.ADV, labels.PART)
    ):
        at += 1
    return at


def _is_time(reading: Reading, group: Group, lexicon: Lexicon) -> bool:
    words = reading.words[group.begin : group.end]
    times = lexicon.classes["times"] | lexicon.function_words["which_time"]
    return group.mention is None and all(word in times or word.isdecimal() for word in words)


# ------------------------------------------------------------------ coordination


def coordinate(reading: Reading, lexicon: Lexicon) -> None:
    """Groups joined by commas and «और» are conjuncts, and share the postposition of the last."""
    linked = _links(reading, lexicon)
    for group in reversed(reading.groups):
        if group.index not in linked:
            continue
        last = reading.groups[linked[group.index]]
        chain = sorted({last.index, *last.conjuncts, group.index})
        for index in chain:
            reading.groups[index].conjuncts = tuple(other for other in chain if other != index)
        if group.marker == NOMINATIVE:
            group.marker, group.marker_end, group.owner = last.marker, last.marker_end, last.owner


def _links(reading: Reading, lexicon: Lexicon) -> dict[int, int]:
    """For each group that is joined to a later one, that one's index."""
    linked: dict[int, int] = {}
    listed = False  # a list ends in «और»; a comma alone joins nothing
    for first, second in reversed(list(zip(reading.groups, reading.groups[1:], strict=False))):
        if _includes(first, second):
            linked[first.index] = second.index
            first.marker = NOMINATIVE
            listed = True
            continue
        gap = _gap(reading, first, second, lexicon)
        if not _is_joined(first, second, gap):
            listed = False
            continue
        listed = listed or gap != [","]
        partner = _partner(reading, first, second, lexicon) if listed else None
        if partner is not None:
            linked[first.index] = partner.index
    return linked


def _includes(first: Group, second: Group) -> bool:
    """«मित्रों सहित | भारत से»: what is included beside a name; «अमेरिका सहित | 23 देश» names a part of them."""
    return first.marker == "incl" and first.marker_end == second.begin and second.mention is not None


def _gap(reading: Reading, first: Group, second: Group, lexicon: Lexicon) -> list[str]:
    """The words between two groups, without quotes and adverbs."""
    passed = QUOTES | lexicon.function_words["beside_conjunctions"]
    begin = first.end if first.marker == NOMINATIVE else max(first.end, first.marker_end)
    return [word for word in reading.words[begin : second.begin] if word not in passed]


def _is_joined(first: Group, second: Group, gap: list[str]) -> bool:
    if not 1 <= len(gap) <= 2 or not all(word in AND or word == "," or word in HYPHENS for word in gap):
        return False
    return first.marker in (NOMINATIVE, second.marker) and first.clause == second.clause


def _partner(reading: Reading, first: Group, second: Group, lexicon: Lexicon) -> Group | None:
    """Which part of the second phrase the first group is coordinated with: its genitive, else its head."""
    if _are_alike(reading, first, second, lexicon):
        return second
    heads = _heads(reading, second)
    named = (head for head in heads if first.mention is not None and head.mention is not None)
    alike = next((head for head in named if _are_alike(reading, first, head, lexicon)), None)
    if alike is not None:
        return alike  # «A और B के राष्ट्रपति | C की | वार्ता»
    return heads[-1] if heads and _are_alike(reading, first, heads[-1], lexicon) else None


def _heads(reading: Reading, group: Group) -> list[Group]:
    """What a group modifies, what that modifies, and so on."""
    found = [group]
    while found[-1].owner >= 0 and reading.groups[found[-1].owner] not in found:
        found.append(reading.groups[found[-1].owner])
    return found[1:]


def _is_same_person(reading: Reading, first: Group, second: Group, lexicon: Lexicon) -> bool:
    """«पार्टी के वरिष्ठ नेता और | वित्त मंत्री X ने»: two titles of one."""
    named = second.mention
    if first.mention is not None or named is None or named.type is not EntityType.PERSON or named.begin <= second.begin:
        return False
    title = reading.words[named.begin - 1] in lexicon.classes["titles_last"]
    return title and reading.words[first.head] in lexicon.classes["first_titles"]


def _are_alike(reading: Reading, first: Group, second: Group, lexicon: Lexicon) -> bool:
    """Whether two groups may be conjuncts: a person and a country are none."""
    if _is_same_person(reading, first, second, lexicon):
        return False
    name = second.modifiers[0] if second.modifiers else None
    if (
        name is not None
        and name.begin == second.begin
        and name.end < second.end
        and reading.words[name.end] in lexicon.function_words["of_the_name_before"]
    ):
        return False  # «फोर्दो, नतांज और इस्फहान | स्थित ठिकाने»
    if first.mention is None or second.mention is None:
        return True
    return (first.mention.type is EntityType.PERSON) == (second.mention.type is EntityType.PERSON)
