# lacuna model: against a local server that breaks off in the middle, sends wrong bytes, or gives hashes as the public one does; and
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

# publish REPOSITORY FIXTURE
publish() { mkdir -p "$public/$1/resolve/main"; cp "tests/data/fixtures/$2/config.json" "tests/data/fixtures/$2/model.safetensors" "$public/$1/resolve/main"; }
publish JingyangOu/radd-t-dce layout-radd
publish JingyangOu/radd-lambda-dce layout-radd
publish JingyangOu/radd-lambda-dce-medium layout-radd
publish kuleshov-group/mdlm-owt layout-mdlm

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

# With another user's HOME (sudo -E) root keeps models in its own home and finds them there. Here /root is empty.
if [ "$(id -u)" = 0 ] && unshare -m sh -c 'mount -t tmpfs none /root' 2>/dev/null; then
    mkdir "$folder/home" && chown 65534:65534 "$folder/home"
    HOME=$folder/home LACUNA=$LACUNA unshare -m sh -c 'mount -t tmpfs none /root && unset XDG_DATA_HOME XDG_CONFIG_HOME XDG_STATE_HOME
        "$LACUNA" model get sedd-small --quiet; models=/root/.local/share/lacuna/models
        ls $models/sedd-small && cp -r tests/data/tiny-model $models/mine && "$LACUNA" model show mine && "$LACUNA" model list' >"$folder/out" 2>"$folder/err"
    got=$?
    check root_fetches_nothing_into_another_users_home "$(find "$folder/home" | wc -l)" = 1
    grep -qx model.safetensors "$folder/out" && ok but_into_its_own || fail but_into_its_own
    check where_it_is_found_by_name "$got" = 0
    grep -q '^mine ' "$folder/out" && ok and_listed || fail and_listed
    HOME=$folder/home; XDG_DATA_HOME=$folder/home/data; export HOME
    "$LACUNA" model show nothing >/dev/null 2>&1; "$LACUNA" model list >/dev/null 2>&1
    check looking_makes_no_folders_there "$(find "$folder/home" | wc -l)" = 1
    HOME=$folder XDG_DATA_HOME=$folder/data
else
    echo "skip model: root's own folder needs root and a mount namespace"
fi

# RADD and MDLM: the fetched folder is a model, and so is the result of convert.
# as_published NAME FOLDER FIXTURE: the model in FOLDER computes the reference values
as_published() {
    "$LACUNA" score -m "$2" "tests/data/fixtures/$3/cases.safetensors" "$folder/scores" 2>"$folder/err" &&
        PYTHONPATH=tests/golden /usr/bin/python3 - "$folder/scores" "tests/data/fixtures/$3/cases.safetensors" 2>>"$folder/err" <<'PY' && ok "$1" || fail "$1"
import sys, numpy as np, tensors
got, right = (tensors.floats(tensors.read(path)["log_score"]) for path in sys.argv[1:])
sys.exit(not np.abs(got - right).max() <= 5e-6 * np.abs(right).max())
PY
}
for name in radd-t-dce:layout-radd radd-lambda-dce:layout-radd radd-lambda-dce-medium:layout-radd mdlm-owt:layout-mdlm; do
    layout=${name#*:} name=${name%:*}
    "$LACUNA" model get "$name" --quiet 2>"$folder/err" # up to the tokenizer
    as_published "${name}_is_read_as_it_is_published" "$folder/data/lacuna/models/$name" "$layout"
    "$LACUNA" model convert "$name" --out "$folder/ours-$name" --dtype f32 2>"$folder/err"
    as_published "${name}_converts" "$folder/ours-$name" "$layout"
    grep -q '"time_free"' "$folder/ours-$name/config.json" && ok "${name}_becomes_ours" || fail "${name}_becomes_ours"
done
cp -r "$folder/data/lacuna/models/radd-t-dce" "$folder/like-sedd"
sed -i 's/"ddit_wot"/"ddit"/; s/"loss_type"/"loss"/; s/"noise": {/"graph": {"type": "absorb"}, "noise": {/' "$folder/like-sedd/config.json"
as_published the_weights_tell_when_the_config_does_not "$folder/like-sedd" layout-radd
sed -i 's/"time_conditioning": false/"time_conditioning": true/' "$folder/data/lacuna/models/mdlm-owt/config.json"
"$LACUNA" model convert mdlm-owt --out "$folder/timed" 2>"$folder/err"; check a_network_that_is_fed_time_is_refused "$?$(grep -c 'time_conditioning' "$folder/err")" = 31

# The memory and time that a model needs are printed before it is fetched, and in the list.
"$LACUNA" model get radd-lambda-dce-medium --dry-run 2>"$folder/err"
grep -q '1621 MB on disk' "$folder/err" && grep -q 'about [0-9]* MB of memory and [0-9]* ms per step' "$folder/err" && ok get_says_what_it_takes_before_it_fetches || fail get_says_what_it_takes_before_it_fetches
"$LACUNA" model list >"$folder/listed" 2>"$folder/err"
check list_says_it_of_each "$(grep -c 'MB on disk, *[0-9]* MB of memory, *[0-9]* ms' "$folder/listed")" = 6

"$LACUNA" model convert tests/data/tiny-model --out "$folder/f32" --dtype f32 2>"$folder/err"; check converting_works "$?" = 0
"$LACUNA" model show "$folder/f32" --json >"$folder/shown" 2>"$folder/err"; check show_knows_it "$(grep -c '"weights": [1-9]' "$folder/shown")" = 1
printf 'the [[4]] of\n' | "$LACUNA" fill -q -m tests/data/tiny-model --precision f32 >"$folder/a" 2>"$folder/err"
printf 'the [[4]] of\n' | "$LACUNA" fill -q -m "$folder/f32" --precision f32 >"$folder/b" 2>>"$folder/err"
cmp -s "$folder/a" "$folder/b" && ok a_converted_model_fills_alike || fail a_converted_model_fills_alike
"$LACUNA" model convert models/starter --out "$folder/int8" --dtype int8 2>"$folder/err"; check int8_is_written "$?" = 0
[ "$(wc -c <"$folder/int8/model.safetensors")" -lt 5500000 ] && ok int8_is_half_of_bf16 || fail int8_is_half_of_bf16
printf 'The keeper [[4]] at the sea.\n' | "$LACUNA" fill -q --temperature 0 -m models/starter --precision f32 >"$folder/a" 2>"$folder/err"
printf 'The keeper [[4]] at the sea.\n' | "$LACUNA" fill -q --temperature 0 -m "$folder/int8" --precision f32 >"$folder/b" 2>>"$folder/err"
cmp -s "$folder/a" "$folder/b" && ok and_its_surest_words_are_the_same || fail and_its_surest_words_are_the_same
cp -r "$folder/f32" "$folder/data/lacuna/models/mine"
"$LACUNA" model list | grep -q '^mine ' && ok list_has_ones_own || fail list_has_ones_own
"$LACUNA" model show nowhere 2>"$folder/err"; check a_missing_model_is_status_3 "$?" = 3

# Weights in PyTorch's format are reported, with the command that converts them.
mkdir "$folder/pickled"; cp tests/data/tiny-model/*.json tests/data/tiny-model/merges.txt "$folder/pickled"; echo x >"$folder/pickled/pytorch_model.bin"
printf 'the [[4]] of\n' | "$LACUNA" fill -q -m "$folder/pickled" >"$folder/a" 2>"$folder/err"; check pytorch_weights_are_told "$?$(grep -c "convert.py $folder/pickled" "$folder/err")" = 31
for name in run.pth run.ckpt run.pt pytorch_model.bin; do
    echo x >"$folder/$name"
    "$LACUNA" model convert "$folder/$name" --out "$folder/n" 2>"$folder/err"; check "convert_says_who_reads_$name" "$?$(grep -c "convert.py $folder/$name $folder/n" "$folder/err")" = 21
done

if /usr/bin/python3 -c 'import torch' 2>/dev/null; then
    /usr/bin/python3 - "$folder" <<'PY'
import collections, json, os, sys; sys.path.insert(0, "models/tools")
import torch, train
out = sys.argv[1]
class Settings(dict):  # as Lightning puts them into a checkpoint: of a class that the reader may not have
    pass
def write(name, fixture, how):
    state = train.read_tensors(f"tests/data/fixtures/{fixture}/model.safetensors")
    trained = [n for n in state if not n.endswith("inv_freq") and not n.startswith("noise.")]
    zeros = {n: torch.zeros_like(state[n]) for n in state}
    shadow = {"decay": 0.9999, "shadow_params": [state[n] for n in trained]}
    if how == "weights":
        torch.save(collections.OrderedDict(state), f"{out}/{name}")
    elif how == "training":
        torch.save({"model": {"module." + n: zeros[n] for n in trained}, "ema": shadow, "step": 3}, f"{out}/{name}")
    elif how == "lightning":
        torch.save({"state_dict": zeros, "ema": shadow, "hyper_parameters": Settings(width=64, gone=Settings), "callbacks": {Settings: [Settings()]}}, f"{out}/{name}")
    else:
        os.mkdir(f"{out}/{name}")
        names = {n: f"pytorch_model-0000{1 + i % 2}-of-00002.bin" for i, n in enumerate(state)}
        for shard in set(names.values()): torch.save({n: state[n] for n in state if names[n] == shard}, f"{out}/{name}/{shard}")
        json.dump({"weight_map": names}, open(f"{out}/{name}/pytorch_model.bin.index.json", "w"))
        open(f"{out}/{name}/config.json", "w").write(open(f"tests/data/fixtures/{fixture}/config.json").read())
for fixture, layout in (("tiny-absorb", "sedd"), ("layout-radd", "radd"), ("layout-mdlm", "mdlm")):
    for how in ("weights", "training", "lightning", "shards"):
        write(f"{layout}-{how}" + ("" if how == "shards" else ".pt"), fixture, how)
class Evil:
    def __reduce__(self): return (open, (out + "/written", "w"))
torch.save({"vocab_embed.embedding": torch.zeros(2, 2), "other": Evil()}, out + "/evil.bin")
PY
    for source in sedd:tiny-absorb radd:layout-radd mdlm:layout-mdlm; do
        fixture=tests/data/fixtures/${source#*:} source=${source%:*}
        "$LACUNA" model convert "$fixture" --out "$folder/same" --dtype f32 2>"$folder/err"
        for how in weights.pt training.pt lightning.pt shards; do
            config="--config $fixture/config.json"; [ $how = shards ] && config=
            # shellcheck disable=SC2086
            /usr/bin/python3 models/tools/convert.py "$folder/$source-$how" "$folder/out-$source-$how" $config >"$folder/err" 2>&1
            "$LACUNA" model convert "$folder/out-$source-$how" --out "$folder/plain" --dtype f32 2>>"$folder/err"
            cmp -s "$folder/plain/model.safetensors" "$folder/same/model.safetensors" && ok "convert_py_reads_${source}_$how" || fail "convert_py_reads_${source}_$how"
            rm -rf "$folder/plain"
        done
        rm -rf "$folder/same"
    done
    /usr/bin/python3 models/tools/convert.py "$folder/evil.bin" "$folder/out-evil" >"$folder/err" 2>&1
    check nothing_of_a_checkpoint_is_run "$?$(ls "$folder/written" 2>/dev/null)" = 0
    echo "no checkpoint" >"$folder/text.bin"
    /usr/bin/python3 models/tools/convert.py "$folder/text.bin" "$folder/out-text" >"$folder/err" 2>&1; check a_file_that_is_none_is_said "$?$(grep -c 'not a checkpoint' "$folder/err")" = 11
else
    echo "skip convert_py: no torch"
fi
