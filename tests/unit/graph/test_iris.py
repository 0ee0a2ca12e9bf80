"""The names of entities and events."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kg.graph.iris import document_iri, entity_iris, entry_id, entry_iri, event_iris, mention_iri, role_iri
from kg.records import Entity, EntityType, Event, EventType, GazetteerEntry, LinkedExtraction, Modality
from tests.builders import BASE, KIM, NORTH_KOREA, PUTIN, RUSSIA, entity, linked, mention

LINKS = {"p": PUTIN, "k": KIM, "r": RUSSIA, "n": NORTH_KOREA}
PEOPLE = [
    entity("p", "पुतिन"),
    entity("k", "किम"),
    entity("r", "रूस", EntityType.COUNTRY),
    entity("n", "उत्तर कोरिया", EntityType.COUNTRY),
    entity("g", "अधिकारी", EntityType.GROUP, named=False),
    entity("u", "मीना वर्मा"),
]


def one(thing: Entity, *, id: str = "one", entry: GazetteerEntry | None = None) -> str:
    """The IRI of an entity that stands alone in its document, without the base."""
    links = {thing.key: entry} if entry else {}
    return entity_iris(linked(entities=[thing], links=links, id=id), base_iri=BASE)[thing.key].removeprefix(BASE)


def told(*events: Event, id: str = "one") -> LinkedExtraction:
    """A document that tells of these events among the people above."""
    return linked(entities=PEOPLE, events=events, links=LINKS, id=id)


def names(*events: Event, id: str = "one") -> list[str]:
    """The IRIs of the events, in their order, without the base."""
    extraction = told(*events, id=id)
    found = event_iris(extraction, base_iri=BASE, entities=entity_iris(extraction, base_iri=BASE))
    return [found[event.key].removeprefix(BASE + "event/") for event in events]


def meeting(*agents: str, date: str | None = "2023-09-13", **facts: object) -> Event:
    """A meeting."""
    return replace(
        Event(key="v1", type=EventType.MEETING, agents=agents, date=date, mentions=(mention("मिले"),)),
        **facts,  # type: ignore[arg-type]
    )


def test_a_linked_entity_is_named_by_its_qid() -> None:
    """Whatever the text calls it, a linked entity has the name of its QID."""
    assert {one(entity("e", name), entry=PUTIN) for name in ("पुतिन", "राष्ट्रपति पुतिन")} == {"entity/Q7747"}


def test_an_entry_without_qid_is_named_by_its_local_id() -> None:
    """A gazetteer entry that no source confirms has a name of its own in every document."""
    entry = GazetteerEntry(id="local:meena-varma", type=EntityType.PERSON, label_hi="मीना वर्मा")
    assert one(entity("e", "मीना"), entry=entry) == "entity/local/meena-varma"


def test_a_full_name_is_one_thing_in_all_documents_and_spellings() -> None:
    """An unlinked person with a full name has the same IRI wherever and however it is spelled."""
    spellings = [("ज़ोया हिन्दी", "one"), ("जोया हिंदी", "two")]
    found = {one(entity("e", name), id=id) for name, id in spellings}
    assert len(found) == 1
    assert found.pop().startswith("entity/Person/")


@pytest.mark.parametrize(
    "spellings",
    [
        ("ज़ाहिद ख़ान", "ज\u093cाहिद ख\u093cान", "जाहिद खान"),
        ("चंदा सिंह", "चन्दा सिंह", "चँदा सिंह"),
        ("मोहम्मद इब्राहिम", "मोहम्मद\u00a0इब्राहिम", "मोहम्मद  इब्राहिम ", "मोहम्मद\u200d इब्राहिम"),
        ("अल-हारिस इदरीस", "अल हारिस इदरीस"),
    ],
)
def test_spellings_of_one_name_are_one_thing(spellings: tuple[str, ...]) -> None:
    """Nukta, nasal signs, hyphens, spaces and invisible characters make no other IRI, in whatever document."""
    assert len({one(entity("e", name), id=f"d{n}") for n, name in enumerate(spellings)}) == 1


def test_links_of_others_do_not_rename_what_is_unlinked() -> None:
    """The second of two groups of one name keeps its name when the first is linked, and when that is undone."""
    early = entity("a", "सैनिक", EntityType.GROUP, named=False, offsets=((3, 8),))
    late = entity("b", "सैनिक", EntityType.GROUP, named=False, offsets=((40, 45),))
    before, between, after = (
        entity_iris(linked(entities=[early, late], links=links), base_iri=BASE) for links in ({}, {"a": RUSSIA}, {})
    )
    assert before == after
    assert between == {"a": BASE + "entity/Q159", "b": before["b"]}


@pytest.mark.parametrize("base", [BASE, "https://example.org/kg/"])
@pytest.mark.parametrize("id", ["Q7747", "local:meena-varma", "local:a/b c", "local:local/x", "Qक"])
def test_the_id_can_be_read_from_the_iri(id: str, base: str) -> None:
    """`entry_id` undoes `entry_iri`."""
    assert entry_id(base, entry_iri(base, id)) == id


def test_type_tells_names_apart() -> None:
    """A person and an organization of one name are two things."""
    assert one(entity("e", "नव भारत")) != one(entity("e", "नव भारत", EntityType.ORGANIZATION))


@pytest.mark.parametrize(
    "thing",
    [
        entity("e", "मीना"),
        entity("e", "विदेशी विशेषज्ञ", EntityType.GROUP),
        entity("e", "स्थानीय पुलिस अधिकारी", named=False),
    ],
)
def test_what_has_no_full_name_belongs_to_its_document(thing: Entity) -> None:
    """Single words, groups and descriptions are other things in other documents."""
    assert one(thing, id="one") != one(thing, id="two")
    assert one(thing, id="one").startswith("entity/in/one/")


def test_two_things_of_one_name_in_a_document_stay_two() -> None:
    """Two groups of one name are numbered in the order of the text, whatever their keys and order are."""
    early = entity("z", "सैनिक", EntityType.GROUP, named=False, offsets=((3, 8),))
    late = entity("a", "सैनिक", EntityType.GROUP, named=False, offsets=((40, 45),))
    found = entity_iris(linked(entities=[late, early]), base_iri=BASE)
    assert found["a"] == found["z"] + "~2"
    assert found == entity_iris(linked(entities=[early, late]), base_iri=BASE)


def test_a_name_of_mere_marks_has_an_iri() -> None:
    """A name of which nothing is left has a segment of its own."""
    assert one(entity("e", "—")) == "entity/in/one/Person/_"


def test_iris_are_plain_ascii() -> None:
    """Ids and names are percent-encoded."""
    assert document_iri(BASE, "क ?#%") == BASE + "document/%E0%A4%95%20%3F%23%25"
    assert one(entity("e", "मीना वर्मा"), id="क").isascii()


def test_a_mention_is_named_by_span_and_rule() -> None:
    """Two rules that read one phrase make two mentions."""
    document = document_iri(BASE, "one")
    assert mention_iri(document, mention("मिले", rule="a.b")) == document + "#char=23,27;rule=a.b"


def test_a_role_is_named_below_its_holder() -> None:
    """A role's IRI tells who holds what where and since when."""
    found = role_iri(BASE + "entity/Q1", "President", of=BASE + "entity/Q2", base_iri=BASE, begin="2012")
    assert found == BASE + "entity/Q1/role/president/of/Q2/from/2012"


def test_a_settled_event_is_one_in_all_documents() -> None:
    """Type, linked participants and the day settle which event it is."""
    assert names(meeting("p", "k")) == names(meeting("k", "p"), id="two") == ["Meeting_2023-09-13_Q56226_Q7747"]


def test_countries_and_groups_do_not_keep_a_meeting_of_two_people_apart() -> None:
    """Where a meeting has two linked persons, countries and groups do not count for its identity."""
    assert names(meeting("p", "k", "r", "g")) == names(meeting("p", "k"))


def test_countries_count_where_no_two_people_meet() -> None:
    """A meeting of countries is told from others by its countries."""
    assert names(meeting("r", "n")) == ["Meeting_2023-09-13_Q159_Q423"]
    assert names(meeting("p", "r")) != names(meeting("p", "n"))


@pytest.mark.parametrize(
    "event",
    [meeting("p", "k", date=None), meeting("p", "k", date="2023-09"), meeting("p", "u"), meeting("p", "g"), meeting()],
)
def test_what_is_not_settled_belongs_to_its_document(event: Event) -> None:
    """Without a day, with an unlinked participant or with none at all an event is the document's own."""
    assert names(event) == ["one/Meeting_23_1"]
    assert names(event, id="two") == ["two/Meeting_23_1"]


def test_roles_count_for_identity() -> None:
    """Who does it and to whom tells two events apart."""
    attack = Event(key="v1", type=EventType.ATTACK, agents=("r",), targets=("n",), date="2023-09-13")
    back = replace(attack, agents=("n",), targets=("r",))
    assert names(attack) == ["Attack_2023-09-13_Q159_to_Q423"]
    assert names(back) == ["Attack_2023-09-13_Q423_to_Q159"]


def test_documents_that_differ_in_modality_tell_of_one_event() -> None:
    """What one document plans and another reports is one event."""
    assert names(meeting("p", "k", modality=Modality.PLANNED)) == names(meeting("p", "k"), id="two")


@pytest.mark.parametrize("other", [{"modality": Modality.POSSIBLE}, {"negated": True}])
def test_events_of_a_document_that_differ_in_sureness_are_two(other: dict[str, object]) -> None:
    """Within a document the surest keeps the shared name, in any order."""
    sure, unsure = meeting("p", "k"), meeting("p", "k", key="v2", **other)
    assert names(sure, unsure) == ["Meeting_2023-09-13_Q56226_Q7747", names(unsure, sure)[0]]
    assert names(sure, unsure)[1].startswith("one/Meeting_")


def test_rival_events_of_one_phrase_are_numbered_by_their_participants() -> None:
    """Events of one type and begin have numbers in the order of their participants, whatever their order is."""
    first = meeting("r", "u", key="v1", date=None)
    second = meeting("p", "u", key="v2", date=None)
    assert names(first, second) == ["one/Meeting_23_1", "one/Meeting_23_2"]
    assert names(second, first) == ["one/Meeting_23_2", "one/Meeting_23_1"]
