// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.operator.MetaContext;
import java.util.Arrays;

/** Checks of arguments that families of the network operators share. */
final class Checks {
    private Checks() {}

    /** Whether what is computed with the tensor is recorded for another gradient. */
    static boolean recorded(Tensor tensor) {
        return tensor.requiresGrad() && tensor.keyway().isGradEnabled();
    }

    /** The dtype of an input, which must be floating. */
    static DType floating(MetaContext m, int input, String name) {
        DType dtype = m.input(input).dtype();
        if (!dtype.isFloating()) {
            throw m.error(
                    "argument '"
                            + name
                            + "' has dtype "
                            + dtype
                            + ", which is not floating; convert with to(dtype)");
        }
        return dtype;
    }

    /** Fails unless an input, where given, has the dtype. */
    static void dtype(MetaContext m, int input, String name, DType expected) {
        Tensor tensor = m.inputOrNull(input);
        if (tensor != null && tensor.dtype() != expected) {
            throw m.error(
                    "argument '"
                            + name
                            + "' has dtype "
                            + tensor.dtype()
                            + ", expected "
                            + expected
                            + "; convert with to(dtype)");
        }
    }

    /** Fails unless an input, where given, has the shape. */
    static void shape(MetaContext m, int input, String name, long... expected) {
        Tensor tensor = m.inputOrNull(input);
        if (tensor != null && !hasShape(tensor, expected)) {
            throw m.error(
                    "argument '"
                            + name
                            + "' has shape "
                            + Arrays.toString(tensor.sizes())
                            + ", expected "
                            + Arrays.toString(expected));
        }
    }

    /** {@code Tensor.sizes} would copy them. */
    private static boolean hasShape(Tensor tensor, long[] expected) {
        boolean same = tensor.dim() == expected.length;
        for (int d = 0; same && d < expected.length; d++) {
            same = tensor.size(d) == expected[d];
        }
        return same;
    }

    /** Fails for a shape that is not as described. */
    static RuntimeException wrongShape(MetaContext m, int input, String name, String expected) {
        return m.error(
                "argument '"
                        + name
                        + "' has shape "
                        + Arrays.toString(m.input(input).sizes())
                        + ", expected "
                        + expected);
    }

    /** Numbers for each of {@code rank} directions, each at least {@code least}. */
    static long[] list(MetaContext m, String name, long[] given, int rank, long least) {
        boolean right = given.length == 1 || given.length == rank;
        for (long number : given) {
            right &= number >= least;
        }
        if (!right) {
            throw m.error(
                    "argument '"
                            + name
                            + "' is "
                            + Arrays.toString(given)
                            + ", expected "
                            + (rank == 1 ? "one number" : "one number or " + rank)
                            + " of at least "
                            + least);
        }
        return Windows.each(given, rank);
    }
}
