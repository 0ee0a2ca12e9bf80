"""Document → Extraction: entities, events and offices, each event with its words and the rule that read them.

A file imports only from those above it.

    words                       spellings and word forms
    datafile                    reads the YAML of `data/`
    reading                     the values: mention, group, verb group, clause, reading
    lexicon  references  cues   triggers, frames and word classes; pronouns, sets and titles; words of modality
    markers  verbs  groups      postpositions; verb groups and their finiteness; noun groups
    clauses  phrases  chunker   clauses; genitives and coordination; a sentence read whole
    mentions                    names and pronouns of a sentence
    entities                    the entities of a document while it is being read
    subjects  memory  context   subjects of clauses; what the text has named; a sentence while it is resolved
    pronouns  possession        what pronouns mean; whose a thing is
    sets  descriptions          «दोनों देश»; offices, bodies, unnamed people
    coreference                 what every group stands for
    matcher  scene              which entries fire where; a resolved sentence and its filled triggers
    surroundings  picking       the groups that a trigger sees; the one that fills a role
    doers  symmetric            agents by grammar alone; events of partners
    governors  control  roles   what governs a trigger; what that says of its roles; all roles of a sentence
    gates  candidates           what is held back; which reading of a place is taken
    claims  factuality          which event is alleged or denied; how sure it is and by whose account
    number_lexicon  quantities   counts of a sentence
    time_lexicon  time_atoms  time_values  dates  timing    time expressions, their dates, which event they date
    events  merging             what an event says beside its roles; one event for all its mentions
    occasions  counts           dates and numbers that an event has from what else is told
    quotations  confidence      who is quoted with what; how likely it is that an event is read rightly
    extractor                   all of it, for one document
"""
