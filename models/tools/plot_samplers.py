#!/usr/bin/env python3
"""The lines of `lacuna eval --samples` as a Markdown table on standard output and as a plot.

  models/tools/plot_samplers.py models/samplers.jsonl models/samplers.svg
"""
import json
import sys
from html import escape

COLOURS = {"analytic": "#0060a8", "euler": "#58a4dc", "first-hitting": "#202020", "confidence": "#b03a2e",
           "entropy": "#d68910", "remasking": "#2e8b57"}
LEFT, TOP, WIDTH, HEIGHT = 64, 24, 560, 340


def read(path):
    runs = {}
    for line in open(path):
        run = json.loads(line)
        steps = 0 if run["sampler"] == "first-hitting" else run["steps"]
        runs[run["sampler"], steps] = run  # of two measurements, the later one
    return [runs[key] for key in sorted(runs, key=lambda k: (list(COLOURS).index(k[0]), k[1]))]


def table(runs):
    def row(name, steps, evaluations, nats, error, words, of):
        print(f"| {name} | {steps} | {evaluations} | {nats:.2f} ± {error:.2f} | {words} | {of['entropy']:.2f} | "
              f"{of['distinct_1']:.3f} | {of['distinct_2']:.3f} | {100 * of['repetition']:.1f} % |")
    print("| sampler | steps | evaluations per blank | nats per token | right words | entropy | different tokens | "
          "different pairs | repeated |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for r in runs:
        words = f"{100 * r['word_accuracy']:.1f} % ± {100 * r['word_accuracy_stderr']:.1f}"
        steps = "one a token" if r["sampler"] == "first-hitting" else r["steps"]
        row(r["sampler"], steps, f"{r['evaluations_per_blank']:.2f}", r["nats_per_token"], r["nats_per_token_stderr"],
            words, r["fills"])
    r = runs[0]
    row("*the words that stood there*", "", "", r["own_nats_per_token"], r["own_nats_per_token_stderr"], "", r["own"])


def plot(runs):
    most = max(r["evaluations_per_blank"] for r in runs) * 1.06
    # with their error bars
    values = [r["nats_per_token"] + side * r["nats_per_token_stderr"] for r in runs for side in (-1, 1)]
    values.append(runs[0]["own_nats_per_token"])
    low, high = min(values) - 0.25, max(values) + 0.25

    def x(v):
        return LEFT + v / most * WIDTH

    def y(v):
        return TOP + (high - v) / (high - low) * HEIGHT
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + 150}" height="{TOP + HEIGHT + 56}" '
           'font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="white"/>']
    for v in range(0, int(most) + 1, 2):
        out.append(f'<line x1="{x(v):.1f}" x2="{x(v):.1f}" y1="{TOP}" y2="{TOP + HEIGHT}" stroke="#e4e4e4"/>'
                   f'<text x="{x(v):.1f}" y="{TOP + HEIGHT + 18}" text-anchor="middle">{v}</text>')
    tick = int(low * 2 + 1) / 2
    while tick < high:
        out.append(f'<line x1="{LEFT}" x2="{LEFT + WIDTH}" y1="{y(tick):.1f}" y2="{y(tick):.1f}" stroke="#e4e4e4"/>'
                   f'<text x="{LEFT - 8}" y="{y(tick) + 4:.1f}" text-anchor="end">{tick:.1f}</text>')
        tick += 0.5
    own = y(runs[0]["own_nats_per_token"])
    out.append(f'<line x1="{LEFT}" x2="{LEFT + WIDTH}" y1="{own:.1f}" y2="{own:.1f}" stroke="#888" stroke-dasharray="5 4"/>'
               f'<text x="{LEFT + 6}" y="{own - 5:.1f}" fill="#666">the words that stood there</text>')
    for number, (name, colour) in enumerate(COLOURS.items()):
        mine = sorted((r["evaluations_per_blank"], r["nats_per_token"], r["nats_per_token_stderr"])
                      for r in runs if r["sampler"] == name)
        path = " ".join(f"{x(e):.1f},{y(v):.1f}" for e, v, _ in mine)
        out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
        for e, v, s in mine:
            out.append(f'<line x1="{x(e):.1f}" x2="{x(e):.1f}" y1="{y(v - s):.1f}" y2="{y(v + s):.1f}" stroke="{colour}"/>'
                       f'<circle cx="{x(e):.1f}" cy="{y(v):.1f}" r="3" fill="{colour}"/>')
        at = TOP + 16 + 20 * number
        out.append(f'<circle cx="{LEFT + WIDTH + 22}" cy="{at - 4}" r="4" fill="{colour}"/>'
                   f'<text x="{LEFT + WIDTH + 32}" y="{at}">{escape(name)}</text>')
    out.append(f'<text x="{LEFT + WIDTH / 2}" y="{TOP + HEIGHT + 42}" text-anchor="middle">evaluations of the network per blank</text>'
               f'<text transform="translate(16 {TOP + HEIGHT / 2}) rotate(-90)" text-anchor="middle">'
               "nats per token, the model's own bound</text></svg>")
    return "\n".join(out) + "\n"


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    lines = read(sys.argv[1])
    table(lines)
    open(sys.argv[2], "w").write(plot(lines))
