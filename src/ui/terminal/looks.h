/* What text can look like: the names that themes use, and what stands behind them in the program. */
#ifndef LACUNA_UI_LOOKS_H
#define LACUNA_UI_LOOKS_H

#define UI_LOOKS(X)                                                                                          \
    X(PLAIN, "text")  /* also what is nowhere else said */                                                   \
    X(FADED, "faded") /* outside of the paragraph that is being written */                                   \
    X(MISSPELT, "misspelt")                                                                                  \
    X(BLANK, "blank")     /* a blank that waits */                                                           \
    X(MASKED, "masked")   /* a token that is not drawn yet */                                                \
    X(FRESH, "fresh")     /* drawn in the newest step */                                                     \
    X(SETTLED, "settled") /* drawn before; also a finished proposal */                                       \
    X(PINNED, "pinned")   /* kept by the writer, on the timeline */                                          \
    X(DRAWN, "drawn")     /* accepted, and not touched since */                                              \
    X(SELECTED, "selected")                                                                                  \
    X(MATCH, "match")                                                                                        \
    X(STATUS, "status")                                                                                      \
    X(STATUS_STRONG, "status-strong")                                                                        \
    X(HINT, "hint")                                                                                          \
    X(KEY, "key")                                                                                            \
    X(ERROR, "error")

enum look {
#define X(name, word) LOOK_##name,
    UI_LOOKS(X)
#undef X
        LOOKS
};

#endif
