/* Looks of text: their names in themes and in the program. */
#ifndef LACUNA_UI_LOOKS_H
#define LACUNA_UI_LOOKS_H

#define UI_LOOKS(X)                                                                                          \
    X(PLAIN, "text")  /* also for everything without a look of its own */                                    \
    X(FADED, "faded") /* outside the current paragraph */                                                    \
    X(MISSPELT, "misspelt")                                                                                  \
    X(BLANK, "blank")             /* a blank without a proposal */                                           \
    X(MASKED, "masked")           /* a token that is not drawn yet */                                        \
    X(FRESH, "fresh")             /* drawn in the newest step */                                             \
    X(SETTLED, "settled")         /* drawn before; also a finished proposal */                               \
    X(SURE, "sure")               /* while a fill settles: drawn with a high probability, */                 \
    X(LIKELY, "likely")           /* a middling one, */                                                      \
    X(UNSURE, "unsure")           /* a low one */                                                            \
    X(PINNED, "pinned")           /* kept by the writer, on the timeline */                                  \
    X(LENS_LOW, "lens-low")       /* in the lens: a slightly unexpected word, */                             \
    X(LENS_MIDDLE, "lens-middle") /* a more unexpected one, */                                               \
    X(LENS_HIGH, "lens-high")     /* the most unexpected ones */                                             \
    X(DRAWN, "drawn")             /* accepted, and not touched since */                                      \
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
