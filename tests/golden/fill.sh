#!/bin/sh
# `lacuna fill` as a command, on a tiny model with random weights: the text around blanks stays, the same seed gives the
# same bytes, invalid input is reported and the rest is processed. $LACUNA is the program.
cd "$(dirname "$0")/../.." || exit 1
: "${LACUNA:=$PWD/lacuna}"
unset LACUNA_MODEL
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
XDG_DATA_HOME=$folder/data
export XDG_DATA_HOME
model=tests/data/tiny-model
failed=0

result() { # NAME CONDITION-STATUS
    if [ "$2" -eq 0 ]; then echo "ok $1"; else echo "not ok $1"; head -c 2000 "$folder/out" "$folder/err"; failed=1; fi
}
fill() { "$LACUNA" fill -m $model "$@" >"$folder/out" 2>"$folder/err"; }
# says NAME STATUS MESSAGE-FRAGMENT: the last fill ended with that status and message.
says() {
    [ "$got" -eq "$2" ] && if [ -n "$3" ]; then grep -qF -e "$3" "$folder/err"; else [ ! -s "$folder/err" ]; fi
    result "$1" $?
}
python() { python3 - "$@"; }

# ---- texts ----
printf 'The [[4]] river,\r\n\377 caf\303\251 \\[[3]] [[Smith]]\n\n\tthe [[2-5]].  \n\n' >"$folder/draft.txt"
fill "$folder/draft.txt"; got=$?; cp "$folder/out" "$folder/first"
says a_text_is_filled 0 ''
python "$folder/first" <<'END'
import re, sys
out = open(sys.argv[1], 'rb').read()
assert re.fullmatch(rb'The (\S.*\S|\S) river,\r\n\xff caf\xc3\xa9 \[\[3\]\] \[\[Smith\]\]\n\n\tthe (\S.*\S|\S)\.  \n\n', out, re.S), out
END
result the_frame_is_the_inputs_bytes $?
fill "$folder/draft.txt"; cmp -s "$folder/out" "$folder/first"; result the_same_seed_gives_the_same_bytes $?
fill -s "${LACUNA_TEST_SEED:-0}" --threads 2 <"$folder/draft.txt"; cmp -s "$folder/out" "$folder/first"
result standard_input_and_threads_make_no_difference $?
fill -s 1 "$folder/draft.txt"; ! cmp -s "$folder/out" "$folder/first"; result another_seed_gives_other_bytes $?
fill -t 0.5 -p 0.9 "$folder/draft.txt"; cp "$folder/out" "$folder/a"
fill --temperature 0.5 --top-p 0.9 "$folder/draft.txt"; cmp -s "$folder/out" "$folder/a" && ! cmp -s "$folder/a" "$folder/first"
result t_and_p_are_short_for_temperature_and_top_p $?

# ---- drawing: the model's suggestions, and options ----
mkdir "$folder/suggests"; cp tests/data/tiny-model/* "$folder/suggests"
# suggest MEMBERS: the tiny model's config.json with these members added
suggest() { sed "0,/{/s/{/{ $1,/" tests/data/tiny-model/config.json >"$folder/suggests/config.json"; }
# in_force NAME TEMPERATURE TOP_P RECORD-MEMBERS OPTION…
in_force() {
    name=$1 temperature=$2 top_p=$3 members=$4; shift 4
    echo "{\"id\": 1, \"text\": \"the [[9]] of\"$members}" |
        "$LACUNA" fill -q -m "$folder/suggests" "$@" --trace "$folder/trace" >"$folder/out" 2>"$folder/err"
    grep -q "\"temperature\":$temperature,\"top_p\":$top_p,\"dictionary\":null" "$folder/out" &&
        head -n 1 "$folder/trace" | grep -q "\"temperature\":$temperature,\"top_p\":$top_p,"
    result "$name" $?
}
suggest '"temperature": 0.75, "top_p": 0.5'
in_force what_the_model_suggests_is_the_default 0.75 0.5 ''; cp "$folder/out" "$folder/suggested"
in_force raw_is_the_models_own_distribution 1.0 1.0 '' --raw; ! cmp -s "$folder/out" "$folder/suggested"
result and_other_words $?
in_force options_win_over_raw_before_it 0.25 1.0 '' -t 0.25 --raw
in_force options_win_over_raw_behind_it 1.0 0.25 '' --raw -p 0.25
in_force options_win_over_suggestions 0.75 1.0 '' -p 1
in_force the_suggested_top_p_goes_with_the_suggested_temperature 0.5 1.0 '' -t 0.5
in_force and_with_no_other 0.75 0.5 '' -t 0.75
in_force records_win_over_both 0.25 0.125 ', "temperature": 0.25, "top_p": 0.125' --raw -t 0.5
in_force greedy_needs_no_top_p 0.0 1.0 '' -t 0
suggest '"top_p": 0.5'
in_force top_p_alone_goes_with_temperature_1 1.0 0.5 ''
suggest '"about": "nothing"'
in_force without_a_suggestion_it_is_1_and_1 1.0 1.0 ''
for wrong in '"temperature": 0' '"temperature": -1' '"temperature": "hot"' '"top_p": 0' '"top_p": 2'; do
    suggest "$wrong"
    "$LACUNA" fill -q -m "$folder/suggests" "$folder/draft.txt" >"$folder/out" 2>"$folder/err"
    [ $? -eq 3 ] && grep -q 'config.json: ' "$folder/err" || { failed=1; echo "not ok an_invalid_suggestion_is_an_error: $wrong"; }
done
result a_suggestion_out_of_range_is_named $?
suggest '"temperature": 0.75, "top_p": 0.5'
"$LACUNA" model show "$folder/suggests" >"$folder/out" 2>"$folder/err"
grep -q 'suggests *temperature 0.75' "$folder/out" && grep -q 'suggests *top-p 0.5' "$folder/out"
result model_show_names_the_suggestions $?
fill </dev/null; got=$?; [ $got -eq 0 ] && [ ! -s "$folder/out" ] && [ ! -s "$folder/err" ]
result empty_input_gives_empty_output $?
printf 'no blanks, \\[[5]]' | fill; printf 'no blanks, [[5]]' | cmp -s - "$folder/out"; result a_text_without_blanks_comes_back $?
printf 'a\nb [[3' >"$folder/bad.txt"; fill "$folder/bad.txt" "$folder/draft.txt"; got=$?
says an_unterminated_blank_is_named 1 "lacuna fill: $folder/bad.txt:2:3: "
cmp -s "$folder/out" "$folder/first"; result and_the_next_file_is_done $?
printf '\303\251 [[65]]' | fill; got=$?
says a_blank_larger_than_the_window_is_named 1 'lacuna fill: standard input:1:3: a blank of 65 tokens is larger'
printf 'the [[]] of' | fill; got=$?; says a_blank_of_any_length_is_filled 0 ''
printf 'the [[3]] of' | fill -k 3 --all; got=$?
[ $got -eq 0 ] && [ "$(grep -c '^the .* of' "$folder/out")" -eq 3 ]; result all_candidates_are_given $?
for sampler in analytic euler first-hitting confidence; do
    printf 'the [[5]] of' | fill --sampler $sampler; got=$?; says "the_sampler_${sampler}_works" 0 ''
done
printf 'the [[5]] of' | fill --temperature 0 -s 1; cp "$folder/out" "$folder/greedy"
printf 'the [[5]] of' | fill --temperature 0 -s 2 --sampler confidence; got=$?; says greedy_works 0 ''
for sampler in analytic euler first-hitting confidence entropy remasking; do
    printf 'the [[5]] of' | fill --temperature 0 -s 3 --sampler $sampler; cmp -s "$folder/out" "$folder/greedy"
    result "greedy_by_${sampler}_is_the_same_for_every_seed" $?
done

# ---- output ----
cp "$folder/draft.txt" "$folder/mine.txt"
fill -i "$folder/mine.txt"; got=$?
sed 's/ \[\[3\]\]/ \\[[3]]/' "$folder/first" >"$folder/escaped"
[ $got -eq 0 ] && [ ! -s "$folder/out" ] && cmp -s "$folder/mine.txt" "$folder/escaped"; result in_place_replaces_the_file $?
inode=$(stat -c %i "$folder/mine.txt"); fill -i "$folder/mine.txt"; [ "$inode" = "$(stat -c %i "$folder/mine.txt")" ] && cmp -s "$folder/mine.txt" "$folder/escaped"
result in_place_escapes_stay_escapes $?
printf 'in [[1984]] the [[3]] of \\[[7]] and [[200-300]]\n' >"$folder/year.txt"
fill "$folder/year.txt"; got=$?; says a_year_is_an_error_with_a_hint 1 "year.txt:1:4: a blank of 1984 tokens is larger than the model's window of 64 (\\[[1984]] stands for a literal [[1984]])"
printf 'x [[200-300]]' | fill; got=$?; says so_is_a_range 1 '1:3: a blank of 200 tokens is larger than the model'"'"'s window of 64 (\[[200-300]] stands'
printf 'x [[99999999999]]' | fill; got=$?; says so_is_any_number 1 '(\[[ stands for a literal [[)'
fill --skip-too-long "$folder/year.txt"; got=$?; says it_can_be_left_as_text 0 "year.txt:1:4: 2 blanks, starting with this one, are larger than the model's window of 64 and left as text"
grep -q '^in \[\[1984\]\] the .* of \[\[7\]\] and \[\[200-300\]\]$' "$folder/out" && ! grep -q '\[\[3\]\]' "$folder/out"; result and_the_rest_is_filled $?
fill --skip-too-long -i "$folder/year.txt"; grep -q '^in \[\[1984\]\] the .* of \\\[\[7\]\] and \[\[200-300\]\]$' "$folder/year.txt"; result in_place_too $?
printf 'in [[1984]]' | fill --skip-too-long; got=$?; [ $got -eq 0 ] && [ "$(cat "$folder/out")" = 'in [[1984]]' ]; result even_when_nothing_else_is_blank $?
printf '{"id":1,"text":"in [[1984]]"}\n{"id":2,"text":"x","blanks":[{"start":0,"end":1,"tokens":1984}]}\n' >"$folder/years.jsonl"
fill "$folder/years.jsonl"; got=$?; says a_record_has_the_hint_too 1 "years.jsonl:1: 1:4: a blank of 1984 tokens"
grep -qF '(\\[[1984]] stands' "$folder/out"; result in_its_error $?
fill --skip-too-long "$folder/years.jsonl"; got=$?
[ $got -eq 1 ] && head -n 1 "$folder/out" | grep -q '"text":"in \[\[1984\]\]"' && sed -n 2p "$folder/out" | grep -q '"error"' && grep -q 'years.jsonl:1: 1:4: 1 blank is larger' "$folder/err"; result or_keeps_it_as_text $?
fill -o "$folder/there.txt" "$folder/draft.txt"; cmp -s "$folder/there.txt" "$folder/first"; result output_goes_to_a_file $?
cp "$folder/first" "$folder/older.txt"; fill -o "$folder/older.txt" "$folder/bad.txt"; cmp -s "$folder/older.txt" "$folder/first"
result a_failed_text_replaces_no_output $?
mkdir "$folder/closed"; cp "$folder/draft.txt" "$folder/closed/"; chmod 444 "$folder/closed/draft.txt"; chmod 555 "$folder/closed"
if [ -w "$folder/closed/draft.txt" ]; then
    echo "skip an_unwritable_file_is_left_alone: root writes everywhere"
else
    fill -i "$folder/closed/draft.txt"; got=$?
    says an_unwritable_file_is_left_alone 1 'cannot write'
fi
chmod 755 "$folder/closed"
printf 'no blanks \\[[3]] [[Smith]]\n' >"$folder/none.txt"; touch -d 2020-01-01 "$folder/none.txt"
before=$(stat -c '%i %Y' "$folder/none.txt"); fill -i "$folder/none.txt"; [ "$before" = "$(stat -c '%i %Y' "$folder/none.txt")" ] && printf 'no blanks \\[[3]] [[Smith]]\n' | cmp -s - "$folder/none.txt"
result a_file_without_blanks_is_not_written $?
rm "$folder/none.txt"
# The trace goes to a pipe that nobody empties: the fill has read its file and waits.
python "$LACUNA" $model "$folder" <<'END'
import fcntl, json, os, select, subprocess, sys
program, model, folder = sys.argv[1:]
fifo, path = folder + '/fifo', folder + '/edited'
F_SETPIPE_SZ = 1031
os.mkfifo(fifo)
def fill_while(name, given, change):
    with open(path + name, 'w') as f: f.write(given)
    trace = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    fcntl.fcntl(trace, F_SETPIPE_SZ, 4096)
    p = subprocess.Popen([program, 'fill', '-q', '-m', model, '-i', '-n', '60', '--trace', fifo, path + name], stderr=subprocess.PIPE)
    select.select([trace], [], [])
    change(path + name)
    os.set_blocking(trace, True)
    while os.read(trace, 1 << 16): pass
    os.close(trace)
    return p.wait(), p.stderr.read().decode()
def write(path, text):
    with open(path, 'w') as f: f.write(text)
def replace(path, text):
    write(path + '~', text); os.replace(path + '~', path)
def touch(path): os.utime(path, (1, 1))
text, lines = 'the [[20]] of\n', json.dumps({'text': 'the [[20]] of'}) + '\n'
for name, given in ('.txt', text), ('.jsonl', lines):
    for change in (lambda p: write(p, 'my edit\n'), lambda p: replace(p, 'my edit\n')):
        code, said = fill_while(name, given, change)
        assert code == 1 and 'edited' + name + ': was changed by another program' in said, (code, said)
        assert open(path + name).read() == 'my edit\n'
    same_size = given.replace('of', 'OF')
    def quick(p):
        info = os.stat(p); write(p, same_size); os.utime(p, ns=(info.st_atime_ns, info.st_mtime_ns))
    code, said = fill_while(name, given, quick)
    assert code == 1 and open(path + name).read() == same_size, (code, said)
    code, said = fill_while(name, given, os.remove)
    assert code == 1 and 'was removed by another program' in said and not os.path.exists(path + name), (code, said)
    code, said = fill_while(name, given, touch)
    assert code == 0 and not said and open(path + name).read() != given, (code, said)
assert not [n for n in os.listdir(folder) if n.startswith('edited') and n not in ('edited.txt', 'edited.jsonl')]
END
result in_place_keeps_what_others_did_meanwhile $?
fill -i /dev/null; got=$?; says a_device_is_not_replaced 1 'not a regular file'
if [ -e /dev/full ]; then
    "$LACUNA" fill -m $model "$folder/draft.txt" >/dev/full 2>"$folder/err"; got=$?
    says a_full_disk_is_reported_once 1 'lacuna fill: standard output: No space left on device'
    [ "$(wc -l <"$folder/err")" -eq 1 ]; result and_only_once $?
    printf '{"text":"a [[2]]"}\n{"text":"b [[2]]"}\n' >"$folder/two.jsonl"
    fill -o /dev/full "$folder/two.jsonl"; got=$?; says a_full_output_file_is_reported 1 'lacuna fill: /dev/full: No space left on device'
fi

# ---- JSON lines ----
cat >"$folder/in.jsonl" <<'END'
{"id": "a", "text": "The “old” [[4]] of the [[2]]…"}
{"id": 7, "text": "the é river [[3]] winter", "blanks": [{"start": 4, "end": 5, "tokens": 3}, {"start": 12, "end": 17, "min": 2, "max": 4}]}
{"id": "c", "text": "the [[3"}
not json
{"id": [1], "text": 5}
{"id": "d", "text": "x", "blanks": [{"start": 0, "end": 2}]}
{"id": "e", "text": "the [[70]]"}
{"id": "f", "text": "the [[5]] of", "seed": 9007199254740991, "steps": 3, "candidates": 3, "sampler": "confidence"}
{"id": "g", "text": "the [[5]] of", "sampler": "magic"}
{"text": ""}
END
printf '{"id": "h", "text": "\377 [[2]]"}\n' >>"$folder/in.jsonl"
fill "$folder/in.jsonl"; got=$?; cp "$folder/out" "$folder/all.jsonl"
says bad_records_end_with_status_1 1 'in.jsonl:4: invalid JSON'
python "$folder/in.jsonl" "$folder/out" <<'END'
import json, sys
given = open(sys.argv[1], 'rb').read().split(b'\n')[:-1]
lines = open(sys.argv[2], encoding='utf-8').read().split('\n')
assert lines.pop() == '' and len(lines) == len(given), len(lines)
out = [json.loads(line) for line in lines]
assert [r['id'] for r in out] == ['a', 7, 'c', None, [1], 'd', 'e', 'f', 'g', None, 'h'], [r['id'] for r in out]
codes = {2: 'format', 3: 'format', 4: 'format', 5: 'argument', 6: 'limit', 8: 'unsupported', 10: 'format'}
keys = ['id', 'text', 'blanks', 'score', 'evaluations', 'seed', 'steps', 'sampler', 'temperature', 'top_p', 'dictionary', 'paragraphs', 'lengths', 'precision', 'model', 'version']
for i, r in enumerate(out):
    if i in codes:
        assert list(r) == ['id', 'error'] and list(r['error']) == ['code', 'message'] and r['error']['code'] == codes[i], r
        continue
    assert list(r) == keys + (['rank_score', 'ranking', 'candidates'] if i == 7 else []), list(r)
    for b in r['blanks']:
        assert list(b) == ['start', 'end', 'tokens', 'text']
        assert r['text'][b['start']:b['end']] == b['text'], r
        assert b['text'].strip() == b['text'] and '\n' not in b['text'] and '  ' not in b['text'], r
a, b, f, empty = out[0], out[1], out[7], out[9]
assert a['text'].startswith('The “old” ') and a['text'].endswith('…') and ' of the ' in a['text'], a
assert [x['tokens'] for x in a['blanks']] == [4, 2] and 0 <= a['seed'] < 2**53 and a['score'] < 0, a
assert b['text'].startswith('the ') and ' river ' in b['text'] and b['text'].endswith('[[3]] winter') is False, b
assert b['blanks'][0]['tokens'] == 3 and 2 <= b['blanks'][1]['tokens'] <= 4 and 'winter' in b['text'], b
assert f['seed'] == 2**53 - 1 and f['steps'] == 3 and f['sampler'] == 'confidence' and len(f['candidates']) == 3, f
ranks = [c['rank_score'] for c in f['candidates']]
assert ranks == sorted(ranks, reverse=True) and f['text'] == f['candidates'][0]['text'] and f['rank_score'] == ranks[0], f
assert f['score'] == f['candidates'][0]['score'] and all(list(c) == ['text', 'blanks', 'score', 'rank_score', 'bound'] for c in f['candidates'])
assert empty['text'] == '' and empty['blanks'] == [] and empty['score'] is None, empty
END
result records_follow_the_contract $?
{ sed -n 8p "$folder/in.jsonl"; sed -n 1p "$folder/in.jsonl"; } | fill --format jsonl
sed -n '1p' "$folder/all.jsonl" >"$folder/a"; sed -n '2p' "$folder/out" | cmp -s - "$folder/a"
result the_order_of_records_makes_no_difference $?
sed -n '1p' "$folder/in.jsonl" | fill --format jsonl -s $((${LACUNA_TEST_SEED:-0} + 3)); ! cmp -s "$folder/out" "$folder/a"
result the_seed_option_reaches_records $?
sed -n '1p' "$folder/in.jsonl" | fill --format jsonl --timing; grep -q '"seconds":' "$folder/out"; result timing_adds_seconds $?
: >"$folder/shards"
for i in 1 2 3; do fill --shard $i/3 -o "$folder/shard$i" "$folder/in.jsonl"; done
paste -d '\n' "$folder/shard1" "$folder/shard2" "$folder/shard3" | grep . | cmp -s - "$folder/all.jsonl"
result shards_make_up_the_whole $?
head -n 4 "$folder/all.jsonl" >"$folder/part"; printf '{"id":[1],"err' >>"$folder/part"
fill --resume -o "$folder/part" "$folder/in.jsonl"; cmp -s "$folder/part" "$folder/all.jsonl"; result resume_goes_on_where_it_broke_off $?
fill --resume -o "$folder/part" "$folder/in.jsonl"; got=$?
[ $got -eq 1 ] && cmp -s "$folder/part" "$folder/all.jsonl"; result resume_of_a_finished_run_does_nothing $?
says but_says_what_failed 1 'part: 7 of its records failed; --retry-errors retries them'
cp "$folder/in.jsonl" "$folder/mine.jsonl"; fill -i "$folder/mine.jsonl"; got=$?; cmp -s "$folder/mine.jsonl" "$folder/in.jsonl"
result in_place_loses_no_record_that_failed $?; says and_says_so 1 'mine.jsonl: unchanged'
head -n 2 "$folder/in.jsonl" >"$folder/mine.jsonl"; fill -i "$folder/mine.jsonl"
head -n 2 "$folder/all.jsonl" | cmp -s - "$folder/mine.jsonl"; result in_place_works_on_json_lines $?

# ---- traces ----
printf 'the “old” [[4]] of\n' >"$folder/t.txt"
fill --trace "$folder/trace" -k 2 "$folder/t.txt"; cp "$folder/out" "$folder/t.out"
python "$folder/trace" "$folder/t.out" <<'END'
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1], encoding='utf-8')]
head, last, steps = lines[0], lines[-1], [l for l in lines if l['type'] == 'step']
assert head['type'] == 'header' and head['trace'] == 1 and head['text'] == 'the “old”  of\n', head
assert head['blanks'] == [{'start': 10, 'end': 10, 'min': 4, 'max': 4}], head
assert [l['type'] for l in lines[1:3]] == ['window', 'window'] and last['type'] == 'done'
texts = {}
for s in steps:
    texts[s['candidate']] = ''.join(t['text'] for t in s['blanks'][0]['tokens'])
for c in last['candidates']:
    assert texts[c['candidate']] == c['blanks'][0]['text'], c
ranks = [c['rank_score'] for c in last['candidates']]
assert ranks == sorted(ranks, reverse=True) and None not in ranks and len(ranks) == 2, last
out = open(sys.argv[2], encoding='utf-8').read()
assert out == 'the “old” ' + last['candidates'][0]['blanks'][0]['text'] + ' of\n'
END
result a_trace_holds_every_step $?

# ---- which candidate is best ----
for ranking in first score bound; do
    printf '{"text": "the “old” [[4]] of", "candidates": 6, "seed": 4, "ranking": "%s"}\n' $ranking
done | fill --format jsonl; cp "$folder/out" "$folder/rankings"
printf '{"text": "the “old” [[4]] of", "seed": 4}\n' | fill --format jsonl -k 6 --ranking score
python "$folder/rankings" "$folder/out" <<'END'
import json, sys
first, score, bound = (json.loads(line) for line in open(sys.argv[1], encoding='utf-8'))
again = json.loads(open(sys.argv[2], encoding='utf-8').read())
texts = lambda r: [c['text'] for c in r['candidates']]
assert [r['ranking'] for r in (first, score, bound, again)] == ['first', 'score', 'bound', 'score']
assert sorted(texts(first)) == sorted(texts(score)) == sorted(texts(bound)) and again['candidates'] == score['candidates']
for r in (first, score): assert all('bound' not in c for c in r['candidates']), r
assert all(c['bound'] < 0 for c in bound['candidates']) and bound['evaluations'] > score['evaluations'], bound
by = lambda r, key: sorted(texts(r), key=lambda t: -key(next(c for c in r['candidates'] if c['text'] == t)))
assert texts(score) == by(score, lambda c: c['score'])
assert texts(bound) == by(bound, lambda c: c['score'] + c['bound'])
END
result the_ranking_orders_candidates_and_changes_no_words $?
printf 'x [[2]]\n' | fill -k 2 --ranking best; got=$?; says an_unknown_ranking_is_wrong_usage 2 'first, score or bound'

# ---- the manual page ----
missing=
for option in $("$LACUNA" fill --help | grep -oE '^ +(-.,)? *--[a-z-]+' | grep -oE -e '--[a-z-]+' | sort -u); do
    grep -qE "^\.It Fl (. , Fl )?-${option#--}( |\$)" man/lacuna-fill.1 || missing="$missing $option"
done
[ -z "$missing" ]; result "the_manual_page_has_every_option$missing" $?

# ---- lengths ----
# The bundled model learned lengths from rows with one blank: other hidden tokens must not affect them.
python "$LACUNA" <<'END'
import json, subprocess, sys
def lengths(text):
    record = json.dumps({'text': text}) + '\n'
    out = subprocess.run([sys.argv[1], 'fill', '-q', '--format', 'jsonl', '--precision', 'f32', '--lengths', 'model', '-k', '8', '-n', '1'],
                         input=record.encode(), stdout=subprocess.PIPE, check=True).stdout
    return sorted(c['blanks'][-1]['tokens'] for c in json.loads(out)['candidates'])
text = '"I never said%s," she answered, and put the letter back. When the train had gone, Thomas [[]]. Nobody was there.'
alone, beside = lengths(text % ''), lengths(text % ' [[4]]')
assert alone == beside and alone[0] < alone[-1], (alone, beside)
END
result other_blanks_do_not_change_a_length $?

# ---- interrupting ----
python "$LACUNA" $model <<'END'
import signal, subprocess, sys, time
def start(arguments):
    return subprocess.Popen([sys.argv[1], 'fill', '-m', sys.argv[2]] + arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
def handles(p): # whether the program already handles the signal itself
    with open('/proc/%d/status' % p.pid) as f:
        lines = dict(line.split(':', 1) for line in f)
    return 'lacuna' in lines['Name'] and int(lines['SigCgt'], 16) >> (signal.SIGINT - 1) & 1
for arguments, text in ([], b'the'), (['--format', 'jsonl'], b''):
    p = start(arguments)
    p.stdin.write(text); p.stdin.flush()
    while not handles(p): assert p.poll() is None, 'it has ended'; time.sleep(0.01)
    p.send_signal(signal.SIGINT)
    assert (p.wait(), p.stdout.read()) == (130, b''), 'while waiting for input'
p = start(['--format', 'jsonl', '--sampler', 'euler'])
p.stdin.write(b'{"text": "a [[2]]"}\n' + 400 * b'{"text": "a [[60]]", "steps": 1048576}\n'); p.stdin.flush()
first = p.stdout.readline()
p.send_signal(signal.SIGINT)
code, rest = p.wait(), p.stdout.read()
assert code == 130 and first and rest.count(b'\n') < 400, (code, rest.count(b'\n'))
END
result interrupting_is_status_130 $?

# ---- usage and model ----
printf 'the [[2]] of' | LACUNA_BACKEND=openblas "$LACUNA" fill -m $model --precision int8 >"$folder/out" 2>"$folder/err"; got=$?
says a_precision_that_is_not_there_is_status_3 3 'int8'
for wrong in '-s -1' '-s 9007199254740992' '-n 0' '-k 0' '--sampler magic' '--format xml' '--precision f8' '--top-p 0' \
    '--temperature x' '--shard 3/2' '--shard 0/2' '-i' '--resume' '-i -o x f' '--nonsense' '--shard 1/2'; do
    fill $wrong </dev/null; got=$?; [ $got -eq 2 ] && [ -s "$folder/err" ]; result "wrong_usage: $wrong" $?
done
"$LACUNA" fill -m nowhere "$folder/t.txt" >"$folder/out" 2>"$folder/err"; got=$?; says a_missing_model_is_status_3 3 'nowhere'
"$LACUNA" fill -m tests/data/bpe "$folder/t.txt" >"$folder/out" 2>"$folder/err"; got=$?
says a_folder_without_weights_is_status_3 3 'config.json'
fill "$folder/none.txt" "$folder/t.txt"; got=$?; says a_missing_file_is_named 1 "$folder/none.txt: cannot open"
[ -s "$folder/out" ]; result and_the_rest_is_done $?
exit $failed
