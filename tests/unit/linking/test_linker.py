"""Decisions of the linker on entities made by hand."""

from __future__ import annotations

import datetime
import pickle

import pytest

from kg.gazetteer.gazetteer import Gazetteer
from kg.linking.linker import Linker
from kg.linking.offices import agreement, hindi_titles, office_class, years_apart
from kg.records import Article, Document, Entity, EntityType, Extraction, HeldOffice, LinkedExtraction, Office

PERSON, COUNTRY, PLACE = EntityType.PERSON, EntityType.COUNTRY, EntityType.PLACE
ORGANIZATION, GROUP = EntityType.ORGANIZATION, EntityType.GROUP


@pytest.fixture(scope="module")
def linker() -> Linker:
    return Linker(gazetteer=Gazetteer.load())


def entity(key: str, type: EntityType, name: str, *forms: str, candidates: tuple[str, ...] = ()) -> Entity:
    return Entity(key=key, type=type, name=name, forms=tuple(sorted({name, *forms})), candidates=candidates)


def link(
    linker: Linker, *entities: Entity, offices: tuple[HeldOffice, ...] = (), date: datetime.date | None = None
) -> LinkedExtraction:
    document = Document(article=Article(id="d", text="", date=date), sentences=())
    return linker.link(Extraction(document_id="d", entities=entities, offices=offices), document)


def decided(linker: Linker, *entities: Entity, offices: tuple[HeldOffice, ...] = ()) -> str | None:
    """The id that the first entity is linked to."""
    entry = link(linker, *entities, offices=offices).links[entities[0].key].entry
    return entry.id if entry else None


@pytest.mark.parametrize(
    ("type", "name", "expected"),
    [
        (PERSON, "व्लादिमिर पुतिन", "Q7747"),
        (PERSON, "पुतिन", "Q7747"),
        (PERSON, "सर्गेई शोइगू", "Q32024"),
        (COUNTRY, "रुस", "Q159"),
        (COUNTRY, "उत्तर कोरिया", "Q423"),
        (COUNTRY, "उत्तर कोरियाई", "Q423"),
        (COUNTRY, "पाक", "Q843"),
        (PLACE, "मास्को", "Q649"),
        (PLACE, "हैदराबाद", "Q1361"),
        (ORGANIZATION, "नाटो", "Q7184"),
        (ORGANIZATION, "क्रेमलिन", "Q133274"),
        (GROUP, "तालिबान", "Q42418"),
    ],
)
def test_a_known_name_is_linked(linker: Linker, type: EntityType, name: str, expected: str) -> None:
    """A name that the gazetteer knows is linked whatever its spelling."""
    assert decided(linker, entity("e1", type, name)) == expected


@pytest.mark.parametrize(
    ("type", "name", "forms", "why"),
    [
        (PERSON, "रामेश्वर काल्पनिक", (), "unknown"),
        (PERSON, "किम", (), "a short name alone"),
        (PERSON, "किम योंग पाल", ("किम",), "only a shorter form is known"),
        (PERSON, "यूलिया पुतिन", ("पुतिन",), "another first name"),
        (PERSON, "मॉस्को", (), "a place is no person"),
        (PLACE, "व्लादिमीर पुतिन", (), "a person is no place"),
        (GROUP, "विशेषज्ञ", (), "a group without a name"),
        (GROUP, "रूस", (), "a country is no group"),
        (PLACE, "सूरत", (), "a common word alone"),
        (ORGANIZATION, "लेबर पार्टी", (), "of several countries"),
        (ORGANIZATION, "सीसीपीओ", (), "an acronym that is like another"),
        (PLACE, "एशियाई", (), "an adjective of a name"),
        (PLACE, "जनकपुरी", (), "a name made from another's"),
        (PLACE, "गजपति", (), "a word that sounds like two of another name"),
        (PLACE, "कोसी", (), "a river that is no city"),
        (PERSON, "अब्दुल्ला ख़ान", (), "first and last name of somebody with three"),
        (PERSON, "आर रमेश कुमार", (), "initials and surname of another"),
    ],
)
def test_what_is_not_sure_is_nil(linker: Linker, type: EntityType, name: str, forms: tuple[str, ...], why: str) -> None:
    """An entity is NIL where its fullest name is unknown, short, or of another type."""
    assert decided(linker, entity("e1", type, name, *forms)) is None, why


def test_a_short_name_is_linked_beside_office_and_country(linker: Linker) -> None:
    """«उत्तर कोरिया के नेता किम» is Kim Jong Un."""
    office = HeldOffice(entity="e1", label_hi="नेता", label_en="leader", of="e2")
    assert (
        decided(linker, entity("e1", PERSON, "किम"), entity("e2", COUNTRY, "उत्तर कोरिया"), offices=(office,))
        == "Q56226"
    )


def test_a_short_name_is_linked_beside_a_fuller_form(linker: Linker) -> None:
    """A name that is short is enough where a form of the same entity is not."""
    assert decided(linker, entity("e1", COUNTRY, "माली", "रिपब्लिक ऑफ माली", "Mali")) == "Q912"


def test_a_surname_beside_another_country_is_nil(linker: Linker) -> None:
    """The deputy of another country who is called «लावरोव» is not the Russian minister."""
    office = HeldOffice(entity="e1", label_hi="उप मंत्री", label_en="deputy minister", of="e2")
    assert decided(linker, entity("e1", PERSON, "लावरोव"), entity("e2", COUNTRY, "ब्राज़ील"), offices=(office,)) is None


def test_a_place_is_chosen_by_the_country_named(linker: Linker) -> None:
    """«हैदराबाद» in an article on Pakistan alone is the city in Sindh."""
    assert decided(linker, entity("e1", PLACE, "हैदराबाद"), entity("e2", COUNTRY, "पाकिस्तान")) == "Q1640079"


def test_a_party_is_chosen_by_the_country_named(linker: Linker) -> None:
    """«लेबर पार्टी» in an article on Britain is the British one."""
    assert decided(linker, entity("e1", ORGANIZATION, "लेबर पार्टी"), entity("e2", COUNTRY, "ब्रिटेन")) == "Q9630"


def test_a_new_spelling_of_a_full_name_is_linked(linker: Linker) -> None:
    """A full name off by a letter is linked where its surname is the entry's."""
    assert decided(linker, entity("e1", PERSON, "फुमियों किशिदा", "किशिदा")) == "Q359480"


def test_a_person_of_another_time_is_nil(linker: Linker) -> None:
    """Nobody is linked to an article decades before the first office."""
    old = link(linker, entity("e1", PERSON, "ऋषि सुनक"), date=datetime.date(1980, 1, 1)).links["e1"]
    new = link(linker, entity("e1", PERSON, "ऋषि सुनक"), date=datetime.date(2023, 1, 1)).links["e1"]
    assert (old.entry, new.entry and new.entry.id) == (None, "Q20055561")


def test_every_entity_has_one_decision_with_its_candidates(linker: Linker) -> None:
    """There is a link for each entity, in their order, and its score is that of the best candidate."""
    linked = link(linker, entity("e2", PERSON, "पुतिन"), entity("e1", COUNTRY, "रूस"), entity("e3", GROUP, "नेता"))
    assert list(linked.links) == ["e2", "e1", "e3"]
    first = linked.links["e2"]
    assert first.score == first.candidates[0].score
    assert first.candidates[0].features == {"exact": 1.0, "company": 1.0}
    assert linked.links["e3"].candidates == ()


def test_decisions_can_be_sent_to_another_process(linker: Linker) -> None:
    """A linked extraction comes back from pickle as it was: the workers of a build send it."""
    linked = link(linker, entity("e1", PERSON, "पुतिन"), entity("e2", COUNTRY, "रूस"))
    assert pickle.loads(pickle.dumps(linked)) == linked


def test_candidates_of_extraction_are_kept_but_prove_nothing(linker: Linker) -> None:
    """An entry that extraction proposes for a name which it does not bear is a candidate, and the entity is NIL."""
    decision = link(linker, entity("e1", PERSON, "अमुक जी", candidates=("Q7747", "Q0"))).links["e1"]
    assert (decision.entry, [candidate.id for candidate in decision.candidates]) == (None, ["Q7747"])


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("Minister of Defence of Russia", "defence"),
        ("Deputy Minister of Foreign Affairs", "deputy"),
        ("President of the European Commission", "union"),
        ("Vice President of the United States", "deputy"),
        ("Prime Minister of Israel", "government"),
        ("goalkeeper", None),
    ],
)
def test_the_class_of_an_office(label: str, expected: str | None) -> None:
    """The first and longest phrase of the table decides the class of an office."""
    assert office_class(label) == expected


def test_titles_have_their_usual_hindi_name() -> None:
    """An English title has the first of the Hindi forms in the extraction's list of titles."""
    titles = hindi_titles()
    assert titles["Prime Minister"] == "प्रधानमंत्री"
    assert titles["Minister of Foreign Affairs"] == "विदेश मंत्री"
    assert "Official" not in titles


# ---------------------------------------------------------------------- spellings never seen, offices, time


def of_office(title: str, label: str, of: str | None = "e2") -> HeldOffice:
    return HeldOffice(entity="e1", label_hi=title, label_en=label, of=of)


FOREIGN = of_office("विदेश मंत्री", "Minister of Foreign Affairs")


@pytest.mark.parametrize(
    ("type", "name", "expected"),
    [
        (PERSON, "आंद्रेई बेलूसोव", "Q4082839"),
        (PERSON, "बेंजामिन नेतेन्याहू", "Q43723"),
        (PERSON, "शी चिन फिंग", "Q15031"),
        (PERSON, "डॉ. एस. जयशंकर", "Q16186720"),
        (COUNTRY, "अफ़ग़ानिस्ताँ", "Q889"),
        (ORGANIZATION, "UN", "Q1065"),
        (ORGANIZATION, "ईयू", "Q458"),
    ],
)
def test_a_spelling_that_no_table_has_is_linked(linker: Linker, type: EntityType, name: str, expected: str) -> None:
    """A name that sounds like one that is known is linked, also with honorifics and in the other script."""
    assert decided(linker, entity("e1", type, name)) == expected


def test_a_person_known_in_english_only_is_linked_beside_office_and_country(linker: Linker) -> None:
    """«यूक्रेन के विदेश मंत्री पावलो क्लिमकिन» is linked; the name without all that is not."""
    ukraine = entity("e2", COUNTRY, "यूक्रेन")
    assert decided(linker, entity("e1", PERSON, "पावलो क्लिमकिन"), ukraine, offices=(FOREIGN,)) == "Q10857432"


def test_a_surname_is_linked_by_the_office_beside_it(linker: Linker) -> None:
    """«रूस के रक्षा मंत्री सेर्द्युकोव» held that office; a minister of India of that name did not."""
    office = of_office("रक्षा मंत्री", "Minister of Defence")
    name = entity("e1", PERSON, "सेर्द्युकोव")
    assert decided(linker, name, entity("e2", COUNTRY, "रूस"), offices=(office,)) == "Q316583"
    assert decided(linker, name, entity("e2", COUNTRY, "भारत"), offices=(office,)) is None


def described(linker: Linker, name: str, country: str, office: HeldOffice, day: datetime.date | None) -> str | None:
    person = Entity(key="e1", type=PERSON, name=name, forms=(name,), named=False)
    entry = link(linker, person, entity("e2", COUNTRY, country), offices=(office,), date=day).links["e1"].entry
    return entry.id if entry else None


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (datetime.date(2016, 5, 1), "Q76"),
        (datetime.date(2018, 5, 1), "Q22686"),
        (datetime.date(2023, 5, 1), "Q6279"),
        (None, None),
    ],
)
def test_an_office_alone_means_who_held_it_on_the_day(
    linker: Linker, day: datetime.date | None, expected: str | None
) -> None:
    """«अमेरिकी राष्ट्रपति» of 2016 and of 2023 are two people; without a day it is nobody."""
    office = of_office("राष्ट्रपति", "President")
    assert described(linker, "अमेरिकी राष्ट्रपति", "अमेरिका", office, day) == expected


@pytest.mark.parametrize("name", ["पूर्व अमेरिकी राष्ट्रपति", "तत्कालीन अमेरिकी राष्ट्रपति", "अगले अमेरिकी राष्ट्रपति"])
def test_the_holder_of_another_day_is_not_guessed(linker: Linker, name: str) -> None:
    """«पूर्व राष्ट्रपति» is not who is president now."""
    office = of_office("राष्ट्रपति", "President")
    assert described(linker, name, "अमेरिका", office, datetime.date(2023, 5, 1)) is None


@pytest.mark.parametrize(
    ("name", "title", "label"),
    [
        ("अमेरिकी नेता", "नेता", "Leader"),
        ("भारतीय विदेश सचिव", "विदेश सचिव", "Foreign Secretary"),
        ("अमेरिकी सांसद", "सांसद", "Official"),
    ],
)
def test_an_office_of_many_means_nobody(linker: Linker, name: str, title: str, label: str) -> None:
    """«अमेरिकी नेता» is not the president, nor «विदेश सचिव» the minister."""
    office = of_office(title, label)
    for country in ("अमेरिका", "भारत"):
        assert described(linker, name, country, office, datetime.date(2023, 5, 1)) is None


def test_a_surname_of_two_is_chosen_by_the_year(linker: Linker) -> None:
    """«पाकिस्तान के प्रधानमंत्री शरीफ» is the elder brother in 2014 and the younger in 2023, and nobody in 2005."""
    office = of_office("प्रधानमंत्री", "Prime Minister")

    def sharif(year: int) -> str | None:
        names = (entity("e1", PERSON, "शरीफ"), entity("e2", COUNTRY, "पाकिस्तान"))
        entry = link(linker, *names, offices=(office,), date=datetime.date(year, 5, 1)).links["e1"].entry
        return entry.id if entry else None

    assert (sharif(2014), sharif(2023), sharif(2005)) == ("Q134068", "Q2096387", None)


def test_what_else_is_of_a_country_decides_between_namesakes(linker: Linker) -> None:
    """«कांग्रेस» beside the United States alone is their parliament; beside India the party."""
    name = entity("e1", ORGANIZATION, "कांग्रेस")
    assert decided(linker, name, entity("e2", COUNTRY, "अमेरिका")) == "Q11268"
    assert decided(linker, name, entity("e2", COUNTRY, "भारत"), entity("e3", COUNTRY, "अमेरिका")) == "Q10225"


@pytest.mark.parametrize(
    ("read", "known", "expected"),
    [
        ({"health"}, "health", 1.0),
        ({"health"}, "education", 0.0),
        ({"minister"}, "health", 0.6),
        ({"minister"}, "deputy", 0.6),
        ({"health"}, "minister", 0.0),
        ({"deputy"}, "foreign", 0.3),
        ({"health"}, "legislature", 0.3),
        ({"legislature"}, "legislature", 0.7),
        ({"assembly"}, "legislature", 0.3),
        ({"officer"}, "legislature", 0.0),
        ({"head"}, "legislature", 0.0),
        (set(), "head", 0.0),
    ],
)
def test_offices_agree_as_far_as_one_person_holds_both(read: set[str], known: str, expected: float) -> None:
    """What a text calls «मंत्री» may be minister of anything; one of many members of parliament is told less by it."""
    assert agreement(read, known) == expected


def test_an_office_of_a_list_without_an_end_does_not_last_for_ever() -> None:
    """A term of which no list knows the end is held for a generation."""
    office = Office(label_en="member of parliament", begin="1967-01-01")
    assert (years_apart(office, 1990), years_apart(office, 2010)) == (0, 18)


INDIA, AMERICA = entity("e9", COUNTRY, "भारत"), entity("e8", COUNTRY, "अमेरिका")


@pytest.mark.parametrize(
    ("name", "of", "title", "label", "expected", "why"),
    [
        ("थावरचंद गहलोत", INDIA, "सामाजिक न्याय मंत्री", "Minister of Social Affairs", "Q7711496", "two words as one"),
        ("गिरिराज सिंह", INDIA, "मंत्री", "Minister", "Q16736894", "some minister"),
        ("बॉब मेनेंडेज", AMERICA, "सीनेटर", "Official", "Q888132", "the short form of Robert"),
        ("सुनील कुमार", INDIA, "एसपी", "Local officer", None, "a policeman is no member of an assembly"),
    ],
)
def test_people_known_in_english_are_linked_by_their_office(
    linker: Linker, name: str, of: Entity, title: str, label: str, expected: str | None, why: str
) -> None:
    """The office beside a name says which of those that sound like it is meant, or that none is."""
    office = HeldOffice(entity="e1", label_hi=title, label_en=label, of=of.key)
    found = link(linker, entity("e1", PERSON, name), of, offices=(office,), date=datetime.date(2018, 6, 1))
    entry = found.links["e1"].entry
    assert (entry.id if entry else None) == expected, why


def test_a_common_name_alone_is_nil(linker: Linker) -> None:
    """Somebody of a common name, of whom the text tells nothing, is nobody whom a list has."""
    assert decided(linker, entity("e1", PERSON, "मोहम्मद इकबाल"), entity("e2", COUNTRY, "पाकिस्तान")) is None


@pytest.mark.parametrize(
    ("title", "label", "expected"),
    [("स्वास्थ्य मंत्री", "Minister of Health", "Q14647783"), ("इंस्पेक्टर", "Local officer", None)],
)
def test_an_office_without_a_country_is_of_the_writers_own(
    linker: Linker, title: str, label: str, expected: str | None
) -> None:
    """«स्वास्थ्य मंत्री डॉ. हर्षवर्धन»: no country is told, so that it is India's; an officer of a district is nobody's of a list."""
    office = HeldOffice(entity="e1", label_hi=title, label_en=label)
    found = link(linker, entity("e1", PERSON, "डॉ. हर्षवर्धन"), offices=(office,), date=datetime.date(2020, 6, 5))
    entry = found.links["e1"].entry
    assert (entry.id if entry else None) == expected
