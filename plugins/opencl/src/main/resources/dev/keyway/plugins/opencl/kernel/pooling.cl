// SPDX-License-Identifier: Apache-2.0
// Largest elements of windows over planes; T is the type. NaN wins; of several NaN the last.
__kernel void largest(__global T *out, long out0, __global long *indices, long indices0,
                      __global const T *self, long self0, long total, long height, long width,
                      long out_height, long out_width, long rows, long columns, long stride_y,
                      long stride_x, long top, long left) {
    long at = get_global_id(0);
    if (at < total) {
        long x0 = at % out_width * stride_x - left;
        long y0 = at / out_width % out_height * stride_y - top;
        self += self0 + at / out_width / out_height * height * width;
        long x_end = min(x0 + columns, width);
        long y_end = min(y0 + rows, height);
        x0 = max(x0, 0L);
        y0 = max(y0, 0L);
        T best = -INFINITY;
        long place = y0 * width + x0;
        for (long y = y0; y < y_end; y++) {
            for (long x = x0; x < x_end; x++) {
                T value = self[y * width + x];
                if (value > best || isnan(value)) {
                    best = value;
                    place = y * width + x;
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
