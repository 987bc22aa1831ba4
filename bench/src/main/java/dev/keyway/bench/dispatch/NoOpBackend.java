// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.dispatch;

import dev.keyway.DType;
import dev.keyway.spi.Backend;
import dev.keyway.spi.BinaryOp;
import dev.keyway.spi.DeviceDescription;
import dev.keyway.spi.DeviceDriver;
import dev.keyway.spi.DeviceMemory;
import dev.keyway.spi.DeviceStream;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import dev.keyway.spi.Services;
import dev.keyway.spi.UnaryOp;
import java.util.List;

/**
 * A device on the host whose kernels do nothing, each of a class of its own, so that a call costs
 * what the dispatch costs and the JVM can't guess which kernel comes.
 */
final class NoOpBackend implements Backend {
    /** How many operators of its own the backend has kernels for. */
    static final int OPERATORS = 64;

    private final NoOpKernels kernels = new NoOpKernels();

    /** The name of one of its operators. */
    static String operator(int index) {
        return "bench::noop" + index;
    }

    @Override
    public String deviceType() {
        return "noop";
    }

    @Override
    public List<DeviceDescription> probe(Services services) {
        return List.of(DeviceDescription.usable(0, "kernels that do nothing", "for benchmarks"));
    }

    @Override
    public DeviceDriver open(int index, Services services) {
        return new Driver(services.hostMemory());
    }

    @Override
    public void register(KernelRegistry registry) {
        registry.fill(dtype -> (call, out) -> {});
        registry.copy((from, to) -> (call, out, self) -> {});
        registry.unary(Layout.STRIDED, (UnaryOp opcode, DType dtype) -> kernels.unary());
        registry.binary(Layout.STRIDED, (BinaryOp opcode, DType dtype) -> kernels.binary());
        for (int i = 0; i < OPERATORS; i++) {
            boolean two = i % 2 == 1;
            registry.operator(
                    operator(i), Layout.STRIDED, dtype -> two ? kernels.binary() : kernels.unary());
        }
    }

    private record Driver(DeviceMemory memory) implements DeviceDriver {
        @Override
        public boolean computes(DType dtype) {
            return true;
        }

        @Override
        public DeviceStream newStream() {
            return DeviceStream.SYNCHRONOUS;
        }

        @Override
        public void close() {}
    }
}
