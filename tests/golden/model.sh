# lacuna model: against a local server that breaks off in the middle, lies, or gives hashes as the public one does; and
# conversion in both directions.
folder=$(mktemp -d)
trap 'kill $server 2>/dev/null; rm -rf "$folder"' EXIT
ok() { echo "ok $1"; }
fail() { echo "not ok $1"; sed 's/^/    /' "$folder/err" 2>/dev/null; }
check() { if [ "$2" "$3" "$4" ]; then ok "$1"; else fail "$1 ($2 $3 $4)"; fi; }
public=$folder/public
mkdir -p "$public/louaaron/sedd-small/resolve/main" "$public/openai-community/gpt2/resolve/main"
cp tests/data/fixtures/tiny-absorb/config.json tests/data/fixtures/tiny-absorb/model.safetensors "$public/louaaron/sedd-small/resolve/main"
# the tokenizer's hashes are known to the program: these are not GPT-2's files
cp tests/data/bpe/vocab.json tests/data/bpe/merges.txt "$public/openai-community/gpt2/resolve/main"

cat >"$folder/server.py" <<'PY'
import hashlib, http.server, os, sys
root, log = sys.argv[1], sys.argv[2]
class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self, body):
        path = root + self.path
        if not os.path.isfile(path):
            return self.send_error(404)
        data = open(path, "rb").read()
        begin = 0
        if self.headers.get("Range"):
            begin = int(self.headers["Range"].split("=")[1].split("-")[0])
        open(log, "a").write(f"{self.command} {self.path} {begin}\n")
        stop = None
        if body and path.endswith(".safetensors") and os.path.exists(root + "/break"):
            os.unlink(root + "/break")
            stop = len(data) // 2
        self.send_response(206 if begin else 200)
        self.send_header("Content-Length", str(len(data) - begin))
        self.send_header("Accept-Ranges", "bytes")
        if begin:
            self.send_header("Content-Range", f"bytes {begin}-{len(data) - 1}/{len(data)}")
        if path.endswith(".safetensors"):
            digest = hashlib.sha256(data).hexdigest()
            if os.path.exists(root + "/lie"):
                digest = "0" * 64
            self.send_header("X-Linked-Size", str(len(data)))
            self.send_header("X-Linked-Etag", f'"{digest}"')
        self.end_headers()
        if body:
            self.wfile.write(data[begin:stop])
    def do_HEAD(self): self.answer(False)
    def do_GET(self): self.answer(True)
    def log_message(self, *a): pass
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
PY
/usr/bin/python3 "$folder/server.py" "$public" "$folder/log" >"$folder/port" & server=$!
while [ ! -s "$folder/port" ]; do sleep 0.05; done
export LACUNA_MODEL_SOURCE="http://127.0.0.1:$(cat "$folder/port")/" XDG_DATA_HOME="$folder/data"
own=$folder/data/lacuna/models/sedd-small

"$LACUNA" model get sedd-small --dry-run 2>"$folder/err"; check dry_run_names_the_files_and_fetches_none "$?" = 0
check it_fetched_none "$(grep -c https "$folder/err")$(ls "$folder/data" 2>/dev/null)" = 4
"$LACUNA" model get nothing 2>"$folder/err"; check an_unknown_name_is_wrong_usage "$?" = 2

touch "$public/break"
"$LACUNA" model get sedd-small --quiet 2>"$folder/err"; check a_broken_connection_fails "$?" = 1
[ -f "$own/model.safetensors.part" ] && [ ! -f "$own/model.safetensors" ] && ok the_part_stays || fail the_part_stays
"$LACUNA" model get sedd-small --quiet 2>"$folder/err"
grep -q 'GET .*safetensors [1-9]' "$folder/log" && ok the_next_call_goes_on_from_there || fail the_next_call_goes_on_from_there
cmp -s "$own/model.safetensors" tests/data/fixtures/tiny-absorb/model.safetensors && ok the_file_is_whole || fail the_file_is_whole
grep -q 'vocab.json' "$folder/err" && [ ! -f "$own/vocab.json" ] && ok a_file_that_is_not_the_known_one_is_refused || fail a_file_that_is_not_the_known_one_is_refused
before=$(grep -c 'GET .*safetensors' "$folder/log")
"$LACUNA" model get sedd-small --quiet 2>"$folder/err"
check what_is_there_is_not_fetched_again "$(grep -c 'GET .*safetensors' "$folder/log")" = "$before"
rm "$own/model.safetensors"; touch "$public/lie"
"$LACUNA" model get sedd-small --quiet 2>"$folder/err"; check a_wrong_hash_fails "$?" = 1
[ ! -f "$own/model.safetensors" ] && [ ! -f "$own/model.safetensors.part" ] && ok and_leaves_nothing || fail and_leaves_nothing
rm "$public/lie"

"$LACUNA" model convert tests/data/tiny-model --out "$folder/f32" --dtype f32 2>"$folder/err"; check converting_works "$?" = 0
"$LACUNA" model show "$folder/f32" --json >"$folder/shown" 2>"$folder/err"; check show_knows_it "$(grep -c '"weights": [1-9]' "$folder/shown")" = 1
printf 'the [[4]] of\n' | "$LACUNA" fill -q -m tests/data/tiny-model --precision f32 >"$folder/a" 2>"$folder/err"
printf 'the [[4]] of\n' | "$LACUNA" fill -q -m "$folder/f32" --precision f32 >"$folder/b" 2>>"$folder/err"
cmp -s "$folder/a" "$folder/b" && ok a_converted_model_fills_alike || fail a_converted_model_fills_alike
cp -r "$folder/f32" "$folder/data/lacuna/models/mine"
"$LACUNA" model list | grep -q '^mine ' && ok list_has_ones_own || fail list_has_ones_own
"$LACUNA" model show nowhere 2>"$folder/err"; check a_missing_model_is_status_3 "$?" = 3

if /usr/bin/python3 -c 'import torch' 2>/dev/null; then
    /usr/bin/python3 - "$folder" <<'PY'
import sys; sys.path.insert(0, "models/tools")
import torch, train
state = train.read_tensors("tests/data/fixtures/tiny-absorb/model.safetensors")
names = [n for n in state if not n.endswith("inv_freq")]
torch.save(state, sys.argv[1] + "/weights.bin")
torch.save({"model": {"module." + n: torch.zeros_like(state[n]) for n in names},
            "ema": {"shadow_params": [state[n] for n in names]}, "step": 3}, sys.argv[1] + "/run.pth")
PY
    for source in weights.bin run.pth; do
        /usr/bin/python3 models/tools/convert.py "$folder/$source" "$folder/out-$source" --config tests/data/fixtures/tiny-absorb/config.json >"$folder/err" 2>&1
        "$LACUNA" score -m "$folder/out-$source" tests/data/fixtures/tiny-absorb/cases.safetensors "$folder/s1" 2>>"$folder/err"
        "$LACUNA" model convert "$folder/out-$source" --out "$folder/plain" --dtype f32 2>>"$folder/err"
        "$LACUNA" model convert tests/data/fixtures/tiny-absorb --out "$folder/same" --dtype f32 2>>"$folder/err"
        cmp -s "$folder/plain/model.safetensors" "$folder/same/model.safetensors" && ok "convert_py_reads_$source" || fail "convert_py_reads_$source"
    done
else
    echo "skip convert_py: no torch"
fi
