// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.matrix;

import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.backend.cpu.FetchTrial;
import dev.keyway.backend.cpu.Spare;
import dev.keyway.spi.Workers;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A product to compute, {@code out = beta * start + alpha * a * b} over a batch, kept for the next
 * call.
 */
final class Product {
    private static final Spare<Product> SPARE = new Spare<>(Product::new);
    private static final FetchTrials TRIALS = new FetchTrials();
    private static final Scalar ONE = Scalar.of(1L);

    final Matrix out = new Matrix(0, 0, 0, 0);
    final Matrix a = new Matrix(0, 0, 0, 0);
    final Matrix b = new Matrix(0, 0, 0, 0);

    /** {@link Matrix#ZERO}, or {@link #added}. */
    Matrix start = Matrix.ZERO;

    final Matrix added = new Matrix(0, 0, 0, 0);
    int batch;
    int m;
    int n;
    int k;
    Scalar alpha = ONE;
    Scalar beta = ONE;

    /** For f32. */
    final FloatMatrixProduct floats = new FloatMatrixProduct();

    /** For f32 with many products for each element. */
    private final FloatLargeProduct largeFloats = new FloatLargeProduct();

    /** For f64. */
    final DoubleMatrixProduct doubles = new DoubleMatrixProduct();

    /** Pack the right operand of one of both to be kept. */
    private final Consumer<Tensor> packingFloats = this::packFloats;

    private final Consumer<Tensor> packingLargeFloats = this::packLargeFloats;
    private final Consumer<Tensor> packingDoubles = this::packDoubles;

    /** Who packs; null between calls, as it belongs to a runtime. */
    private @Nullable Workers workers;

    private Product() {}

    /** One that nobody else has, with nothing to add. */
    static Product take(int batch, int m, int n, int k) {
        Product product = SPARE.take();
        product.batch = batch;
        product.m = m;
        product.n = n;
        product.k = k;
        product.start = Matrix.ZERO;
        product.alpha = ONE;
        product.beta = ONE;
        return product;
    }

    /** For the next call. */
    void give() {
        workers = null;
        SPARE.give(this);
    }

    /** Names who packs for {@link #floats}. */
    Consumer<Tensor> packingFloats(Workers by) {
        workers = by;
        return packingFloats;
    }

    /** Names who packs for {@link #largeFloats}. */
    Consumer<Tensor> packingLargeFloats(Workers by) {
        workers = by;
        return packingLargeFloats;
    }

    /** Names who packs for {@link #doubles}. */
    Consumer<Tensor> packingDoubles(Workers by) {
        workers = by;
        return packingDoubles;
    }

    /** Computes {@link #floats} with packed columns. */
    void runPackedFloats(Workers by, long packed) {
        runPacked(by, packed, false, 0);
    }

    /** Computes {@link #largeFloats} with packed columns. */
    void runPackedLargeFloats(Workers by, long packed, long scratch) {
        runPacked(by, packed, true, scratch);
    }

    private void runPacked(Workers by, long packed, boolean large, long scratch) {
        FetchTrial trial = TRIALS.of(m, n, k, by.threads());
        long call = trial == null ? 0 : trial.begin();
        boolean fetch = trial != null && trial.isFetching(call);
        if (large) {
            largeFloats.runPacked(by, packed, fetch, scratch);
        } else {
            floats.runPacked(by, packed, fetch);
        }
        if (trial != null) {
            trial.end(call);
        }
    }

    private void packLargeFloats(Tensor memory) {
        largeFloats.pack(Objects.requireNonNull(workers), memory.address());
    }

    private void packFloats(Tensor memory) {
        floats.pack(Objects.requireNonNull(workers), memory.address());
    }

    private void packDoubles(Tensor memory) {
        doubles.pack(Objects.requireNonNull(workers), memory.address());
    }

    /** Describes a matrix or a batch of them by the tensor. */
    static void set(Matrix matrix, Tensor tensor) {
        int dim = tensor.dim();
        matrix.set(
                tensor.address(),
                dim == 3 ? tensor.stride(0) : 0,
                tensor.stride(dim - 2),
                tensor.stride(dim - 1));
    }

    /** Adds a tensor of up to two dimensions, broadcast to the shape of the result. */
    void add(Tensor self, Tensor result) {
        long rowStride = self.dim() < 2 ? 0 : stride(self, result, 0);
        long columnStride = self.dim() < 1 ? 0 : stride(self, result, self.dim() - 1);
        start = added.set(self.address(), 0, rowStride, columnStride);
    }

    private static long stride(Tensor self, Tensor result, int dim) {
        int same = result.dim() - self.dim() + dim;
        return self.size(dim) == result.size(same) ? self.stride(dim) : 0;
    }

    /** Describes it in f32. */
    FloatMatrixProduct floats() {
        return floats.describe(
                batch,
                m,
                n,
                k,
                out,
                a,
                b,
                start,
                (float) alpha.doubleValue(),
                (float) beta.doubleValue());
    }

    /** Describes it in f32, with many products for each element. */
    FloatLargeProduct largeFloats() {
        return largeFloats.describe(
                batch,
                m,
                n,
                k,
                out,
                a,
                b,
                start,
                (float) alpha.doubleValue(),
                (float) beta.doubleValue());
    }

    /** Describes it in f64. */
    DoubleMatrixProduct doubles() {
        return doubles.describe(
                batch, m, n, k, out, a, b, start, alpha.doubleValue(), beta.doubleValue());
    }
}
