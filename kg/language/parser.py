"""Stanza's Hindi models behind one small class; the only importer of stanza and torch.

Both are imported when a parser is made, not with this module. What a document gets is a function of that document, the
models and the torch build alone: it is tokenized by itself and its sentences are tagged and parsed in batches that hold
no other document, by one thread (two threads on two busy cores ran at a fortieth of the speed).
"""

from __future__ import annotations

import hashlib
import unicodedata
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from kg.errors import ModelError, UsageError
from kg.language.boundaries import Abbreviations, Span, sentences, words
from kg.language.labels import LOC, NAME_TAGS, NUMEX, ORG, PER, TIMEX
from kg.language.selection import Need, Selector, everything
from kg.records import CleanArticle, Document, NameSpan, Passage, PassageKind, Sentence, Token

PROCESSORS: Final = ("tokenize", "pos", "lemma", "depparse", "ner")

LONGEST_WORD: Final = 60
"""Code points of a word that the models see: they read it sign by sign, and a longer one is no word."""

_KNOWN_SIGNS: Final[Mapping[str, str]] = {
    **dict.fromkeys("‘’“”„«»'`", '"'),
    **dict.fromkeys("|॥.", "।"),
    **dict.fromkeys("–—―‐‑‒", "-"),
}

OFFICIAL_TAGS: Final[Mapping[str, str]] = {
    "NEP": PER,
    "NEL": LOC,
    "NEO": ORG,
    "NETI": TIMEX,
    "NEN": NUMEX,
    "PERSON": PER,
    "LOCATION": LOC,
    "ORGANIZATION": ORG,
    "GPE": LOC,
    "DATE": TIMEX,
    "TIME": TIMEX,
    "NUMBER": NUMEX,
}
"""Tags of other Hindi NER models (IJCNLP, HiNER) → ours; a tag that is neither here nor ours makes no name."""

PATIENCE: Final = 10.0
"""Seconds to wait for the server of Stanza's models."""

_OPTIONS: Final[Mapping[str, Any]] = {"use_gpu": False, "logging_level": "CRITICAL"}
_DATA: Final = Path(__file__).resolve().parent / "data"
_ANALYSED: Final = frozenset({PassageKind.BODY, PassageKind.HEADLINE, PassageKind.SUBHEADING})


@dataclass(frozen=True, slots=True)
class _Raw:
    """A sentence on its way: where its words stand in its passage, and how much it needs."""

    passage: int
    spans: Sequence[Span]
    texts: Sequence[str]  #: as the models see them
    need: Need


class Parser:
    """Reads the sentences of articles. Making one loads the models (about three seconds, 250 MB)."""

    def __init__(self, *, models: str = "default", models_dir: Path | None = None) -> None:
        """`models` is `default` (the Stanza folder `models_dir`, no network) or `stanza` (Stanza's own packages).

        Raises ModelError where models are missing, broken or cannot be downloaded, UsageError for another name.
        """
        if models not in ("default", "stanza"):
            raise UsageError(f"There are no models {models!r}.", cure="Choose 'default' or 'stanza'.")
        self._pipeline = _official() if models == "stanza" else _shipped(models_dir or _DATA.parent / "models")
        self._abbreviations = Abbreviations.load(_DATA / "abbreviations.tsv")

    @cached_property
    def model_hash(self) -> str:
        """SHA-256 over the files of all models that are loaded, in hexadecimal."""
        digest = hashlib.sha256()
        for path in sorted(_model_files(self._pipeline.config), key=lambda path: path.parts[-2:]):
            digest.update("/".join(path.parts[-2:]).encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()

    def parse(self, clean: CleanArticle, *, select: Selector = everything) -> Document:
        """The article's sentences. `select` is asked about each, but not about bylines, which get tokens alone.

        A sentence never crosses a line, and boilerplate makes none. Offsets count in `Article.text`.
        """
        raws = list(self._cut(clean, select))
        names = self._names([raw for raw in raws if raw.need >= Need.NAMES])
        trees = self._trees([raw for raw in raws if raw.need is Need.TREE])
        found = (_sentence(index, raw, clean, names, trees) for index, raw in enumerate(raws))
        return Document(article=clean.article, sentences=tuple(found), dateline=clean.dateline)

    def _cut(self, clean: CleanArticle, select: Selector) -> Iterator[_Raw]:
        kept = [
            at for at, one in enumerate(clean.passages) if one.kind is not PassageKind.BOILERPLATE and one.text.strip()
        ]
        proposals = self._proposed([clean.passages[at].text for at in kept])
        for at, proposed in zip(kept, proposals, strict=True):
            passage = clean.passages[at]
            spans = words(passage.text, proposed, abbreviations=self._abbreviations)
            for group in sentences(passage.text, spans):
                texts = [passage.text[begin:end] for begin, end in group]
                need = select(texts) if passage.kind in _ANALYSED else Need.NOTHING
                yield _Raw(at, group, [_for_models(text) for text in texts], need)

    def _proposed(self, texts: Sequence[str]) -> list[list[Span]]:
        """The tokenizer's words of each text; it sees them together, each a paragraph."""
        if not texts:
            return []
        found = self._pipeline.processors["tokenize"].process("\n\n".join(texts))
        spans = iter([(token.start_char, token.end_char) for one in found.sentences for token in one.tokens])
        return _shared_out(texts, spans)

    def _names(self, raws: Sequence[_Raw]) -> dict[int, tuple[NameSpan, ...]]:
        """Names by `id` of the raw sentence."""
        if not raws:
            return {}
        found = self._pipeline.processors["ner"].process(_document(raws))
        return {
            id(raw): _name_spans([token.ner for token in one.tokens])
            for raw, one in zip(raws, found.sentences, strict=True)
        }

    def _trees(self, raws: Sequence[_Raw]) -> dict[int, list[Any]]:
        """Stanza's words by `id` of the raw sentence."""
        if not raws:
            return {}
        found = _document(raws)
        for name in ("pos", "lemma", "depparse"):
            found = self._pipeline.processors[name].process(found)
        return {id(raw): one.words for raw, one in zip(raws, found.sentences, strict=True)}


# ---------------------------------------------------------------------- loading


def _shipped(folder: Path) -> Any:
    """The models of a Stanza resources folder."""
    if not (folder / "resources.json").is_file():
        raise ModelError(
            "There are no models in this folder.",
            where=str(folder),
            cure="Install the package again, or let KG_MODELS_DIR name a Stanza resources folder.",
        )
    import stanza

    try:
        return _loaded(str(folder), lambda: stanza.Pipeline("hi", dir=str(folder), download_method=None, **_OPTIONS))
    except FileNotFoundError as error:
        raise _not_loaded(error, str(folder)) from error


def _official() -> Any:
    """Stanza's own Hindi packages, downloaded to Stanza's own folder where they are not there yet."""
    import stanza
    from stanza.resources.common import DEFAULT_RESOURCES_URL

    wanted = {"processors": ",".join(PROCESSORS), **_OPTIONS}
    with suppress(FileNotFoundError):  # nothing, or not all of it, is there
        return _loaded("Stanza's Hindi models", lambda: stanza.Pipeline("hi", download_method=None, **wanted))
    _check_network(DEFAULT_RESOURCES_URL)  # Stanza's download itself never gives up
    method = stanza.DownloadMethod.REUSE_RESOURCES
    return _loaded("Stanza's Hindi models", lambda: stanza.Pipeline("hi", download_method=method, **wanted))


def _check_network(url: str) -> None:
    """Raises ModelError where nothing answers at this address within `PATIENCE`."""
    try:
        urllib.request.urlopen(url, timeout=PATIENCE).close()
    except urllib.error.HTTPError:
        return  # an answer
    except (OSError, ValueError) as error:
        raise _not_loaded(error, "Stanza's Hindi models") from error


def _loaded(where: str, load: Callable[[], Any]) -> Any:
    import torch

    torch.set_num_threads(1)
    try:
        return load()
    except FileNotFoundError:
        raise
    except Exception as error:  # Stanza, torch and requests raise what they like
        raise _not_loaded(error, where) from error


def _not_loaded(error: Exception, where: str) -> ModelError:
    return ModelError(
        f"The language models cannot be loaded: {_first_line(error)}.",
        where=where,
        cure="Connect to the network, mend the folder, or use the models of the package (--models default).",
    )


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return (lines[0] if lines else type(error).__name__).rstrip(".")


def _model_files(config: Mapping[str, Any]) -> set[Path]:
    return {Path(path) for path in _texts(config) if path.endswith(".pt")}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _texts(list(value.values()))
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)


# ---------------------------------------------------------------------- converting


def _for_models(text: str) -> str:
    """The word as the models know it: the treebank has one kind of quote and of sentence end."""
    return _KNOWN_SIGNS.get(text) or text[:LONGEST_WORD]


def _shared_out(texts: Sequence[str], spans: Iterator[Span]) -> list[list[Span]]:
    """Spans over the texts joined by two line ends → spans in each text."""
    found: list[list[Span]] = [[] for _ in texts]
    at, begin = 0, 0
    for first, last in spans:
        while first >= begin + len(texts[at]) + 2:
            begin += len(texts[at]) + 2
            at += 1
        found[at].append((first - begin, min(last - begin, len(texts[at]))))
    return found


def _document(raws: Iterable[_Raw]) -> Any:
    from stanza.models.common.doc import Document as StanzaDocument

    return StanzaDocument([[{"id": (at,), "text": text} for at, text in enumerate(raw.texts, start=1)] for raw in raws])


def _name_spans(tags: Sequence[str | None]) -> tuple[NameSpan, ...]:
    """Names from tags in the scheme B-, I-, E-, S-, O; a name that is never closed ends before the next."""
    found: list[NameSpan] = []
    begin = 0
    for at, tag in enumerate([*tags, "O"]):
        place, _, kind = (tag or "O").partition("-")
        before = (tags[at - 1] or "O") if at else "O"
        if place in ("B", "S", "O") or kind != before.partition("-")[2]:
            _close(found, begin, at, before)
            begin = at
    return tuple(found)


def _close(found: list[NameSpan], begin: int, end: int, tag: str) -> None:
    kind = tag.partition("-")[2]
    kind = kind if kind in NAME_TAGS else OFFICIAL_TAGS.get(kind, "")
    if kind and begin < end:
        found.append(NameSpan(begin=begin, end=end, tag=kind))


def _sentence(
    index: int,
    raw: _Raw,
    clean: CleanArticle,
    names: Mapping[int, tuple[NameSpan, ...]],
    trees: Mapping[int, Sequence[Any]],
) -> Sentence:
    passage = clean.passages[raw.passage]
    tokens = [_token(at, span, passage, clean.article.text) for at, span in enumerate(raw.spans)]
    tree = trees.get(id(raw))
    if tree is not None:
        tokens = [_analysed(token, word) for token, word in zip(tokens, tree, strict=True)]
    return Sentence(
        index=index,
        tokens=tuple(tokens),
        names=names.get(id(raw), ()),
        begin=tokens[0].begin,
        end=tokens[-1].end,
        kind=passage.kind,
        passage=raw.passage,
        parsed=tree is not None,
    )


def _token(index: int, span: Span, passage: Passage, original: str) -> Token:
    begin, end = passage.offsets[span[0]], passage.offsets[span[1]]
    while end - 1 > begin and not _has_ink(original[end - 1]):  # what cleaning took away behind the word
        end -= 1
    return Token(index=index, text=passage.text[slice(*span)], begin=begin, end=end)


def _has_ink(sign: str) -> bool:
    return not sign.isspace() and unicodedata.category(sign) not in ("Cc", "Cf")


def _analysed(token: Token, word: Any) -> Token:
    return replace(
        token,
        lemma=word.lemma or "",
        upos=word.upos or "",
        feats=_features(word.feats),
        head=(word.head or 0) - 1,
        deprel=word.deprel or "",
    )


def _features(text: str | None) -> dict[str, str]:
    """«Case=Acc|Number=Sing» as a mapping, in order of names."""
    pairs = (pair.partition("=") for pair in (text or "").split("|"))
    return {name: value for name, sign, value in sorted(pairs) if sign}
