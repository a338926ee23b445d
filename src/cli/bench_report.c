/* Functions shared by the parts of `lacuna bench`. */
#include "bench_report.h"
#include "cli.h"
#include "say.h"

#include <jansson.h>
#include <stdlib.h>

bool bench_print(json_t *line)
{
    char *text = line ? json_dumps(line, JSON_REAL_PRECISION(5)) : NULL;
    bool ok = text ? say_result_line(text) : cli_fail("a measured value is not finite");
    free(text);
    json_decref(line);
    return ok;
}

double bench_median(double *values, size_t count)
{
    for (size_t i = 1; i < count; i++) /* there are few values */
        for (size_t j = i; j > 0 && values[j] < values[j - 1]; j--) {
            double kept = values[j];
            values[j] = values[j - 1];
            values[j - 1] = kept;
        }
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}
