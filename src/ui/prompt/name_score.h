/* How well typed letters match a name. */
#ifndef LACUNA_UI_NAME_SCORE_H
#define LACUNA_UI_NAME_SCORE_H

/* Its letters in this order, preferably at the starts of words. 0: no match. */
int name_score(const char *typed, const char *name);

#endif
