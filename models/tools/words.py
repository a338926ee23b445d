#!/usr/bin/python3
"""How many of a model's words exist.

  models/tools/words.py MODEL TEXT [OPTION of lacuna fill…]      $LACUNA: the program, else ./lacuna; needs hunspell

Replaces six words in each of 80 paragraphs of TEXT by eight drawn tokens, and counts the words that are not in hunspell's
en_US, beside the same count for the original words."""
import json
import os
import random
import re
import subprocess
import sys
import tempfile

LACUNA = os.environ.get("LACUNA", "./lacuna")
HIDDEN, TOKENS, COUNT = 6, 8, 80


def unknown(texts):
    words = [w for text in texts for w in re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)*", text)]
    out = subprocess.run(["hunspell", "-l", "-d", "en_US"], input="\n".join(words) + "\n", capture_output=True, text=True, check=True)
    return len(words), out.stdout.split()


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    model, path, options = sys.argv[1], sys.argv[2], sys.argv[3:]
    with open(path, encoding="utf-8") as file:
        paragraphs = [" ".join(p.split()) for p in file.read().split("\n\n")]
    paragraphs = [p for p in paragraphs if 60 < len(p.split(" ")) < 120 and "[[" not in p and "<|" not in p]
    random.Random(5).shuffle(paragraphs)
    chance, own, records = random.Random(6), [], []
    for i, paragraph in enumerate(paragraphs[:COUNT]):
        words = paragraph.split(" ")
        at = chance.randrange(15, len(words) - 20)
        own.append(" ".join(words[at:at + HIDDEN]))
        text = " ".join(words[:at] + ["[[%d]]" % TOKENS] + words[at + HIDDEN:])
        records.append(json.dumps({"id": str(i), "text": text, "seed": i}) + "\n")
    with tempfile.NamedTemporaryFile("r", suffix=".jsonl") as trace:
        subprocess.run([LACUNA, "fill", "-q", "--raw", "-m", model, "--format", "jsonl", "--trace", trace.name] + options,
                       input="".join(records), stdout=subprocess.DEVNULL, text=True, check=True)
        done = [line for line in map(json.loads, trace) if line["type"] == "done"]
    best = [line["candidates"][0] for line in done]
    for name, texts in (("fills", [c["blanks"][0]["text"] for c in best]), ("own words", own)):
        count, bad = unknown(texts)
        print("%s: %d words, %d unknown (%.1f %%): %s" % (name, count, len(bad), 100 * len(bad) / count, " ".join(bad[:12])))
    print("evaluations per blank %.2f, mean ln q %.3f" % (sum(line["evaluations"] for line in done) / len(done),
                                                      sum(c["score"] for c in best) / len(best)))


main()
