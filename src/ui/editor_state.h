/* The state that the rooms of the editor share: pointers to the state of each. The loop owns all of it. */
#ifndef LACUNA_UI_EDITOR_STATE_H
#define LACUNA_UI_EDITOR_STATE_H

struct answers;
struct beside;
struct breathing;
struct clipboard;
struct command_line;
struct compare;
struct doc;
struct documents;
struct ending;
struct ex_range;
struct file_list;
struct filling;
struct proposal_walk;
struct help;
struct instead;
struct kept_rows;
struct layout;
struct leaving;
struct lens;
struct loop;
struct macros;
struct message;
struct modal;
struct noted_settings;
struct mouse_state;
struct palette;
struct picture;
struct prompt;
struct recovery;
struct replacing;
struct ripple;
struct saving;
struct search;
struct settings;
struct spelling;
struct timeline;
struct tray;
struct typed_keys;
struct ui_hooks;
struct ui_keymap;
struct ui_options;
struct vary;
struct vi;
struct voice_run;
struct which_key;

struct ui {
    const struct ui_options *options;
    struct ui_hooks *hooks;
    struct picture *picture;
    struct settings *settings;
    struct noted_settings *noted; /* settings as they were at the start */
    struct message *message;
    struct ui_keymap *keymap;
    struct typed_keys *typed;
    struct prompt *prompt;
    struct answers *answers;
    struct doc *doc; /* the current one */
    struct documents *documents;
    const struct modal *modal;
    struct search *search;
    struct replacing *replacing;
    struct spelling *spelling;
    struct clipboard *clipboard;
    struct filling *filling;
    struct timeline *timeline;
    struct voice_run *voice;
    struct beside *beside;
    struct lens *lens;
    struct ripple *ripple;
    struct tray *tray;
    struct instead *instead;
    struct vary *vary;
    struct breathing *breathing;
    struct proposal_walk *proposal_walk;
    struct layout *layout;
    struct kept_rows *kept_rows;
    struct help *help;
    struct compare *compare;
    struct mouse_state *mouse;
    struct file_list *file_list;
    struct saving *saving;
    struct recovery *recovery;
    struct leaving *leaving;
    struct ending *ending;
    struct macros *macros;
    struct vi *vi;
    struct ex_range *range; /* of the running command of the : line */
    struct command_line *command_line;
    struct palette *palette;
    struct which_key *which_key;
    struct loop *loop;
};

#endif
