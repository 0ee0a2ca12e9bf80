"""Words that set modality, negation and attribution, read from `data/cues.yml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kg.extraction.datafile import DATA, words_by_id
from kg.gazetteer.gazetteer import Gazetteer


@dataclass(frozen=True, slots=True)
class Cues:
    """Word classes by id, folded."""

    words: Mapping[str, frozenset[str]]

    @classmethod
    def load(cls, path: Path = DATA / "cues.yml") -> Cues:
        """The cues of the package. Raises DataError where the file is wrong."""
        return cls(words_by_id(path, "cues", examples=True))

    def __getitem__(self, id: str) -> frozenset[str]:
        return self.words[id]

    def is_media(self, ids: tuple[str, ...], gazetteer: Gazetteer) -> bool:
        """Whether an entity (its gazetteer ids, best first) is a newspaper, agency or broadcaster."""
        return bool(ids) and any(word in gazetteer.entry(ids[0]).kind for word in self["media"])
