// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import dev.keyway.ArgumentException;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.MetaContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The geometry of {@code self[i0, :, i1 ...]}: which dimensions tensors index, the shape to which
 * these broadcast, and where in the result it stands: in the place of the first where they are
 * neighbours, else in front.
 */
final class AdvancedIndex {
    private final long[] sizes;
    private final boolean[] indexed;
    private final long[] broadcast;
    private final boolean front;
    private final int first;

    private AdvancedIndex(long[] sizes, boolean[] indexed, long[] broadcast) {
        this.sizes = sizes;
        this.indexed = indexed;
        this.broadcast = broadcast;
        int start = -1;
        int runs = 0;
        for (int d = 0; d < indexed.length; d++) {
            if (indexed[d] && (d == 0 || !indexed[d - 1])) {
                start = start < 0 ? d : start;
                runs++;
            }
        }
        this.first = Math.max(start, 0);
        this.front = runs != 1;
    }

    /** A mask stands for one position tensor for each of its dimensions, of unknown length. */
    static AdvancedIndex infer(MetaContext m, int count) {
        Tensor self = m.input(0);
        boolean[] indexed = new boolean[self.dim()];
        long[] broadcast = new long[0];
        int dim = 0;
        int given = 0;
        for (int i = 1; i <= count; i++) {
            Tensor index = m.inputOrNull(i);
            if (index == null) {
                dim++;
                continue;
            }
            given++;
            boolean mask = index.dtype() == DType.BOOL || index.dtype() == DType.U8;
            int taken = mask ? index.dim() : 1;
            if (dim + taken > self.dim()) {
                throw m.error("too many indices for shape " + Arrays.toString(self.sizes()));
            }
            if (mask) {
                checkMask(m, index, dim);
            } else if (index.dtype() != DType.I64 && index.dtype() != DType.I32) {
                throw m.error(
                        "index "
                                + (i - 1)
                                + " has dtype "
                                + index.dtype()
                                + ", expected i64, i32 or bool; convert it with to(DType.I64)");
            }
            if (!mask) {
                broadcast = Broadcasts.sizes(m, broadcast, index.sizes());
            } else if (broadcast.length == 0) {
                broadcast = new long[] {index.numel()};
            }
            Arrays.fill(indexed, dim, dim + taken, true);
            dim += taken;
        }
        if (given == 0 || dim > self.dim()) {
            throw m.error(
                    given == 0
                            ? "argument 'indices' has no tensor"
                            : "too many indices for shape " + Arrays.toString(self.sizes()));
        }
        return new AdvancedIndex(self.sizes(), indexed, broadcast);
    }

    private static void checkMask(MetaContext m, Tensor mask, int dim) {
        Tensor self = m.input(0);
        for (int d = 0; d < mask.dim(); d++) {
            if (mask.size(d) != self.size(dim + d)) {
                throw m.error(
                        "a mask of shape "
                                + Arrays.toString(mask.sizes())
                                + " does not fit shape "
                                + Arrays.toString(self.sizes())
                                + " from dimension "
                                + dim);
            }
        }
        if (mask.dim() == 0) {
            throw m.error("a mask without dimensions is not supported; use unsqueeze(0) on both");
        }
    }

    /** Positions for each dimension: masks become those of their true elements. */
    static List<@Nullable Tensor> positions(
            CompositeContext c, Temporaries t, int rank, List<@Nullable Tensor> indices) {
        List<@Nullable Tensor> all = new ArrayList<>();
        for (Tensor index : indices) {
            if (index == null) {
                all.add(null);
            } else if (index.dtype() == DType.BOOL || index.dtype() == DType.U8) {
                Tensor flat = t.keep(Nonzero.positions(c, index));
                long[] strides = Metas.strides(index.sizes());
                for (int d = 0; d < index.dim(); d++) {
                    all.add(
                            t.keep(
                                    Nonzero.coordinate(
                                            flat, Math.max(1, index.size(d)), strides[d])));
                }
            } else {
                all.add(t.converted(index, DType.I64));
            }
        }
        while (all.size() < rank) {
            all.add(null);
        }
        return all;
    }

    /** The geometry for positions that are known. */
    static AdvancedIndex of(
            long[] sizes,
            List<@Nullable Tensor> positions,
            Function<String, ArgumentException> error) {
        boolean[] indexed = new boolean[sizes.length];
        long[] broadcast = new long[0];
        for (int d = 0; d < sizes.length; d++) {
            Tensor index = positions.get(d);
            indexed[d] = index != null;
            if (index != null) {
                broadcast = joined(broadcast, index.sizes(), error);
            }
        }
        return new AdvancedIndex(sizes, indexed, broadcast);
    }

    private static long[] joined(long[] a, long[] b, Function<String, ArgumentException> error) {
        long[] result = new long[Math.max(a.length, b.length)];
        for (int d = 1; d <= result.length; d++) {
            long x = d <= a.length ? a[a.length - d] : 1;
            long y = d <= b.length ? b[b.length - d] : 1;
            if (x != y && x != 1 && y != 1) {
                throw error.apply(
                        "index shapes "
                                + Arrays.toString(a)
                                + " and "
                                + Arrays.toString(b)
                                + " do not broadcast");
            }
            result[result.length - d] = x == 1 ? y : x;
        }
        return result;
    }

    /** The result's shape. */
    long[] resultSizes() {
        List<Long> result = new ArrayList<>();
        for (int d = 0; d < sizes.length; d++) {
            if (!indexed[d]) {
                result.add(sizes[d]);
            }
        }
        int at = front ? 0 : first;
        for (int d = broadcast.length - 1; d >= 0; d--) {
            result.add(at, broadcast[d]);
        }
        return result.stream().mapToLong(Long::longValue).toArray();
    }

    /** The order that brings the indexed dimensions to the front. */
    long[] order() {
        long[] order = new long[sizes.length];
        int at = 0;
        for (int pass = 0; pass < 2; pass++) {
            for (int d = 0; d < sizes.length; d++) {
                if (indexed[d] == (pass == 0)) {
                    order[at++] = d;
                }
            }
        }
        return order;
    }

    /** The sizes of the dimensions without index. */
    long[] rest() {
        List<Long> rest = new ArrayList<>();
        for (int d = 0; d < sizes.length; d++) {
            if (!indexed[d]) {
                rest.add(sizes[d]);
            }
        }
        return rest.stream().mapToLong(Long::longValue).toArray();
    }

    /** The number of places that positions can name together. */
    long places() {
        long places = 1;
        for (int d = 0; d < sizes.length; d++) {
            places *= indexed[d] ? sizes[d] : 1;
        }
        return places;
    }

    long[] broadcast() {
        return broadcast.clone();
    }

    /**
     * From {@code [broadcast, rest]} to the result's order of dimensions, or with {@code back} from
     * that to this.
     */
    Tensor arranged(Tensor tensor, boolean back) {
        int b = broadcast.length;
        if (front || first == 0) {
            return tensor.view(tensor.sizes());
        }
        long[] order = new long[tensor.dim()];
        for (int d = 0; d < order.length; d++) {
            order[d] = d < first ? b + d : d < first + b ? d - first : d;
        }
        if (!back) {
            return tensor.permute(order);
        }
        long[] inverse = new long[order.length];
        for (int d = 0; d < order.length; d++) {
            inverse[(int) order[d]] = d;
        }
        return tensor.permute(inverse);
    }

    /** One flat position for each place of the broadcast shape; each dimension's are checked. */
    Tensor flatPositions(Temporaries t, List<@Nullable Tensor> positions) {
        Tensor flat = null;
        long stride = places();
        int count = 0;
        for (boolean is : indexed) {
            count += is ? 1 : 0;
        }
        for (int d = 0; d < sizes.length; d++) {
            Tensor index = positions.get(d);
            if (index == null) {
                continue;
            }
            stride = sizes[d] == 0 ? 0 : stride / sizes[d];
            Tensor wrapped = t.keep(Places.wrapped(index, sizes[d]));
            if (count > 1) {
                wrapped = t.keep(checked(t, wrapped, sizes[d]));
            }
            Tensor part = stride == 1 ? wrapped : t.keep(wrapped.mul(stride));
            flat = flat == null ? part : t.keep(flat.add(part));
        }
        Tensor all = java.util.Objects.requireNonNull(flat);
        return t.keep(t.keep(all.expand(broadcast)).reshape(-1L));
    }

    /**
     * Picks each position from 0, 1, 2 ..., as a position in several dimensions hides its parts.
     */
    private static Tensor checked(Temporaries t, Tensor wrapped, long size) {
        Tensor range = t.keep(Ops.arange(wrapped.device(), DType.I64, 0L, size));
        Tensor picked = t.keep(range.indexSelect(0, t.keep(wrapped.reshape(-1L))));
        return picked.view(wrapped.sizes());
    }
}
