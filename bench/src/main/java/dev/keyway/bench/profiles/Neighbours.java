// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.profiles;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Ops;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * What a process may have computed before a network: above all what has, or once had, vectors
 * narrower than the others, sums, powers, variances, casts. Small tensors, so that both compilers
 * see many calls.
 */
final class Neighbours {
    private static final int ROUNDS = 3_000;

    private final List<Supplier<Tensor>> calls = new ArrayList<>();

    private Neighbours(Device device) {
        for (DType dtype : List.of(DType.F32, DType.F64)) {
            Tensor x = Ops.randn(device, dtype, 4, 75);
            Tensor positive = x.abs().add(0.01);
            reductions(x);
            functions(x, positive);
            casts(x);
        }
    }

    /** Calls each some thousand times. */
    static void run(Device device) {
        Neighbours neighbours = new Neighbours(device);
        for (int round = 0; round < ROUNDS; round++) {
            for (Supplier<Tensor> call : neighbours.calls) {
                call.get().close();
            }
        }
    }

    private void reductions(Tensor x) {
        calls.add(x::sum);
        calls.add(x::mean);
        for (long dim = 0; dim < 2; dim++) {
            long d = dim;
            calls.add(() -> x.sum(d));
            calls.add(() -> x.prod(d));
            calls.add(() -> x.var(d));
            calls.add(() -> x.amax(d));
            calls.add(() -> x.cumsum(d));
            calls.add(() -> x.cumprod(d));
            calls.add(() -> x.softmax(d));
        }
    }

    private void functions(Tensor x, Tensor positive) {
        calls.add(() -> positive.pow(positive));
        calls.add(() -> positive.pow(Scalar.of(3)));
        calls.add(() -> positive.pow(Scalar.of(0.5)));
        calls.add(x::exp2);
        calls.add(x::tan);
        calls.add(x::sinh);
        calls.add(x::erfc);
        calls.add(x::exp);
        calls.add(() -> x.hypot(positive));
        calls.add(() -> x.remainder(positive));
        calls.add(() -> x.floorDivide(positive));
    }

    private void casts(Tensor x) {
        for (DType dtype :
                List.of(
                        DType.F16,
                        DType.BF16,
                        DType.F32,
                        DType.F64,
                        DType.BOOL,
                        DType.I8,
                        DType.U8,
                        DType.I16,
                        DType.I32,
                        DType.I64)) {
            if (dtype != x.dtype()) {
                Tensor other = x.to(dtype);
                calls.add(() -> x.to(dtype));
                calls.add(() -> other.to(x.dtype()));
            }
        }
    }
}
