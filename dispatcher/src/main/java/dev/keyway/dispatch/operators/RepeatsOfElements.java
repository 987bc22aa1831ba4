// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.attributes.RepeatInterleaveSelfTensorAttributes;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.schema.Schemas;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Each element, or each slice along a dimension, as often as a tensor says: the place of a result
 * is searched for among the running sums.
 */
@AutoService(OperatorFamily.class)
public final class RepeatsOfElements implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(
                OperatorDefinition.of(
                                Schemas.REPEAT_INTERLEAVE_SELF_TENSOR, RepeatsOfElements::meta)
                        .compositeSingle(RepeatsOfElements::compute));
    }

    private static void meta(MetaContext m) {
        var a = m.attributes(RepeatInterleaveSelfTensorAttributes.class);
        Tensor self = m.input(0);
        Tensor repeats = m.input(1);
        Long given = a.dim();
        int dim = given == null ? 0 : Metas.dim(m, given, self.dim());
        long[] sizes = given == null ? new long[] {self.numel()} : scalar(self.sizes());
        if (repeats.dtype() != DType.I64 && repeats.dtype() != DType.I32) {
            throw m.error(
                    "argument 'repeats' has dtype "
                            + repeats.dtype()
                            + ", expected i64 or i32; convert with to(dtype)");
        }
        if (repeats.dim() > 1 || repeats.numel() != 1 && repeats.numel() != sizes[dim]) {
            throw m.error(
                    "argument 'repeats' has shape "
                            + Arrays.toString(repeats.sizes())
                            + ", expected one number or one for each of "
                            + sizes[dim]
                            + " elements");
        }
        Long size = a.outputSize();
        if (size != null && size < 0) {
            throw m.error("argument 'output_size' is " + size + ", must not be negative");
        }
        m.compute(self.dtype());
        if (size != null) {
            sizes[dim] = size;
            m.output(0, self.dtype(), sizes);
        } else {
            // The shapes give no bound: the repeats may be any numbers.
            sizes[dim] = Long.MAX_VALUE;
            m.outputBounded(0, self.dtype(), sizes);
        }
    }

    private static long[] scalar(long[] sizes) {
        return sizes.length == 0 ? new long[] {1} : sizes;
    }

    private static Tensor compute(CompositeContext c, @Nullable Tensor[] inputs) {
        var a = c.attributes(RepeatInterleaveSelfTensorAttributes.class);
        Tensor self = Inputs.get(inputs, 0);
        Long given = a.dim();
        long dim = given == null ? 0 : given;
        try (Temporaries t = new Temporaries()) {
            Tensor flat =
                    given == null || self.dim() == 0
                            ? t.keep(self.reshape(self.numel()))
                            : t.keep(self.view(self.sizes()));
            Tensor counts = t.converted(Inputs.get(inputs, 1), DType.I64);
            Tensor each =
                    t.keep(t.keep(counts.reshape(counts.numel())).expand(flat.size((int) dim)));
            Long size = a.outputSize();
            long total = size == null ? total(c, t, each) : size;
            Tensor ends = t.keep(each.cumsum(0));
            Tensor all = t.keep(Ops.arange(c.device(), DType.I64, 0L, total));
            Tensor places = t.keep(Ops.bucketize(all, ends, false, true));
            return flat.indexSelect(dim, places);
        }
    }

    private static long total(CompositeContext c, Temporaries t, Tensor counts) {
        if (counts.numel() == 0) {
            return 0;
        }
        long least = t.keep(counts.amin()).itemLong();
        if (least < 0) {
            throw c.error("argument 'repeats' contains " + least + "; expected 0 or more");
        }
        return t.keep(counts.sum()).itemLong();
    }
}
