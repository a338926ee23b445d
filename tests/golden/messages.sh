# Messages of every command contain no control characters, whatever a file is called or contains. Results on standard output
# stay exact bytes. $LACUNA is the program.
cd "$(dirname "$0")/../.." || exit 1
: "${LACUNA:=$PWD/lacuna}"
unset LACUNA_MODEL
/usr/bin/python3 - "$LACUNA" tests/data/tiny-model <<'P'
import json, os, shutil, subprocess, sys, tempfile
program, model = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
folder = tempfile.mkdtemp()
os.environ["XDG_DATA_HOME"] = os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_STATE_HOME"] = folder + "/state"
os.chdir(folder)
evil = b"e\x1b]0;x\x07\xc2\x9b7m\xe2\x80\xae\xe2\x81\xa6\x9b\xff\n.txt"
shown = rb"e^[]0;x^G\u009B7m\u202E\u2066\x9B\xFF^J.txt"
failed = 0
def run(*arguments, **more):
    return subprocess.run([program, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, **more)
def result(name, good, what=b""):
    global failed
    print(("ok " if good else "not ok ") + name)
    if not good: print("   ", what); failed = 1
# the message has the name, made visible, and ends each line
def says(name, *arguments, error=None):
    p = run(*arguments)
    said = p.stderr
    lines = said.decode("utf-8", "strict") if not [b for b in said if b < 32 and b != 10 or b == 127] else ""
    good = p.returncode != 0 and shown in said and not [c for c in lines if 0x7f <= ord(c) <= 0x9f or 0x202a <= ord(c) <= 0x202e or 0x2066 <= ord(c) <= 0x2069]
    result(name, good and bool(lines), said)
open(b"bad-" + evil, "wb").write(b"x [[3")
open(b"bin-" + evil, "wb").write(b"\0\1\2nonsense")
says("fill_of_a_missing_file", "fill", "-m", model, evil)
says("fill_of_a_bad_file", "fill", "-m", model, b"bad-" + evil)
says("fill_with_a_missing_model", "fill", "-m", evil, "/dev/null")
says("fill_over_its_input", "fill", "-m", model, "-o", b"bad-" + evil, b"bad-" + evil)
says("fill_with_a_wrong_sampler", "fill", "--sampler", evil)
says("fill_with_a_wrong_number", "fill", "--steps", evil)
says("fill_with_a_wrong_dictionary", "fill", "--dictionary", evil)
says("fill_with_a_wrong_option", "fill", b"--" + evil)
says("fill_with_a_wrong_output", "fill", "-m", model, "-o", evil + b"/x", "/dev/null", "--trace", evil + b"/y")
says("replay_of_a_missing_trace", "replay", evil)
says("replay_of_no_trace", "replay", b"bad-" + evil)
says("score", "score", "-m", model, b"bin-" + evil, "x")
says("tokens", "tokens", "encode", "-m", model, evil)
says("tokens_with_a_wrong_verb", "tokens", evil)
says("tokens_train", "tokens", "train", "--size", "300", "-o", "v", evil)
says("eval", "eval", "--bound", "-m", model, evil)
says("eval_with_a_wrong_model", "eval", "--bound", "-m", evil, "/dev/null")
says("train_with_a_wrong_recipe", "train", "-r", evil, "-o", "x", "-d", "/dev/null")
says("train_with_a_bad_recipe", "train", "-r", b"bad-" + evil, "-o", "x", "-d", "/dev/null")
says("replace", "replace", "a", "b", evil)
says("model", "model", "show", evil)
says("model_get", "model", "get", evil)
says("keys", "keys", "-k", b"./bad-" + evil)
p = run("config", "-c", evil.replace(b"\n", b"")) # warnings are lines
result("config", p.returncode and shown.replace(b"^J", b"") in p.stderr, p.stderr)
says("bench", "bench", "train", "--shape", evil)
open("ids", "wb").write(b"1 2\x1b[7m\xc2\x9b")
p = run("tokens", "decode", "-m", model, "ids")
result("a_wrong_word_is_quoted_visibly", b'"2^[[7m\\u009B" is not an id' in p.stderr, p.stderr)
open(b"good-" + evil, "wb").write(b"a b a\n")
p = run("replace", "a", "c", b"good-" + evil)
result("counts_are_for_people", p.stdout == b"good-" + shown + b": 2 replaced\n", p.stdout)
shutil.copytree(model, "named")
config = json.load(open("named/config.json"))
config["model"]["name"] = "x\x1b[7m\u202e"
json.dump(config, open("named/config.json", "w"))
p = run("model", "show", "./named")
result("so_are_tables", p.returncode == 0 and b"\x1b" not in p.stdout and b"^[[7m\\u202E" in p.stdout, p.stdout)
text = b"x\x1b[7m \xc2\x9b\xe2\x80\xae\xff [[Smith]]\n"
p = subprocess.run([program, "fill", "-m", model], input=text, stdout=subprocess.PIPE)
result("results_are_the_exact_bytes", p.stdout == text, p.stdout)
shutil.rmtree(folder)
sys.exit(failed)
P
