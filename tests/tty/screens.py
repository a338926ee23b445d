#!/usr/bin/python3
"""Draws screens of lacuna as SVG: the tray, alternatives, the dial, the timeline, runs side by side, the lens and the ripple,
with the bundled model.

    tests/tty/screens.py FOLDER"""
import os
import sys
from html import escape

from terminal import ROOT, Editor, file

TEXT = ("The captain of the ship walked upon the deck, and the sailors hoisted the sails. The ship went out to sea, and the waves "
        "beat against its sides.\n\nThe old lighthouse keeper [[12]] and looked out at the sea. She had not been there since the "
        "winter, and nobody knew where she went in the purposeless evenings.\n")
WIDTH, HEIGHT = 8.4, 18  # of a cell
NAMES = {"default": "#d0d0d0", "black": "#000000", "red": "#cd0000", "green": "#00cd00", "brown": "#cdcd00", "blue": "#5c5cff",
         "magenta": "#cd00cd", "cyan": "#00cdcd", "white": "#e5e5e5"}
PAPER = "#1c1c1c"


def colour(name, otherwise):
    if name == "default":
        return otherwise
    return NAMES.get(name) or "#" + name


def runs(screen, row):
    """Cells of a row that look the same, as (column, text, colour, background, bold, italic)."""
    found = []
    for x in range(screen.columns):
        cell = screen.buffer[row][x]
        front, back = colour(cell.fg, NAMES["default"]), colour(cell.bg, PAPER)
        if cell.reverse:
            front, back = back, front
        look = (front, back, cell.bold, cell.italics)
        if found and found[-1][2:] == look:
            found[-1] = (found[-1][0], found[-1][1] + cell.data) + look
        else:
            found.append((x, cell.data) + look)
    return found


def svg(screen):
    width, height = screen.columns * WIDTH + 16, screen.lines * HEIGHT + 16
    out = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %g" font-family="monospace" font-size="14">' % (width, height),
           '<rect width="%g" height="%g" fill="%s"/>' % (width, height, PAPER)]
    for row in range(screen.lines):
        for x, text, front, back, bold, italic in runs(screen, row):
            left, top, cells = 8 + x * WIDTH, 8 + row * HEIGHT, len(text) * WIDTH
            if back != PAPER:
                out.append('<rect x="%g" y="%g" width="%g" height="%g" fill="%s"/>' % (left, top, cells, HEIGHT, back))
            if text.strip():
                out.append('<text x="%g" y="%g" textLength="%g" fill="%s"%s%s xml:space="preserve">%s</text>'
                           % (left, top + 14, cells, front, ' font-weight="bold"' if bold else "",
                              ' font-style="italic"' if italic else "", escape(text)))
    return "\n".join(out + ["</svg>\n"])


def write(e, folder, name):
    with open(os.path.join(folder, name + ".svg"), "w", encoding="utf-8") as out:
        out.write(svg(e.screen))


def main(folder):
    os.makedirs(folder, exist_ok=True)
    with Editor("-m", os.path.join(ROOT, "models/starter"), "--set", "spell=off", "--pace", "0", file(TEXT)) as e:
        e.settle()
        e.send("M-v")
        e.until_not("lens")
        e.send("c-right", "c-right", "c-right", "c-right")
        write(e, folder, "lens")
        e.send("M-v", "M-v", "M-v", "M-n", "^G")
        e.until_not("fill")
        e.send("t", "tab", "tab", *["left"] * 9)
        write(e, folder, "timeline")
        e.send("esc", "M-c", "enter")
        e.until_not("beside")
        e.send(*["left"] * 8)
        write(e, folder, "beside")
        e.send("esc", "c-home", "^F")
        e.type("ship")
        e.send("enter", "del", "del", "del", "del")
        e.type("carriage")
        e.send("M-y")
        e.until_not("ripple")
        write(e, folder, "ripple")
    with Editor("-m", os.path.join(ROOT, "models/starter"), "--set", "spell=off", "--pace", "0", file(TEXT), candidates=8) as e:
        e.settle()
        e.send("M-n", "^G")
        e.wait(lambda: e.settle() and not {"fill", "tray"} & set(e.busy.split()))
        e.send("down", "down")
        write(e, folder, "tray")
        e.send("a")
        e.wait(lambda: e.settle() and "tray" not in e.busy)
        e.send("right", "right")
        e.wait(lambda: e.settle() and "tray" not in e.busy)
        write(e, folder, "alternatives")
        e.send("esc", "esc", "c-home", *["\033[1;6C"] * 8)
        e.send("M-d", "right", "right")
        e.until_not("fill")
        write(e, folder, "dial")


main(sys.argv[1])
