// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.twice;

import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.plugins.opencl.device.Arguments;
import dev.keyway.plugins.opencl.device.KernelSource;
import dev.keyway.plugins.opencl.device.OpenClStream;
import dev.keyway.plugins.opencl.device.WorkSize;
import dev.keyway.spi.Kernel.Kernel1;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.KernelProvider;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;

/** A kernel in OpenCL C; it adds 100 to be told apart from the composite. */
public final class TwiceKernel implements KernelProvider {
    private static final String SOURCE =
            """
            __kernel void twice(__global float *out, long out0, __global const float *self,
                                long self0, long n) {
                long i = get_global_id(0);
                if (i < n) {
                    out[out0 + i] = 2 * self[self0 + i] + 100;
                }
            }
            """;

    /** For {@code META-INF/services}. */
    public TwiceKernel() {}

    @Override
    public String deviceType() {
        return "opencl";
    }

    @Override
    public int ranking() {
        return 1;
    }

    @Override
    public void register(KernelRegistry registry) {
        registry.operator(
                "acme::twice",
                Layout.CONTIGUOUS,
                dtype -> dtype == DType.F32 ? (Kernel1) TwiceKernel::run : null);
    }

    private static void run(KernelCall call, Tensor out, Tensor self) {
        Arguments args = new Arguments().tensor(out).tensor(self).number(out.numel());
        KernelSource source = new KernelSource(SOURCE, false);
        OpenClStream.of(call)
                .launch(call.operatorName(), source, "twice", WorkSize.of(out.numel()), args);
    }
}
