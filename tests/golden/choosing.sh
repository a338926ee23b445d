#!/bin/sh
# Choosing among several fills of hidden words: lacuna eval --samples with --candidates and --ranking. $LACUNA is the program.
cd "$(dirname "$0")/../.." || exit 1
: "${LACUNA:=$PWD/lacuna}"
unset LACUNA_MODEL
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
ok() { echo "ok $1"; }
fail() { echo "not ok $1"; head -c 600 "$folder/out" "$folder/err" | sed 's/^/    /'; }
tiny=tests/data/tiny-model
samples() { "$LACUNA" eval -q --samples -m $tiny --count 6 --words 3-6 --draws 1 "$@" tests/data/bpe/prose.txt >"$folder/out" 2>"$folder/err"; }

samples -k 1,4 --ranking first,score,bound,bound+after -t 1,0.5 --judge $tiny; got=$?
/usr/bin/python3 - "$folder/out" <<'P' && [ $got = 0 ] && ok every_combination_is_measured_once || fail every_combination_is_measured_once
import json, sys
rows = [json.loads(line) for line in open(sys.argv[1])]
names = [None, "first", "score", "bound", "bound+after"]
assert [(r["temperature"], r.get("candidates", 1), r.get("ranking")) for r in rows] == \
    [(t, 4 if n else 1, n) for t in (1.0, 0.5) for n in names], rows
assert all(r["window"] == 64 for r in rows), "the model's length, as no other is asked for"
one, first, score, bound, after = rows[:5]
assert "difference" not in one["judge"] and all("difference" in r["judge"] for r in rows[1:])
# the first of several is the only one of one
assert first["judge"]["difference"] == 0 and first["nats_per_token"] == one["nats_per_token"] and first["fills"] == one["fills"]
# costs: drawing four, then masks for each, then the words after
assert one["evaluations_per_blank"] < first["evaluations_per_blank"] == score["evaluations_per_blank"]
assert abs(bound["evaluations_per_blank"] - score["evaluations_per_blank"] - 16) < 1e-4, bound
assert bound["evaluations_per_blank"] < after["evaluations_per_blank"]
# its own judge likes what it finds likely
assert bound["judge"]["difference"] < 0, bound
P
cp "$folder/out" "$folder/before"
samples -k 1,4 --ranking first,score,bound,bound+after -t 1,0.5 --judge $tiny --threads 3
sed 's/"ms_per_blank": [0-9.]*//' "$folder/out" >"$folder/a"; sed 's/"ms_per_blank": [0-9.]*//' "$folder/before" >"$folder/b"
cmp -s "$folder/a" "$folder/b" && ok threads_make_no_difference || fail threads_make_no_difference
for wrong in "--ranking best" "--ranking first+after" "-k 0" "-k 2,x" "-t 1,x" "-p 0"; do
    samples $wrong; got=$?
    [ $got = 2 ] && [ ! -s "$folder/out" ] && ok "wrong_usage: $wrong" || fail "wrong_usage: $wrong"
done
