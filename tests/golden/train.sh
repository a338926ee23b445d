# lacuna train from the command line: a short training run, its curve, the autoregressive baseline, and lengths.
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
ok() { echo "ok $1"; }
fail() { echo "not ok $1"; sed 's/^/    /' "$folder/err" 2>/dev/null | tail -n 12; }
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do cat tests/data/bpe/prose.txt; done >"$folder/text"
cat >"$folder/recipe.json" <<'J'
{"name": "moment", "hidden_size": 32, "n_blocks": 2, "n_heads": 2, "length": 64, "vocabulary": 500, "rows": 8,
 "micro_rows": 4, "steps": 30, "warmup": 5, "decay": 0.5, "learning_rate": 1e-2, "optimiser": "muon", "delete_rows": 0.2}
J
train="$LACUNA train -q -r $folder/recipe.json -d $folder/text -v $folder/text --tokenizer tests/data/tiny-model"
$train -o "$folder/run" 2>"$folder/err" && ok it_trains || fail it_trains
"$LACUNA" train -r "$folder/recipe.json" -d "$folder/text" -o "$folder/said" --tokenizer tests/data/tiny-model --steps 2 --precision f32 2>"$folder/err" &&
    head -n 1 "$folder/err" | grep -q 'f32 products by [a-z]' && ok it_says_what_it_multiplies_with || fail it_says_what_it_multiplies_with
"$LACUNA" train --plot "$folder/curve.svg" -o "$folder/run" 2>"$folder/err"
[ $? = 1 ] && grep -q 'fewer than two' "$folder/err" && ok one_point_is_no_curve || fail one_point_is_no_curve
$train --steps 40 --resume -o "$folder/run" 2>"$folder/err" && "$LACUNA" train --plot "$folder/curve.svg" -o "$folder/run" 2>>"$folder/err" &&
    grep -q '<polyline' "$folder/curve.svg" && ok the_curve_is_drawn || fail the_curve_is_drawn
$train --steps 300 -o "$folder/long" 2>"$folder/err" && [ "$(wc -l <"$folder/long/train.jsonl")" -ge 10 ] && ok a_short_run_has_a_curve || fail a_short_run_has_a_curve

# ---- a run is not overwritten ----
# refused NAME MESSAGE ARGUMENT…: status 2, the message, and an unchanged run.
refused() {
    name=$1 message=$2; shift 2
    before=$(cat "$folder"/run/*.* | cksum)
    $train -o "$folder/run" "$@" 2>"$folder/err"
    [ $? = 2 ] && grep -qF -e "$message" "$folder/err" && [ "$before" = "$(cat "$folder"/run/*.* | cksum)" ] && ok "$name" || fail "$name"
}
refused without_resume_a_run_is_not_written_over 'already holds checkpoint.safetensors; --resume continues a run, --overwrite starts over'
refused resume_and_overwrite_exclude_each_other 'cannot be used together' --resume --overwrite
refused other_data_are_refused 'started with other data' --steps 50 --resume "$folder/recipe.json"
sed 's/"rows": 8/"rows": 16/; s/1e-2/2e-2/' "$folder/recipe.json" >"$folder/other.json"
refused other_fields_are_refused 'started with another "learning_rate", "rows"' --steps 50 --resume -r "$folder/other.json"
refused another_objective_is_refused '"objective"' --steps 50 --resume --objective ar
"$LACUNA" train -q -r "$folder/recipe.json" -d "$folder/text" -o tests/data/tiny-model 2>"$folder/err"
[ $? = 2 ] && grep -q 'already holds model.safetensors' "$folder/err" && git diff --quiet -- tests/data 2>/dev/null && ok nor_is_a_model || fail nor_is_a_model
cp -r "$folder/run" "$folder/again"; cp "$folder/again/checkpoint.safetensors" "$folder/whole"
/usr/bin/python3 - "$folder/again/checkpoint.safetensors" <<'P'
import sys
with open(sys.argv[1], 'r+b') as f:
    f.seek(-5000, 2); byte = f.read(1)[0]; f.seek(-5000, 2); f.write(bytes([byte ^ 3]))
P
$train -o "$folder/again" --steps 50 --resume 2>"$folder/err"
[ $? = 1 ] && grep -q 'checkpoint.safetensors: is damaged' "$folder/err" && ok two_flipped_bits_are_noticed || fail two_flipped_bits_are_noticed
lines=$(wc -l <"$folder/again/train.jsonl")
$train -o "$folder/again" --steps 2 -r "$folder/other.json" --overwrite 2>"$folder/err" && [ "$lines" -gt "$(wc -l <"$folder/again/train.jsonl")" ] &&
    $train -o "$folder/again" --steps 4 -r "$folder/other.json" --resume 2>"$folder/err" && ok overwrite_begins_anew || fail overwrite_begins_anew

cp tests/data/tiny-model/vocab.json tests/data/tiny-model/merges.txt "$folder/run"
"$LACUNA" eval -q --lengths --count 20 -m "$folder/run" "$folder/text" >"$folder/out" 2>"$folder/err" &&
    grep -q '"method": "delete"' "$folder/out" && grep -q '"evaluations_per_blank": 1.0' "$folder/out" && ok it_says_lengths_in_one_evaluation || fail it_says_lengths_in_one_evaluation
"$LACUNA" eval -q --lengths --search --count 5 -m "$folder/run" "$folder/text" >"$folder/out" 2>"$folder/err" &&
    grep -q '"method": "search"' "$folder/out" && ok lengths_can_be_searched_all_the_same || fail lengths_can_be_searched_all_the_same
"$LACUNA" eval -q --calibrate --count 5 -m "$folder/run" "$folder/text" >"$folder/out" 2>"$folder/err" &&
    grep -q '"length_calibration": \[' "$folder/out" && ok the_search_can_be_calibrated || fail the_search_can_be_calibrated
for sampler in analytic euler first-hitting confidence entropy remasking; do
    "$LACUNA" eval -q --samples --sampler $sampler --steps 8 --count 3 --draws 1 -m "$folder/run" "$folder/text" >"$folder/out" 2>"$folder/err" &&
        grep -q "\"sampler\": \"$sampler\"" "$folder/out" && ok "samples_of_$sampler" || fail "samples_of_$sampler"
done
$train --objective ar -o "$folder/ar" 2>"$folder/err" && ok an_autoregressive_model_trains || fail an_autoregressive_model_trains
cp tests/data/tiny-model/vocab.json tests/data/tiny-model/merges.txt "$folder/ar"
"$LACUNA" eval -q --blanks --count 5 --top-p 0.9 -m "$folder/ar" "$folder/text" >"$folder/out" 2>"$folder/err" &&
    grep -q '"word_accuracy"' "$folder/out" && ok it_is_measured_on_blanks || fail it_is_measured_on_blanks
number() { sed -n "s/.*\"$1\": \([0-9.-]*\).*/\1/p" "$folder/$2" | head -n 1; }
same_blanks="--words 1-3 --count 20 --seed 3 --precision f32"
"$LACUNA" eval -q --blanks $same_blanks -m "$folder/ar" "$folder/text" >"$folder/exact" 2>"$folder/err" &&
    "$LACUNA" eval -q --samples --draws 1 $same_blanks --judge "$folder/ar" -m "$folder/run" "$folder/text" >"$folder/out" 2>>"$folder/err"
sed -n 's/.*"judge": {\([^}]*\)}.*/\1/p' "$folder/out" >"$folder/judge"
[ -n "$(number nats_per_token exact)" ] && [ "$(number nats_per_token exact)" = "$(number own_nats_per_token judge)" ] && [ -n "$(number after judge)" ] &&
    ok the_judge_rates_the_own_words_as_it_does_alone || fail the_judge_rates_the_own_words_as_it_does_alone
"$LACUNA" eval -q --samples --draws 1 $same_blanks --judge "$folder/run" -m "$folder/run" "$folder/text" >"$folder/out" 2>"$folder/err"
sed -n 's/.*"judge": {\([^}]*\)}.*/\1/p' "$folder/out" >"$folder/judge"
[ -n "$(number nats_per_token judge)" ] && [ "$(number nats_per_token judge)" = "$(sed 's/, "own_nats.*//' "$folder/out" | sed -n 's/.*"nats_per_token": \([0-9.]*\).*/\1/p')" ] &&
    ok a_model_judges_its_own_fills_as_the_bound_does || fail a_model_judges_its_own_fills_as_the_bound_does
"$LACUNA" eval -q --samples --count 1 --judge "$folder/none" -m "$folder/run" "$folder/text" >"$folder/out" 2>"$folder/err"
[ $? = 3 ] && grep -q none "$folder/err" && ok a_judge_must_be_there || fail a_judge_must_be_there
printf 'a [[3]] b\n' | "$LACUNA" fill -q -m "$folder/ar" >"$folder/out" 2>"$folder/err"
[ $? = 3 ] && ok and_fills_none || fail and_fills_none
