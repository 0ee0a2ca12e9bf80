"""The documents stage: input files → articles → cleaned lines with the way back to the original characters.

reader      files, folders and standard input → `Article`, or a `Problem` in words
characters  one line, cleaned, with the offset of each character
lines       what a line is: boilerplate, headline, subheading, byline or body
datelines   «मॉस्को, 13 सितम्बर।»
clean       puts the last three together: `Article` → `CleanArticle`
patterns    the knowledge behind them, from `data/`
"""
