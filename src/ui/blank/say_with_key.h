/* A message that ends with the key that the writer may want next. */
#ifndef LACUNA_UI_SAY_WITH_KEY_H
#define LACUNA_UI_SAY_WITH_KEY_H

struct ui;

/* "removed; ^Z brings it back": what has happened, and what the key of a command does. Without a key, the first part alone.
 * "undo" stands for vi's own command in keymaps with modes. */
void say_with_key(struct ui *ui, const char *said, const char *command, const char *does);

#endif
