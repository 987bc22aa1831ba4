// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import dev.keyway.DType;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.operator.Meta;
import dev.keyway.operator.MetaContext;
import dev.keyway.spi.BinaryOp;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Meta functions and shape rules that families share. */
final class Metas {
    private Metas() {}

    /** The dtype in which kernels compute for a result of this dtype. */
    static DType wide(DType dtype) {
        return switch (dtype) {
            case F16, BF16 -> DType.F32;
            case U8, I8, I16 -> DType.I32;
            default -> dtype;
        };
    }

    /** The dtype of a function whose results are not whole numbers. */
    static DType floating(DType dtype) {
        return dtype.isFloating() ? dtype : DType.F32;
    }

    /** A pointwise function of one tensor that keeps the dtype. */
    static final Meta SAME =
            m -> {
                DType dtype = m.input(0).dtype();
                m.compute(wide(dtype));
                m.outputLike(0, dtype);
            };

    /** As {@link #SAME} for operators that have no meaning for bool. */
    static final Meta NUMERIC =
            m -> {
                if (m.input(0).dtype() == DType.BOOL) {
                    throw m.error(
                            "argument 'self' is bool; numbers are expected, convert with"
                                    + " to(dtype)");
                }
                SAME.infer(m);
            };

    /** A pointwise function with floating results; integers become f32. */
    static final Meta FLOATING =
            m -> {
                DType dtype = floating(m.input(0).dtype());
                m.compute(wide(dtype));
                m.outputLike(0, dtype);
            };

    /** A pointwise function of two tensors, or of one and a number. */
    static Meta binary(BinaryOp opcode, @Nullable Function<MetaContext, Scalar> scalar) {
        return m -> {
            DType dtype = m.promote(scalar == null ? null : scalar.apply(m));
            if (opcode == BinaryOp.DIV) {
                dtype = floating(dtype);
            }
            if (opcode == BinaryOp.SUB) {
                noTruthValues(m, scalar == null ? null : scalar.apply(m));
            }
            boolean known =
                    dtype == DType.BOOL
                            ? opcode.isBool()
                            : dtype.isFloating() ? opcode.isFloating() : opcode.isIntegral();
            if (!known) {
                throw m.error("is not defined for " + dtype + "; convert with to(dtype)");
            }
            m.compute(wide(dtype));
            m.outputBroadcast(dtype);
        };
    }

    /** Fails for a difference with bool, as PyTorch does, even where the other is a number. */
    private static void noTruthValues(MetaContext m, @Nullable Scalar scalar) {
        boolean found = scalar != null && scalar.dtype() == DType.BOOL;
        for (int i = 0; i < (scalar == null ? 2 : 1); i++) {
            found |= m.input(i).dtype() == DType.BOOL;
        }
        if (found) {
            throw m.error(
                    "is not defined for bool; invert a mask with logical_not, or convert with"
                            + " to(dtype)");
        }
    }

    /** A comparison of two tensors, or of one and a number. */
    static Meta compare(@Nullable Function<MetaContext, Scalar> scalar) {
        return m -> {
            m.compute(wide(m.promote(scalar == null ? null : scalar.apply(m))));
            m.outputBroadcast(DType.BOOL);
        };
    }

    /** A dimension in [0, dims), from one that may count from the end. */
    static int dim(MetaContext m, long dim, int dims) {
        int range = Math.max(dims, 1);
        if (dim < -range || dim >= range) {
            throw m.error(
                    "argument 'dim' is "
                            + dim
                            + ", expected from "
                            + -range
                            + " to "
                            + (range - 1)
                            + " for a tensor of "
                            + dims
                            + " dimensions");
        }
        return (int) (dim < 0 ? dim + range : dim);
    }

    /** As {@link #dim} after the meta function has checked. */
    static int wrap(long dim, int dims) {
        return (int) (dim < 0 ? dim + Math.max(dims, 1) : dim);
    }

    /** Which dimensions a list names; an empty list names all. */
    static boolean[] dims(MetaContext m, long[] list, int dims) {
        boolean[] named = new boolean[dims];
        if (list.length == 0) {
            Arrays.fill(named, true);
        }
        for (long entry : list) {
            int dim = dim(m, entry, dims);
            if (dims > 0 && named[dim]) {
                throw twice(m, dim, list);
            }
            if (dims > 0) {
                named[dim] = true;
            }
        }
        return named;
    }

    /** The error of a list that names a dimension again. */
    static RuntimeException twice(MetaContext m, int dim, long[] list) {
        return m.error("dimension " + dim + " appears twice in " + Arrays.toString(list));
    }

    /** As {@link #dims} after the meta function has checked. */
    static boolean[] named(long[] list, int dims) {
        boolean[] named = new boolean[dims];
        if (list.length == 0) {
            Arrays.fill(named, true);
        }
        for (long entry : list) {
            if (dims > 0) {
                named[wrap(entry, dims)] = true;
            }
        }
        return named;
    }

    /** The sizes after a reduction. */
    static long[] reduced(long[] sizes, boolean[] named, boolean keepDim) {
        long[] result = new long[sizes.length];
        int kept = 0;
        for (int d = 0; d < sizes.length; d++) {
            if (!named[d]) {
                result[kept++] = sizes[d];
            } else if (keepDim) {
                result[kept++] = 1;
            }
        }
        return Arrays.copyOf(result, kept);
    }

    static long product(long[] sizes) {
        long product = 1;
        for (long size : sizes) {
            product *= size;
        }
        return product;
    }

    /** Row-major strides. */
    static long[] strides(long[] sizes) {
        long[] strides = new long[sizes.length];
        long stride = 1;
        for (int d = sizes.length - 1; d >= 0; d--) {
            strides[d] = stride;
            stride *= Math.max(sizes[d], 1);
        }
        return strides;
    }

    /** The sizes with one of them -1 replaced by what is left. */
    static long[] resolve(MetaContext m, long[] sizes, long numel) {
        int unknown = -1;
        long known = 1;
        for (int d = 0; d < sizes.length; d++) {
            if (sizes[d] == -1 && unknown < 0) {
                unknown = d;
            } else if (sizes[d] < 0) {
                throw m.error("invalid shape " + Arrays.toString(sizes));
            } else {
                known *= sizes[d];
            }
        }
        boolean fits = unknown < 0 ? known == numel : known != 0 && numel % known == 0;
        if (!fits) {
            throw m.error(
                    "shape "
                            + Arrays.toString(sizes)
                            + " does not fit a tensor of "
                            + numel
                            + " elements with shape "
                            + Arrays.toString(m.input(0).sizes()));
        }
        long[] result = sizes.clone();
        if (unknown >= 0) {
            result[unknown] = numel / known;
        }
        return result;
    }

    /** Fails unless the argument is of dtype i64. */
    static void index(MetaContext m, int input, String name) {
        Tensor index = m.input(input);
        if (index.dtype() != DType.I64) {
            throw m.error(
                    "argument '"
                            + name
                            + "' has dtype "
                            + index.dtype()
                            + ", expected i64; convert it with to(DType.I64)");
        }
    }
}
