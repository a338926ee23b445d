#!/bin/sh
# models/tools/plot_samplers.py: everything it draws is inside the frame, even with large errors.
cd "$(dirname "$0")/../.." || exit 1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 - "$folder/in.jsonl" <<'END'
import json, sys
fills = {"entropy": 4.0, "distinct_1": 0.5, "distinct_2": 0.9, "repetition": 0.01}
with open(sys.argv[1], "w") as out:
    for sampler, steps, nats, error in (("analytic", 4, 5.0, 2.0), ("analytic", 8, 4.0, 0.1), ("entropy", 4, 2.0, 1.5)):
        out.write(json.dumps({"sampler": sampler, "steps": steps, "evaluations_per_blank": steps, "nats_per_token": nats,
                              "nats_per_token_stderr": error, "own_nats_per_token": 3.0, "own_nats_per_token_stderr": 0.1,
                              "word_accuracy": 0.2, "word_accuracy_stderr": 0.01, "fills": fills, "own": fills}) + "\n")
END
python3 models/tools/plot_samplers.py "$folder/in.jsonl" "$folder/out.svg" >"$folder/table" &&
    python3 - "$folder/out.svg" <<'END'
import re, sys
sys.path.insert(0, "models/tools")
import plot_samplers as plot
svg = open(sys.argv[1]).read()
places = [float(y) for y in re.findall(r' (?:y1|y2|cy)="([-0-9.]+)"', svg)]
assert places and min(places) >= plot.TOP and max(places) <= plot.TOP + plot.HEIGHT, (min(places), max(places))
END
[ $? = 0 ] && echo "ok error_bars_stay_in_the_frame" || { echo "not ok error_bars_stay_in_the_frame"; exit 1; }
