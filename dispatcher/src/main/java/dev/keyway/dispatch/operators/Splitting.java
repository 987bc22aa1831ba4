// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.Attributes;
import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.attributes.ChunkAttributes;
import dev.keyway.attributes.SplitSizesAttributes;
import dev.keyway.attributes.SplitTensorAttributes;
import dev.keyway.attributes.TensorSplitIndicesAttributes;
import dev.keyway.attributes.TensorSplitSectionsAttributes;
import dev.keyway.attributes.UnbindIntAttributes;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.schema.OperatorSchema;
import dev.keyway.schema.Schemas;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Lists of views that show parts of a tensor along a dimension. */
@AutoService(OperatorFamily.class)
public final class Splitting implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(
                parts(
                        Schemas.SPLIT_TENSOR,
                        SplitTensorAttributes.class,
                        SplitTensorAttributes::dim,
                        (a, size) -> even(a.splitSize(), size)),
                parts(
                        Schemas.SPLIT_SIZES,
                        SplitSizesAttributes.class,
                        SplitSizesAttributes::dim,
                        (a, size) -> given(a.splitSize(), size)),
                parts(
                        Schemas.CHUNK,
                        ChunkAttributes.class,
                        ChunkAttributes::dim,
                        (a, size) -> chunks(a.chunks(), size)),
                parts(
                        Schemas.TENSOR_SPLIT_SECTIONS,
                        TensorSplitSectionsAttributes.class,
                        TensorSplitSectionsAttributes::dim,
                        (a, size) -> sections(a.sections(), size)),
                parts(
                        Schemas.TENSOR_SPLIT_INDICES,
                        TensorSplitIndicesAttributes.class,
                        TensorSplitIndicesAttributes::dim,
                        (a, size) -> between(a.indices(), size)),
                unbind());
    }

    /** Where each part starts, and the end of the last; or why there are no parts. */
    private record Bounds(long[] starts, long[] lengths, String problem) {
        static Bounds of(long[] lengths) {
            long[] starts = new long[lengths.length];
            for (int i = 1; i < starts.length; i++) {
                starts[i] = starts[i - 1] + lengths[i - 1];
            }
            return new Bounds(starts, lengths, "");
        }

        static Bounds wrong(String problem) {
            return new Bounds(new long[0], new long[0], problem);
        }
    }

    private static Bounds even(long length, long size) {
        if (length < 0 || length == 0 && size != 0) {
            return Bounds.wrong("argument 'split_size' is " + length + ", must be positive");
        }
        long count = length == 0 ? 1 : Math.max(1, (size + length - 1) / length);
        long[] lengths = new long[(int) count];
        Arrays.setAll(lengths, i -> Math.min(length, size - i * length));
        return Bounds.of(lengths);
    }

    private static Bounds given(long[] lengths, long size) {
        boolean negative = Arrays.stream(lengths).anyMatch(length -> length < 0);
        if (negative || Arrays.stream(lengths).sum() != size) {
            return Bounds.wrong(
                    "argument 'split_size' "
                            + Arrays.toString(lengths)
                            + " must add up to the dimension's size "
                            + size);
        }
        return Bounds.of(lengths.clone());
    }

    private static Bounds chunks(long chunks, long size) {
        if (chunks <= 0) {
            return Bounds.wrong("argument 'chunks' is " + chunks + ", must be positive");
        }
        if (size == 0) {
            return Bounds.of(new long[(int) chunks]);
        }
        return even((size + chunks - 1) / chunks, size);
    }

    private static Bounds sections(long sections, long size) {
        if (sections <= 0) {
            return Bounds.wrong("argument 'sections' is " + sections + ", must be positive");
        }
        long[] lengths = new long[(int) sections];
        Arrays.setAll(lengths, i -> size / sections + (i < size % sections ? 1 : 0));
        return Bounds.of(lengths);
    }

    /** Parts end where the indices say, counted from the end where negative; as slices do. */
    private static Bounds between(long[] indices, long size) {
        long[] starts = new long[indices.length + 1];
        long[] lengths = new long[indices.length + 1];
        for (int i = 0; i <= indices.length; i++) {
            starts[i] = i == 0 ? 0 : clip(indices[i - 1], size);
            long end = i == indices.length ? size : clip(indices[i], size);
            lengths[i] = Math.max(0, end - starts[i]);
        }
        return new Bounds(starts, lengths, "");
    }

    private static long clip(long index, long size) {
        return Math.max(0, Math.min(size, index < 0 ? index + size : index));
    }

    private static <A extends Attributes> OperatorDefinition parts(
            OperatorSchema schema,
            Class<A> type,
            ToLongFunction<A> dimension,
            BiFunction<A, Long, Bounds> bounds) {
        return OperatorDefinition.of(
                        schema,
                        m -> {
                            A a = m.attributes(type);
                            Tensor self = m.input(0);
                            int dim = dim(m, dimension.applyAsLong(a));
                            Bounds parts = bounds.apply(a, self.size(dim));
                            if (!parts.problem.isEmpty()) {
                                throw m.error(parts.problem);
                            }
                            m.compute(self.dtype());
                            for (int i = 0; i < parts.lengths.length; i++) {
                                long[] sizes = self.sizes();
                                sizes[dim] = parts.lengths[i];
                                m.output(i, self.dtype(), sizes);
                            }
                        })
                .composite(
                        (c, inputs) -> {
                            A a = c.attributes(type);
                            Tensor self = Inputs.get(inputs, 0);
                            int dim = Metas.wrap(dimension.applyAsLong(a), self.dim());
                            Bounds parts = bounds.apply(a, self.size(dim));
                            Tensor[] views = new Tensor[parts.lengths.length];
                            for (int i = 0; i < views.length; i++) {
                                views[i] = self.narrow(dim, parts.starts[i], parts.lengths[i]);
                            }
                            return views;
                        });
    }

    private static int dim(MetaContext m, long given) {
        Tensor self = m.input(0);
        if (self.dim() == 0) {
            throw m.error("a tensor without dimensions can't be split");
        }
        return Metas.dim(m, given, self.dim());
    }

    private static OperatorDefinition unbind() {
        return OperatorDefinition.of(
                        Schemas.UNBIND_INT,
                        m -> {
                            Tensor self = m.input(0);
                            int dim = dim(m, m.attributes(UnbindIntAttributes.class).dim());
                            long[] sizes = new long[self.dim() - 1];
                            Arrays.setAll(sizes, d -> self.size(d < dim ? d : d + 1));
                            DType dtype = self.dtype();
                            m.compute(dtype);
                            for (int i = 0; i < self.size(dim); i++) {
                                m.output(i, dtype, sizes);
                            }
                        })
                .composite((c, inputs) -> unbound(inputs, c.attributes(UnbindIntAttributes.class)));
    }

    private static Tensor[] unbound(@Nullable Tensor[] inputs, UnbindIntAttributes a) {
        Tensor self = Inputs.get(inputs, 0);
        int dim = Metas.wrap(a.dim(), self.dim());
        Tensor[] views = new Tensor[(int) self.size(dim)];
        for (int i = 0; i < views.length; i++) {
            views[i] = self.select(dim, i);
        }
        return views;
    }
}
