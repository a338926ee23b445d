#!/usr/bin/env python3
"""Whether the best of K is fair to all lengths. Replaces the middle of sentences of a text by [[2-24]], fills every blank with
K candidates and prints the rank of the best one's length: 0 the shortest, 1 the longest.

    models/tools/rank.py MODEL TEXT [--count N] [--seed S] [OPTION of lacuna fill …]
"""
import argparse
import json
import os
import random
import re
import subprocess


def records(path, count, seed):
    paragraphs = [p for p in re.split(r"\n\s*\n", open(path, encoding="utf-8").read())
                  if 300 < len(p) < 900 and "<|" not in p and "[[" not in p]
    choice = random.Random(seed)
    while count:
        paragraph = choice.choice(paragraphs)
        words, hidden = list(re.finditer(r"\S+", paragraph)), choice.randint(2, 18)
        if len(words) < hidden + 20:
            continue
        at = choice.randint(10, len(words) - hidden - 8)
        yield paragraph[:words[at].start()] + "[[2-24]]" + paragraph[words[at + hidden - 1].end():]
        count -= 1


def place(lengths, best):
    """The rank of lengths[best] among the others; ties count as a half."""
    others = [n for k, n in enumerate(lengths) if k != best]
    return sum((n < lengths[best]) + 0.5 * (n == lengths[best]) for n in others) / len(others)


def mean(values):
    m = sum(values) / len(values)
    spread = sum((v - m) ** 2 for v in values) / max(1, len(values) - 1)
    return f"{m:.3f} ± {(spread / len(values)) ** 0.5:.3f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("model")
    parser.add_argument("text")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    arguments, options = parser.parse_known_args()
    lines = "".join(json.dumps({"id": i, "text": t}) + "\n"
                    for i, t in enumerate(records(arguments.text, arguments.count, arguments.seed)))
    command = [os.environ.get("LACUNA", "./lacuna"), "fill", "-q", "--raw", "-m", arguments.model, "--format", "jsonl", "-k", "16"]
    out = subprocess.run(command + options, input=lines, capture_output=True, text=True, check=True).stdout
    by_rank, by_score, lengths, kept = [], [], [], []
    for line in out.splitlines():
        candidates = json.loads(line)["candidates"]
        tokens = [c["blanks"][0]["tokens"] for c in candidates]
        by_rank.append(place(tokens, 0))
        by_score.append(place(tokens, max(range(len(tokens)), key=lambda k: candidates[k]["score"])))
        lengths += tokens
        kept.append(tokens[0])
    print(f"{len(by_rank)} records; candidates have {mean(lengths)} tokens, the best {mean(kept)}")
    print(f"rank of the best in length, 0 to 1: {mean(by_rank)} by rank_score, {mean(by_score)} by score")


if __name__ == "__main__":
    main()
