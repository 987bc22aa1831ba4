// SPDX-License-Identifier: Apache-2.0
// Largest elements of windows over planes; T is the type. NaN wins; of several NaN the last.
__kernel void largest(__global T *out, long out0, __global long *indices, long indices0,
                      __global const T *self, long self0, long total, long height, long width,
                      long out_height, long out_width, long rows, long columns, long stride_y,
                      long stride_x, long top, long left, long dilation_y, long dilation_x) {
    long at = get_global_id(0);
    if (at < total) {
        long x0 = at % out_width * stride_x - left;
        long y0 = at / out_width % out_height * stride_y - top;
        self += self0 + at / out_width / out_height * height * width;
        T best = -INFINITY;
        long place = -1;
        for (long r = 0; r < rows; r++) {
            long y = y0 + r * dilation_y;
            for (long q = 0; q < columns; q++) {
                long x = x0 + q * dilation_x;
                if (y >= 0 && y < height && x >= 0 && x < width) {
                    T value = self[y * width + x];
                    if (place < 0 || value > best || isnan(value)) {
                        best = value;
                        place = y * width + x;
                    }
                }
            }
        }
        out[out0 + at] = best;
        indices[indices0 + at] = place;
    }
}

// Adds gradients up where they came from, a plane after another, in order.
__kernel void backward(__global T *out, long out0, __global const T *grad, long grad0,
                       __global const long *indices, long indices0, long planes, long pixels,
                       long out_pixels) {
    long plane = get_global_id(0);
    if (plane < planes) {
        out += out0 + plane * pixels;
        for (long i = 0; i < pixels; i++) {
            out[i] = 0;
        }
        for (long j = 0; j < out_pixels; j++) {
            long at = plane * out_pixels + j;
            long place = indices[indices0 + at];
            if (place >= 0 && place < pixels) {
                out[place] += grad[grad0 + at];
            }
        }
    }
}
