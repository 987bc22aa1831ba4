// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers;

import ai.djl.ndarray.NDArray;
import dev.keyway.Tensor;
import java.lang.foreign.MemoryLayout;
import java.lang.invoke.MethodHandle;
import java.util.function.BinaryOperator;

/**
 * An operator of one tensor into a tensor that is there; by libtorch's {@code out} form, which
 * allocates nothing.
 */
final class LibtorchUnary extends LibtorchContest {
    private final BinaryOperator<Tensor> ours;
    private final String name;
    private final Tensor self;
    private final Tensor out;
    private final NDArray theirOut;
    private final MethodHandle call;

    /**
     * A contest.
     *
     * @param ours of the tensor to write and the argument
     * @param symbol the mangled name of the peer's function
     * @param call makes it a function of the addresses of argument and result
     * @param result the shape of the result
     */
    LibtorchUnary(
            int threads,
            BinaryOperator<Tensor> ours,
            String name,
            String symbol,
            Call call,
            long[] sizes,
            long[] result) {
        super(threads, 4.0 * (product(sizes) + product(result)));
        this.ours = ours;
        this.name = name;
        float[] numbers = Numbers.normal((int) product(sizes), 1);
        self = side.tensor(numbers, sizes);
        out = side.tensor(new float[(int) product(result)], result);
        NDArray theirSelf = torch.tensor(numbers, sizes);
        theirOut = torch.tensor(new float[(int) product(result)], result);
        this.call =
                call.bind(
                        torch.function(symbol, call.arguments()),
                        Libtorch.address(theirSelf),
                        Libtorch.address(theirOut));
    }

    /** The peer's calling convention. */
    interface Call {
        /** Layouts of the arguments. */
        MemoryLayout[] arguments();

        /** The call with its arguments. */
        MethodHandle bind(MethodHandle function, long self, long out);
    }

    private static long product(long[] sizes) {
        long product = 1;
        for (long size : sizes) {
            product *= size;
        }
        return product;
    }

    /** Of a sum, which may cancel, the size that one of random numbers has. */
    @Override
    double scale() {
        return self.numel() == out.numel()
                ? super.scale()
                : Math.sqrt((double) self.numel() / out.numel());
    }

    @Override
    Tensor compute() {
        return ours.apply(out, self);
    }

    @Override
    public void peer() {
        try {
            call.invokeExact();
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
        return name;
    }
}
