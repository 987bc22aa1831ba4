// SPDX-License-Identifier: Apache-2.0
// Functions of one type T; integers wrap around, for which UT is the unsigned type.
#ifdef UT
#define WRAP(x) ((T)(x))
#define BITS ((T)(8 * sizeof(T)))

T absolute(T x) {
    return x < 0 ? WRAP(-(UT)x) : x;
}

T floor_divide(T a, T b, __global int *status, int name) {
    if (b == 0) {
        report(status, name, DIVISION_BY_ZERO, 0, 0);
        return 0;
    }
    if (b == -1) {
        return WRAP(-(UT)a); // the smallest integer divided by -1 would trap
    }
    T quotient = a / b;
    return quotient * b != a && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

T remainder_of(T a, T b, __global int *status, int name) {
    if (b == 0) {
        report(status, name, DIVISION_BY_ZERO, 0, 0);
        return 0;
    }
    if (b == -1) {
        return 0;
    }
    T rest = a % b;
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

// Rounded towards zero.
T trunc_divide(T a, T b, __global int *status, int name) {
    if (b == 0) {
        report(status, name, DIVISION_BY_ZERO, 0, 0);
        return 0;
    }
    return b == -1 ? WRAP(-(UT)a) : a / b;
}

T rest_of(T a, T b, __global int *status, int name) {
    if (b == 0) {
        report(status, name, DIVISION_BY_ZERO, 0, 0);
        return 0;
    }
    return b == -1 ? 0 : a % b;
}

T power(T base, T exponent, __global int *status, int name) {
    if (exponent < 0) {
        report(status, name, NEGATIVE_POWER, 0, 0);
        return 0;
    }
    UT result = 1;
    UT factor = (UT)base;
    for (T e = exponent; e > 0; e >>= 1) {
        if (e & 1) {
            result *= factor;
        }
        factor *= factor;
    }
    return WRAP(result);
}
#endif

#ifdef FLOATING
// What functions are computed in whose f32 versions OpenCL allows to be far off.
#ifdef cl_khr_fp64
typedef double W;
#define SQRT_HALF 0.70710678118654752440
#else
typedef float W;
#define SQRT_HALF 0.70710678118654752440f
#endif

T remainder_of(T a, T b) {
    T rest = fmod(a, b);
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

T floor_divide(T a, T b) {
    if (b == 0) {
        return a / b;
    }
    T rest = fmod(a, b);
    T quotient = (a - rest) / b;
    if (rest != 0 && (rest < 0) != (b < 0)) {
        quotient -= 1;
    }
    if (quotient == 0) {
        return copysign((T)0, a / b);
    }
    T low = floor(quotient);
    return quotient - low > (T)0.5 ? low + 1 : low;
}
#endif
