/* Help for the timeline and for runs side by side: what they show, and their keys. Shown on the help screen. */
#ifndef LACUNA_UI_TIMELINE_HELP_H
#define LACUNA_UI_TIMELINE_HELP_H

struct ui;

/* Commands; session/commands.h says what they do. */
void do_timeline_help(struct ui *ui);
void do_beside_help(struct ui *ui);

#endif
