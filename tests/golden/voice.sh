#!/bin/sh
# lacuna voice: reads a folder of texts, and writes a model folder and its figures.
set -e
lacuna=${LACUNA:-./lacuna}
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() {
    echo "not ok voice: $1"
    exit 1
}

mkdir -p "$work/texts/more"
cp "$root"/docs/*.md "$work/texts"
cp "$root"/docs/lab/*.md "$work/texts/more"
# A tiny model: the command is tested, not the words.
house=$work/house-model
cp -r "$root/tests/data/tiny-model" "$house"
sed 's/^{/{"top_p": 0.7,/' "$root/tests/data/tiny-model/config.json" >"$house/config.json"
printf '\377\376 not a text' >"$work/texts/bytes.txt"
"$lacuna" voice -m "$house" "$work/texts" --out "$work/mine" --minutes 0.1 --nice 0 >"$work/out" 2>"$work/err" || fail "it fails"
grep -q '1 file is not UTF-8 and left out: .*/bytes.txt' "$work/err" || fail "a file was left out in silence: $(cat "$work/err")"
grep -q '"left_out": 1' "$work/out" || fail "the figures do not count it"
for field in before after bits_per_byte word_accuracy stderr pages_tested steps seconds better; do
    grep -q "\"$field\"" "$work/out" || fail "the figures have no $field"
done
for name in config.json model.safetensors vocab.json merges.txt voice.json; do
    [ -f "$work/mine/$name" ] || fail "the folder has no $name"
done
[ ! -e "$work/mine/checkpoint.safetensors" ] || fail "what only the run needed is still there"
grep -q '"top_p"' "$work/mine/config.json" || fail "what the model suggests is lost"
echo "ok a_voice_is_learnt_and_measured_before_and_after"

# The new model fills, alone and mixed with the old one.
printf 'A [[3]] day.\n' | "$lacuna" fill -m "$work/mine" >"$work/alone"
for weight in 0 0.5 1; do
    printf '{"text": "A [[3]] day."}\n' | "$lacuna" fill -m "$house" --voice "$work/mine" --voice-weight $weight >"$work/mixed$weight" ||
        fail "a voice of weight $weight"
done
grep -q 'tiny + voice 0.5' "$work/mixed0.5" || fail "the output does not name the voice"
printf '{"text": "A [[3]] day."}\n' | "$lacuna" fill -m "$house" >"$work/house"
cmp -s "$work/house" "$work/mixed0" || fail "weight 0 is not the house"
echo "ok a_voice_fills_alone_and_mixed"

# A record that was drawn with a voice is drawn again with it; without it, the message names what differs.
printf '{"text": "A [[9]] day, and [[4]] came."}\n' >"$work/job.jsonl"
"$lacuna" fill -q -m "$house" --voice "$work/mine" --voice-weight 0.9 --trace "$work/trace" "$work/job.jsonl" >"$work/drawn"
/usr/bin/python3 - "$work" <<'P'
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1] + "/trace")]
record = {**lines[0], "record": 1, "filled": [b["text"] for b in lines[-1]["candidates"][0]["blanks"]]}
json.dump(record, open(sys.argv[1] + "/record.jsonl", "w"))
json.dump({**record, "filled": ["other", "words"]}, open(sys.argv[1] + "/other.jsonl", "w"))
P
"$lacuna" fill -m "$house" --voice "$work/mine" --voice-weight 0.9 --from-record "$work/record.jsonl" >"$work/again" || fail "a record with a voice"
grep -q '"model":"tiny + voice 0.9"' "$work/again" || fail "a record is drawn without the voice: $(cat "$work/again")"
status=0
"$lacuna" fill -m "$house" --from-record "$work/other.jsonl" >/dev/null 2>"$work/err" || status=$?
[ $status = 1 ] && grep -q 'the model: it was tiny + voice 0.9, here it is tiny' "$work/err" || fail "what differs: $(cat "$work/err")"
echo "ok a_record_is_drawn_again_with_its_voice"

"$lacuna" eval -q -m "$house" --voice "$work/mine" --voice-weight 0.5 --bound --windows 2 "$work/texts/SEDD.md" >"$work/bound"
grep -q '"model": "tiny + voice 0.5"' "$work/bound" || fail "eval does not name the voice: $(cat "$work/bound")"
echo "ok figures_name_the_voice"

# Errors.
expect() {
    wanted=$1
    shift
    status=0
    "$@" >/dev/null 2>"$work/err" || status=$?
    [ $status = "$wanted" ] || fail "$*: status $status, not $wanted: $(cat "$work/err")"
}
expect 2 "$lacuna" voice "$work/texts"
expect 2 "$lacuna" voice -m "$house" "$work/texts" --out "$work/mine" --minutes 0.1
grep -q 'already holds a model' "$work/err" || fail "a model is not replaced by accident"
mkdir "$work/few"
echo "One [[2]] line." >"$work/few/a.txt"
expect 1 "$lacuna" voice -m "$house" "$work/few" --out "$work/none"
grep -q 'at least 20 pages' "$work/err" || fail "too little text: $(cat "$work/err")"
grep -q '1 page of text; .* (1 file,' "$work/err" || fail "one page: $(cat "$work/err")"
printf 'caf\351\n' >"$work/few/b.txt"
expect 1 "$lacuna" voice -m "$house" "$work/few" --out "$work/none"
grep -q '; 1 is not UTF-8: .*/b.txt)' "$work/err" || fail "why it is too little: $(cat "$work/err")"
expect 1 "$lacuna" voice -m "$house" "$work/nonesuch" --out "$work/none"
expect 3 "$lacuna" fill -m "$house" --voice "$work/nonesuch" "$work/few/a.txt"
"$lacuna" voice -m "$house" "$work/texts" --out "$work/stopped" --minutes 60 --nice 0 >/dev/null 2>"$work/err" &
process=$!
for try in $(seq 600); do
    [ ! -e "$work/stopped/train.jsonl" ] || break
    sleep 0.1
done
kill -TERM $process
status=0
wait $process || status=$?
[ $status = 130 ] || fail "stopped: status $status"
grep -q 'stopped; ' "$work/err" || fail "stopped: $(cat "$work/err")"
grep -q -e '--resume' "$work/err" && fail "an option that it does not have: $(cat "$work/err")"
for option in --trace --cast -o; do
    expect 2 "$lacuna" fill -m "$house" --voice "$work/mine" "$work/few/a.txt" $option "$work/mine/vocab.json"
    [ -s "$work/mine/vocab.json" ] || fail "$option destroys the voice"
done
echo "ok what_goes_wrong_with_a_voice_is_said"
