/* The timeline's commands: steps, words, and continuing from the shown words. At its newest moment a running
 * job is steered between two of its steps; from any other moment another proposal starts. */
#ifndef LACUNA_UI_TIMELINE_COMMANDS_H
#define LACUNA_UI_TIMELINE_COMMANDS_H

#include "lacuna/base.h"

struct bpe_ids;
struct ui;

/* Whether one is open for a candidate; false: a message said that none is. */
bool timeline_needed(struct ui *ui);
/* the shown words are being drawn, or held: they may still change */
bool timeline_is_running(struct ui *ui);

/* Appends the tokens of words that were typed at the cursor; `spaced`: with a space before them. False, after
 * a message. */
bool blank_encode(struct ui *ui, const char *typed, bool spaced, struct bpe_ids *ids);
/* Appends the tokens of a word that was typed in place of another one. False, after a message. */
bool timeline_encode(struct ui *ui, const char *typed, uint32_t token, struct bpe_ids *ids);

/* Commands; session/commands.h says what they do. */
void do_timeline(struct ui *ui);
void do_timeline_close(struct ui *ui);
void do_timeline_back(struct ui *ui);
void do_timeline_on(struct ui *ui);
void do_timeline_first(struct ui *ui);
void do_timeline_last(struct ui *ui);
void do_timeline_next_draw(struct ui *ui);
void do_timeline_previous_draw(struct ui *ui);
void do_timeline_play(struct ui *ui);
void do_timeline_next_word(struct ui *ui);
void do_timeline_previous_word(struct ui *ui);
void do_timeline_pin(struct ui *ui);
void do_timeline_open(struct ui *ui);
void do_timeline_fill(struct ui *ui);
void do_timeline_write(struct ui *ui);

/* Commands of the : line; line/command_line.h says what they do. */
void line_save_trace(struct ui *ui, const char *arguments);

#endif
