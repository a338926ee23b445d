#!/usr/bin/python3
"""Prints the measured part of a model card, in Markdown.

  models/tools/card.py MODEL FOLDER [RUN]

MODEL is the model folder, FOLDER the output of models/tools/measure.sh, RUN the folder of `lacuna train`. $LACUNA is the
program, else ./lacuna.

The card begins with a table of facts: the network, and its training from RUN's log. Then come the figures, tables first, and
thirty fills. Their seeds are 0 to 9, so nobody chose among them."""
import json
import math
import os
import re
import subprocess
import sys

LACUNA = os.environ.get("LACUNA", "./lacuna")
PROMPTS = [
    "The rain had been falling since before dawn, and the old lighthouse keeper [[6]] and looked out at the sea.",
    "\"I never said [[4]],\" she answered, and put the letter back into the drawer.",
    "When the train had gone, Thomas [[]]. Nobody else was on the platform.",
]


def read(folder, name):
    with open(os.path.join(folder, name + ".json")) as lines:
        return [json.loads(line) for line in lines]


def table(head, rows, texts=1):
    """The first `texts` columns are text, the others numbers."""
    print("| " + " | ".join(head) + " |")
    print("| " + " | ".join("---" if i < texts else "---:" for i in range(len(head))) + " |")
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print()


def percent(r, key):
    return "%.1f %% ± %.1f" % (100 * r[key], 100 * r[key + "_stderr"])


def facts(model, run):
    with open(os.path.join(model, "config.json")) as file:
        config = json.load(file)
    shape = config["model"]
    with open(os.path.join(model, "model.safetensors"), "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    tensors = [t for name, t in header.items() if name != "__metadata__" and not name.endswith(".scale")]
    dtype = max(tensors, key=lambda t: math.prod(t["shape"]))["dtype"]
    weights = sum(math.prod(t["shape"]) for t in tensors)
    size = os.path.getsize(os.path.join(model, "model.safetensors"))
    print("| | |\n| --- | --- |")
    print("| network | %d blocks, width %d, %d heads, %d positions, %.1f M weights in %s (%.1f MB), %s |" %
          (shape["n_blocks"], shape["hidden_size"], shape["n_heads"], shape["length"], weights / 1e6, dtype, size / 1e6,
           "head tied to the embedding" if shape.get("tie_embeddings") else "head not tied to the embedding"))
    if run:
        with open(os.path.join(run, "train.jsonl")) as lines:
            log = [json.loads(line) for line in lines]
        last = [r for r in log if r["step"] == max(r["step"] for r in log)][-1]
        print("| training | %d steps, %.1f M tokens%s; highest learning rate %g; last loss %.3f nats per token |" %
              (last["step"], last["tokens"] / 1e6, ", %.2g FLOP" % last["flop"] if "flop" in last else "",
               max(r["learning_rate"] for r in log), last["loss"]))
        seen = [(r["tokens"], r["validation_nats_per_token"]) for r in log if r.get("validation_nats_per_token") is not None]
        if seen:
            print("| validation loss, nats per token, by tokens seen | %s |" %
                  ", ".join("%.1f M: %.3f" % (tokens / 1e6, loss) for tokens, loss in seen[:-1:max(1, len(seen) // 16)] + seen[-1:]))
    print()


def heading(text):
    print("### %s\n" % text)


def bound(folder):
    r = read(folder, "bound")[0]
    heading("Likelihood")
    table(["", "bits per byte", "nats per token", "word perplexity"],
          [["bound", "**%.3f** ± %.3f" % (r["bits_per_byte"], r["stderr"]), "%.3f" % r["nats_per_token"],
            "%.0f" % r["word_perplexity"]]])
    print("The variational bound: {bytes:,} bytes, {tokens:,} tokens, {windows:,} windows, {draws} draws each, "
          "{precision}.\nThe test split has whole books by authors who are not in the training text.\n".format(**r))


def blanks(folder):
    rows = []
    for words in ("1-3", "4-12", "13-36"):
        r = read(folder, "blanks-" + words)[0]
        rows.append([words, str(r["blanks"]), "%.2f ± %.2f" % (r["bits_per_byte"], r["stderr"]), "%.2f" % r["nats_per_token"],
                     "%.2f" % r["unigram_nats_per_token"], percent(r, "word_accuracy"), percent(r, "exact")])
    heading("Hidden words")
    table(["words hidden", "blanks", "bits per byte", "nats per token", "unigram nats", "right words", "right spans"], rows)
    print("Words of the test split are hidden, with everything else in the window visible. Nats and bits bound the hidden words given the\n"
          "rest. Right words and spans: from a greedy fill of the true length in tokens (%s). %d draws.\n" % (r["precision"], r["draws"]))


def lengths(folder):
    rows = []
    for name in ("lengths", "lengths-uniform", "lengths-search", "lengths-search-uniform"):
        r = read(folder, name)[0]
        method = "search" if "search" in r["method"] else "predicted"
        rows.append([method, r["true_lengths"], str(r["blanks"]), "%.1f ± %.1f" % (r["mean_absolute_error"], r["mean_absolute_error_stderr"]),
                     "%.1f" % r["constant_mean_absolute_error"], "%+.1f" % r["bias"]])
    heading("Length of a blank")
    table(["method", "true lengths", "blanks", "mean absolute error, tokens", "constant guess", "bias"], rows, texts=2)
    print("Spans of 1 to 48 tokens are removed, and the model chooses their length, as for `[[]]`. Constant guess: the error of the best\n"
          "one. Models without length ids must search (`docs/SEDD.md`, section 8).\n")


SHOWN = (1, 8, 32)  # numbers of steps; the others are in the plot


def sample_row(r, name):
    return [name, str(r["steps"]) if r["sampler"] != "first-hitting" else "one per token", "%.1f" % r["evaluations_per_blank"],
            "%.2f ± %.2f" % (r["nats_per_token"], r["nats_per_token_stderr"]), "%.2f" % r["fills"]["entropy"],
            "%.3f" % r["fills"]["distinct_2"], "%.1f %%" % (100 * r["fills"]["repetition"])]


def merged(rows):
    """Rows that differ only in their names become one."""
    names = {}
    for row in rows:
        names.setdefault(tuple(row[1:]), []).append(row[0])
    return [[", ".join(name), *figures] for figures, name in names.items()]


def samples(folder):
    all_of_them = read(folder, "samples") + read(folder, "samples-others")
    one, rows, seen = all_of_them[0], [], set()
    for r in all_of_them:
        exact = r["sampler"] == "first-hitting"
        key = (r["sampler"], None if exact else r["steps"])
        if key in seen or not (exact or r["steps"] in SHOWN):
            continue
        seen.add(key)
        rows.append(sample_row(r, r["sampler"]))
    rows.append(sample_row(read(folder, "samples-half")[0], "analytic, temperature 0.5"))
    rows = merged(rows)
    rows.append(["*the original words*", "", "", "%.2f ± %.2f" % (one["own_nats_per_token"], one["own_nats_per_token_stderr"]),
                 "%.2f" % one["own"]["entropy"], "%.3f" % one["own"]["distinct_2"], "%.1f %%" % (100 * one["own"]["repetition"])])
    heading("Samplers")
    table(["sampler", "steps", "evaluations per blank", "nats per token", "entropy", "different pairs", "repeated"], rows)
    print("%d blanks of %s words (%d tokens), drawn at temperature 1. Nats: the model's own bound on the drawn words. Entropy: of the\n"
          "tokens' frequencies. Repeated: tokens that are among the eight before them. Windows of %d tokens, %d draws.\n" %
          (one["blanks"], one["words_hidden"].replace("-", " to "), one["tokens"], one["window"], one["draws"]))


def judged(folder):
    """Only if measure.sh had a judge."""
    names = sorted(n[:-5] for n in os.listdir(folder) if n.startswith("judged-"))
    runs = sorted((read(folder, n)[0] for n in names), key=lambda r: (-r["temperature"], -r["top_p"]))
    if not runs:
        return
    one, rows = runs[0], []
    for r in runs:
        j = r["judge"]
        rows.append(["%g" % r["temperature"], "%g" % r["top_p"], "%.2f ± %.2f" % (j["nats_per_token"], j["nats_per_token_stderr"]),
                     "%+.1f ± %.1f" % (j["after"], j["after_stderr"]), percent(r, "word_accuracy"), "%.2f" % r["fills"]["entropy"],
                     "%.3f" % r["fills"]["distinct_2"], "%.1f %%" % (100 * r["fills"]["repetition"])])
    rows.append(["*the original words*", "", "%.2f ± %.2f" % (one["judge"]["own_nats_per_token"], one["judge"]["own_nats_per_token_stderr"]),
                 "", "", "%.2f" % one["own"]["entropy"], "%.3f" % one["own"]["distinct_2"], "%.1f %%" % (100 * one["own"]["repetition"])])
    heading("Temperature and top-p")
    table(["temperature", "top-p", "judge: nats per token", "nats after it", "right words", "entropy", "different pairs", "repeated"], rows)
    print("%d blanks (%d tokens), rated by an autoregressive model that did not draw them. Nats per token: the cost of a token of the fill\n"
          "under that model, given the text before. Nats after it: how much more the rest of the window costs than after the original\n"
          "words, per blank.\n" % (one["blanks"], one["tokens"]))


def fill(model, top_p, *options):
    records = "".join(json.dumps({"id": "%d %d" % (p, seed), "text": text, "seed": seed}) + "\n"
                      for p, text in enumerate(PROMPTS) for seed in range(10))
    out = subprocess.run([LACUNA, "fill", "-q", "-m", model, "--format", "jsonl", "--temperature", "1", "--top-p", top_p, *options],
                         input=records, capture_output=True, text=True, check=True).stdout
    return {r["id"]: r["blanks"][0]["text"].strip().replace("|", "\\|") for r in map(json.loads, out.splitlines())}


def fills(model):
    print("## Thirty fills\n\nRows: seeds 0 to 9, all shown. Right column: drawn as in the editor.\n")
    whole, part = fill(model, "1"), fill(model, "0.7", "--dictionary", "en_US")
    for p, text in enumerate(PROMPTS):
        # the text around the blank, in italics
        print("*" + re.sub(r" (\[\[.*?\]\])( ?)", r"* `\1`\2*", text) + "*\n")
        table(["top-p 1", "top-p 0.7 and a dictionary"],
              [[whole["%d %d" % (p, seed)], part["%d %d" % (p, seed)]] for seed in range(10)], texts=2)


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    model, folder = sys.argv[1:3]
    facts(model, sys.argv[3] if len(sys.argv) == 4 else None)
    print("## Figures\n")
    bound(folder)
    blanks(folder)
    lengths(folder)
    samples(folder)
    judged(folder)
    fills(model)


main()
