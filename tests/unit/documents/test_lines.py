"""Line kinds and datelines."""

from __future__ import annotations

import time

import pytest

from kg.documents import lines
from kg.documents.clean import clean
from kg.documents.patterns import abbreviations, dateline_words, fold, line_patterns
from kg.records import Article, Dateline, PassageKind

BOILERPLATE, BYLINE = PassageKind.BOILERPLATE, PassageKind.BYLINE
HEADLINE, SUBHEADING, BODY = PassageKind.HEADLINE, PassageKind.SUBHEADING, PassageKind.BODY
ENTRIES = [*line_patterns().boilerplate, *line_patterns().byline]


def kinds(*texts: str) -> list[PassageKind]:
    return [passage.kind for passage in clean(Article(id="a", text="\n".join(texts))).passages]


def dateline(*texts: str) -> Dateline | None:
    return clean(Article(id="a", text="\n".join(texts))).dateline


# --------------------------------------------------------------------------- data


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_example(entry):
    """Every entry of the data fits its example and not its counterexample."""
    assert entry.fits(fold(entry.example))
    assert not entry.fits(fold(entry.counterexample))


@pytest.mark.parametrize("entry", line_patterns().boilerplate, ids=lambda entry: entry.id)
def test_counterexample_is_text(entry):
    """No counterexample of one entry is taken for boilerplate by another."""
    assert not lines.is_boilerplate(entry.counterexample, line_patterns())


def test_ids_are_distinct():
    """No two entries have one id."""
    assert len({entry.id for entry in ENTRIES}) == len(ENTRIES)


def test_cities_are_no_topics():
    """No known city is among the words that no place has, nor among the countries."""
    words = dateline_words()
    assert not words.places & (words.no_place | words.countries)


def test_abbreviation_of_domain():
    """The ending of an address keeps its full stop."""
    assert abbreviations().joins("समाचार", "कॉम पर")


# --------------------------------------------------------------------------- boilerplate

TEXT = "मंत्री ने सोमवार को सीमा का दौरा किया और जवानों से बात की।"


@pytest.mark.parametrize(
    "line",
    [
        "Leave a Reply",
        "Your email address will not be published. Required fields are marked *",
        "Required fields are marked *",
        "इसे शेयर करें:",
        "Russia:  Russia:  ",
        "यह भी पढ़ें",
        "ये भी पढ़ें: नदी में बाढ़, गांव खाली",
        "Read more",
        "https://example.org/khabar/12",
        "देखें https://example.org/khabar/12",
        "* * *",
        "2024",
        "फोटो: एजेंसी",
    ],
)
def test_boilerplate(line):
    """A line of the page around the article is boilerplate."""
    assert kinds(TEXT, line, TEXT) == [BODY, BOILERPLATE, BODY]


@pytest.mark.parametrize("line", ["samachar_2004_5_1_77812", "9f86d081884c7d65", "baarish-se-nuksan-124"])
def test_id_line(line):
    """A first line that is an id is boilerplate, and the headline is the line after it."""
    assert kinds(line, "बारिश से फसलों को नुकसान", TEXT) == [BOILERPLATE, HEADLINE, BODY]


def test_tail():
    """Boilerplate glued to the end of a paragraph becomes a passage of its own at its own offsets."""
    text = "बारिश कल भी होगी.(बीबीसी हिन्दी के एंड्रॉएड ऐप के लिए"
    body, tail = clean(Article(id="a", text=text)).passages
    assert (body.kind, body.text) == (BODY, "बारिश कल भी होगी.")
    assert tail.kind is BOILERPLATE
    assert text[tail.offsets[0] : tail.offsets[-1]] == "(बीबीसी हिन्दी के एंड्रॉएड ऐप के लिए"


def test_tag_is_taken_off():
    """A Latin tag that begins several lines is taken off them and offsets stay true."""
    text = "Nepal: पहाड़ों में भारी बर्फबारी\n\nNepal: राजधानी में ठंड बढ़ी।"
    headline, body = clean(Article(id="a", text=text)).passages
    assert (headline.text, body.text) == ("पहाड़ों में भारी बर्फबारी", "राजधानी में ठंड बढ़ी।")
    assert text[body.offsets[0] :] == "राजधानी में ठंड बढ़ी।"


def test_single_tag_stays():
    """A Latin word with a colon that stands once may be a speaker and stays."""
    (body,) = clean(Article(id="a", text="Trump: हम बातचीत के लिए तैयार हैं।")).passages
    assert body.text.startswith("Trump:")


# --------------------------------------------------------------------------- kinds


def test_headline():
    """A first line without a sentence end is a headline if text follows."""
    assert kinds("सीमा पर तनाव, सेना सतर्क", TEXT) == [HEADLINE, BODY]


@pytest.mark.parametrize("mark", "।.?!|")
def test_sentence_is_no_headline(mark):
    """A first line with a sentence end is body."""
    assert kinds("सेना सीमा पर सतर्क है" + mark, TEXT) == [BODY, BODY]


def test_only_line_is_body():
    """The only line of an article is body even without a sentence end."""
    assert kinds("सीमा पर तनाव, सेना सतर्क") == [BODY]


def test_subheading():
    """A short line inside the text without a sentence end is a subheading."""
    assert kinds(TEXT, "क्या बोले अधिकारी", TEXT) == [BODY, SUBHEADING, BODY]


@pytest.mark.parametrize(
    "line",
    [
        "मंत्री ने पत्रकारों से कहा,",
        "मंत्री के मुताबिक:",
        "पिछले साल बारिश कम हुई. इस बार हालात",
        " ".join(["शब्द"] * 16),
    ],
)
def test_broken_line_is_body(line):
    """A line broken off inside a sentence, one with a sentence end inside, and a long one are body."""
    assert kinds(TEXT, line, TEXT) == [BODY, BODY, BODY]


def test_abbreviation_ends_no_sentence():
    """A heading with an initial in it stays a heading."""
    assert kinds(TEXT, "एस. कुमार की यात्रा", TEXT) == [BODY, SUBHEADING, BODY]


@pytest.mark.parametrize(
    "line",
    [
        "जागरण संवाददाता",
        "नई दिल्ली, एएफपी",
        "एजेंसी",
        "मोहन वर्मा, वरिष्ठ संवाददाता",
        "(मोहन वर्मा, खेल संवाददाता)",
        "मोहन वर्मा की रिपोर्ट",
    ],
)
def test_byline(line):
    """A line that only says who reported is a byline."""
    assert kinds("सीमा पर तनाव", line, TEXT) == [HEADLINE, BYLINE, BODY]


@pytest.mark.parametrize("line", ["राष्ट्रीय जांच एजेंसी की नई टीम", "संवाददाता सम्मेलन में बोले मंत्री"])
def test_agency_in_heading(line):
    """A heading about an agency or a press conference is no byline."""
    assert kinds(TEXT, line, TEXT) == [BODY, SUBHEADING, BODY]


# --------------------------------------------------------------------------- datelines


@pytest.mark.parametrize(
    ("begin", "place", "date"),
    [
        ("मॉस्को, 13 सितम्बर।", "मॉस्को", (13, 9, None, None)),
        ("मास्को, बुधवार, 13 सितंबर 2023 (तास)।", "मास्को", (13, 9, 2023, 2)),
        ("वाशिंगटन, 12 मार्च (भाषा)", "वाशिंगटन", (12, 3, None, None)),
        ("वाशिंगटन, १२ मार्च, २०२४ :", "वाशिंगटन", (12, 3, 2024, None)),
        ("नई दिल्ली, 03.04.2022:", "नई दिल्ली", (3, 4, 2022, None)),
        ("लाहौर (एपी):", "लाहौर", (None, None, None, None)),
        ("नई दिल्ली:", "नई दिल्ली", (None, None, None, None)),
        ("सोल:", "सोल", (None, None, None, None)),
        ("तेहरान :", "तेहरान", (None, None, None, None)),
        ("काहिरा -", "काहिरा", (None, None, None, None)),
        ("जयपुर.", "जयपुर", (None, None, None, None)),
        ("इस्लामाबादः", "इस्लामाबाद", (None, None, None, None)),
        ("लाहौर।।", "लाहौर", (None, None, None, None)),
        ("राजौरी, जागरण संवाददाता।", "राजौरी", (None, None, None, None)),
        ("राज्य ब्यूरो, जम्मू।", "जम्मू", (None, None, None, None)),
        ("विशेष संवाददाता नई दिल्ली:", "नई दिल्ली", (None, None, None, None)),
        ("लखनऊ। राज्य ब्यूरो।", "लखनऊ", (None, None, None, None)),
        ("बेरुत, एएफपी/रायटर।", "बेरुत", (None, None, None, None)),
        ("नई दिल्ली/इस्लामाबाद।", "नई दिल्ली", (None, None, None, None)),
        ("जलालाबाद (अफगानिस्तान), एएफपी।", "जलालाबाद", (None, None, None, None)),
        ("बसोहली (कठुआ):", "बसोहली", (None, None, None, None)),
        ("उज्जैन।", "उज्जैन", (None, None, None, None)),
    ],
)
def test_dateline(begin, place, date):
    """A dateline is cut out of its line, read, and stands at its own offsets."""
    text = f"{begin} {TEXT}"
    cleaned = clean(Article(id="a", text=text))
    found = cleaned.dateline
    assert found is not None
    assert found.place == place
    assert (found.day, found.month, found.year, found.weekday) == date
    assert found.text == text[found.begin : found.end] == begin
    (body,) = cleaned.passages
    assert body.text == TEXT
    assert text[body.offsets[0] :] == TEXT


@pytest.mark.parametrize(
    "text",
    [
        "युद्ध की संभावना नहीं : जनरल",
        "मंत्री ने कहा: बातचीत जारी रहेगी।",
        "आज अवकाश है। सब दफ्तर बंद रहे और बाजार भी।",
        "राष्ट्रीय जांच एजेंसी (एनआईए) ने छापे मारे।",
        "सवाल: क्या सेना तैयार है और कितनी तैयार है?",
        "पूर्व राष्ट्रपति (वार्ता) में आए।",
        "ईरान: बातचीत फिर से शुरू होने के आसार हैं।",
        "12 मार्च (भाषा दिवस) को अवकाश रहेगा।",
        "दिल्ली, मुंबई और पटना में बारिश हुई।",
    ],
)
def test_no_dateline(text):
    """A label, a topic, a sentence or a list of cities is no dateline."""
    assert dateline(text, TEXT) is None


def test_topic_of_headline():
    """A city before the colon of a headline is its topic; the dateline is the one of the text."""
    found = dateline("काबुल: धमाके में दस घायल", f"पेशावर (एपी): {TEXT}")
    assert found is not None
    assert found.place == "पेशावर"


def test_speaker_is_no_dateline():
    """A label that begins several lines belongs to an interview."""
    assert dateline("सारनाथ (काशी): हम तैयार हैं और आगे भी रहेंगे।", "सारनाथ (काशी): बातचीत होगी।") is None


def test_dateline_line():
    """A line that is nothing but a dateline is a byline and loses no text."""
    cleaned = clean(Article(id="a", text=f"तूफान का खतरा\nबीजिंग।\n{TEXT}"))
    assert [passage.kind for passage in cleaned.passages] == [HEADLINE, BYLINE, BODY]
    assert cleaned.passages[1].text == "बीजिंग।"
    assert cleaned.dateline is not None
    assert cleaned.dateline.text == "बीजिंग।"


def test_late_line_is_no_dateline():
    """A line far down in the text has no dateline."""
    assert dateline(*[TEXT] * 8, f"लाहौर (एपी): {TEXT}") is None


@pytest.mark.parametrize("piece", ["ि", "क", "(", "- ", "क ", "क.", "ः"])
def test_long_line_takes_no_time(piece):
    """A line of hundreds of thousands of equal characters is body or boilerplate like any other, in linear time."""
    started = time.process_time()
    kinds("सेना " + piece * 200_000)
    assert time.process_time() - started < 30
