"""The entities of one document, while it is being read.

Mentions of one thing become one entity: by gazetteer id, by full name, and short names by a fuller one of the document.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kg.extraction.reading import Mention
from kg.extraction.references import Title
from kg.extraction.words import consonants
from kg.gazetteer.gazetteer import Gazetteer
from kg.gazetteer.normal import normal_form
from kg.records import Entity, EntityType, GazetteerEntry, HeldOffice


@dataclass(slots=True)
class Cluster:
    """An entity while the document is being read."""

    key: str
    type: EntityType
    name: str
    named: bool
    ids: tuple[str, ...]
    country: str | None = None  #: key of the country that it belongs to
    forms: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)  #: those of the forms that are names, not descriptions
    offsets: set[tuple[int, int]] = field(default_factory=set)
    titles: dict[str, str | None] = field(default_factory=dict)  #: title id → key of the country or organization


@dataclass(frozen=True, kw_only=True, slots=True)
class Introduced:
    """A person whom the text names together with a title."""

    mention: Mention
    title: str  #: id
    country: str | None  #: gazetteer id


class Registry:
    """The entities of one document, in the order in which they come up."""

    def __init__(self, gazetteer: Gazetteer, *, ahead: Sequence[Introduced] = ()) -> None:
        self.gazetteer = gazetteer
        self.ahead = (
            ahead  #: people whom the text names with a title later on: «रूसी रक्षा मंत्री» may come before the name
        )
        self.only_country: str | None = None  #: gazetteer id, where all that the text names is of one country
        self.clusters: dict[str, Cluster] = {}
        self._by_id: dict[str, str] = {}
        self._by_name: dict[tuple[EntityType, str], str] = {}
        self._offices: dict[tuple[str, str, str | None], HeldOffice] = {}

    def __getitem__(self, key: str) -> Cluster:
        return self.clusters[key]

    def by_id(self, id: str) -> str:
        """The key of the entity with this gazetteer id, made where the text has not named it («रूसी» → Russia)."""
        if id not in self._by_id:
            entry = self.gazetteer.entry(id)
            key = self._new(entry.type, entry.label_hi, named=True, ids=(id,))
            self._by_id[id] = key
            own = self.gazetteer.country_of(id)
            if own is not None and own != id and own in self.gazetteer:
                self.clusters[key].country = self.by_id(own)
            elif own == id:
                self.clusters[key].country = key
        return self._by_id[id]

    def named(self, mention: Mention) -> str:
        """The key of the entity that a name belongs to."""
        if mention.ids:
            known = [id for id in mention.ids if id in self._by_id]
            return self._by_id[known[0]] if known else self.by_id(mention.ids[0])
        name = normal_form(mention.name) or mention.name
        key = (
            self._by_name.get((mention.type, name))
            or self._longer(mention.type, name)
            or self._spelled(mention.type, name)
        )
        if key is None:
            key = self._new(mention.type, mention.name, named=True, ids=())
        self._by_name.setdefault((mention.type, name), key)
        return key

    def described(self, type_: EntityType, name: str, *, country: str | None = None) -> str:
        """The key of an entity that the text describes and does not name: «कश्मीरी उग्रवादी»."""
        wanted = normal_form(name) or name
        key = self._by_name.get((type_, wanted))
        if key is None:
            key = self._new(type_, name, named=False, ids=())
            self._by_name[(type_, wanted)] = key
        if country is not None and self.clusters[key].country is None:
            self.clusters[key].country = country
        return key

    def _longer(self, type_: EntityType, name: str) -> str | None:
        """A person named more fully before: «शोइगु» after «सर्गेई शोइगु»."""
        if type_ is not EntityType.PERSON or len(name) < 2:
            return None
        for (other, full), key in reversed(self._by_name.items()):
            if (
                other is type_
                and self.clusters[key].named
                and (full.endswith(f" {name}") or full.startswith(f"{name} "))
            ):
                return key
        for id, key in self._by_id.items():
            entry = self.gazetteer.entry(id)
            if entry.type is type_ and any(
                normal_form(full).endswith(f" {name}") or normal_form(full).startswith(f"{name} ")
                for full in (entry.label_hi, *entry.aliases)
            ):
                return key
        return None

    def _spelled(self, type_: EntityType, name: str) -> str | None:
        """A person of two names or more that differ in vowels alone: «स्टीफन लॉवेन», «स्टेफान लवैन»."""
        if type_ is not EntityType.PERSON or " " not in name:
            return None
        wanted = consonants(name)
        for (other, full), key in reversed(self._by_name.items()):
            if other is type_ and self.clusters[key].named and " " in full and consonants(full) == wanted:
                return key
        return None

    def _new(self, type_: EntityType, name: str, *, named: bool, ids: tuple[str, ...]) -> str:
        key = f"e{len(self.clusters) + 1}"
        self.clusters[key] = Cluster(key=key, type=type_, name=name, named=named, ids=ids)
        return key

    # ------------------------------------------------------------ what the text says of them

    def saw(self, key: str, form: str, begin: int, end: int, *, is_name: bool = False) -> None:
        """Note a surface form and where it stands; the longest form of a person that is a name becomes his name."""
        cluster = self.clusters[key]
        cluster.forms.add(form)
        cluster.offsets.add((begin, end))
        if is_name:
            cluster.names.add(form)
        if (
            is_name
            and cluster.named
            and not cluster.ids
            and len(form) > len(cluster.name)
            and cluster.type is EntityType.PERSON
        ):
            cluster.name = form

    def holds(self, key: str, title: Title, label: str, of: str | None) -> None:
        """Note an office read beside a name."""
        cluster = self.clusters[key]
        cluster.titles.setdefault(title.id, of)
        if of is not None and self.clusters[of].type is EntityType.COUNTRY and cluster.country is None:
            cluster.country = of
        self._offices.setdefault((key, label, of), HeldOffice(entity=key, label_hi=label, label_en=title.label, of=of))

    def holder(self, title: Title, country: str | None) -> str | None:
        """The one person of the text who holds an office: as the text says, else as the gazetteer knows."""
        said = [
            key
            for key, cluster in self.clusters.items()
            if cluster.type is EntityType.PERSON
            and cluster.named
            and title.id in cluster.titles
            and (
                country is None
                or country in (cluster.titles[title.id], cluster.country)
                or _is_stateless(cluster, title)
            )
        ]
        own = [key for key in said if self.clusters[key].titles[title.id] is None]
        if country is None and len(own) == 1:
            return own[0]  # a title without a country is that of the writer's own
        if said:
            return said[-1] if country is None or len(said) == 1 else None
        wanted = self.clusters[country].ids[:1] if country is not None else ()
        later = {
            one.mention.ids[:1] or (one.mention.name,): one.mention
            for one in self.ahead
            if one.title == title.id and (not wanted or one.country in wanted)
        }
        if len(later) == 1 and not said:
            return self.named(next(iter(later.values())))
        known = [
            key
            for key, cluster in self.clusters.items()
            if cluster.type is EntityType.PERSON and cluster.ids and self._known(cluster, title, country)
        ]
        return known[0] if len(known) == 1 else None

    def head(self, title: Title, organization: str) -> str | None:
        """The one named person whom the text has as the holder of an office of an organization."""
        held = [
            key
            for key, cluster in self.clusters.items()
            if cluster.type is EntityType.PERSON and cluster.named and cluster.titles.get(title.id) == organization
        ]
        return held[0] if len(held) == 1 else None

    def _known(self, cluster: Cluster, title: Title, country: str | None) -> bool:
        entry: GazetteerEntry = self.gazetteer.entry(cluster.ids[0])
        wanted = self.clusters[country].ids[:1] if country is not None else ()
        if wanted and entry.country_qid not in wanted:
            return False
        labels = [office.label_en for office in entry.offices] + [entry.kind]
        return any(word in label for word in title.offices for label in labels)

    def around(self, places: Sequence[str]) -> tuple[str, ...]:
        """Places, finest first, then the countries that they lie in, where the text names those too."""
        countries = [self.clusters[key].country for key in places]
        named = [key for key in countries if key is not None and self.clusters[key].offsets]
        return tuple(dict.fromkeys((*places, *named)))

    # ------------------------------------------------------------ the result

    def entities(self, used: Sequence[str]) -> Iterator[Entity]:
        """The finished entities: those that the text names, and those that it describes that take part in something."""
        wanted = set(used)
        for cluster in self.clusters.values():
            if (cluster.named and cluster.offsets) or cluster.key in wanted:
                name = self._told(cluster)
                yield Entity(
                    key=cluster.key,
                    type=cluster.type,
                    name=name,
                    forms=tuple(sorted(cluster.forms | {name})),
                    named=cluster.named,
                    candidates=cluster.ids,
                    offsets=tuple(sorted(cluster.offsets)),
                )

    def _told(self, cluster: Cluster) -> str:
        """The fullest name that the text has for it; of what it names otherwise («रूसी», «क्रेमलिन»), the gazetteer's."""
        if not cluster.ids:
            return cluster.name
        own = [name for name in cluster.names if cluster.ids[0] in (entry.id for entry in self.gazetteer.lookup(name))]
        return max(sorted(own), key=len, default=cluster.name)

    def offices_of(self) -> tuple[str, ...]:
        """The countries and organizations of the offices read."""
        return tuple(office.of for office in self._offices.values() if office.of is not None)

    def offices(self, kept: Mapping[str, object]) -> tuple[HeldOffice, ...]:
        """The offices read in the text, of entities that are kept."""
        return tuple(
            office
            for office in self._offices.values()
            if office.entity in kept and (office.of is None or office.of in kept)
        )


def _is_stateless(cluster: Cluster, title: Title) -> bool:
    """Whether nothing says of which country a person holds an office."""
    return cluster.titles[title.id] is None and cluster.country is None
