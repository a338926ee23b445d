#!/bin/sh
# lacuna fill --dictionary: a named one is always used, auto follows the draft's language, and a missing one is reported.
cd "$(dirname "$0")/../.." || exit 1
: "${LACUNA:=$PWD/lacuna}"
unset LACUNA_MODEL
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export LC_ALL=C.UTF-8
ok() { echo "ok $1"; }
fail() { echo "not ok $1"; head -c 600 "$folder/out" "$folder/err" | sed 's/^/    /'; }
fill() { "$LACUNA" fill -q -m tests/data/tiny-model "$@" >"$folder/out" 2>"$folder/err"; }
if ! echo 'a [[1]]' | fill --dictionary en_US; then
    echo "skip dictionary: no English one is installed"
    exit 0
fi
# the tiny model draws only non-words: with a dictionary the fill takes more steps
steps() { grep -c '"type":"step"' "$folder/trace"; }
printf 'Der alte Mann ging in die Stadt, [[9]] und war sehr froh.\n' >"$folder/german.txt"
printf 'He went to the harbour with Zaphod, [[9]] and was very glad.\n' >"$folder/english.txt"
fill -k 8 --trace "$folder/trace" "$folder/german.txt"; plain=$(steps); cp "$folder/out" "$folder/plain"
fill -k 8 --trace "$folder/trace" --dictionary en_US "$folder/german.txt"; [ "$(steps)" -gt "$plain" ] && [ ! -s "$folder/err" ] &&
    ok a_named_dictionary_is_used_whatever_the_language || fail a_named_dictionary_is_used_whatever_the_language
fill --dictionary de "$folder/german.txt" || {
    fill -k 8 --trace "$folder/trace" --dictionary auto "$folder/german.txt"; got=$?
    [ $got = 0 ] && [ "$(steps)" = "$plain" ] && cmp -s "$folder/out" "$folder/plain" && grep -q 'lacuna fill: --dictionary auto: no dictionary' "$folder/err" &&
        ok auto_says_that_there_is_none_for_a_language || fail auto_says_that_there_is_none_for_a_language
    fill --dictionary auto "$folder/german.txt" "$folder/german.txt"; [ "$(wc -l <"$folder/err")" = 1 ] && ok and_says_it_once || fail and_says_it_once
}
fill -k 8 --trace "$folder/trace" "$folder/english.txt"; plain=$(steps)
fill -k 8 --trace "$folder/trace" --dictionary auto "$folder/english.txt"
[ "$(steps)" -gt "$plain" ] && [ ! -s "$folder/err" ] && grep -q '"dictionary":"en_US"' "$folder/trace" &&
    ok auto_takes_the_drafts_language || fail auto_takes_the_drafts_language
echo '{"text": "The old keeper [[3]] and looked out at the sea, and the wind was strong.", "dictionary": "auto"}' >"$folder/auto.jsonl"
fill "$folder/auto.jsonl"; cp "$folder/out" "$folder/first"
sed 's/auto/en_US/' "$folder/auto.jsonl" >"$folder/named.jsonl"
fill "$folder/named.jsonl"
grep -q '"dictionary":"en_US"' "$folder/first" && cmp -s "$folder/out" "$folder/first" && ok the_output_names_the_dictionary_in_force ||
    fail the_output_names_the_dictionary_in_force
fill --trace "$folder/trace" --temperature 0 --dictionary en_US "$folder/english.txt"; greedy=$(steps); cp "$folder/out" "$folder/first"
fill --temperature 0 --dictionary en_US -s 9 "$folder/english.txt"; cmp -s "$folder/out" "$folder/first" && ok greedy_words_do_not_depend_on_the_seed || fail greedy_words_do_not_depend_on_the_seed
fill --dictionary qq_QQ "$folder/english.txt"; [ $? = 2 ] && grep -q 'no dictionary "qq_QQ"' "$folder/err" && ok an_unknown_one_is_wrong_usage || fail an_unknown_one_is_wrong_usage
