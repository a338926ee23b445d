/* How well typed letters match a name. */
#ifndef LACUNA_UI_NAME_SCORE_H
#define LACUNA_UI_NAME_SCORE_H

/* Higher if the letters match in this order at the starts of words. 0: no match. */
int name_score(const char *typed, const char *name);

#endif
