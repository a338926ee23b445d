#!/usr/bin/python3
"""The measured part of a model card, in Markdown.

  models/tools/card.py MODEL FOLDER [RUN]     FOLDER: what models/tools/measure.sh wrote; RUN: the folder that `lacuna train`
                                              left; $LACUNA: the program, else ./lacuna

Prints what the network and its training are (from RUN's log), the tables of the bound, of hidden words, of lengths and samplers, and thirty fills whose seeds are 0 to 9: nobody
chose among them."""
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


def table(head, rows, texts=False):
    print("| " + " | ".join(head) + " |")
    print("| " + " | ".join("---" if bool(i) == texts else "---:" for i in range(len(head))) + " |")
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
    tensors = [t for name, t in header.items() if name != "__metadata__"]
    weights = sum(math.prod(t["shape"]) for t in tensors)
    size = os.path.getsize(os.path.join(model, "model.safetensors"))
    print("| | |\n| --- | --- |")
    print("| network | %d blocks, width %d, %d heads, %d positions, %.1f M weights in %s (%.1f MB), %s |" %
          (shape["n_blocks"], shape["hidden_size"], shape["n_heads"], shape["length"], weights / 1e6, tensors[0]["dtype"], size / 1e6,
           "head tied to the embedding" if shape.get("tie_embeddings") else "head of its own"))
    if run:
        with open(os.path.join(run, "train.jsonl")) as lines:
            log = [json.loads(line) for line in lines]
        last = [r for r in log if r["step"] == max(r["step"] for r in log)][-1]
        print("| training | %d steps, %.1f M tokens%s; the rate was %g at its height; loss at the end %.3f nats a token |" %
              (last["step"], last["tokens"] / 1e6, ", %.2g FLOP" % last["flop"] if "flop" in last else "",
               max(r["learning_rate"] for r in log), last["loss"]))
        seen = [(r["tokens"], r["validation_nats_per_token"]) for r in log if r.get("validation_nats_per_token") is not None]
        if seen:
            print("| validation, nats a token | %s |" %
                  ", ".join("%.1f M: %.3f" % (tokens / 1e6, loss) for tokens, loss in seen[::max(1, len(seen) // 16)] + seen[-1:]))
    print()


def bound(folder):
    r = read(folder, "bound")[0]
    print("Test split of the corpus (whole books by authors who have none in training): {bytes:,} bytes, {tokens:,} tokens, "
          "{windows:,} windows, {draws} draws each\n(`lacuna eval --bound --draws {draws} test.txt`, {precision}):\n".format(**r))
    table(["", "bits per byte", "nats per token", "word perplexity"],
          [["bound", "**%.3f** ± %.3f" % (r["bits_per_byte"], r["stderr"]), "%.3f" % r["nats_per_token"],
            "%.0f" % r["word_perplexity"]]])


def blanks(folder):
    rows = []
    for words in ("1-3", "4-12", "13-36"):
        r = read(folder, "blanks-" + words)[0]
        rows.append([words, str(r["blanks"]), "%.2f ± %.2f" % (r["bits_per_byte"], r["stderr"]), "%.2f" % r["nats_per_token"],
                     "%.2f" % r["unigram_nats_per_token"], percent(r, "word_accuracy"), percent(r, "exact")])
    print("Hidden words, everything else in the window visible (`lacuna eval --blanks --draws %d --words A-B --count N test.txt`, "
          "%s):\n" % (r["draws"], r["precision"]))
    table(["words", "blanks", "bits per byte", "nats per token", "unigram", "right words", "right spans"], rows)
    print("Right words are counted when the blank is filled greedily at its true length in tokens.\n")


def lengths(folder):
    print("How long is a blank? (`lacuna eval --lengths`, true lengths 1 to 48 tokens, `[[]]`; `--search`: as a model\n"
          "without length ids must; constant: the best single guess.)\n")
    rows = []
    for name in ("lengths", "lengths-uniform", "lengths-search", "lengths-search-uniform"):
        r = read(folder, name)[0]
        method = "search" if "search" in r["method"] else "said by the model"
        rows.append([r["true_lengths"], method, str(r["blanks"]), "%.1f ± %.1f" % (r["mean_absolute_error"], r["mean_absolute_error_stderr"]),
                     "%.1f" % r["constant_mean_absolute_error"], "%+.1f" % r["bias"]])
    table(["true lengths", "method", "blanks", "mean absolute error, tokens", "constant", "bias"], rows)


def samples(folder):
    all_of_them = read(folder, "samples") + read(folder, "samples-others")
    one = all_of_them[0]
    print("Samplers: %d blanks of %s words (%d tokens) drawn at temperature 1, and what the model's own bound gives them\n"
          "(`lacuna eval --samples --words %s --count %d --draws %d --window %d`).\n" %
          (one["blanks"], one["words_hidden"].replace("-", " to "), one["tokens"], one["words_hidden"], one["blanks"], one["draws"],
           one["window"]))
    rows, seen = [], set()
    for r in all_of_them:
        steps = str(r["steps"]) if r["sampler"] != "first-hitting" else "one a token"
        if (r["sampler"], steps) in seen:
            continue
        seen.add((r["sampler"], steps))
        rows.append([r["sampler"], steps, "%.1f" % r["evaluations_per_blank"],
                     "%.2f ± %.2f" % (r["nats_per_token"], r["nats_per_token_stderr"]), percent(r, "word_accuracy"),
                     "%.2f" % r["fills"]["entropy"], "%.3f" % r["fills"]["distinct_1"], "%.3f" % r["fills"]["distinct_2"],
                     "%.1f %%" % (100 * r["fills"]["repetition"])])
    half = read(folder, "samples-half")[0]
    rows.append(["analytic, temperature 0.5", str(half["steps"]), "%.1f" % half["evaluations_per_blank"],
                 "%.2f ± %.2f" % (half["nats_per_token"], half["nats_per_token_stderr"]), percent(half, "word_accuracy"),
                 "%.2f" % half["fills"]["entropy"], "%.3f" % half["fills"]["distinct_1"], "%.3f" % half["fills"]["distinct_2"],
                 "%.1f %%" % (100 * half["fills"]["repetition"])])
    rows.append(["*the words that stood there*", "", "", "%.2f ± %.2f" % (one["own_nats_per_token"], one["own_nats_per_token_stderr"]),
                 "", "%.2f" % one["own"]["entropy"], "%.3f" % one["own"]["distinct_1"], "%.3f" % one["own"]["distinct_2"],
                 "%.1f %%" % (100 * one["own"]["repetition"])])
    table(["sampler", "steps", "evaluations a blank", "nats a token", "right words", "entropy", "different tokens",
           "different pairs", "repeated"], rows)


def judged(folder):
    """Only where measure.sh had a judge."""
    names = sorted(n[:-5] for n in os.listdir(folder) if n.startswith("judged-"))
    runs = sorted((read(folder, n)[0] for n in names), key=lambda r: (-r["temperature"], -r["top_p"]))
    if not runs:
        return
    one = runs[0]
    print("The same kind of blanks (%d, %d tokens) drawn from less than the whole distribution, rated by an autoregressive model\n"
          "that had no part in drawing them (`--judge`): what a token costs it given what stands before, and how much more than\n"
          "after the own words the rest of the window costs it, a blank.\n" % (one["blanks"], one["tokens"]))
    rows = []
    for r in runs:
        j = r["judge"]
        rows.append(["%g" % r["temperature"], "%g" % r["top_p"], "%.2f ± %.2f" % (j["nats_per_token"], j["nats_per_token_stderr"]),
                     "%+.1f ± %.1f" % (j["after"], j["after_stderr"]), percent(r, "word_accuracy"), "%.2f" % r["fills"]["entropy"],
                     "%.3f" % r["fills"]["distinct_2"], "%.1f %%" % (100 * r["fills"]["repetition"])])
    rows.append(["*own words*", "", "%.2f ± %.2f" % (one["judge"]["own_nats_per_token"], one["judge"]["own_nats_per_token_stderr"]),
                 "", "", "%.2f" % one["own"]["entropy"], "%.3f" % one["own"]["distinct_2"], "%.1f %%" % (100 * one["own"]["repetition"])])
    table(["temperature", "top-p", "judge: nats a token", "nats behind it", "right words", "entropy", "different pairs", "repeated"], rows)


def fill(model, top_p):
    records = "".join(json.dumps({"id": "%d %d" % (p, seed), "text": text, "seed": seed}) + "\n"
                      for p, text in enumerate(PROMPTS) for seed in range(10))
    out = subprocess.run([LACUNA, "fill", "-q", "-m", model, "--format", "jsonl", "--top-p", top_p], input=records,
                         capture_output=True, text=True, check=True).stdout
    return {r["id"]: r["blanks"][0]["text"].strip().replace("|", "\\|") for r in map(json.loads, out.splitlines())}


def fills(model):
    print("## Thirty fills by seed, not by taste\n")
    whole, part = fill(model, "1"), fill(model, "0.7")
    for p, text in enumerate(PROMPTS):
        # what is around the blank in italics
        print("*" + re.sub(r" (\[\[.*?\]\])( ?)", r"* `\1`\2*", text) + "*\n")
        table(["seed", "all of the mass", "top-p 0.7, as in the editor"],
              [[str(seed), whole["%d %d" % (p, seed)], part["%d %d" % (p, seed)]] for seed in range(10)], texts=True)


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
