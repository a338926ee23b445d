/* The message on the bottom line, until the next key. */
#ifndef LACUNA_UI_MESSAGE_H
#define LACUNA_UI_MESSAGE_H

#include "lacuna/base.h"

struct message {
    char text[640]; /* "": none */
    bool is_error;
};

void ui_say(struct message *message, const char *format, ...) PRINTF_LIKE(2, 3);
/* As ui_say, but an error that is shown stays: something that went well does not hide what did not. */
void ui_note(struct message *message, const char *format, ...) PRINTF_LIKE(2, 3);
void ui_complain(struct message *message, const char *format, ...) PRINTF_LIKE(2, 3); /* as an error */

#endif
