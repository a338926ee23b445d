#!/bin/sh
# Everything that a model's card says about its quality, as JSON files in a folder: about half an hour on two
# cores for the bundled model. models/tools/card.py makes the card's tables from them.
#
#   models/tools/measure.sh MODEL TEXT OUT     LACUNA names another program than ./lacuna; JUDGE, if set, an
#                                              autoregressive model with the same tokenizer that rates fills
set -u
lacuna=${LACUNA:-./lacuna} model=$1 text=$2 out=$3
mkdir -p "$out"
measure() {
    name=$1
    shift
    "$lacuna" eval -q -m "$model" "$@" "$text" >"$out/$name.json" || exit
    echo "$(date +%T) $name $(head -n 1 "$out/$name.json" | cut -c 1-220)"
}
measure bound --bound --draws 2 --precision f32
measure blanks-1-3 --blanks --words 1-3 --count 500 --draws 4
measure blanks-4-12 --blanks --words 4-12 --count 150 --draws 4
measure blanks-13-36 --blanks --words 13-36 --count 60 --draws 4
measure lengths --lengths --count 300
measure lengths-uniform --lengths --uniform --count 300
measure lengths-search --lengths --search --count 300
measure lengths-search-uniform --lengths --search --uniform --count 300
measure samples --samples --words 4-12 --count 60 --draws 2 --window 128 --steps 1,2,4,8,16,32,64 \
    --sampler analytic,first-hitting
measure samples-others --samples --words 4-12 --count 60 --draws 2 --window 128 --steps 1,2,4,8,16,32,64 \
    --sampler euler,confidence,entropy,remasking
if [ -n "${JUDGE:-}" ]; then
    for share in '1 1' '1 0.9' '1 0.8' '1 0.7' '1 0.6' '0.8 1' '0.6 1' '0.5 1'; do
        measure "judged-${share% *}-${share#* }" --samples --judge "$JUDGE" --words 4-12 --count 100 --draws 1 --window 128 \
            --temperature "${share% *}" --top-p "${share#* }"
    done
fi
measure samples-half --samples --words 4-12 --count 60 --draws 2 --window 128 --temperature 0.5
