# An output that is an input or another output, under any name, is refused with status 2, and every file stays as it was.
# Something that is not a regular file may be both. JSON lines replace an older output only when they are complete.
# $LACUNA is the program.
cd "$(dirname "$0")/../.." || exit 1
: "${LACUNA:=$PWD/lacuna}"
unset LACUNA_MODEL
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
XDG_DATA_HOME=$folder/data XDG_CONFIG_HOME=$folder/config
export XDG_DATA_HOME XDG_CONFIG_HOME LACUNA
model=$PWD/tests/data/tiny-model
failed=0
result() { if [ "$2" -eq 0 ]; then echo "ok $1"; else echo "not ok $1"; head -c 1500 "$folder/err"; failed=1; fi; }

work=$folder/files
fresh() {
    rm -rf "$work"; mkdir "$work"; cp -r tests/data/tiny-model "$work/model"
    printf 'the [[2]] of\n' >"$work/s.txt"; printf '{"id": 1, "text": "the [[2]] of"}\n{"id": 2, "text": "a [[2]]"}\n' >"$work/s.jsonl"
    ln -s s.jsonl "$work/link.jsonl"; ln "$work/s.jsonl" "$work/hard.jsonl"; ln -s s.txt "$work/link.txt"; ln -s new "$work/dangling"
    cp "$folder/trace" "$work/trace"; cp "$folder/text" "$work/text"; cp "$folder/recipe" "$work/recipe"
}
# refuses NAME COMMAND: run by sh in the work folder, it ends with status 2 and a message, and changes nothing.
refuses() {
    fresh
    before=$(cd "$work" && find . -type f | sort | xargs cksum)
    (cd "$work" && LACUNA=$LACUNA timeout 60 sh -c "$2") >"$folder/out" 2>"$folder/err"; got=$?
    [ $got -eq 2 ] && grep -q 'nothing was done' "$folder/err" && [ "$before" = "$(cd "$work" && find . -type f | sort | xargs cksum)" ]
    result "$1" $?
}
# takes NAME COMMAND: the same ends with status 0.
takes() { fresh; (cd "$work" && LACUNA=$LACUNA timeout 60 sh -c "$2") >"$folder/out" 2>"$folder/err"; result "$1" $?; }

printf 'the [[2]] of\n' | "$LACUNA" fill -q -m "$model" -n 2 --trace "$folder/trace" >/dev/null
for i in 1 2 3 4 5 6; do cat tests/data/bpe/prose.txt; done >"$folder/text"
cat >"$folder/recipe" <<'J'
{"name": "moment", "hidden_size": 32, "n_blocks": 2, "n_heads": 2, "length": 64, "vocabulary": 500, "rows": 8, "micro_rows": 4, "steps": 2}
J
fill='$LACUNA fill -q -m model'
refuses json_lines_over_their_input "$fill -o s.jsonl s.jsonl"
refuses through_a_symbolic_link "$fill -o link.jsonl s.jsonl"
refuses through_a_hard_link "$fill -o hard.jsonl s.jsonl"
refuses through_another_path "$fill -o ../files/./s.jsonl s.jsonl"
refuses a_text_over_its_input "$fill -o link.txt s.txt"
refuses over_the_second_of_many_inputs "$fill -o s.txt trace s.txt"
refuses over_standard_input "$fill --format jsonl -o s.jsonl <s.jsonl"
refuses a_dash_is_standard_input_too "$fill --format jsonl -o s.jsonl - <s.jsonl"
refuses appending_to_what_is_read "$fill s.jsonl >>s.jsonl"
refuses appending_to_standard_input "$fill --format jsonl <s.jsonl >>s.jsonl"
refuses a_trace_over_the_input "$fill --trace s.txt s.txt"
refuses a_cast_over_the_input "$fill --cast s.txt s.txt"
refuses an_output_that_is_the_trace "$fill -o x --trace x s.txt"
refuses an_output_that_is_the_trace_by_a_dangling_link "$fill -o dangling --trace ./new s.txt"
refuses an_output_that_is_the_cast "$fill -o trace --cast trace s.txt"
refuses a_trace_that_is_the_cast "$fill --trace x --cast x s.txt"
refuses a_trace_into_the_redirected_output "$fill --trace trace s.txt >>trace"
refuses in_place_and_the_trace "$fill -i --trace s.txt s.txt"
refuses an_output_over_the_model "$fill -o model/config.json s.txt"
refuses a_trace_over_the_weights "$fill --trace model/model.safetensors s.txt"
refuses a_replay_over_its_trace '$LACUNA replay --cast trace trace'
refuses a_replay_appended_to_its_trace '$LACUNA replay trace >>trace'
refuses scores_over_their_input '$LACUNA score -m model text text'
refuses scores_over_the_weights '$LACUNA score -m model text model/model.safetensors'
refuses ids_appended_to_the_text '$LACUNA tokens encode -m model text >>text'
refuses ids_appended_to_standard_input '$LACUNA tokens decode -m model <text >>text'
refuses a_vocabulary_over_its_text 'mv text vocab.json; $LACUNA tokens train --size 300 -q -o . vocab.json; e=$?; mv vocab.json text; exit $e'
refuses measurements_appended_to_the_text '$LACUNA eval -q --bound -m model text >>text'
refuses measurements_over_the_model '$LACUNA eval -q --bound -m model text >>model/config.json'
refuses counts_appended_to_what_is_replaced '$LACUNA replace the a text >>text'
refuses converting_a_model_onto_itself '$LACUNA model convert ./model --out model'
refuses a_description_into_the_model '$LACUNA model show ./model >>model/config.json'
refuses training_over_the_recipe 'mkdir r; mv recipe r/config.json; $LACUNA train -q -r r/config.json -d text -o r --tokenizer model; e=$?; mv r/config.json recipe; exit $e'
refuses training_over_the_data 'mkdir r; mv text r/train.jsonl; $LACUNA train -q -r recipe -d r/train.jsonl -o r --tokenizer model; e=$?; mv r/train.jsonl text; exit $e'
refuses training_over_the_first_weights '$LACUNA train -q -r recipe -d text -o model --init ./model'
refuses a_curve_over_its_run 'mkdir r; mv text r/train.jsonl; $LACUNA train --plot r/train.jsonl -o r; e=$?; mv r/train.jsonl text; exit $e'
refuses settings_appended_to_themselves '$LACUNA config -c text >>text'
refuses keys_appended_to_themselves '$LACUNA keys -k ./text >>text'

takes many_outputs_may_go_to_the_null_device "$fill --trace /dev/null s.txt >/dev/null 2>/dev/null </dev/null"
takes a_pipe_may_be_anything_at_once "cat s.jsonl | $fill --format jsonl | cat"
takes a_file_may_be_read_twice "$fill s.txt s.txt link.txt"
takes files_in_place_may_be_named_twice "$fill -i s.txt link.txt"
takes standard_input_that_nobody_reads_is_no_input "$fill -o trace s.txt <trace"
takes standard_output_that_nobody_writes_to_is_no_output "$fill -o x s.txt >x"
takes a_replay_elsewhere '$LACUNA replay --cast cast trace'

# ---- streams are written to directly, and pipes are inputs everywhere ----
# same NAME COMMAND: its standard output equals the work folder's file "right".
same() { (cd "$work" && LACUNA=$LACUNA timeout 60 bash -c "$2") >"$folder/out" 2>"$folder/err" && cmp -s "$folder/out" "$work/right"; result "$1" $?; }
fresh; (cd "$work" && "$LACUNA" fill -q -m model s.txt) >"$work/right"
same a_dash_is_standard_output "$fill -o - s.txt"
[ ! -e "$work/-" ]; result and_no_file_of_that_name $?
same so_is_its_device "$fill -o /dev/stdout s.txt"
same so_is_its_descriptor "$fill -o /dev/fd/1 s.txt; exit"
same and_another_descriptor "exec 7>&1; $fill -o /dev/fd/7 s.txt"
same a_redirected_output_is_not_replaced "{ printf 'the '; $fill -o /dev/stdout s.txt; } >x; ls -i x >i; $fill -o /dev/stdout s.txt >x; ls -i x | cmp -s i - && cat x"
printf 'before\n' | cat - "$work/right" >"$work/appended"
(cd "$work" && echo before >x && sh -c "$fill -o /dev/stdout s.txt >>x") 2>"$folder/err"; cmp -s "$work/x" "$work/appended"; result what_was_there_before_stays $?
same a_named_pipe_is_written_to "mkfifo p; cat p & $fill -o p s.txt; wait"
same text_goes_to_the_null_device "$fill -o /dev/null s.txt; cat right"
same a_text_comes_through_a_pipe "$fill <(cat s.txt)"
same or_by_the_device_of_standard_input "cat s.txt | $fill /dev/stdin"
same or_from_where_it_is_open "{ read -r line; $fill /dev/stdin; } < <(echo skipped; cat s.txt)"
(cd "$work" && "$LACUNA" fill -q -m model s.jsonl) >"$work/right"
same json_lines_go_to_standard_output "$fill -o - s.jsonl"
same json_lines_come_through_a_pipe "$fill --format jsonl -o /dev/stdout <(cat s.jsonl)"
same a_trace_goes_to_a_pipe "$fill --trace >(cat >y) s.jsonl; while ! tail -n 1 y | grep -q done; do sleep 0.1; done"
(cd "$work" && "$LACUNA" replay --cast x trace && cat x) >"$work/right"
same a_cast_goes_to_standard_output '$LACUNA replay --cast - trace'
same a_trace_comes_through_a_pipe 'cat trace | $LACUNA replay --cast /dev/stdout -'
(cd "$work" && "$LACUNA" fill -q -m model --cast x s.txt >/dev/null && cut -c 1-60 x) >"$work/right"
same a_cast_of_a_fill_goes_there_too "$fill --cast - -o x s.txt | cut -c 1-60"
(cd "$work" && "$LACUNA" tokens encode -m model text) >"$work/right"
same ids_of_a_pipe '$LACUNA tokens encode -m model <(cat text)'
(cd "$work" && "$LACUNA" eval -q --bound --windows 2 --draws 1 -m model text) >"$work/right"
same a_measurement_of_a_pipe '$LACUNA eval -q --bound --windows 2 --draws 1 -m model <(cat text)'
(cd "$work" && "$LACUNA" tokens train -q --size 300 -o v text && cat v/*) >"$work/right"
same a_vocabulary_from_a_pipe '$LACUNA tokens train -q --size 300 -o w <(cat text) && cat w/*'
same a_vocabulary_from_standard_input '$LACUNA tokens train -q --size 300 -o u - <text && cat u/*'
/usr/bin/python3 - "$work/cases" <<'P'
import json, struct, sys
header = json.dumps({'xt': {'dtype': 'I64', 'shape': [1, 4], 'data_offsets': [0, 32]}, 't': {'dtype': 'F32', 'shape': [1], 'data_offsets': [32, 36]}}).encode()
open(sys.argv[1], 'wb').write(struct.pack('<Q', len(header)) + header + struct.pack('<4qf', 1, 2, 3, 4, 0.5))
P
(cd "$work" && "$LACUNA" score -m ./model cases x && cat x) >"$work/right" 2>"$folder/err"
same tensors_go_to_standard_output '$LACUNA score -m ./model cases -'
same and_come_through_a_pipe 'cat cases | $LACUNA score -m ./model - /dev/stdout'
train='$LACUNA train -q --precision f32 --threads 1'
sed 's/500/300/' "$folder/recipe" >"$work/recipe"
(cd "$work" && sh -c "$(printf '%s' "$train" | sed "s|\$LACUNA|$LACUNA|") -r recipe -d text -v text -o r" 2>"$folder/err"; cat r/model.safetensors r/vocab.json) >"$work/right"
same training_on_pipes "$train -r <(cat recipe) -d <(cat text) -v <(cat text) -o q; cat q/model.safetensors q/vocab.json"
same training_on_standard_input "$train -r recipe -d - -v text -o o <text; cat o/model.safetensors o/vocab.json"
(cd "$work" && "$LACUNA" train -q -r recipe -d text -o r --steps 4 --resume && "$LACUNA" train --plot x -o r && cat x) >"$work/right" 2>"$folder/err"
same a_curve_goes_to_standard_output '$LACUNA train --plot - -o r'
"$LACUNA" fill -q -m "$model" --resume -o - "$work/s.jsonl" >"$folder/out" 2>"$folder/err"; [ $? -eq 2 ]; result a_stream_cannot_be_resumed $?

# ---- an older output stays until the new one is complete ----
fresh
"$LACUNA" fill -q -m "$model" -o "$work/out" "$work/s.jsonl" 2>"$folder/err"; cp "$work/out" "$folder/right"
printf 'an older output\n' >"$work/out"; chmod 640 "$work/out"
"$LACUNA" fill -q -m "$model" -o "$work/out" "$work/s.jsonl" 2>"$folder/err" && cmp -s "$work/out" "$folder/right" && [ ! -e "$work/out.part" ] && [ "$(stat -c %a "$work/out")" = 640 ]
result a_new_output_replaces_an_older_one $?
LACUNA_BACKEND=openblas "$LACUNA" fill -q -m "$model" -o "$work/out" --precision int8 "$work/s.jsonl" 2>"$folder/err"
[ $? -eq 3 ] && cmp -s "$work/out" "$folder/right" && [ ! -e "$work/out.part" ]; result without_a_model_the_older_output_stays $?
/usr/bin/python3 - "$LACUNA" "$model" "$work" "$folder/right" <<'P'; result an_interrupted_run_leaves_the_older_output_and_can_be_resumed $?
import os, signal, subprocess, sys
program, model, work, right = sys.argv[1:]
out, right = os.path.join(work, 'out'), open(right, 'rb').read()
older = open(out, 'rb').read()
lines = [b'{"id": 1, "text": "the [[2]] of"}\n', b'{"id": 2, "text": "a [[2]]"}\n']
for last in signal.SIGINT, signal.SIGKILL:
    p = subprocess.Popen([program, 'fill', '-q', '-m', model, '--format', 'jsonl', '-o', out], stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    p.stdin.write(lines[0]); p.stdin.flush()
    while not os.path.exists(out + '.part') or open(out + '.part', 'rb').read().count(b'\n') < 1: pass
    assert open(out, 'rb').read() == older
    p.send_signal(last)
    message = p.stderr.read()
    if last == signal.SIGINT: assert p.wait() == 130 and b'out.part, and --resume continues' in message, (p.wait(), message)
    p.wait(); p.stdin.close()
    assert open(out, 'rb').read() == older
subprocess.run([program, 'fill', '-q', '-m', model, '--format', 'jsonl', '-o', out, '--resume'], input=b''.join(lines), check=True)
assert open(out, 'rb').read() == right and not os.path.exists(out + '.part')
P
exit $failed
