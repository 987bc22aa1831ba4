// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers;

import ai.djl.ndarray.NDArray;
import dev.keyway.Tensor;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** A square matrix copied into its transpose. */
final class LibtorchTranspose extends LibtorchContest {
    private final Tensor self;
    private final Tensor out;
    private final NDArray theirOut;
    private final MethodHandle copy;
    private final long from;
    private final long to;

    LibtorchTranspose(int threads, int size) {
        super(threads, 8.0 * size * size);
        float[] numbers = Numbers.normal(size * size, 1);
        self = side.tensor(numbers, size, size).transpose(0, 1);
        out = side.tensor(new float[size * size], size, size);
        theirOut = torch.tensor(new float[size * size], size, size);
        from = Libtorch.address(torch.tensor(numbers, size, size).transpose());
        to = Libtorch.address(theirOut);
        copy =
                torch.function(
                        "_ZN2at4_ops5copy_4callERNS_6TensorERKS2_b",
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_BOOLEAN);
    }

    @Override
    Tensor compute() {
        return out.copy_(self);
    }

    @Override
    public void peer() {
        try {
            copy.invokeExact(to, from, false);
        } catch (Throwable e) {
            throw Libtorch.failed(e);
        }
    }

    @Override
    NDArray theirs() {
        return theirOut;
    }

    @Override
    String function() {
        return "at::copy_";
    }
}
