/* Messages without a screen: before it is taken, or after it was given back. */
#ifndef LACUNA_UI_TELL_H
#define LACUNA_UI_TELL_H

void ui_tell(const char *text); /* on standard error, whole lines */

#endif
