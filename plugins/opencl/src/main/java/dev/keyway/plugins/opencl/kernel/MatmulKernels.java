// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.kernel;

import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.plugins.opencl.device.Arguments;
import dev.keyway.plugins.opencl.device.KernelSource;
import dev.keyway.plugins.opencl.device.OpenClStream;
import dev.keyway.plugins.opencl.device.WorkSize;
import dev.keyway.plugins.opencl.device.Workspace;
import dev.keyway.spi.Kernel.Kernel2;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import org.jspecify.annotations.Nullable;

/**
 * Batched products. The right matrix is packed into panels as wide as a vector; then a work-item
 * computes eight rows of a panel in registers, one product after another in the order of k.
 */
public final class MatmulKernels {
    private static final int ROWS = 8;

    private MatmulKernels() {}

    /** Registers them. */
    public static void register(KernelRegistry registry) {
        registry.matmul(Layout.STRIDED, MatmulKernels::matmul);
    }

    private static @Nullable Kernel2 matmul(DType dtype) {
        if (!Types.isNumber(dtype)) {
            return null;
        }
        return (call, out, self, other) -> run(call, dtype, out, self, other);
    }

    private static void run(KernelCall call, DType dtype, Tensor out, Tensor self, Tensor other) {
        OpenClStream stream = OpenClStream.of(call);
        int width = Vectors.width(stream.info(), dtype);
        KernelSource source = Vectors.source(stream.info(), dtype, "matmul");
        long batch = out.size(0);
        long m = out.size(1);
        long n = out.size(2);
        long k = self.size(2);
        long panels = (n + width - 1) / width;
        long blocks = (m + ROWS - 1) / ROWS;
        long packed = batch * panels * k * width;
        String operator = call.operatorName();
        Workspace buffer = Workspace.of(call, packed, dtype.itemSize());
        Arguments pack = new Arguments().workspace(buffer, 0).tensor(other);
        pack.number(packed).number(panels).number(k).number(n);
        steps(pack, other);
        stream.launch(operator, source, "pack", WorkSize.of(packed), pack);
        Arguments args = new Arguments().tensor(out).tensor(self).workspace(buffer, 0);
        args.number(panels).number(blocks).number(m).number(n).number(k);
        steps(args, self);
        WorkSize size = WorkSize.heavy(panels, batch * blocks);
        stream.launch(operator, source, "multiply", size, args);
    }

    private static void steps(Arguments args, Tensor tensor) {
        args.number(tensor.stride(0)).number(tensor.stride(1)).number(tensor.stride(2));
    }
}
