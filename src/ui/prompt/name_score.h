/* How well what is typed fits a name. */
#ifndef LACUNA_UI_NAME_SCORE_H
#define LACUNA_UI_NAME_SCORE_H

/* Its letters in this order, best at the beginnings of words. 0: it does not fit. */
int name_score(const char *typed, const char *name);

#endif
