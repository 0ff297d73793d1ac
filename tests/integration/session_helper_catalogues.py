#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every catalogue holds the texts of the source, all of them, translated, and no others:
session_helper_catalogues.py TEMPLATE FOLDER"""
import gettext
import io
import os
import subprocess
import sys


def texts(po):
    """What a catalogue holds: text, or text and number of its form, to translation. Fuzzy ones do not count."""
    compiled = subprocess.run(["msgfmt", "--check-format", "-o", "-", "-"], input=po, stdout=subprocess.PIPE, check=True)
    held = dict(gettext.GNUTranslations(io.BytesIO(compiled.stdout))._catalog)  # pylint: disable=protected-access
    held.pop("", None)
    return held


def source_of(text):
    return text[0] if isinstance(text, tuple) else text


def problems(name, expected, held):
    sources = {source_of(text) for text in held}
    wrong = ["%s: missing, or fuzzy: %r" % (name, text) for text in sorted(expected - sources)]
    wrong += ["%s: not in the source: %r" % (name, text) for text in sorted(sources - expected)]
    for text, translation in held.items():
        source = source_of(text)
        wrong += ["%s: spaces at the ends of: %r" % (name, translation)] * (translation != translation.strip())
        wrong += ["%s: too long for the screen: %r" % (name, translation)] * (len(translation) > 2 * len(source) + 20)
    return wrong


def main():
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 64
    template, folder = sys.argv[1:]
    english = subprocess.run(["msgen", template], stdout=subprocess.PIPE, check=True).stdout
    english = english.replace(b"CHARSET", b"UTF-8").replace(b"INTEGER", b"2").replace(b"EXPRESSION", b"(n != 1)")
    expected = {source_of(text) for text in texts(english)}
    catalogues = sorted(name for name in os.listdir(folder) if name.endswith(".po"))
    wrong = [] if {"nb.po", "nn.po"} <= set(catalogues) and len(expected) > 10 else ["nb.po, nn.po or texts are missing"]
    for name in catalogues:
        with open(os.path.join(folder, name), "rb") as file:
            wrong += problems(name, expected, texts(file.read()))
    print("\n".join(wrong + ["%d passed, %d failed, 0 skipped" % (len(catalogues), len(wrong))]))
    return 1 if wrong else 0


sys.exit(main())
