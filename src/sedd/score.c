/* Noise, log scores, the loss and the transition weights, equation by equation; the numbers are those of
 * docs/SEDD.md. Everything here works on one row of states and is the readable reference. Fast paths have
 * their own code and are tested against it. */
#include "lacuna/sedd.h"

#include <math.h>
#include <string.h>

/* (2.1), (2.2) */
double sedd_sigma_bar(const struct sedd_config *c, double t)
{
    if (c->noise == SEDD_LOGLINEAR) return -log1p(-(1 - SEDD_LOGLINEAR_EPS) * t);
    return pow(c->sigma_min, 1 - t) * pow(c->sigma_max, t);
}

double sedd_sigma(const struct sedd_config *c, double t)
{
    if (c->noise == SEDD_LOGLINEAR) return (1 - SEDD_LOGLINEAR_EPS) / (1 - (1 - SEDD_LOGLINEAR_EPS) * t);
    return sedd_sigma_bar(c, t) * log(c->sigma_max / c->sigma_min);
}

double sedd_time(const struct sedd_config *c, double sigma_bar)
{
    double t = c->noise == SEDD_LOGLINEAR ? -expm1(-sigma_bar) / (1 - SEDD_LOGLINEAR_EPS)
                                          : log(sigma_bar / c->sigma_min) / log(c->sigma_max / c->sigma_min);
    return t < 0 ? 0 : t > 1 ? 1 : t;
}

/* (3.9) */
double sedd_sigma_bar_of_state(const struct sedd_config *c, uint32_t masked, uint32_t length)
{
    double low = sedd_sigma_bar(c, SEDD_SAMPLING_EPS), high = sedd_sigma_bar(c, 1);
    if (masked >= length) return high;
    double sigma_bar = -log1p(-(double)masked / (double)length);
    return sigma_bar < low ? low : sigma_bar > high ? high : sigma_bar;
}

/* (3.6), (3.8) */
void sedd_log_score(const struct sedd_config *c, const float *f, uint32_t x, double sigma_bar, float *out)
{
    uint32_t columns = sedd_head_columns(c);
    double shift = 0;
    if (c->parametrisation == SEDD_TIME_FREE) {
        double top = f[0], sum = 0;
        for (uint32_t y = 1; y < columns; y++) top = fmax(top, (double)f[y]);
        for (uint32_t y = 0; y < columns; y++) sum += exp((double)f[y] - top);
        shift = top + log(sum) + log(expm1(sigma_bar));
    } else if (c->scale_by_sigma && c->graph == SEDD_ABSORB) {
        shift = log(expm1(sigma_bar)) + log((double)c->tokens);
    }
    for (uint32_t y = 0; y < columns; y++) out[y] = (float)((double)f[y] - shift);
    if (columns < sedd_states(c)) out[c->tokens] = 0;
    out[x] = 0;
}

/* (4.2): absorbing graph, at a masked position, r = 1/(e^σ̄ − 1): Σ s_y − r ln s_x0 + r (ln r − 1). */
static double entropy_absorb(const struct sedd_config *c, const float *log_score, uint32_t x, uint32_t x0,
                             double sigma_bar, float *grad)
{
    uint32_t mask = c->tokens;
    if (grad) memset(grad, 0, sedd_states(c) * sizeof *grad);
    if (x != mask) return 0;
    double r = 1 / expm1(sigma_bar), sum = 0;
    for (uint32_t y = 0; y < mask; y++) {
        double s = exp((double)log_score[y]);
        sum += s;
        if (grad) grad[y] = (float)s;
    }
    if (grad) grad[x0] -= (float)r;
    return sum - r * (double)log_score[x0] + r * (log(r) - 1);
}

/* (4.3), (4.4): uniform graph, (1/V) Σ_{y≠x} s_y − neg + const with e = e^σ̄ − 1, ρ = e/(e + V). */
static double entropy_uniform(const struct sedd_config *c, const float *log_score, uint32_t x, uint32_t x0,
                              double sigma_bar, float *grad)
{
    double v = c->tokens, e = expm1(sigma_bar), scores = 0, logs = 0;
    double rho = e / (e + v); /* not the reference's 1 − V/(e + V), which is 0 where σ̄ is small */
    double each = (x == x0 ? rho : 1) / v; /* factor of Σ ln s in neg */
    for (uint32_t y = 0; y < c->tokens; y++) {
        if (grad) grad[y] = 0;
        if (y == x) continue;
        double s = exp((double)log_score[y]);
        scores += s;
        logs += (double)log_score[y];
        if (grad) grad[y] = (float)(s / v - each);
    }
    if (x == x0) return scores / v - each * logs + (v - 1) / v * rho * (log(rho) - 1);
    if (grad) grad[x0] -= (float)(1 / e);
    return scores / v - each * logs - (double)log_score[x0] / e + ((-log(rho) - 1) / rho - (v - 2)) / v;
}

double sedd_score_entropy(const struct sedd_config *c, const float *log_score, uint32_t x, uint32_t x0,
                          double sigma_bar, float *grad)
{
    return c->graph == SEDD_ABSORB ? entropy_absorb(c, log_score, x, x0, sigma_bar, grad)
                                   : entropy_uniform(c, log_score, x, x0, sigma_bar, grad);
}

void sedd_log_score_backward(const struct sedd_config *c, const float *log_score, uint32_t x,
                             double sigma_bar, const float *grad_log_score, float *grad_f)
{
    uint32_t columns = sedd_head_columns(c);
    double total = 0, scale = 0;
    if (c->parametrisation == SEDD_TIME_FREE) { /* log_softmax: g − q Σ g */
        for (uint32_t y = 0; y < columns; y++)
            if (y != x) total += (double)grad_log_score[y];
        scale = total * expm1(sigma_bar); /* q = s (e^σ̄ − 1) */
    }
    for (uint32_t y = 0; y < columns; y++) {
        double g = y == x ? 0 : (double)grad_log_score[y];
        if (scale != 0) g -= scale * exp((double)log_score[y]);
        grad_f[y] = (float)g;
    }
}

/* ---- transitions --------------------------------------------------------------------------------------- */

static void one_hot(uint32_t states, uint32_t x, double *out)
{
    for (uint32_t y = 0; y < states; y++) out[y] = y == x;
}

/* (6.2) */
void sedd_analytic_weights(const struct sedd_config *c, const float *log_score, uint32_t x, double d_sigma,
                           double *out)
{
    uint32_t states = sedd_states(c);
    double sum = 0, grow = expm1(d_sigma);
    if (c->graph == SEDD_ABSORB) {
        one_hot(states, x, out);
        if (x != c->tokens) return;
        for (uint32_t y = 0; y < c->tokens; y++) {
            double s = exp((double)log_score[y]);
            sum += s;
            out[y] = grow * s;
        }
        out[x] = 1 - grow * sum;
        return;
    }
    double v = c->tokens, spread = -expm1(-d_sigma) / v; /* the kernel to each other token */
    for (uint32_t y = 0; y < states; y++) sum += y == x ? 1 : exp((double)log_score[y]);
    for (uint32_t y = 0; y < states; y++) {
        double s = y == x ? 1 : exp((double)log_score[y]);
        double kernel = y == x ? 1 - (v - 1) * spread : spread;
        out[y] = ((1 + grow) * s - grow / v * sum) * kernel;
    }
}

/* (6.1) */
void sedd_euler_weights(const struct sedd_config *c, const float *log_score, uint32_t x, double step_sigma,
                        double *out)
{
    uint32_t states = sedd_states(c);
    if (c->graph == SEDD_ABSORB && x != c->tokens) {
        one_hot(states, x, out);
        return;
    }
    double rate = c->graph == SEDD_ABSORB ? step_sigma : step_sigma / c->tokens, sum = 0;
    for (uint32_t y = 0; y < states; y++) {
        if (y == x) continue;
        out[y] = rate * exp((double)log_score[y]);
        sum += out[y];
    }
    out[x] = 1 - sum;
}

/* (6.3) */
void sedd_denoise_weights(const struct sedd_config *c, const float *log_score, uint32_t x, double sigma_bar,
                          double *out)
{
    sedd_analytic_weights(c, log_score, x, sigma_bar, out);
    if (c->graph == SEDD_ABSORB) out[c->tokens] = 0;
}

uint32_t sedd_categorical(const double *weights, uint32_t count, double u)
{
    double total = 0;
    for (uint32_t i = 0; i < count; i++)
        if (weights[i] > 0) total += weights[i];
    if (!(total > 0) || !isfinite(total)) return count;
    double target = u * total, sum = 0;
    uint32_t last = count;
    for (uint32_t i = 0; i < count; i++) {
        if (!(weights[i] > 0)) continue;
        sum += weights[i];
        last = i;
        if (sum > target) return i;
    }
    return last; /* rounding put u·total just above the sum */
}
