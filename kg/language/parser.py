"""Stanza behind one thin door: CleanArticle → Document. The only importer of stanza and torch.

Documents are tokenized one at a time, and the sentences of one document are tagged and parsed together, in batches that
never cross documents: Stanza's results differ a little with what else is in a batch.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import ModelError
from kg.records import CleanArticle, Document, NameSpan, Passage, PassageKind, Sentence, Token

if TYPE_CHECKING:
    from stanza import Pipeline

LONGEST_SENTENCE = (
    250  #: tokens; a longer «sentence» (a list, a table) is cut, since the parser's memory grows with the square
)
_NAMES = {
    "PER": "PER", "LOC": "LOC", "ORG": "ORG", "TIMEX": "TIMEX", "NUMEX": "NUMEX",
    "NEP": "PER", "NEL": "LOC", "NEO": "ORG", "NETI": "TIMEX", "NEN": "NUMEX",
}  # fmt: skip
_CLOSING = frozenset("\"'”’)]।.?!|")


class Need(Enum):
    """What a sentence needs."""

    NOTHING = "nothing"  #: tokens alone
    NAMES = "names"  #: tokens and names
    TREE = "tree"  #: everything


Select = Callable[[Sequence[str]], Need]


class Parser:
    """Loads the models when it is made; `parse` is then a pure function of the article."""

    def __init__(self, *, models: str = "default", models_dir: Path) -> None:
        self.model_hash = _hash(models_dir) if models == "default" else f"stanza-{models}"
        self._tokenizer, self._tagger, self._namer = _pipelines(models, models_dir)

    def parse(self, clean: CleanArticle, *, select: Select | None = None) -> Document:
        """The article's sentences with tokens, trees and names; `select` says which sentences need what."""
        pieces: list[tuple[int, Passage, list[tuple[str, int, int]]]] = []
        for number, passage in enumerate(clean.passages):
            if passage.kind is not PassageKind.BOILERPLATE:
                pieces.extend((number, passage, words) for words in self._sentences(passage.text))
        needs = [select([word for word, _, _ in words]) if select else Need.TREE for _, _, words in pieces]
        texts = [[word for word, _, _ in words] for _, _, words in pieces]
        trees = self._annotate(self._tagger, texts, [need is Need.TREE for need in needs])
        names = self._annotate(self._namer, texts, [need is not Need.NOTHING for need in needs])
        sentences = tuple(
            _sentence(index, number, passage, words, tree, _spans(named))
            for index, ((number, passage, words), tree, named) in enumerate(zip(pieces, trees, names, strict=True))
        )
        return Document(article=clean.article, sentences=sentences, dateline=clean.dateline)

    def _sentences(self, text: str) -> list[list[tuple[str, int, int]]]:
        """Tokens (text, begin, end in the cleaned text) by sentence; a stray closing mark joins the sentence before it."""
        found: list[list[tuple[str, int, int]]] = []
        for sentence in self._tokenizer(text).sentences:
            words = [(token.text, token.start_char, token.end_char) for token in sentence.tokens]
            if found and all(set(word) <= _CLOSING for word, _, _ in words):
                found[-1].extend(words)
            else:
                found.append(words)
        return [words[at : at + LONGEST_SENTENCE] for words in found for at in range(0, len(words), LONGEST_SENTENCE)]

    def _annotate(self, pipeline: Pipeline, texts: list[list[str]], wanted: list[bool]) -> list[Any]:
        chosen = [text for text, want in zip(texts, wanted, strict=True) if want]
        results = iter(pipeline(chosen).sentences if chosen else ())
        return [next(results) if want else None for want in wanted]


def _pipelines(models: str, models_dir: Path) -> tuple[Pipeline, Pipeline, Pipeline]:
    import torch

    torch.set_num_threads(1)  # several threads on few cores made the pipeline forty times slower
    if models == "default":
        if not (models_dir / "resources.json").is_file():
            raise ModelError("There are no models.", where=str(models_dir), cure="Install the package again.")
        options: dict[str, Any] = {"dir": str(models_dir), "download_method": None}
    else:
        options = {}
    common = {"lang": "hi", "use_gpu": False, "verbose": False, **options}
    return (
        _pipeline(processors="tokenize", **common),
        _pipeline(processors="tokenize,pos,lemma,depparse", tokenize_pretokenized=True, **common),
        _pipeline(processors="tokenize,ner", tokenize_pretokenized=True, **common),
    )


def _pipeline(**options: Any) -> Pipeline:
    import requests
    import stanza

    try:
        return stanza.Pipeline(**options)
    except (requests.RequestException, OSError, ValueError) as error:
        raise ModelError(
            f"Stanza's Hindi models cannot be loaded: {type(error).__name__}.",
            cure="Connect to the network once so that Stanza can download them, or use --models default.",
        ) from error


def _hash(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.pt")):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _spans(named: Any) -> tuple[NameSpan, ...]:
    if named is None:
        return ()
    return tuple(
        NameSpan(begin=entity.tokens[0].id[0] - 1, end=entity.tokens[-1].id[0], tag=_NAMES[entity.type])
        for entity in named.ents
        if entity.type in _NAMES
    )


def _sentence(
    index: int,
    number: int,
    passage: Passage,
    words: list[tuple[str, int, int]],
    tree: Any,
    names: tuple[NameSpan, ...],
) -> Sentence:
    tokens = tuple(
        _token(position, word, passage, tree.words[position] if tree is not None else None)
        for position, word in enumerate(words)
    )
    return Sentence(
        index=index,
        tokens=tokens,
        names=names,
        begin=tokens[0].begin,
        end=tokens[-1].end,
        kind=passage.kind,
        passage=number,
        parsed=tree is not None,
    )


def _token(position: int, word: tuple[str, int, int], passage: Passage, parsed: Any) -> Token:
    text, begin, end = word
    # The end is where the last character ends, not where the next one begins: marks dropped between them are no part.
    where: dict[str, Any] = {
        "index": position,
        "text": text,
        "begin": passage.offsets[begin],
        "end": passage.offsets[end - 1] + 1,
    }
    if parsed is None:
        return Token(**where)
    feats = dict(pair.split("=", 1) for pair in parsed.feats.split("|")) if parsed.feats else {}
    return Token(
        **where,
        lemma=parsed.lemma or "",
        upos=parsed.upos or "",
        feats=feats,
        head=parsed.head - 1,
        deprel=parsed.deprel or "",
    )
