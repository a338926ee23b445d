/* Synonyms for commands and settings: users of other programs, and new users, type the word that comes to
 * mind first. */
#include "synonyms.h"

#include "lacuna/base.h"

#include <string.h>

/* Words, and the names that they stand for, in the order in which they are offered. */
static const struct {
    const char *words, *names;
} synonyms[] = {
    {"exit leave bye end", "quit close-or-quit close"},
    {"spelling spellcheck spellchecker typo misspelling", "spell spell-add spell-ignore spell language"},
    {"dictionary", "spell-add spell language real-words"},
    {"alternatives alternative variants candidates suggestions another options",
     "next-candidate previous-candidate again"},
    {"alternatives alternative thesaurus synonym other word instead", "alternatives"},
    {"list number pick choose", "tray-choose tray-down tray-up"},
    {"constraint constraints require forbid must words wish wishes prompt rhyme letters tie", "conditions"},
    {"vary variation rephrase reword paraphrase rewrite dial noise", "vary"},
    {"insert type into living", "type-into"},
    {"breathing resettle freeze frozen living remask", "breathe"},
    {"more another draw candidates", "tray-more candidates"},
    {"throw away remove delete bad", "tray-drop discard"},
    {"word partial next part", "accept-word"},
    {"combine merge half halves splice", "mix"},
    {"regenerate reroll retry redo resample", "again redo"},
    {"goal target progress wordcount", "goal"},
    {"search look", "find find-next replace"},
    {"substitute change swap", "replace"},
    {"write store", "save save-as save-all"},
    {"color colour dark light appearance style", "theme themes color"},
    {"wrap margin hardwrap", "width reflow reflow-width unwrap"},
    {"join unfill", "unwrap"},
    {"fill format paragraph", "reflow"},
    {"curly typography punctuation apostrophe", "smart-quotes quotes smart-dashes"},
    {"autosave crash recovery recover", "journal backup"},
    {"zen distraction concentrate", "focus typewriter hints"},
    {"shortcuts shortcut keybindings bindings manual", "help keymap"},
    {"steps history diffusion", "timeline"},
    {"learn style train finetune tune personal", "voice voice-weight"},
    {"provenance log reproduce", "record"},
    {"authorship author annotations whose wrote", "save-annotated show-drawn author"},
    {"generate complete infill inpaint write", "fill fill-all"},
    {"gap mask hole lacuna placeholder", "blank fill"},
    {"take use apply keep", "accept accept-all"},
    {"reject dismiss throw refuse", "discard"},
    {"jump line", "go-to-line"},
    {"diff difference changes", "compare"},
    {"revert restore reread", "reload"},
    {"buffers tabs documents", "files next-file previous-file"},
    {"charset unicode utf encoding", "change-encoding"},
    {"lock readonly protect", "toggle-read-only"},
    {"highlight select mark", "select-mark select-all"},
    {"options preferences configuration configure", "set keep-settings"},
    {"remember permanent persist", "keep-settings"},
    {"background shell", "suspend"},
    {"refresh repaint", "redraw"},
    {"speed animation slow", "pace slower faster hold one-step"},
    {"surprise surprising unexpected odds probability perplexity heatmap", "lens lens-numbers"},
    {"glow consequence consistency knock-on affected rename", "ripple ripple-draw"},
    {"alternatives ratio owed needed context", "lens"},
    {"side compare parallel versus seeds samplers models", "beside"},
    {"counterfactual swap whatif", "timeline-swap"},
    {"pause stop freeze wait", "hold one-step"},
    {"single next step", "one-step"},
    {"method draw sampling", "sampler"},
    {"randomness creativity", "temperature top-p"},
    {"invisible invisibles hidden", "show-unseen"},
    {"screenshot screen", "save-display"},
    {"accessibility reader blind", "plain"},
    {"vim emacs nano modal", "keymap"},
};

/* The index, from 1, of `word` among words separated by spaces, or (`prefix`) of one that begins with it. */
static int word_number(const char *words, const char *word, size_t size, bool prefix)
{
    int place = 1;
    for (const char *p = words; *p; p += strcspn(p, " "), p += *p == ' ', place++) {
        size_t length = strcspn(p, " ");
        if (length >= size && (prefix || length == size) && strncmp(p, word, size) == 0) return place;
    }
    return 0;
}

int synonym_rank(const char *typed, const char *name)
{
    enum { LEAST = 3 };
    char small[32];
    size_t size = strlen(typed);
    int best = 0;
    if (size < LEAST || size >= sizeof small) return 0;
    for (size_t i = 0; i < size; i++)
        small[i] = typed[i] >= 'A' && typed[i] <= 'Z' ? (char)(typed[i] - 'A' + 'a') : typed[i];
    for (size_t i = 0; i < ARRAY_SIZE(synonyms); i++) {
        int rank = word_number(synonyms[i].names, name, strlen(name), false);
        if (rank && word_number(synonyms[i].words, small, size, true) && (!best || rank < best)) best = rank;
    }
    return best;
}

const char *synonym_names(int n)
{
    return n >= 0 && (size_t)n < ARRAY_SIZE(synonyms) ? synonyms[n].names : NULL;
}
