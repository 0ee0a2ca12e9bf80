"""Universal Dependencies v2 names, spelled once: relations, parts of speech, features, and the tags of names.

Source: https://universaldependencies.org/u/ (relations, tags, features); only what the Hindi
treebank HDTB and its models use stands here.
"""

from __future__ import annotations

from typing import Final

# ------------------------------------------------------------------ relations (deprel)

ACL: Final = "acl"
ACL_RELCL: Final = "acl:relcl"
ADVCL: Final = "advcl"
ADVMOD: Final = "advmod"
AMOD: Final = "amod"
APPOS: Final = "appos"
AUX_RELATION: Final = "aux"
AUX_PASS: Final = "aux:pass"
CASE_RELATION: Final = "case"
CC: Final = "cc"
CCOMP: Final = "ccomp"
COMPOUND: Final = "compound"
CONJ: Final = "conj"
COP: Final = "cop"
CSUBJ: Final = "csubj"
DEP: Final = "dep"
DET_RELATION: Final = "det"
DISLOCATED: Final = "dislocated"
FLAT: Final = "flat"
IOBJ: Final = "iobj"
MARK: Final = "mark"
NMOD: Final = "nmod"
NSUBJ: Final = "nsubj"
NSUBJ_PASS: Final = "nsubj:pass"
NUMMOD: Final = "nummod"
OBJ: Final = "obj"
OBL: Final = "obl"
PARATAXIS: Final = "parataxis"
PUNCT_RELATION: Final = "punct"
ROOT: Final = "root"
VOCATIVE: Final = "vocative"
XCOMP: Final = "xcomp"

SUBJECTS: Final = frozenset({NSUBJ, NSUBJ_PASS, CSUBJ})
OBJECTS: Final = frozenset({OBJ, IOBJ})
OBLIQUES: Final = frozenset({NMOD, OBL})  #: parsers of Hindi mix the two up: take both
CLAUSES: Final = frozenset({ACL, ACL_RELCL, ADVCL, CCOMP, XCOMP, CSUBJ, PARATAXIS})
FUNCTION_RELATIONS: Final = frozenset(
    {AUX_RELATION, AUX_PASS, CASE_RELATION, CC, COP, DET_RELATION, MARK, PUNCT_RELATION}
)

# ------------------------------------------------------------------ parts of speech (upos)

ADJ: Final = "ADJ"
ADP: Final = "ADP"
ADV: Final = "ADV"
AUX: Final = "AUX"
CCONJ: Final = "CCONJ"
DET: Final = "DET"
INTJ: Final = "INTJ"
NOUN: Final = "NOUN"
NUM: Final = "NUM"
PART: Final = "PART"
PRON: Final = "PRON"
PROPN: Final = "PROPN"
PUNCT: Final = "PUNCT"
SCONJ: Final = "SCONJ"
SYM: Final = "SYM"
VERB: Final = "VERB"
X: Final = "X"

NOMINALS: Final = frozenset({NOUN, PROPN, PRON, NUM})
VERBS: Final = frozenset({VERB, AUX})

# ------------------------------------------------------------------ features and their values

ASPECT: Final = "Aspect"
CASE: Final = "Case"
GENDER: Final = "Gender"
MOOD: Final = "Mood"
NUMBER: Final = "Number"
NUM_TYPE: Final = "NumType"
PERSON: Final = "Person"
POLARITY: Final = "Polarity"
POLITE: Final = "Polite"
PRON_TYPE: Final = "PronType"
TENSE: Final = "Tense"
VERB_FORM: Final = "VerbForm"
VOICE: Final = "Voice"

SINGULAR: Final = "Sing"
PLURAL: Final = "Plur"
MASCULINE: Final = "Masc"
FEMININE: Final = "Fem"
NOMINATIVE: Final = "Nom"
ACCUSATIVE: Final = "Acc"
GENITIVE: Final = "Gen"
ERGATIVE: Final = "Erg"
LOCATIVE: Final = "Loc"
INSTRUMENTAL: Final = "Ins"
FINITE: Final = "Fin"
PARTICIPLE: Final = "Part"
INFINITIVE: Final = "Inf"
CONVERB: Final = "Conv"
PRESENT: Final = "Pres"
PAST: Final = "Past"
FUTURE: Final = "Fut"
PERFECT: Final = "Perf"
IMPERFECT: Final = "Imp"
PROGRESSIVE: Final = "Prog"
INDICATIVE: Final = "Ind"
IMPERATIVE: Final = "Imp"
OPTATIVE: Final = "Opt"
ACTIVE: Final = "Act"
PASSIVE: Final = "Pass"
NEGATIVE: Final = "Neg"
CARDINAL: Final = "Card"
ORDINAL: Final = "Ord"
PERSONAL: Final = "Prs"
DEMONSTRATIVE: Final = "Dem"
INDEFINITE: Final = "Ind"
FORMAL: Final = "Form"

# ------------------------------------------------------------------ tags of names (NameSpan.tag)

PER: Final = "PER"
LOC: Final = "LOC"
ORG: Final = "ORG"
TIMEX: Final = "TIMEX"
NUMEX: Final = "NUMEX"

NAME_TAGS: Final = frozenset({PER, LOC, ORG, TIMEX, NUMEX})
