/* What the timeline shows and which keys it has, on the help screen. */
#ifndef LACUNA_UI_TIMELINE_HELP_H
#define LACUNA_UI_TIMELINE_HELP_H

struct ui;

/* Commands; session/commands.h says what they do. */
void do_timeline_help(struct ui *ui);

#endif
