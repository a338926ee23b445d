/* The commands of the : line that search in each line of a range: s, g, v. */
#ifndef LACUNA_UI_EX_PATTERN_H
#define LACUNA_UI_EX_PATTERN_H

struct ui;

/* Commands of the : line; line/command_line.h says what they do. */
void ex_substitute(struct ui *ui, const char *arguments);
void ex_global(struct ui *ui, const char *arguments);
void ex_global_not(struct ui *ui, const char *arguments);

#endif
