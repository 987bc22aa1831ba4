// SPDX-License-Identifier: Apache-2.0
// In front of every program: error reports, bfloat16, conversions that saturate.
#ifdef cl_khr_fp64
#pragma OPENCL EXTENSION cl_khr_fp64 : enable
#endif

#define INDEX_OUT_OF_BOUNDS 1
#define DIVISION_BY_ZERO 2
#define NEGATIVE_POWER 3

// The first report of a queue stays: code, number of the operator, value, bound.
void report(__global int *status, int name, int code, long value, long bound) {
    if (atomic_cmpxchg(&status[0], 0, code) == 0) {
        status[1] = name;
        ((__global long *)status)[1] = value;
        ((__global long *)status)[2] = bound;
    }
}

float bfloat_to_float(ushort bits) {
    return as_float((uint)bits << 16);
}

// Half to even; NaN stays NaN.
ushort float_to_bfloat(float x) {
    uint bits = as_uint(x);
    return isnan(x) ? (ushort)((bits >> 16) | 0x40)
                    : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
}

// Towards zero; values beyond the ends become the ends, NaN 0. The bounds are exact in x's type.
#define SATURATE(T, x, below, above, low, high) \
    (isnan(x) ? (T)0 : (x) <= (below) ? (T)(low) : (x) >= (above) ? (T)(high) : (T)(x))

// NaN wins; of two zeros the positive is larger.
#define LARGER(a, b) \
    (isnan(a) ? (a) : isnan(b) ? (b) : (a) > (b) ? (a) : (a) < (b) ? (b) : signbit(a) ? (b) : (a))
#define SMALLER(a, b) \
    (isnan(a) ? (a) : isnan(b) ? (b) : (a) < (b) ? (a) : (a) > (b) ? (b) : signbit(a) ? (a) : (b))
