/* Upper and lower case letters. */
#ifndef LACUNA_UI_LETTERS_H
#define LACUNA_UI_LETTERS_H

#include "lacuna/base.h"

uint32_t letter_upper(uint32_t code_point); /* letters.c */
uint32_t letter_lower(uint32_t code_point);

#endif
