#!/bin/sh
# lacuna replace: text from a pipe goes to standard output, files are replaced in place, and a file that another program
# changes meanwhile is not overwritten. $LACUNA is the program.
: "${LACUNA:=$PWD/lacuna}"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
XDG_DATA_HOME=$folder/data XDG_CONFIG_HOME=$folder/config XDG_STATE_HOME=$folder/state
export XDG_DATA_HOME XDG_CONFIG_HOME XDG_STATE_HOME LACUNA
failed=0
result() { if [ "$2" -eq 0 ]; then echo "ok $1"; else echo "not ok $1"; head -c 1500 "$folder/err" | sed 's/^/    /'; failed=1; fi; }
work=$folder/work
# gives NAME TEXT COMMAND: run by bash in a fresh work folder, it ends with status 0 and prints TEXT.
gives() {
    rm -rf "$work"; mkdir "$work"; printf 'a cat, a bat\n' >"$work/a.txt"; printf 'no match\r\n' >"$work/b.txt"
    (cd "$work" && timeout 60 bash -c "$3") >"$folder/out" 2>"$folder/err" && [ "$(cat "$folder/out"; echo .)" = "$(printf "$2"; echo .)" ]
    result "$1" $?
}
gives a_dash_is_standard_input 'a dog, a bat\n' '$LACUNA replace cat dog - <a.txt'
grep -qx 'standard input: 1 replaced' "$folder/err"; result and_its_count_goes_to_standard_error $?
gives so_is_its_device 'a dog, a bat\n' 'cat a.txt | $LACUNA replace -q cat dog /dev/stdin'
gives a_text_comes_through_a_pipe 'a dog, a bat\n' '$LACUNA replace -q cat dog <(cat a.txt)'
gives a_text_without_a_match_comes_out_as_it_is 'no match\r\n' '$LACUNA replace -q cat dog - <b.txt'
gives nothing_comes_out_of_nothing '' '$LACUNA replace -q cat dog - </dev/null'
gives bytes_that_are_no_text_come_out_as_they_are '\377\376\001 dog \200' 'printf "\377\376\001 cat \200" | $LACUNA replace -q cat dog -'
gives an_encoding_stays 'caf\351 dog\n' 'printf "caf\351 cat\n" | $LACUNA replace -q cat dog -'
gives a_line_feed_is_the_line_end_of_the_text 'no\r\n\r\nmatch\r\n' '$LACUNA replace -q -E " " "\n\n" - <b.txt'
gives an_output_leaves_the_file_alone 'a dog, a bat\na cat, a bat\n' '$LACUNA replace -q -o out cat dog a.txt && cat out a.txt'
gives a_dash_is_standard_output 'a dog, a bat\nno match\r\n' '$LACUNA replace -o - cat dog a.txt b.txt && ! [ -e - ]'
grep -qx 'a.txt: 1 replaced' "$folder/err" && grep -qx 'b.txt: 0 replaced' "$folder/err"; result and_the_counts_go_to_standard_error $?
gives so_is_a_device 'before a dog, a bat\n' '{ printf "before "; $LACUNA replace -q -o /dev/stdout cat dog a.txt; } >x; cat x'
gives the_null_device_takes_all 'a.txt: 1 replaced\n' '$LACUNA replace -o /dev/null cat dog a.txt 2>&1'
gives a_file_beside_a_stream_is_replaced 'one dog\na dog, a bat\n' 'echo one cat | $LACUNA replace -q cat dog a.txt - && cat a.txt'
gives an_output_may_be_a_named_pipe 'a dog, a bat\n' 'mkfifo p; cat p & $LACUNA replace -q -o p cat dog a.txt; wait'
gives in_place_prints_the_counts 'a.txt: 4 replaced\nb.txt: 1 replaced\n' '$LACUNA replace a e a.txt b.txt'
gives a_failed_text_replaces_no_output 'old\n1\n' 'echo old >out; $LACUNA replace -q -o out cat dog a.txt none.txt; e=$?; cat out; echo $e'
grep -q 'none.txt: no such file' "$folder/err"; result and_says_why $?
gives a_wrong_pattern_is_wrong_usage '2\n' '$LACUNA replace -q -E "(" dog - <a.txt; echo $?'
gives an_output_that_is_an_input_is_refused '2\na cat, a bat\n' '$LACUNA replace -o a.txt cat dog a.txt; echo $?; cat a.txt'
gives standard_input_is_not_written_over '2\na cat, a bat\n' '$LACUNA replace cat dog - <a.txt >>a.txt; e=$?; echo $e; cat a.txt'
gives what_an_encoding_lacks_stops_no_other_file 'caf\351 cat\na dog, a bat\n1\n' \
    'printf "caf\351 cat\n" >l; $LACUNA replace -q cat "犬" l a.txt >/dev/null; e=$?; $LACUNA replace -q "犬" dog a.txt; cat l a.txt; echo $e'

# The file is changed while its new text is being written beside it: the program is stopped as soon as the new file exists.
/usr/bin/python3 - "$folder" >"$folder/out" 2>"$folder/err" <<'P'
import os, signal, subprocess, sys, time
folder, program = sys.argv[1] + '/race', os.environ['LACUNA']
def write(path, text):
    with open(path, 'w') as f: f.write(text)
def state(pid):
    with open('/proc/%d/stat' % pid) as f: return f.read().rpartition(')')[2].split()[0]
def attempt(change, size):
    """What became of it; None: the new file was in its place before the program could be stopped."""
    os.makedirs(folder, exist_ok=True)
    for name in os.listdir(folder): os.remove(folder + '/' + name)
    path = folder + '/long.txt'
    write(path, 'a cat and no dog\n' * size)
    p = subprocess.Popen([program, 'replace', '-q', 'cat', 'bat', path], stderr=subprocess.PIPE)
    while len(os.listdir(folder)) < 2 and p.poll() is None: pass
    p.send_signal(signal.SIGSTOP)
    while p.poll() is None and state(p.pid) not in 'TZ': pass
    held = len(os.listdir(folder)) == 2 and p.poll() is None
    if held: change(path)
    p.send_signal(signal.SIGCONT)
    said = p.communicate()[1].decode()
    return (p.returncode, said, path) if held else None
def held(change, status):
    """On a busy machine the program may end first, or have looked at the file already: then it is tried again."""
    for size in [200000, 400000, 800000, 1600000, 3200000] * 4:
        got = attempt(change, size)
        if got and got[0] == status: return got
    raise AssertionError('the program could not be stopped in time')
def replaced(path): write(path + '~', 'my edit\n'); os.replace(path + '~', path)
for change in (lambda p: write(p, 'my edit\n')), replaced:
    code, said, path = held(change, 1)
    assert code == 1 and 'long.txt: was changed by another program; not written' in said, (code, said)
    assert open(path).read() == 'my edit\n' and os.listdir(folder) == ['long.txt'], os.listdir(folder)
code, said, path = held(os.remove, 1)
assert code == 1 and 'was removed by another program' in said and not os.listdir(folder), (code, said)
code, said, path = held(lambda p: os.utime(p, (1, 1)), 0)
assert code == 0 and not said and open(path).read(16) == 'a bat and no dog', (code, said)
P
result a_file_that_changed_meanwhile_keeps_the_edit $?
exit $failed
