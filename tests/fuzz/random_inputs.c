/* Runs a fuzz target on random inputs without libFuzzer, so that `make test` notices targets that do not build, or whose
 * expectations are no longer true. Linked with one target. LACUNA_TEST_SEED: other inputs. */
#include "lacuna/base.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUTS = 1500, MOST = 400 };

static uint8_t input[MOST];
static size_t input_size;

/* abort() in a target: shows the input. Only calls that a signal handler may make. */
static void show_input(int number)
{
    static const char digits[] = "0123456789abcdef",
                      text[] = "not ok random_inputs\n    the input, in hexadecimal: ";
    char hex[2 * MOST + 1];
    for (size_t i = 0; i < input_size; i++) {
        hex[2 * i] = digits[input[i] >> 4];
        hex[2 * i + 1] = digits[input[i] & 15];
    }
    hex[2 * input_size] = '\n';
    if (write(STDOUT_FILENO, text, sizeof text - 1) < 0 || write(STDOUT_FILENO, hex, 2 * input_size + 1) < 0)
        _exit(2);
    signal(number, SIG_DFL);
    raise(number);
}

/* What the parsers look for: without it, random bytes would hardly get past their first line. */
static const char *const pieces[] = {
    "[[",
    "]]",
    "[[3]]",
    "[[2-24]]",
    "\\",
    "\n",
    "\r\n",
    "\r",
    "\t",
    " ",
    "  ",
    "\"",
    "'",
    "`",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    ":",
    ",",
    ";",
    "-",
    "=",
    "/",
    "~",
    "*",
    "#",
    "true",
    "null",
    "0",
    "7",
    "-1",
    "1e9",
    "18446744073709551616",
    "a",
    "word",
    "The end.",
    "not",
    "begins",
    "at most",
    "same as",
    "{\"text\":\"",
    "\"id\":",
    "\"step\":",
    "\\u001b",
    "\\ud83d",
    "\x1b",
    "\x1b[",
    "\x1b[200~",
    "\x1b[201~",
    "\x1b[1;5C",
    "\x1bO",
    "\x1b[M",
    "\x7f",
    "\x01",
    "\xc2",
    "\xc2\x9c",
    "\xc3\xa9",
    "e\xcc\x81",
    "\xe2\x80\x99",
    "\xe2\x80\x9c",
    "\xe2\x80\xae",
    "\xe2\x80\x8b",
    "\xe0\xb8\x97\xe0\xb8\xb5\xe0\xb9\x88",
    "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb",
    "\xf0\x9f\x87\xa9",
    "\xed\xa0\x80",
    "\xff",
    "\xef\xbb\xbf",
};

static void make_input(struct rng *rng)
{
    size_t wanted = (size_t)rng_below(rng, MOST);
    uint64_t kind = rng_below(rng, 3); /* bytes, pieces, both */
    input_size = 0;
    while (input_size < wanted) {
        bool byte = kind == 0 || (kind == 2 && rng_below(rng, 2));
        const char *piece = pieces[rng_below(rng, ARRAY_SIZE(pieces))];
        size_t size = byte ? 1 : strlen(piece);
        if (size > wanted - input_size) break;
        if (byte)
            input[input_size] = (uint8_t)rng_below(rng, 256);
        else
            memcpy(input + input_size, piece, size);
        input_size += size;
    }
}

int main(void)
{
    const char *seed = getenv("LACUNA_TEST_SEED");
    struct rng rng = {.seed = seed ? strtoull(seed, NULL, 10) : 1};
    if (signal(SIGABRT, show_input) == SIG_ERR) return 2;
    for (int i = 0; i < INPUTS; i++) {
        make_input(&rng);
        LLVMFuzzerTestOneInput(input, input_size);
    }
    puts("ok random_inputs");
    return 0;
}
