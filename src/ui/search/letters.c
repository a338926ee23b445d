#include "letters.h"

#include <wctype.h>

uint32_t letter_upper(uint32_t code_point)
{
    return (uint32_t)towupper((wint_t)code_point);
}

uint32_t letter_lower(uint32_t code_point)
{
    return (uint32_t)towlower((wint_t)code_point);
}
