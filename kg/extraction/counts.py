"""How many, where it is not said with the deed: «इनकी संख्या 10 हजार से ज्यादा है»."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from kg.extraction.lexicon import Lexicon
from kg.extraction.quantities import NumberLexicon, find_quantities
from kg.extraction.reading import Reading
from kg.extraction.subjects import Keys
from kg.records import Event, EventType, Modality

_REACH = 2  #: sentences back to those of whom «उनकी संख्या» speaks


@dataclass(frozen=True, kw_only=True, slots=True)
class Count:
    """A number of soldiers that a sentence gives without saying who sent them."""

    sentence: int
    value: int
    anaphoric: bool = False  #: «उनकी संख्या»: of what was told of right before
    targets: Keys = ()  #: where they went, of a deed without a doer
    modality: Modality = Modality.ASSERTED


def number_of_those(reading: Reading, lexicon: Lexicon, numbers: NumberLexicon) -> Count | None:
    """«इनकी संख्या 10 हजार से ज्यादा है», «जिनकी तादाद करीब 500 थी»."""
    words, sets = reading.words, lexicon.function_words
    for at, (owner, noun) in enumerate(pairwise(words)):
        if owner not in sets["of_those"] or noun not in sets["numbers_of"]:
            continue
        for found in find_quantities(reading.texts, lexicon=numbers):
            if found.begin == at + 2 and found.value is not None:
                return Count(sentence=reading.sentence.index, value=found.value, anaphoric=True)
    return None


def counted(events: Sequence[Event], counts: Iterable[Count]) -> list[Event]:
    """The events, deployments of «हजारों सैनिक» with the number that another sentence gives."""
    result = list(events)
    for count in counts:
        fitting = [at for at, event in enumerate(result) if _fits(count, event)]
        before = [at for at in fitting if result[at].mentions[0].sentence <= count.sentence]
        if fitting:
            at = before[-1] if before else fitting[0]
            result[at] = replace(result[at], quantity=count.value)
    return result


def _fits(count: Count, event: Event) -> bool:
    if event.type is not EventType.TROOP_DEPLOYMENT or event.quantity is not None or event.negated:
        return False
    if count.anaphoric:
        return any(0 <= count.sentence - told.sentence <= _REACH for told in event.mentions)
    if event.modality is not count.modality:
        return False
    return not event.targets or not count.targets or bool(set(event.targets) & set(count.targets))
