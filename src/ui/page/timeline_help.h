/* What the timeline, and the page of runs side by side, show, and which keys they have; on the help screen. */
#ifndef LACUNA_UI_TIMELINE_HELP_H
#define LACUNA_UI_TIMELINE_HELP_H

struct ui;

/* Commands; session/commands.h says what they do. */
void do_timeline_help(struct ui *ui);
void do_beside_help(struct ui *ui);

#endif
