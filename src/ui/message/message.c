#include "message.h"

#include <stdarg.h>

static void say(struct message *message, bool is_error, const char *format, va_list arguments)
{
    vsnprintf(message->text, sizeof message->text, format, arguments);
    message->is_error = is_error;
}

void ui_say(struct message *message, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say(message, false, format, arguments);
    va_end(arguments);
}

void ui_note(struct message *message, const char *format, ...)
{
    va_list arguments;
    if (message->is_error && message->text[0]) return;
    va_start(arguments, format);
    say(message, false, format, arguments);
    va_end(arguments);
}

void ui_complain(struct message *message, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say(message, true, format, arguments);
    va_end(arguments);
}
