#!/usr/bin/env python3
"""Writes Sources/Keywords/Text/FoldingTable.swift from Python's Unicode data: what each character of the basic plane
becomes when case, accents and width do not matter. Usage: Scripts/make-folding-table.py > Sources/.../FoldingTable.swift"""
import sys
import unicodedata

# Letters that have no decomposition, and are written without their stroke or ligature where keyboards lack them.
PLAIN = {"ø": "o", "đ": "d", "ł": "l", "ħ": "h", "ŧ": "t", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ŀ": "l",
         "ĸ": "k", "ŋ": "n", "ƀ": "b", "ƒ": "f", "ɨ": "i", "ʉ": "u", "ɖ": "d", "ƙ": "k", "ƴ": "y", "ɓ": "b", "ɗ": "d"}
# Marks that make another letter of the alphabet, not an accent: й, ў, ї.
LETTERS = {"и\u0306", "у\u0306", "і\u0308"}
# Arabic letters that people type for one another.
ARABIC = {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي"}


def is_accent(c):
    return "\u0300" <= c <= "\u036f" or "\u064b" <= c <= "\u065f" or c in "\u0640\u0670" or "\u0591" <= c <= "\u05c7"


def fold(c):
    if "\uac00" <= c <= "\ud7a3" or "\u3040" <= c <= "\u30ff":
        return c  # Hangul and kana are composed as they should be.
    if unicodedata.category(c) == "Nd":
        return str(unicodedata.decimal(c))
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", c).casefold())
    out = ""
    for x in text:
        if is_accent(x):
            if out and out[-1] + x in LETTERS:
                out += x
        else:
            out += PLAIN.get(x, ARABIC.get(x, x))
    return unicodedata.normalize("NFC", out)


entries = []
for code in range(0x80, 0x10000):
    c = chr(code)
    if unicodedata.category(c)[0] in "CZ" or is_accent(c):
        continue
    folded = fold(c)
    if folded != c and folded and all(unicodedata.category(x)[0] in "LNM" for x in folded):
        entries.append(c + folded)

out = sys.stdout
out.write("// Made by Scripts/make-folding-table.py from Unicode %s. Do not edit.\n\n" % unicodedata.unidata_version)
out.write("extension Folding {\n  /// A character and what it becomes, one after another, with spaces between.\n")
out.write("  static let table = \"\"\"\n")
line = ""
for entry in entries:
    if line and len(line) + 1 + len(entry) > 90:
        out.write("    " + line + " \\\n")
        line = ""
    line += (" " if line else "") + "".join("\\u{%X}" % ord(x) if unicodedata.category(x)[0] == "M" else x for x in entry)
out.write("    " + line + "\n    \"\"\"\n}\n")
