// SPDX-License-Identifier: Apache-2.0
// Convolution with stride 1 and one group, with vectors.cl. The input is copied into padded planes;
// then V pixels that follow each other in the padded rows are computed at once, also those between
// the rows, which are dropped. So all loads are of neighbours.

// Planes of height x width into planes of rows of `row` elements, zeros around.
__kernel void pad(__global T *out, long out0, __global const T *self, long self0, long total,
                  long plane, long row, long height, long width, long top, long left) {
    long at = get_global_id(0);
    if (at < total) {
        long y = at % plane / row - top;
        long x = at % plane % row - left;
        bool inside = y >= 0 && y < height && x >= 0 && x < width;
        out[out0 + at] = inside ? self[self0 + (at / plane * height + y) * width + x] : (T)0;
    }
}

// Weights [outputs / 8, channels, rows, columns, 8] with zeros behind the last output; the steps
// are distances in the weights as given, negative ones turn the window around.
__kernel void pack_weights(__global T *out, long out0, __global const T *self, long self0,
                           long total, long outputs, long channels, long rows, long columns,
                           long step_output, long step_channel, long step_row, long step_column) {
    long at = get_global_id(0);
    if (at < total) {
        long output = at / 8 / columns / rows / channels * 8 + at % 8;
        long from = at / 8 / columns / rows % channels * step_channel +
                    at / 8 / columns % rows * step_row + at / 8 % columns * step_column;
        out[out0 + at] = output < outputs ? self[self0 + output * step_output + from] : (T)0;
    }
}

#define START(i) \
    TV sum##i = (TV)(with_bias && first + i < outputs ? bias[bias0 + first + i] : (T)0);
#define ACCUMULATE(i) sum##i = MULTIPLY_ADD((TV)(weights[i]), pixels, sum##i);
#define WRITE(i) \
    if (first + i < outputs) { \
        __global T *to = out + out0 + (image * outputs + first + i) * height * width; \
        if (x + V <= width) { \
            STORE_VECTOR(sum##i, 0, to + y * width + x); \
        } else { \
            T lanes[V]; \
            STORE_VECTOR(sum##i, 0, lanes); \
            long at_x = x; \
            long at_y = y; \
            for (int lane = 0; lane < V; lane++) { \
                if (at_x < width && at_y < height) { \
                    to[at_y * width + at_x] = lanes[lane]; \
                } \
                if (++at_x == row) { \
                    at_x = 0; \
                    at_y++; \
                } \
            } \
        } \
    }

// A work-item has V pixels of eight outputs. Output planes are height x width.
__kernel void convolve(__global T *out, long out0, __global const T *padded, long padded0,
                       __global const T *weights, long weights0, __global const T *bias, long bias0,
                       int with_bias, long vectors, long blocks, long outputs, long channels,
                       long rows, long columns, long dilation_y, long dilation_x, long plane,
                       long row, long height, long width) {
    long at = get_global_id(0);
    if (at < vectors) {
        long image = get_global_id(1) / blocks;
        long block = get_global_id(1) % blocks;
        long first = block * 8;
        long y = at * V / row;
        long x = at * V % row;
        padded += padded0 + image * channels * plane + at * V;
        weights += weights0 + block * channels * rows * columns * 8;
        START(0) START(1) START(2) START(3) START(4) START(5) START(6) START(7)
        for (long c = 0; c < channels; c++) {
            for (long r = 0; r < rows; r++) {
                for (long s = 0; s < columns; s++) {
                    TV pixels =
                        LOAD_VECTOR(0, padded + c * plane + r * dilation_y * row + s * dilation_x);
                    ACCUMULATE(0) ACCUMULATE(1) ACCUMULATE(2) ACCUMULATE(3)
                    ACCUMULATE(4) ACCUMULATE(5) ACCUMULATE(6) ACCUMULATE(7)
                    weights += 8;
                }
            }
        }
        WRITE(0) WRITE(1) WRITE(2) WRITE(3) WRITE(4) WRITE(5) WRITE(6) WRITE(7)
    }
}
