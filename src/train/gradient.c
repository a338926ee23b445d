/* The gradient of the mean diffusion-weighted loss at given inputs, for `lacuna score --grad`. */
#include "lacuna/base.h"
#include "lacuna/matmul.h"
#include "lacuna/sedd.h"
#include "lacuna/train.h"
#include "pass.h"

#include <math.h>

enum status train_gradient(const struct sedd_config *config, const struct sedd_layout *layout,
                           const float *weights, uint32_t rows, uint32_t length, const uint32_t *ids,
                           const uint32_t *targets, const float *sigma_bar, const float *sigma,
                           float *gradients, struct error *error)
{
    enum sedd_precision precision = SEDD_PRECISION_F32;
    const struct matmul_backend *backend = matmul_backend(&precision, error);
    if (!backend) return STATUS_UNSUPPORTED;
    bool time_free = config->parametrisation == SEDD_TIME_FREE;
    float *factors = mem_zalloc_array((size_t)rows * length, sizeof *factors);
    if (!factors) return error_set(error, STATUS_NO_MEMORY, "not enough memory for the gradient");
    for (size_t m = 0; m < (size_t)rows * length; m++) {
        if (config->graph == SEDD_ABSORB && ids[m] != config->tokens) continue; /* no loss there */
        double factor = (double)sigma[m / length] / rows;
        /* time-free: the loss is r · cross-entropy, r = 1/(e^σ̄ − 1) */
        if (time_free) factor /= expm1((double)sigma_bar[m / length]);
        factors[m] = (float)factor;
    }
    struct train_pass *pass =
        train_pass_new(config, layout, backend, false, rows, length,
                       time_free ? TRAIN_CROSS_ENTROPY : TRAIN_SCORE_ENTROPY, false, error);
    if (pass) {
        struct train_batch batch = {
            .ids = ids, .targets = targets, .weights = factors, .sigma_bar = sigma_bar};
        double loss = 0;
        train_pass_run(pass, weights, NULL, &batch, gradients, &loss, NULL);
        train_pass_free(pass);
    }
    mem_free(factors);
    return pass ? STATUS_OK : error && error->code ? error->code : STATUS_NO_MEMORY;
}
