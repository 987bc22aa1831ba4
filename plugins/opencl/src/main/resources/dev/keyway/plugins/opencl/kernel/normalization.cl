// SPDX-License-Identifier: Apache-2.0
// Batch normalization of [images, channels, pixels], with vectors.cl. R is the type of the running
// statistics, with LOADR and STORER. Sums go over a plane, then over the planes of a channel.

// out[channel, image] = the sum of a plane.
__kernel void sums(__global T *out, long out0, __global const T *self, long self0, long planes,
                   long channels, long pixels) {
    long at = get_global_id(0);
    if (at < planes) {
        self += self0 + at * pixels;
        TV sum = (TV)(0);
        long i = 0;
        for (; i + V <= pixels; i += V) {
            sum += LOAD_VECTOR(0, self + i);
        }
        T result = total(sum);
        for (; i < pixels; i++) {
            result += self[i];
        }
        out[out0 + at % channels * (planes / channels) + at / channels] = result;
    }
}

// out[channel, image] = the sum of a plane's squared distances from the channel's mean.
__kernel void squares(__global T *out, long out0, __global const T *self, long self0,
                      __global const T *mean, long mean0, long planes, long channels, long pixels) {
    long at = get_global_id(0);
    if (at < planes) {
        T centre = mean[mean0 + at % channels];
        self += self0 + at * pixels;
        TV sum = (TV)(0);
        long i = 0;
        for (; i + V <= pixels; i += V) {
            TV distance = LOAD_VECTOR(0, self + i) - (TV)(centre);
            sum += distance * distance;
        }
        T result = total(sum);
        for (; i < pixels; i++) {
            result += (self[i] - centre) * (self[i] - centre);
        }
        out[out0 + at % channels * (planes / channels) + at / channels] = result;
    }
}

T sum_of(__global const T *partial, long count) {
    T sum = 0;
    for (long i = 0; i < count; i++) {
        sum += partial[i];
    }
    return sum;
}

__kernel void means(__global T *mean, long mean0, __global const T *partial, long partial0,
                    long channels, long images, long pixels) {
    long c = get_global_id(0);
    if (c < channels) {
        mean[mean0 + c] =
            sum_of(partial + partial0 + c * images, images) / (T)(images * pixels);
    }
}

// From the sums of squares, with the biased variance.
__kernel void inverses(__global T *inverse, long inverse0, __global T *variance, long variance0,
                       __global const T *partial, long partial0, long channels, long images,
                       long pixels, T eps) {
    long c = get_global_id(0);
    if (c < channels) {
        T value = sum_of(partial + partial0 + c * images, images) / (T)(images * pixels);
        variance[variance0 + c] = value;
        inverse[inverse0 + c] = (T)1 / sqrt(value + eps);
    }
}

// running = (1 - momentum) running + momentum scale value
__kernel void track(__global R *running, long running0, __global const T *values, long values0,
                    long channels, T keep, T share) {
    long c = get_global_id(0);
    if (c < channels) {
        T now = LOADR(running, running0 + c);
        STORER(running, running0 + c, now * keep + values[values0 + c] * share);
    }
}

__kernel void from_running(__global T *out, long out0, __global const R *running, long running0,
                           long channels) {
    long c = get_global_id(0);
    if (c < channels) {
        out[out0 + c] = LOADR(running, running0 + c);
    }
}

// The inverse deviation, of a variance.
__kernel void inverse_running(__global T *out, long out0, __global const R *running, long running0,
                              long channels, T eps) {
    long c = get_global_id(0);
    if (c < channels) {
        T variance = LOADR(running, running0 + c);
        out[out0 + c] = (T)1 / sqrt(variance + eps);
    }
}

__kernel void apply_statistics(__global T *out, long out0, __global const T *self, long self0,
                        __global const T *mean, long mean0, __global const T *inverse,
                        long inverse0, __global const T *weight, long weight0, int with_weight,
                        __global const T *bias, long bias0, int with_bias, long channels,
                        long pixels) {
    long x = get_global_id(0);
    long plane = get_global_id(1);
    if (x < pixels) {
        long c = plane % channels;
        T centre = mean[mean0 + c];
        T scale = inverse[inverse0 + c];
        T value = (self[self0 + plane * pixels + x] - centre) * scale;
        if (with_weight) {
            value *= weight[weight0 + c];
        }
        if (with_bias) {
            value += bias[bias0 + c];
        }
        out[out0 + plane * pixels + x] = value;
    }
}

// out[0, channel, image] = the sum of a plane's gradient; out[1, ...] = that of gradient times
// normalized input.
__kernel void gradient_sums(__global T *out, long out0, __global const T *grad, long grad0,
                            __global const T *self, long self0, __global const T *mean, long mean0,
                            __global const T *inverse, long inverse0, long planes, long channels,
                            long pixels) {
    long at = get_global_id(0);
    if (at < planes) {
        long c = at % channels;
        T centre = mean[mean0 + c];
        self += self0 + at * pixels;
        grad += grad0 + at * pixels;
        TV sum = (TV)(0);
        TV weighted = (TV)(0);
        long i = 0;
        for (; i + V <= pixels; i += V) {
            TV g = LOAD_VECTOR(0, grad + i);
            sum += g;
            weighted += g * (LOAD_VECTOR(0, self + i) - (TV)(centre));
        }
        T plain = total(sum);
        T times = total(weighted);
        for (; i < pixels; i++) {
            plain += grad[i];
            times += grad[i] * (self[i] - centre);
        }
        long to = out0 + c * (planes / channels) + at / channels;
        out[to] = plain;
        out[to + planes] = times * inverse[inverse0 + c];
    }
}

// out[channel] = the sum over images.
__kernel void gather_sums(__global T *out, long out0, __global const T *partial, long partial0,
                          long channels, long images) {
    long c = get_global_id(0);
    if (c < channels) {
        out[out0 + c] = sum_of(partial + partial0 + c * images, images);
    }
}

__kernel void backward(__global T *out, long out0, __global const T *grad, long grad0,
                       __global const T *self, long self0, __global const T *mean, long mean0,
                       __global const T *inverse, long inverse0, __global const T *weight,
                       long weight0, int with_weight, __global const T *grad_weight,
                       long grad_weight0, __global const T *grad_bias, long grad_bias0,
                       int training, long channels, long pixels, T count) {
    long x = get_global_id(0);
    long plane = get_global_id(1);
    if (x < pixels) {
        long c = plane % channels;
        long at = plane * pixels + x;
        T scale = inverse[inverse0 + c];
        T factor = with_weight ? weight[weight0 + c] * scale : scale;
        T value = grad[grad0 + at];
        if (training) {
            T unit = (self[self0 + at] - mean[mean0 + c]) * scale;
            value -= (grad_bias[grad_bias0 + c] + unit * grad_weight[grad_weight0 + c]) / count;
        }
        out[out0 + at] = value * factor;
    }
}
