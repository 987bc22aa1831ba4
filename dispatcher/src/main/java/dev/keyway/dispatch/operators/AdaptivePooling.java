// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import dev.keyway.Ops;
import dev.keyway.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Adaptive average pooling: window i covers {@code floor(i*n/out)} to {@code ceil((i+1)*n/out)}.
 */
final class AdaptivePooling {
    private AdaptivePooling() {}

    static Tensor average(Tensor self, long[] out) {
        List<Tensor> rows = new ArrayList<>();
        try {
            for (long y = 0; y < out[2]; y++) {
                rows.add(row(self, out, y));
            }
            return Ops.stack(rows, 2);
        } finally {
            rows.forEach(Tensor::close);
        }
    }

    private static Tensor row(Tensor self, long[] out, long y) {
        List<Tensor> cells = new ArrayList<>();
        try (Tensor band = part(self, 2, y, out[2])) {
            for (long x = 0; x < out[3]; x++) {
                try (Tensor cell = part(band, 3, x, out[3])) {
                    cells.add(cell.mean(2, 3));
                }
            }
            return Ops.stack(cells, 2);
        } finally {
            cells.forEach(Tensor::close);
        }
    }

    private static Tensor part(Tensor tensor, int dim, long index, long count) {
        long size = tensor.size(dim);
        long start = index * size / count;
        long end = ((index + 1) * size + count - 1) / count;
        return tensor.narrow(dim, start, end - start);
    }
}
