// SPDX-License-Identifier: Apache-2.0
// Vectors. Macros: T; V, the width of a vector, and TV, its type; MULTIPLY_ADD(a, b, c).
#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
#define LOAD_VECTOR JOIN(vload, V)
#define STORE_VECTOR JOIN(vstore, V)

// The sum of a vector's elements, one after another.
T total(TV vector) {
    T lanes[V];
    STORE_VECTOR(vector, 0, lanes);
    T sum = 0;
    for (int lane = 0; lane < V; lane++) {
        sum += lanes[lane];
    }
    return sum;
}
