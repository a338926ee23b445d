#!/bin/sh
# `lacuna tokens` as a command: its output, the places in its messages, its exit status. $LACUNA is the program.
cd "$(dirname "$0")/../.." || exit 1
: "${LACUNA:=$PWD/lacuna}"
unset LACUNA_MODEL
model=tests/data/bpe
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
XDG_DATA_HOME=$folder/data
export XDG_DATA_HOME
failed=0

# check NAME STATUS OUTPUT-OR-"" MESSAGE-FRAGMENT-OR-"" COMMAND…   Standard input is $input.
check() {
    name=$1 status=$2 output=$3 message=$4
    shift 4
    printf '%b' "$input" | "$@" >"$folder/out" 2>"$folder/err"
    got=$?
    printf '%b' "$output" >"$folder/expected"
    if [ $got -ne "$status" ] || ! cmp -s "$folder/expected" "$folder/out" ||
        ! grep -qF -e "$message" "$folder/err" && [ -n "$message$(cat "$folder/err")" ]; then
        echo "not ok $name: exit $got"
        cat "$folder/out" "$folder/err"
        failed=1
    else
        echo "ok $name"
    fi
}

input='ab\n\nb' check encode_goes_line_by_line 0 '64 65\n\n65\n' '' "$LACUNA" tokens encode -m $model
input='64  65\t66 \n\n7' check decode_goes_line_by_line 0 'abc\n\n(\n' '' "$LACUNA" tokens decode -m $model
input='497\n' check a_special_decodes_to_its_name 0 '<|endoftext|>\n' '' "$LACUNA" tokens decode -m $model
input='64\n65 9x 64\n66\n' check a_bad_id_names_line_and_column 1 'a\n\nc\n' \
    'lacuna tokens: standard input:2:4: "9x" is not an id: a number from 0 to 499' "$LACUNA" tokens decode -m $model
input='500\n' check an_id_out_of_range_is_bad 1 '\n' 'standard input:1:1: "500" is not an id' "$LACUNA" tokens decode -m $model
input='-1\n' check a_negative_id_is_bad 1 '\n' 'standard input:1:1: "-1" is not an id' "$LACUNA" tokens decode -m $model
input='99999999999999999999999\n' check a_huge_id_is_bad 1 '\n' '1:1: "99999999999999999999999"' "$LACUNA" tokens decode -m $model
input='ab\n' check a_missing_file_is_status_1_and_the_rest_goes_on 1 '64 65\n' "$folder/none: cannot open" \
    "$LACUNA" tokens encode -m $model "$folder/none" -
input='' check a_missing_model_is_status_3 3 '' 'model "nowhere"' "$LACUNA" tokens encode -m nowhere
input='' check no_verb_is_wrong_usage 2 '' 'encode, decode or train' "$LACUNA" tokens
input='' check another_verb_is_wrong_usage 2 '' 'unknown action "count"' "$LACUNA" tokens count
input='' check train_needs_a_size 2 '' 'train needs --size' "$LACUNA" tokens train -o "$folder/x" $model/prose.txt
input='' check train_needs_a_folder 2 '' 'train needs --out' "$LACUNA" tokens train --size 300 $model/prose.txt
input='' check train_needs_files 2 '' 'at least one FILE' "$LACUNA" tokens train --size 300 -o "$folder/x"
input='' check a_size_below_256_is_wrong_usage 2 '' '--size: 255' "$LACUNA" tokens train --size 255
input='' check train_options_belong_to_train 2 '' 'takes no --size' "$LACUNA" tokens encode --size 300
input='' check too_little_text_is_status_1 1 '' 'for a vocabulary of' "$LACUNA" tokens train --size 9999 -o "$folder/x" $model/prose.txt
input='' check train_writes_a_model_folder 0 '' '' "$LACUNA" tokens train --size 300 -o "$XDG_DATA_HOME/lacuna/models/mine" \
    --special '<a>' --special '<b>' $model/prose.txt
input='298 299\n' check a_model_is_found_by_name 0 '<a><b>\n' '' "$LACUNA" tokens decode -m mine
input='298 299\n' check the_environment_names_the_model 0 '<a><b>\n' '' env LACUNA_MODEL=mine "$LACUNA" tokens decode
exit $failed
