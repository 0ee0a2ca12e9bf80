"""Which groups a trigger sees and by which marker they stand to it, and which belong to another predicate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kg.extraction.matcher import Trigger
from kg.extraction.reading import (
    DATIVE,
    ERGATIVE,
    GENITIVE,
    NOMINATIVE,
    PUNCTUATION,
    QUOTES,
    Finiteness,
    Group,
    VerbGroup,
)
from kg.extraction.scene import Scene
from kg.extraction.subjects import SUBJECT_MARKERS
from kg.records import EntityType, EventType

Beside = tuple[Group, str]
"""A group, and the marker by which it stands to a trigger: that of `markers.yml`, or «nom» for a bare group of a verb."""


class Surroundings:
    """The groups of a sentence as its triggers see them; inner predicates come first and take what is theirs."""

    def __init__(self, scene: Scene, triggers: Sequence[Trigger]) -> None:
        self.scene = scene
        self.reading = scene.reading
        self.triggers = triggers
        self.taken: set[int] = set()  #: groups that fill a role of an infinitive, participle or bare noun
        self.by_word = {
            at: trigger
            for trigger in triggers
            for at in (trigger.host, *(() if trigger.verb is None else (trigger.verb.main,)))
        }

    def around(self, trigger: Trigger) -> list[Beside]:
        """Groups that may fill a role, genitives first, then nearest first."""
        host_group = self.reading.group_of(trigger.host)
        owners = list(self._possessors(host_group)) if host_group is not None else []
        if trigger.verb is None:
            rest = self._beside_noun(trigger, host_group, owners)
        else:
            rest = self._beside_verb(trigger, trigger.verb, host_group)
        seen = {group.index for group, _ in owners}
        found = [*owners, *((group, marker) for group, marker in rest if group.index not in seen)]
        return [(group, marker) for group, marker in found if marker != "dwara" or not self._made_other(group, trigger)]

    def _made_other(self, group: Group, trigger: Trigger) -> bool:
        """«X द्वारा | सोमवार को | जारी | रिपोर्ट»: whom द्वारा names did what the adjective says, and no more."""
        if trigger.verb is not None and self._leads_to_participle(group, trigger):
            return True
        made = self.scene.lexicon.function_words["done_adjectives"]
        at = group.marker_end
        while at < trigger.begin and self.reading.words[at] not in made:
            inside = self.reading.group_of(at)
            if inside is None or not self.scene.holds_class(inside, "times"):
                return False
            at = max(inside.end, inside.marker_end)
        return at < trigger.begin and self.reading.verb_of(at + 1) is None

    # ------------------------------------------------------------ genitives

    def _leads_to_participle(self, group: Group, trigger: Trigger) -> bool:
        """«पुलिस द्वारा | किए जाने वाले | प्रयासों की सराहना की»: that one's deed, not this one's."""
        verb = self.reading.verb_of(group.marker_end)
        return verb is not None and verb.finiteness is Finiteness.PARTICIPLE and verb is not trigger.verb

    def _possessors(self, host_group: Group) -> Iterator[Beside]:
        """Genitives of the host, and those before them that are its too: «शोइगु के | उत्तर कोरिया के | दौरे»."""
        for owner in reversed(self.reading.possessors(host_group)):
            yield owner, GENITIVE
            for far in reversed(self.reading.groups[: owner.index]):
                if far.marker == GENITIVE and far.owner == owner.index and self._is_free(far, owner):
                    yield far, GENITIVE

    def _is_free(self, group: Group, owner: Group) -> bool:
        """Whether a genitive before a name does not modify that name: nobody owns a country."""
        one, other = self.scene.referents.get(group.index), self.scene.referents.get(owner.index)
        if one is None or other is None or owner.mention is None:
            return False
        if one.kind in ("set", "office", "group", "pronoun", "body"):
            return True
        if one.type is EntityType.PERSON or other.type is EntityType.COUNTRY:
            return True
        return owner.mention.type is EntityType.ORGANIZATION

    # ------------------------------------------------------------ beside a noun

    def _beside_noun(self, trigger: Trigger, host_group: Group | None, owners: Sequence[Beside]) -> Iterator[Beside]:
        """Groups in an unbroken row before a noun: «[यूक्रेन पर] [रूस के] हमले», over a participle: «[के बीच] हुई वार्ता»."""
        apart = False  # from a group with a postposition of its own on, where no participle leads to the noun
        at = min([host_group.begin if host_group is not None else trigger.host, *(owner.begin for owner, _ in owners)])
        while at > 0:
            group = self._ending(self._over(at))
            if group is not None and group.marker == NOMINATIVE and self._is_time(group):
                at = group.begin  # «X के साथ | कल शाम | मुलाकात»
                continue
            if group is None or group.marker in SUBJECT_MARKERS or group.index in self.taken:
                return
            if group.marker == "dwara" and apart:
                return  # «X द्वारा | Y पर | परीक्षण को लेकर लगाए गए प्रतिबंध»
            bare = self.reading.verb_of(group.marker_end) is None
            headline = host_group is not None and self._ends_clause(host_group)
            licensed = (
                self._is_loose(group) if group.marker == GENITIVE else headline or not (bare and group.marker == DATIVE)
            )
            if licensed:  # a noun without a participle governs no को
                yield group, group.marker
            apart = apart or (group.marker != GENITIVE and bare)
            at = self._row_begin(group)

    def _is_time(self, group: Group) -> bool:
        times = self.scene.lexicon.classes["times"] | self.scene.lexicon.function_words["which_time"]
        return group.mention is None and times.issuperset(self.reading.words[group.begin : group.end])

    def _ends_clause(self, host_group: Group) -> bool:
        """«भारत की पाकिस्तान को | चेतावनी»: a headline without a verb."""
        at = host_group.end
        return host_group.marker == NOMINATIVE and (
            at >= len(self.reading.words) or self.reading.words[at] in PUNCTUATION
        )

    def _ending(self, at: int) -> Group | None:
        """The group that ends, with its postposition, right before a token."""
        return next((one for one in self.reading.groups if max(one.marker_end, one.end) == at and one.begin < at), None)

    def _is_of_no_name(self, genitive: Group) -> bool:
        """Whether a genitive is of the predicate: nobody owns a country. «मोदी की | स्वीडन के राजा से | मुलाकात हुई»."""
        owner = self.scene.referents.get(genitive.owner)
        return genitive.owner < 0 or (owner is not None and owner.type is EntityType.COUNTRY and owner.kind == "name")

    def _is_own(self, genitive: Group) -> bool:
        """Whether a genitive in the row is the trigger's and not that of a name in the row."""
        owner = self.reading.groups[genitive.owner] if genitive.owner >= 0 else None
        return owner is None or self._is_free(genitive, owner)

    def _is_loose(self, genitive: Group) -> bool:
        """Whether it may be the trigger's over the noun behind it; but «अफगानिस्तान के | प्रांत में | हमला»."""
        if self._is_own(genitive):
            return True
        owner = self.reading.groups[genitive.owner]
        place = self.reading.words[owner.head] in self.scene.lexicon.classes["kinds_of_place"]
        return not place and owner.index not in self.scene.referents

    def _row_begin(self, group: Group) -> int:
        """Where a group begins, with its conjuncts and with the genitives that modify them."""
        members = self.reading.conjoined(group)
        owners = [
            one.begin for member in members for one in self.reading.possessors(member) if not self._is_free(one, member)
        ]
        return min([*(member.begin for member in members), *owners])

    def _over(self, at: int) -> int:
        """The end of the row before `at`, over a participle, adverbs and quotes."""
        function_words = self.scene.lexicon.function_words
        passed = QUOTES | function_words["before_event_nouns"] | function_words["vala"]
        while at > 0:
            verb, word = self.reading.verb_of(at - 1), self.reading.words[at - 1]
            if word in passed:
                at -= 1
            elif verb is not None and self._is_light_participle(verb):
                at = verb.begin
            else:
                break
        return at

    def _is_light_participle(self, verb: VerbGroup) -> bool:
        beginnings = tuple(self.scene.lexicon.function_words["light_participles"])
        return verb.finiteness is Finiteness.PARTICIPLE and self.reading.words[verb.main].startswith(beginnings)

    # ------------------------------------------------------------ beside a verb

    def _beside_verb(self, trigger: Trigger, verb: VerbGroup, host_group: Group | None) -> Iterator[Beside]:
        """Groups of the verb's clause that are its own: those before it, nearest first, then those behind a finite one."""
        barrier = self._barrier(trigger, verb)
        for group in self._of_clause(trigger, verb):
            if host_group is not None and group.index == host_group.index:
                continue
            if group.index in self.taken and group.marker not in SUBJECT_MARKERS:
                continue
            if not trigger.finite and not self._is_inner(group, trigger, barrier):
                continue
            marker = "nom" if group.marker == NOMINATIVE else group.marker
            if self._is_of_no_name(group) and not self.belongs_elsewhere(group, marker, trigger):
                yield group, marker

    def _of_clause(self, trigger: Trigger, verb: VerbGroup) -> Iterable[Group]:
        clause = self.reading.clause_of[verb.main]
        groups = [group for group in self.reading.groups if group.clause == clause]
        end = max(trigger.begin, verb.begin, trigger.host if not trigger.simple else 0)
        before = [group for group in groups if group.end <= end]
        after = [group for group in groups if group.begin >= trigger.end and trigger.finite]
        return (*reversed(before), *after)

    def _barrier(self, trigger: Trigger, verb: VerbGroup) -> int:
        """Where the predicate before an infinitive ends: what stands before it is that one's."""
        clause_of = self.reading.clause_of
        return max(
            (
                other.end
                for other in self.reading.verbs
                if other.end <= trigger.begin
                and other.finiteness is not Finiteness.PARTICIPLE
                and clause_of[other.main] == clause_of[verb.main]
            ),
            default=0,
        )

    def _is_inner(self, group: Group, trigger: Trigger, barrier: int) -> bool:
        """Whether an infinitive or participle may have a group: no subject with ने, and none of another predicate."""
        return group.marker != ERGATIVE and (group.begin >= barrier or self._reaches(group, trigger))

    def _reaches(self, group: Group, trigger: Trigger) -> bool:
        """Whether a group before an inner predicate is this one's: it has a place for it, and no other has."""
        target = trigger.entry.frame.target
        if target is None or group.marker not in target.markers or group.marker in (NOMINATIVE, GENITIVE, "mein"):
            return False
        return not any(
            _licenses(one, group.marker)
            for one in self.triggers
            if group.end <= one.host < trigger.host and one is not trigger
        )

    def belongs_elsewhere(self, group: Group, marker: str, trigger: Trigger) -> bool:
        """Whether the tree hangs a group on another predicate that has a place for it."""
        verb, governor = trigger.verb, self.reading.governor(group)
        own = {trigger.host, trigger.object, *(range(verb.begin, verb.end) if verb is not None else ())}
        if marker in (ERGATIVE, "nom", "dwara") or governor in own or governor < 0:
            return False
        other = self.by_word.get(governor)
        if other is not None and other is not trigger:
            if _prefers(trigger, marker) and not _prefers(other, marker):
                return False  # «उत्तर कोरिया पर | प्रतिबंध लगाने का आह्वान किया»
            return self._wants(other, marker, group) and (not trigger.finite or other.host < trigger.host)
        between = self.reading.verb_of(governor)
        if between is None or verb is None:
            return marker == "khilaf" and self._is_of_noun(group, governor, trigger)
        if between.finiteness is Finiteness.PARTICIPLE and group.marker_end == between.begin:
            referent = self.scene.referents.get(group.index)
            asked = trigger.entry.type is EventType.REQUEST and referent is not None and referent.kind == "group"
            return not (asked and marker == "se")  # «जहाजों से | गिरने वाली चीजों पर नजर रखने का आग्रह»
        target = trigger.entry.frame.target
        own_markers = () if target is None else target.markers if trigger.entry.after_infinitive else target.markers[:1]
        if not trigger.finite or marker in own_markers:
            return False
        inside = group.end <= between.begin and between.end <= trigger.begin
        return inside and between.finiteness is Finiteness.INFINITIVE

    def _is_of_noun(self, group: Group, governor: int, trigger: Trigger) -> bool:
        """«राजनयिकों के खिलाफ | हिंसा … पर नाराजगी जताई»: against whom the noun behind the group is."""
        noun = self.reading.group_of(governor)
        if noun is None or noun.begin <= trigger.host < noun.end or noun.begin <= trigger.object < noun.end:
            return False
        return noun.begin >= group.marker_end and noun.end <= trigger.begin

    def _wants(self, other: Trigger, marker: str, group: Group) -> bool:
        """Whether another trigger has a place for a group, and no other with a better marker, or before it with the same:
        «B पर C के अस्पताल पर हमला करने का आरोप».
        """
        target = other.entry.frame.target
        if target is None or marker not in target.markers:
            return _licenses(other, marker)
        better = target.markers[: target.markers.index(marker)]
        clause = self.reading.clause_of[other.host]
        return not any(
            (one.marker in better or (one.marker == marker and one.end <= group.begin))
            and one.clause == clause
            and self.scene.keys(one, target)
            for one in self.reading.groups
            if one.end <= other.host
        )


def _prefers(trigger: Trigger, marker: str) -> bool:
    target = trigger.entry.frame.target
    return target is not None and marker == target.markers[0]


def _licenses(trigger: Trigger, marker: str) -> bool:
    frame = trigger.entry.frame
    return marker in frame.agent.markers or (frame.target is not None and marker in frame.target.markers)
