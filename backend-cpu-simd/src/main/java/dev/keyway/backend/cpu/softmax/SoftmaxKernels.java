// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.softmax;

import com.google.auto.service.AutoService;
import dev.keyway.Attributes;
import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.attributes.LogSoftmaxAttributes;
import dev.keyway.attributes.LogSoftmaxBackwardDataAttributes;
import dev.keyway.attributes.SoftmaxAttributes;
import dev.keyway.attributes.SoftmaxBackwardDataAttributes;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.PlainFallback;
import dev.keyway.spi.Kernel;
import dev.keyway.spi.Kernel.Kernel1;
import dev.keyway.spi.Kernel.Kernel2;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Registers softmax, its logarithm and their gradients in f32 and f64. */
@AutoService(KernelFamily.class)
public final class SoftmaxKernels implements KernelFamily {
    /** Elements of a task. */
    private static final long CHUNK = 1 << 13;

    /** Columns of a task. */
    private static final int WIDTH = 128;

    /** For {@code ServiceLoader}. */
    public SoftmaxKernels() {}

    /** The implementations for a dtype. */
    private record Kit(SoftmaxRows rows, SoftmaxColumns columns, int size) {}

    private static @Nullable Kit kit(DType dtype) {
        return switch (dtype) {
            case F32 -> new Kit(new FloatSoftmaxRows(), new FloatSoftmaxColumns(), Float.BYTES);
            case F64 -> new Kit(new DoubleSoftmaxRows(), new DoubleSoftmaxColumns(), Double.BYTES);
            default -> null;
        };
    }

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        forward(registry, "softmax", false, a -> ((SoftmaxAttributes) a).dim());
        forward(registry, "log_softmax", true, a -> ((LogSoftmaxAttributes) a).dim());
        backward(
                registry,
                "_softmax_backward_data",
                false,
                a -> ((SoftmaxBackwardDataAttributes) a).dim());
        backward(
                registry,
                "_log_softmax_backward_data",
                true,
                a -> ((LogSoftmaxBackwardDataAttributes) a).dim());
    }

    private static void forward(
            KernelRegistry registry, String name, boolean log, ToLongFunction<Attributes> dim) {
        registry.operator(
                name,
                Layout.CONTIGUOUS,
                dtype -> {
                    Kit kit = kit(dtype);
                    return kit == null ? null : forward(kit, log, dim);
                });
    }

    private static Kernel forward(Kit kit, boolean log, ToLongFunction<Attributes> dim) {
        Kernel1 kernel =
                (call, out, self) -> {
                    Shape shape = Shape.of(self, dim.applyAsLong(call.attributes()));
                    long to = out.address();
                    long from = self.address();
                    long step = kit.size * shape.inner;
                    run(
                            call.workers(),
                            shape,
                            kit.size,
                            (at, rows) -> kit.rows.forward(to + at, from + at, rows, shape.n, log),
                            (at, width) ->
                                    kit.columns.forward(
                                            to + at, from + at, shape.n, step, width, log));
                };
        return kernel;
    }

    private static void backward(
            KernelRegistry registry, String name, boolean log, ToLongFunction<Attributes> dim) {
        registry.operator(
                name,
                Layout.CONTIGUOUS,
                dtype -> {
                    Kit kit = kit(dtype);
                    return kit == null ? null : backward(kit, log, dim);
                });
    }

    private static Kernel backward(Kit kit, boolean log, ToLongFunction<Attributes> dim) {
        Kernel2 kernel =
                (call, out, grad, output) -> {
                    Shape shape = Shape.of(grad, dim.applyAsLong(call.attributes()));
                    long to = out.address();
                    long g = grad.address();
                    long y = output.address();
                    long step = kit.size * shape.inner;
                    run(
                            call.workers(),
                            shape,
                            kit.size,
                            (at, rows) ->
                                    kit.rows.backward(to + at, g + at, y + at, rows, shape.n, log),
                            (at, width) ->
                                    kit.columns.backward(
                                            to + at, g + at, y + at, shape.n, step, width, log));
                };
        return kernel;
    }

    /** The tensor as outer times n times inner. */
    private record Shape(long outer, int n, long inner) {
        static Shape of(Tensor self, long given) {
            if (self.dim() == 0) {
                return new Shape(1, 1, 1);
            }
            int dim = (int) (given < 0 ? given + self.dim() : given);
            long outer = 1;
            long inner = 1;
            for (int d = 0; d < self.dim(); d++) {
                outer *= d < dim ? self.size(d) : 1;
                inner *= d > dim ? self.size(d) : 1;
            }
            return new Shape(outer, Math.toIntExact(self.size(dim)), inner);
        }
    }

    /** Work on rows or columns from a place on, in bytes. */
    private interface Part {
        void run(long at, int count);
    }

    private static void run(
            dev.keyway.spi.Workers workers, Shape shape, int size, Part rows, Part columns) {
        long n = shape.n;
        if (shape.inner == 1) {
            long chunk = Math.max(1, CHUNK / Math.max(1, n));
            workers.parallel(
                    shape.outer,
                    chunk,
                    (start, end) -> rows.run(size * start * n, (int) (end - start)));
            return;
        }
        long blocks = (shape.inner + WIDTH - 1) / WIDTH;
        workers.parallel(
                shape.outer * blocks,
                Math.max(1, CHUNK / Math.max(1, n * Math.min(WIDTH, shape.inner))),
                (start, end) -> {
                    for (long task = start; task < end; task++) {
                        long column = task % blocks * WIDTH;
                        long at = size * (task / blocks * n * shape.inner + column);
                        columns.run(at, (int) Math.min(WIDTH, shape.inner - column));
                    }
                });
    }
}
