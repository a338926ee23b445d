#include "message.h"
#include "ui/editor_state.h"

#include <stdarg.h>

static void say(struct ui *ui, bool is_error, const char *format, va_list arguments)
{
    vsnprintf(ui->message->text, sizeof ui->message->text, format, arguments);
    ui->message->is_error = is_error;
}

void ui_say(struct ui *ui, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say(ui, false, format, arguments);
    va_end(arguments);
}

void ui_complain(struct ui *ui, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say(ui, true, format, arguments);
    va_end(arguments);
}
