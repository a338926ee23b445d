# Options that would do nothing, or of which one would, are refused with exit 2, and nothing is written. $LACUNA is the program.
cd "$(dirname "$0")/../.." || exit 1
: "${LACUNA:=$PWD/lacuna}"
case $LACUNA in /*) ;; *) LACUNA=$PWD/$LACUNA ;; esac
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT && cd "$work" || exit 1
printf 'a [[2]] b\n' >draft.txt
cp draft.txt before.txt
# refused NAME MESSAGE ARGUMENT…
refused() {
    name=$1 message=$2
    shift 2
    "$LACUNA" "$@" </dev/null >out 2>err
    if [ $? = 2 ] && grep -q -e "$message" err && ! [ -s out ] && cmp -s draft.txt before.txt && ! [ -e new ]; then
        echo "ok $name"
    else
        echo "not ok $name"
        sed 's/^/    /' err
    fi
}
refused the_weight_of_no_voice '--voice-weight needs --voice' fill --voice-weight 0.5 draft.txt
refused the_weight_of_no_voice_in_eval '--voice-weight needs --voice' eval --bound --voice-weight 0.5 draft.txt
refused odds_without_a_trace '--trace-odds needs --trace' fill --trace-odds 3 draft.txt
refused retries_without_a_resumed_output '--retry-errors needs --resume' fill --retry-errors -o new draft.txt
refused two_places_for_the_text '--in-place and --output' fill -i -o new draft.txt
refused all_candidates_in_place '--in-place and --all' fill -i --all draft.txt
refused a_shard_in_place '--in-place and --shard' fill -i --shard 1/2 draft.txt
refused another_seed_for_a_record '--from-record and --seed' fill -s 3 --from-record draft.txt
refused another_sampler_for_a_record '--from-record and --sampler' fill --from-record draft.txt --sampler euler
refused a_record_into_a_file '--from-record and --output' fill --from-record draft.txt -o new
refused alternatives_in_a_text '--alternatives is for JSON lines' fill --alternatives 3 -o new draft.txt
refused a_judge_of_no_samples '--judge needs --samples' eval --bound --judge x draft.txt
refused a_search_for_no_lengths '--search needs --lengths' eval --bound --search draft.txt
refused uniform_lengths_of_no_spans '--uniform needs --lengths' eval --bound --uniform draft.txt
refused a_step_of_no_picture '--step needs --svg' replay --step 3 draft.txt
refused alternatives_in_a_summary '--summary and --instead' fit --summary --instead 3 draft.txt
refused a_run_resumed_and_begun '--overwrite and --resume' train -o new --resume --overwrite
