"""Reading files, folders and standard input; bad input."""

from __future__ import annotations

import io
import json
import os
from datetime import date

import pytest

from kg.documents import reader
from kg.documents.distinct import distinct
from kg.documents.reader import MAX_CHARACTERS, read_articles
from kg.records import Article, Problem

TEXT = "सेना ने सोमवार को सीमा पर अभ्यास किया।"


def read(*inputs, stdin=None, today=None):
    stream = None if stdin is None else io.BytesIO(stdin)
    return list(read_articles([str(one) for one in inputs], stdin=stream, today=today))


def only(found):
    (one,) = found
    return one


def refused(found) -> Problem:
    """The one problem found, which has all three parts and is fatal."""
    problem = only(found)
    assert isinstance(problem, Problem)
    assert problem.fatal
    assert problem.where
    assert problem.what.endswith(".")
    assert problem.cure.endswith((".", "}."))
    return problem


@pytest.fixture
def file(tmp_path):
    def write(content, name="khabar.txt"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture
def jsonl(file):
    def write(*documents, name="khabar.jsonl"):
        rows = [one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in documents]
        return file("\n".join(rows) + "\n", name)

    return write


# --------------------------------------------------------------------------- plain text


def test_plain_file(file):
    """A plain file is one article with its name without the ending as id, and its text unchanged."""
    text = f"{TEXT}\r\n{TEXT}\r{TEXT}\n"
    path = file(text, "a.b.txt")
    assert only(read(path)) == Article(id="a.b", text=text, origin=str(path))


def test_byte_order_mark(file):
    """A byte order mark is no part of the text."""
    assert only(read(file(b"\xef\xbb\xbf" + TEXT.encode()))).text == TEXT


def test_front_matter(file):
    """Front matter gives the metadata, and the text begins right after the second line's end."""
    head = (
        "---\r\nid: n-1\r\nTitle: 'नया: अभ्यास'\r\n# note\r\n\r\ndate: 2024-06-18\r\n"
        "publisher: दैनिक\r\nurl: https://example.org/1\r\nmood: x\r\n---\r\n"
    )
    article = only(read(file(f"{head}\r\n{TEXT}")))
    assert article.text == f"\r\n{TEXT}"
    assert (article.id, article.title, article.date) == ("n-1", "नया: अभ्यास", date(2024, 6, 18))
    assert (article.publisher, article.url) == ("दैनिक", "https://example.org/1")


def test_front_matter_without_id(file):
    """Without an id in the front matter the name of the file is used."""
    assert only(read(file(f"---\ntitle: अभ्यास\n---\n{TEXT}"))).id == "khabar"


@pytest.mark.parametrize(
    ("head", "words"),
    [
        ("---\ntitle: अभ्यास\n", "no second ---"),
        ("---\ntitle अभ्यास\n---\n", "Line 2"),
        ("---\ntitle: क\ntitle: ख\n---\n", "Line 3"),
    ],
)
def test_broken_front_matter(file, head, words):
    """Front matter that is not closed, has no key, or a key twice is refused by its line."""
    assert words in refused(read(file(head + TEXT))).what


# --------------------------------------------------------------------------- JSON Lines


def test_json_lines(jsonl):
    """Each line is an article; null and missing metadata are none; other keys are ignored."""
    path = jsonl(
        {"id": "a", "text": TEXT, "title": None, "date": None, "publisher": None, "url": None, "extra": [1]},
        "",
        {
            "id": "b",
            "text": TEXT,
            "title": "अभ्यास",
            "date": "2024-06-18",
            "publisher": "दैनिक",
            "url": "https://example.org",
        },
    )
    first, second = read(path)
    assert first == Article(id="a", text=TEXT, origin=f"{path}:1")
    assert (second.id, second.title, second.date, second.publisher, second.url) == (
        "b",
        "अभ्यास",
        date(2024, 6, 18),
        "दैनिक",
        "https://example.org",
    )
    assert second.origin == f"{path}:3"


def test_json_byte_order_mark(file):
    """A byte order mark before JSON Lines is ignored."""
    row = b"\xef\xbb\xbf" + json.dumps({"id": "a", "text": TEXT}).encode()
    assert only(read(file(row, "a.jsonl"))).id == "a"


def test_line_separator_in_json(file):
    """A U+2028 inside a string does not end the line of JSON."""
    row = json.dumps({"id": "a", "text": f"{TEXT}\u2028{TEXT}"}, ensure_ascii=False)
    assert only(read(file(row, "a.jsonl"))).text == f"{TEXT}\u2028{TEXT}"


def test_broken_line(jsonl):
    """A broken line is one problem with line and column, and the others go through."""
    first, problem, last = read(jsonl({"id": "a", "text": TEXT}, '{"id": "b" "text": 1}', {"id": "c", "text": TEXT}))
    assert (first.id, last.id) == ("a", "c")
    assert refused([problem]).where.endswith(".jsonl:2")
    assert "column 12" in problem.what


@pytest.mark.parametrize("row", ['{"id": "a', '{"id": "a\tb"}', '{"id": }', "{"])
def test_what_is_no_json_is_said_in_plain_words(file, row):
    """The place of a line that is no JSON is said once, and its end is not taken for a character of the text."""
    good = json.dumps({"id": "good", "text": TEXT})
    _, problem, _ = read(file("\n".join([good, row, good]), "a.jsonl"))
    assert " at at " not in refused([problem]).what
    assert ("control character" in problem.what) == ("\t" in row)


@pytest.mark.parametrize("row", ['"text"', "[" * 100_000, '{"id": ' + "1" * 5000 + "}", "12", "null"])
def test_no_object(jsonl, row):
    """A line that is no object, nests too deep or has too long a number is one problem."""
    problem, article = (
        read(jsonl(row, {"id": "a", "text": TEXT})) if row[0] != "[" else (refused(read(jsonl(row))), None)
    )
    assert isinstance(problem, Problem)
    assert article is None or article.id == "a"


@pytest.mark.parametrize("content", ['[\n{"id": "a", "text": "क"}\n]', '{\n"id": "a",\n"text": "क"\n}'])
def test_json_that_is_no_json_lines(file, content):
    """A list or an object over many lines is refused once, not once a line."""
    assert "JSON Lines" in refused(read(file(content, "a.jsonl"))).what


def test_line_not_utf8(file):
    """A line that is not UTF-8 is named by its byte in the file; the others go through."""
    good = json.dumps({"id": "a", "text": TEXT}).encode()
    article, problem, last = read(file(good + b'\n{"id": "\xe9"}\n' + good, "a.jsonl"))
    assert f"byte {len(good) + 9} (line 2) is 0xe9" in refused([problem]).what
    assert article.text == last.text == TEXT


def test_long_line(monkeypatch, file):
    """A line of JSON over the limit is refused without being held, and the next line is read."""
    monkeypatch.setattr(reader, "MAX_LINE_BYTES", 200)
    rows = [{"id": "a", "text": "क" * 2000}, {"id": "b", "text": "सेना"}]
    problem, article = read(file("\n".join(json.dumps(row) for row in rows), "a.jsonl"))
    assert "200 bytes" in refused([problem]).what
    assert (article.id, article.origin[-2:]) == ("b", ":2")


# --------------------------------------------------------------------------- bad documents


@pytest.mark.parametrize("content", [b"", b" \n\n ", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("name", ["a.txt", "a.jsonl"])
def test_empty_file(file, content, name):
    """A file with nothing in it is refused."""
    assert refused(read(file(content, name))).what == "The file is empty."


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF"),
        (b"PK\x03\x04rest", "an office document"),
        (b"\xff\xfe\x38\x09", "UTF-16"),
        (b"<!DOCTYPE html><html>", "HTML"),
    ],
)
@pytest.mark.parametrize("name", ["a.txt", "a.jsonl"])
def test_other_format(file, content, words, name):
    """A file of another format is named by what it is, whatever its ending."""
    assert words in refused(read(file(content, name))).what


def test_text_not_utf8(file):
    """Text that is not UTF-8 is refused with byte and line."""
    start = f"{TEXT}\n".encode()
    assert f"byte {len(start)} (line 2) is 0xe9" in refused(read(file(start + b"\xe9\xe8 "))).what


def test_english(file):
    """English text is refused, for this program reads Hindi."""
    problem = refused(read(file("Soldiers held a drill near the border on Monday. सेना")))
    assert "Hindi" in problem.what
    assert "Hindi" in problem.cure


def test_hindi_with_english_words(file):
    """Hindi with some English words in it is read."""
    assert isinstance(only(read(file(f"{TEXT} BSF Exercise 2024"))), Article)


def test_megabytes_in_one_line(file):
    """Five megabytes of text in one line are refused with the limit."""
    problem = refused(read(file("सेना " * 400_000)))
    assert f"{MAX_CHARACTERS:,} characters" in problem.what


def test_longest_document(monkeypatch, jsonl):
    """A text of exactly the limit is read, one character more is not."""
    monkeypatch.setattr(reader, "MAX_CHARACTERS", len(TEXT))
    article, problem = read(jsonl({"id": "a", "text": TEXT}, {"id": "b", "text": TEXT + "।"}))
    assert article.id == "a"
    assert isinstance(problem, Problem)


@pytest.mark.parametrize("text", [None, "", " \n", 5, ["सेना"], "मैं \ud800 हूं", "मैं \x00 हूं"])
def test_bad_text(file, text):
    """A document with no text, another type, half a character or a NUL is refused."""
    refused(read(file(json.dumps({"id": "a", "text": text}), "a.jsonl")))


def test_no_text_key(jsonl):
    """A document without the key is refused like one without a text."""
    assert "no text" in refused(read(jsonl({"id": "a"}))).what


@pytest.mark.parametrize(
    "value", [None, "", " ", ".", "..", "a/b", "a\nb", "a\x7f", "\ud800", "x" * 501, True, 1.5, []]
)
def test_bad_id(file, value):
    """An id that is missing, of another type, or no good in an IRI is refused, and the message can be printed."""
    problem = refused(read(file(json.dumps({"id": value, "text": TEXT}), "a.jsonl")))
    assert "id" in problem.what
    problem.what.encode()


def test_number_as_id(jsonl):
    """A whole number is taken for an id."""
    assert only(read(jsonl({"id": 12, "text": TEXT}))).id == "12"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2024-06-18", date(2024, 6, 18)),
        ("2024-06-18T01:00:00+05:30", date(2024, 6, 18)),
        ("2024-06-18T23:30:00-08:00", date(2024, 6, 18)),
        ("2024-06-18T23:59:59.123Z", date(2024, 6, 18)),
        ("2024-06-18 01:00:00", date(2024, 6, 18)),
        ("2024-06-18 01:00:00 +0530", date(2024, 6, 18)),
        ("2024-06-18t01:00z", date(2024, 6, 18)),
        (" 2024-06-18 ", date(2024, 6, 18)),
        ("", None),
        (None, None),
    ],
)
def test_date(jsonl, value, expected):
    """A date-time's day is the day of its own offset."""
    assert only(read(jsonl({"id": "a", "text": TEXT, "date": value}))).date == expected


@pytest.mark.parametrize(
    "value", ["18-06-2024", "2024-13-01", "20240618", "2024-06", "2024-06-18T99:00", "कल", 20240618]
)
def test_bad_date(jsonl, value):
    """A date that is not ISO is refused."""
    assert "date" in refused(read(jsonl({"id": "a", "text": TEXT, "date": value}))).what


def test_future_date(jsonl):
    """An article of the future is read after a warning, if the day of today is given."""
    path = jsonl({"id": "a", "text": TEXT, "date": "2024-06-18"})
    warning, article = read(path, today=date(2024, 6, 17))
    assert isinstance(warning, Problem)
    assert not warning.fatal
    assert article.date == date(2024, 6, 18)
    assert only(read(path, today=date(2024, 6, 18))) == only(read(path)) == article


@pytest.mark.parametrize(
    ("key", "value"), [("url", "example.org"), ("url", "https://a b"), ("title", 5), ("publisher", {"name": "क"})]
)
def test_bad_metadata(jsonl, key, value):
    """Metadata that cannot be used are left out with a warning."""
    warning, article = read(jsonl({"id": "a", "text": TEXT, key: value}))
    assert not warning.fatal
    assert key in warning.what
    assert getattr(article, key) is None


# --------------------------------------------------------------------------- where it comes from


def test_missing_file(tmp_path):
    """A file that is not there is a problem, not an error."""
    assert "no such file" in refused(read(tmp_path / "nahin.txt")).what


def test_other_ending(file):
    """A file with another ending is refused when it is named."""
    assert "neither" in refused(read(file(TEXT, "a.md"))).what


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_unreadable_file(file):
    """A file without the right to read it is a problem."""
    path = file(TEXT)
    path.chmod(0)
    assert "cannot be read" in refused(read(path)).what


def test_error_while_reading(monkeypatch, file):
    """An error of the disk in the middle of a file is a problem, and the next file is read."""
    bad, good = file(TEXT, "bad.txt"), file(TEXT, "good.txt")
    original = reader._plain_text

    def fail(data):
        monkeypatch.setattr(reader, "_plain_text", original)
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(reader, "_plain_text", fail)
    problem, article = read(bad, good)
    assert "Input/output error" in refused([problem]).what
    assert article.id == "good"


def test_folder(tmp_path, file):
    """A folder is read to its depth in the order of the names, without hidden files; others are warned of."""
    for name in ("b", "a", ".git"):
        (tmp_path / name).mkdir()
    for name in ("b/2.txt", "a/9.txt", "a/1.TXT", "c.txt", ".hidden.txt", ".git/x.txt", "a/notes.pdf"):
        file(TEXT, name)
    found = read(tmp_path)
    assert [one.id for one in found if isinstance(one, Article)] == ["1", "9", "2", "c"]
    warning = only([one for one in found if isinstance(one, Problem)])
    assert not warning.fatal
    assert warning.where.endswith("notes.pdf")


def test_folder_full_of_other_things(tmp_path, file):
    """Many files that are no articles make one warning, which names the first of them; a README makes none."""
    for name in ("a.txt", "README.md", "readme.txt", *(f"sub/{number}.html" for number in range(1000, 1700))):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        file(TEXT, name)
    warning, article = sorted(read(tmp_path), key=lambda one: isinstance(one, Article))
    assert article.id == "a"
    assert (warning.fatal, warning.where) == (False, str(tmp_path))
    assert "700 files" in warning.what
    assert "sub/1000.html, " in warning.what
    assert warning.what.endswith(" and 695 more.")


def test_empty_folder(tmp_path):
    """A folder with no article in it is a problem."""
    assert "no .txt or .jsonl" in refused(read(tmp_path)).what


def test_order_of_inputs(file, jsonl):
    """Inputs are read in the order given."""
    assert [one.id for one in read(jsonl({"id": "z", "text": TEXT}), file(TEXT))] == ["z", "khabar"]


def test_standard_input_text():
    """Plain text on standard input has the id stdin."""
    assert only(read("-", stdin=f"\n\n{TEXT}\n".encode())) == Article(
        id="stdin", text=f"\n\n{TEXT}\n", origin="standard input"
    )


@pytest.mark.parametrize("before", [b"", b"\n  \n ", b"\xef\xbb\xbf"])
def test_standard_input_json(before):
    """Standard input whose first character is a brace is JSON Lines."""
    row = json.dumps({"id": "a", "text": TEXT}).encode()
    assert [one.id for one in read("-", stdin=before + row + b"\n" + row)] == ["a", "a"]


def test_standard_input_missing():
    """Without standard input the dash is a problem; with an empty one too."""
    refused(read("-"))
    assert refused(read("-", stdin=b"")).what == "The file is empty."


def test_standard_input_too_long(monkeypatch):
    """A text on standard input over the limit is refused, in one line or in many."""
    monkeypatch.setattr(reader, "MAX_TEXT_BYTES", 100)
    monkeypatch.setattr(reader, "MAX_LINE_BYTES", 200)
    for data in ("सेना " * 200, "सेना\n" * 200):
        assert "longer than" in refused(read("-", stdin=data.encode())).what


# --------------------------------------------------------------------------- one document an id


def article(**fields):
    return Article(**{"id": "a", "text": TEXT, "origin": "1.txt", **fields})


def test_distinct_passes_through():
    """Articles with ids of their own come back in their order, problems before them."""
    problem = Problem(where="x", what="y.", cure="z.")
    first, second = article(id="b"), article(id="a")
    assert list(distinct([first, problem, second])) == [problem, first, second]


def test_same_id_same_text():
    """The same text under one id is one article."""
    assert list(distinct([article(), article(origin="2.txt")])) == [article()]


def test_same_id_other_text():
    """Different texts under one id are all refused, in one problem that names every origin."""
    given = [article(), article(text=TEXT * 2, origin="2.txt"), article(id="b"), article(origin="3.txt")]
    problem, other = distinct(given)
    assert other.id == "b"
    assert problem.fatal
    assert all(name in problem.what for name in ("1.txt", "2.txt", "3.txt"))


def test_same_text_other_metadata():
    """The same text with different metadata is one article that does not depend on the order, after a warning."""
    given = [
        article(date=date(2024, 1, 2), origin="2.txt"),
        article(title="क"),
        article(title="ख", date=date(2024, 1, 3)),
    ]
    warning, merged = distinct(given)
    assert not warning.fatal
    assert merged == article(title="क", date=date(2024, 1, 2))
    assert list(distinct(given[::-1]))[1] == merged


def test_distinct_on_disk(monkeypatch):
    """Articles that wait in a file come back the same."""
    monkeypatch.setattr("kg.documents.distinct.IN_MEMORY", 10)
    given = [article(id=str(number), text=TEXT * 50, date=date(2024, 1, 1)) for number in range(20)]
    assert list(distinct(given)) == given
