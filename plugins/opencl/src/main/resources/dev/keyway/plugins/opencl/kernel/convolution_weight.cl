// SPDX-License-Identifier: Apache-2.0
// The weight's gradient for stride 1 and one group, with vectors.cl, from the padded input and from
// the gradient with rows padded with zeros to whole vectors. A work-item has four outputs and up to
// four columns of one row of the window of one channel. MASK is a vector of integers as wide as T.
#define CONSTANTS(i) \
    __global const T *lines##i = grad + grad0 + min(first + i, outputs - 1) * grad_plane; \
    long column##i = min(start + i, columns - 1) * dilation_x; \
    TV sum0##i = (TV)(0); \
    TV sum1##i = (TV)(0); \
    TV sum2##i = (TV)(0); \
    TV sum3##i = (TV)(0);
#define GRAD(i) TV g##i = LOAD_VECTOR(0, lines##i + image * outputs * grad_plane + y * grad_row + x);
#define PIXELS(i) \
    TV p##i = LOAD_VECTOR(0, from + column##i); \
    p##i = x + V <= width ? p##i : select(p##i, (TV)(0), behind);
#define ACCUMULATE(o) \
    sum##o##0 = MULTIPLY_ADD(g##o, p0, sum##o##0); \
    sum##o##1 = MULTIPLY_ADD(g##o, p1, sum##o##1); \
    sum##o##2 = MULTIPLY_ADD(g##o, p2, sum##o##2); \
    sum##o##3 = MULTIPLY_ADD(g##o, p3, sum##o##3);
#define WRITE_ONE(o, i) \
    if (first + o < outputs && start + i < columns) { \
        out[out0 + (((first + o) * channels + channel) * rows + r) * columns + start + i] = \
            total(sum##o##i); \
    }
#define WRITE(o) WRITE_ONE(o, 0) WRITE_ONE(o, 1) WRITE_ONE(o, 2) WRITE_ONE(o, 3)

__kernel void correlate(__global T *out, long out0, __global const T *padded, long padded0,
                        __global const T *grad, long grad0, long items, long images, long outputs,
                        long channels, long rows, long columns, long runs, long dilation_y,
                        long dilation_x, long plane, long row, long height, long width,
                        long grad_row) {
    long at = get_global_id(0);
    if (at < items) {
        long start = at % runs * 4;
        long r = at / runs % rows;
        long channel = at / runs / rows;
        long first = get_global_id(1) * 4;
        long grad_plane = height * grad_row;
        long last = grad_row - V;
        // Lanes behind a row's end; the gradient is zero there, the input may be anything.
        T lanes[V];
        for (int lane = 0; lane < V; lane++) {
            lanes[lane] = last + lane < width ? (T)0 : (T)1;
        }
        MASK behind = LOAD_VECTOR(0, lanes) != (TV)(0);
        CONSTANTS(0) CONSTANTS(1) CONSTANTS(2) CONSTANTS(3)
        for (long image = 0; image < images; image++) {
            for (long y = 0; y < height; y++) {
                for (long x = 0; x < grad_row; x += V) {
                    __global const T *from = padded + padded0 +
                                             (image * channels + channel) * plane +
                                             (y + r * dilation_y) * row + x;
                    GRAD(0) GRAD(1) GRAD(2) GRAD(3)
                    PIXELS(0) PIXELS(1) PIXELS(2) PIXELS(3)
                    ACCUMULATE(0) ACCUMULATE(1) ACCUMULATE(2) ACCUMULATE(3)
                }
            }
        }
        WRITE(0) WRITE(1) WRITE(2) WRITE(3)
    }
}
