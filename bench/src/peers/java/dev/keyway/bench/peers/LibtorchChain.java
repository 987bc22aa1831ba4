// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers;

import ai.djl.ndarray.NDArray;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * {@code relu(((x * y + z) * y + x) * z)}: six pointwise operators, one after the other; on our
 * side computed together where fused.
 */
final class LibtorchChain extends LibtorchContest {
    private final Tensor x;
    private final Tensor y;
    private final Tensor z;
    private final Tensor out;
    private final NDArray theirOut;
    private final MethodHandle mul;
    private final MethodHandle add;
    private final MethodHandle relu;
    private final long theirX;
    private final long theirY;
    private final long theirZ;
    private final long to;
    private final long one = Libtorch.one().address();

    private final boolean fused;

    LibtorchChain(int threads, int count, boolean fused) {
        super(threads, 16.0 * count);
        this.fused = fused;
        x = side.tensor(Numbers.normal(count, 1), count);
        y = side.tensor(Numbers.normal(count, 2), count);
        z = side.tensor(Numbers.normal(count, 3), count);
        out = side.tensor(new float[count], count);
        theirX = Libtorch.address(torch.tensor(Numbers.normal(count, 1), count));
        theirY = Libtorch.address(torch.tensor(Numbers.normal(count, 2), count));
        theirZ = Libtorch.address(torch.tensor(Numbers.normal(count, 3), count));
        theirOut = torch.tensor(new float[count], count);
        to = Libtorch.address(theirOut);
        ValueLayout pointer = ValueLayout.JAVA_LONG;
        String sum = "_ZN2at4_ops7add_out4callERKNS_6TensorES4_RKN3c106ScalarERS2_";
        mul =
                torch.function(
                        "_ZN2at4_ops7mul_out4callERKNS_6TensorES4_RS2_", pointer, pointer, pointer);
        add = torch.function(sum, pointer, pointer, pointer, pointer);
        relu = torch.function("_ZN2at4_ops5relu_4callERNS_6TensorE", pointer);
    }

    @Override
    Tensor compute() {
        if (fused) {
            return side.keyway.fuse(() -> Ops.reluOut(out, x.mul(y).add(z).mul(y).add(x).mul(z)));
        }
        Ops.mulOut(out, x, y);
        out.add_(z);
        out.mul_(y);
        out.add_(x);
        out.mul_(z);
        return out.relu_();
    }

    @Override
    public void peer() {
        try {
            mul.invokeExact(theirX, theirY, to);
            add.invokeExact(to, theirZ, one, to);
            mul.invokeExact(to, theirY, to);
            add.invokeExact(to, theirX, one, to);
            mul.invokeExact(to, theirZ, to);
            relu.invokeExact(to);
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
        return "at::mul_out, at::add_out, at::relu_";
    }
}
