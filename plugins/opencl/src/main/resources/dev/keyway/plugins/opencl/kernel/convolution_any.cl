// SPDX-License-Identifier: Apache-2.0
// Convolution with any stride and groups, a work-item for each result. T is the type. The shape is
// that of the forward convolution, for all three.
typedef struct {
    long images, channels, height, width, outputs, out_height, out_width, rows, columns;
    long stride_y, stride_x, top, left, dilation_y, dilation_x, groups;
} Shape;

__kernel void forward(__global T *out, long out0, __global const T *input, long input0,
                      __global const T *weight, long weight0, __global const T *bias, long bias0,
                      int with_bias, long total, Shape s) {
    long at = get_global_id(0);
    if (at < total) {
        long x = at % s.out_width;
        long y = at / s.out_width % s.out_height;
        long o = at / s.out_width / s.out_height % s.outputs;
        long image = at / s.out_width / s.out_height / s.outputs;
        long depth = s.channels / s.groups;
        long first = o / (s.outputs / s.groups) * depth;
        T sum = with_bias ? bias[bias0 + o] : (T)0;
        for (long c = 0; c < depth; c++) {
            for (long r = 0; r < s.rows; r++) {
                long from_y = y * s.stride_y - s.top + r * s.dilation_y;
                for (long q = 0; q < s.columns; q++) {
                    long from_x = x * s.stride_x - s.left + q * s.dilation_x;
                    if (from_y >= 0 && from_y < s.height && from_x >= 0 && from_x < s.width) {
                        long pixel =
                            ((image * s.channels + first + c) * s.height + from_y) * s.width +
                            from_x;
                        long w = ((o * depth + c) * s.rows + r) * s.columns + q;
                        sum += input[input0 + pixel] * weight[weight0 + w];
                    }
                }
            }
        }
        out[out0 + at] = sum;
    }
}

__kernel void backward_input(__global T *out, long out0, __global const T *grad, long grad0,
                             __global const T *weight, long weight0, long total, Shape s) {
    long at = get_global_id(0);
    if (at < total) {
        long x = at % s.width;
        long y = at / s.width % s.height;
        long channel = at / s.width / s.height % s.channels;
        long image = at / s.width / s.height / s.channels;
        long depth = s.channels / s.groups;
        long size = s.outputs / s.groups;
        long first = channel / depth * size;
        T sum = 0;
        for (long o = first; o < first + size; o++) {
            for (long r = 0; r < s.rows; r++) {
                long to_y = y + s.top - r * s.dilation_y;
                for (long q = 0; q < s.columns; q++) {
                    long to_x = x + s.left - q * s.dilation_x;
                    if (to_y >= 0 && to_y % s.stride_y == 0 && to_y / s.stride_y < s.out_height &&
                        to_x >= 0 && to_x % s.stride_x == 0 && to_x / s.stride_x < s.out_width) {
                        long g = ((image * s.outputs + o) * s.out_height + to_y / s.stride_y) *
                                     s.out_width +
                                 to_x / s.stride_x;
                        long w = ((o * depth + channel % depth) * s.rows + r) * s.columns + q;
                        sum += grad[grad0 + g] * weight[weight0 + w];
                    }
                }
            }
        }
        out[out0 + at] = sum;
    }
}

__kernel void backward_weight(__global T *out, long out0, __global const T *grad, long grad0,
                              __global const T *input, long input0, long total, Shape s) {
    long at = get_global_id(0);
    if (at < total) {
        long depth = s.channels / s.groups;
        long q = at % s.columns;
        long r = at / s.columns % s.rows;
        long c = at / s.columns / s.rows % depth;
        long o = at / s.columns / s.rows / depth;
        long channel = o / (s.outputs / s.groups) * depth + c;
        T sum = 0;
        for (long image = 0; image < s.images; image++) {
            for (long y = 0; y < s.out_height; y++) {
                long from_y = y * s.stride_y - s.top + r * s.dilation_y;
                if (from_y < 0 || from_y >= s.height) {
                    continue;
                }
                for (long x = 0; x < s.out_width; x++) {
                    long from_x = x * s.stride_x - s.left + q * s.dilation_x;
                    if (from_x >= 0 && from_x < s.width) {
                        long g =
                            ((image * s.outputs + o) * s.out_height + y) * s.out_width + x;
                        long pixel =
                            ((image * s.channels + channel) * s.height + from_y) * s.width +
                            from_x;
                        sum += grad[grad0 + g] * input[input0 + pixel];
                    }
                }
            }
        }
        out[out0 + at] = sum;
    }
}
