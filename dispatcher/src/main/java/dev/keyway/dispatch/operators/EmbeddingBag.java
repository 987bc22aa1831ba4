// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.attributes.EmbeddingBagAttributes;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.schema.Schemas;
import dev.keyway.spi.ScanOp;
import dev.keyway.spi.ScatterOp;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a table, joined to bags that begin at offsets: their sum (mode 0), mean (1) or largest
 * elements (2). A bag of none is zeros.
 */
@AutoService(OperatorFamily.class)
public final class EmbeddingBag implements OperatorFamily {
    private static final long MEAN = 1;
    private static final long LARGEST = 2;

    @Override
    public List<OperatorDefinition> definitions() {
        OperatorDefinition definition =
                OperatorDefinition.of(Schemas.EMBEDDING_BAG, EmbeddingBag::meta).keepInputs(1, 2);
        return List.of(Wide.single(definition, EmbeddingBag::compute));
    }

    private static void meta(MetaContext m) {
        var a = m.attributes(EmbeddingBagAttributes.class);
        DType dtype = Checks.floating(m, 0, "weight");
        Checks.dtype(m, 3, "per_sample_weights", dtype);
        String[] names = {"weight", "indices", "offsets"};
        for (int i = 1; i < 3; i++) {
            DType given = m.input(i).dtype();
            if (given != DType.I64 && given != DType.I32) {
                throw m.error(
                        "argument '"
                                + names[i]
                                + "' has dtype "
                                + given
                                + ", expected i64; convert it with to(DType.I64)");
            }
            if (m.input(i).dim() != 1) {
                throw Checks.wrongShape(m, i, names[i], "one dimension");
            }
        }
        if (m.input(0).dim() != 2) {
            throw Checks.wrongShape(m, 0, "weight", "[numbers, features]");
        }
        if (m.inputOrNull(3) != null) {
            Checks.shape(m, 3, "per_sample_weights", m.input(1).size(0));
        }
        if (a.mode() < 0 || a.mode() > LARGEST) {
            throw m.error(
                    "argument 'mode' is " + a.mode() + ", expected 0 (sum), 1 (mean) or 2 (max)");
        }
        if (a.sparse() || a.mode() != 0 && m.inputOrNull(3) != null) {
            throw m.error(
                    a.sparse()
                            ? "sparse gradients are not supported; leave sparse false"
                            : "per_sample_weights need mode 0 (sum), got " + a.mode());
        }
        long bags = m.input(2).size(0) - (a.includeLastOffset() ? 1 : 0);
        if (bags < 0) {
            throw Checks.wrongShape(m, 2, "offsets", "at least the last one");
        }
        m.compute(Metas.wide(dtype));
        m.output(0, dtype, new long[] {bags, m.input(0).size(1)});
    }

    private static Tensor compute(CompositeContext c, @Nullable Tensor[] inputs) {
        var a = c.attributes(EmbeddingBagAttributes.class);
        long[] out = c.outputSizes(0);
        Tensor weight = Inputs.get(inputs, 0);
        long count = Inputs.get(inputs, 1).numel();
        if (count == 0 || Metas.product(out) == 0) {
            return Matrix.zeros(weight, out);
        }
        try (Tensor list = numbers(Inputs.get(inputs, 1));
                Tensor starts = numbers(Inputs.get(inputs, 2));
                Tensor bags = bags(c, starts, count, out[0]);
                Tensor rows = Ops.embedding(weight, list, -1, a.scaleGradByFreq());
                Tensor used = used(weight, list, a)) {
            return a.mode() == LARGEST
                    ? largest(c, rows, bags, used, out)
                    : sums(rows, bags, used, inputs[3], out, a.mode() == MEAN);
        }
    }

    private static Tensor numbers(Tensor tensor) {
        return Wide.as(tensor.detach(), DType.I64);
    }

    /** The bag of each number: how many bags have begun, less one. */
    private static Tensor bags(CompositeContext c, Tensor starts, long count, long bags) {
        try (Tensor first = starts.narrow(0, 0, bags);
                Tensor index = first.reshape(1, bags, 1);
                Tensor ones = Ops.ones(c.device(), DType.I64, 1, bags, 1);
                Tensor marks = Ops.zeros(c.device(), DType.I64, 1, count + 1, 1);
                Tensor begun = c.scatter(ScatterOp.ADD, marks, index, ones);
                Tensor all = c.scan(ScanOp.SUM, begun);
                Tensor flat = all.view(count + 1);
                Tensor own = flat.narrow(0, 0, count)) {
            return own.sub(1L);
        }
    }

    /** 1 for each number, 0 for the padding's. */
    private static Tensor used(Tensor weight, Tensor list, EmbeddingBagAttributes a) {
        Long padding = a.paddingIdx();
        try (Tensor ones = Ops.ones(weight.device(), weight.dtype(), list.numel())) {
            if (padding == null) {
                return ones.view(list.numel());
            }
            long row = padding < 0 ? padding + weight.size(0) : padding;
            try (Tensor hidden = list.eq(row)) {
                return ones.maskedFill(hidden, 0L);
            }
        }
    }

    private static Tensor sums(
            Tensor rows,
            Tensor bags,
            Tensor used,
            @Nullable Tensor factors,
            long[] out,
            boolean mean) {
        try (Tensor weights = factors == null ? used.view(used.numel()) : used.mul(factors);
                Tensor column = weights.unsqueeze(1);
                Tensor weighted = rows.mul(column);
                Tensor zero = Matrix.zeros(rows, out);
                Tensor sum = zero.indexAdd(0, bags, weighted)) {
            if (!mean) {
                return sum.view(out);
            }
            try (Tensor none = Matrix.zeros(rows, out[0]);
                    Tensor counts = none.indexAdd(0, bags, used);
                    Tensor least = counts.clamp(Scalar.of(1.0), null);
                    Tensor divisors = least.unsqueeze(1)) {
                return sum.div(divisors);
            }
        }
    }

    /** Picks the first of each bag's largest elements, so that gradients go there. */
    private static Tensor largest(
            CompositeContext c, Tensor rows, Tensor bags, Tensor used, long[] out) {
        long count = rows.size(0);
        try (Tensor plain = rows.detach();
                Tensor unused = used.eq(0L);
                Tensor hidden = unused.unsqueeze(1);
                Tensor values = plain.maskedFill(hidden, Double.NEGATIVE_INFINITY);
                Tensor column = bags.unsqueeze(1);
                Tensor every = column.expand(count, out[1]);
                Tensor places = every.reshape(1, count, out[1]);
                Tensor source = values.view(1, count, out[1]);
                Tensor low =
                        c.fill(
                                c.empty(rows.dtype(), 1, out[0], out[1]),
                                Scalar.of(Double.NEGATIVE_INFINITY));
                Tensor most = c.scatter(ScatterOp.AMAX, low, places, source);
                Tensor table = most.view(out);
                Tensor own = table.gather(0, every);
                Tensor isMost = values.eq(own);
                Tensor isNan = values.isnan();
                Tensor isFound = isMost.bitwiseOr(isNan);
                Tensor isOther = isFound.logicalNot();
                Tensor other = isOther.bitwiseOr(hidden);
                Tensor range = Ops.arange(c.device(), DType.I64, 0L, count);
                Tensor line = range.unsqueeze(1);
                Tensor numbers = line.expand(count, out[1]);
                Tensor candidates = numbers.maskedFill(other, count);
                Tensor from = candidates.view(1, count, out[1]);
                Tensor high = c.fill(c.empty(DType.I64, 1, out[0], out[1]), Scalar.of(count));
                Tensor first = c.scatter(ScatterOp.AMIN, high, places, from);
                Tensor index = first.view(out);
                Tensor empty = index.eq(count);
                Tensor safe = index.maskedFill(empty, 0L);
                Tensor picked = rows.gather(0, safe)) {
            return picked.maskedFill(empty, 0L);
        }
    }
}
