// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.Attributes;
import dev.keyway.DType;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.attributes.CummaxAttributes;
import dev.keyway.attributes.CumminAttributes;
import dev.keyway.attributes.CumprodAttributes;
import dev.keyway.attributes.CumsumAttributes;
import dev.keyway.attributes.LogcumsumexpAttributes;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.OperatorSchema;
import dev.keyway.schema.Schemas;
import dev.keyway.spi.ScanOp;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Running sums, products and extremes along a dimension. */
@AutoService(OperatorFamily.class)
public final class Scans implements OperatorFamily {
    private record Along(long dim, @Nullable DType dtype) {}

    @Override
    public List<OperatorDefinition> definitions() {
        Function<Attributes, Along> sum =
                a -> new Along(((CumsumAttributes) a).dim(), ((CumsumAttributes) a).dtype());
        Function<Attributes, Along> product =
                a -> new Along(((CumprodAttributes) a).dim(), ((CumprodAttributes) a).dtype());
        return List.of(
                running(Schemas.CUMSUM, ScanOp.SUM, sum)
                        .gradient(
                                Saved.NOTHING,
                                g -> ScanGradients.sum(g, sum.apply(g.attributes()).dim)),
                running(Schemas.CUMPROD, ScanOp.PROD, product)
                        .gradient(
                                Saved.inputs(0),
                                g -> ScanGradients.product(g, product.apply(g.attributes()).dim)),
                extreme(Schemas.CUMMAX, ScanOp.MAX, a -> ((CummaxAttributes) a).dim()),
                extreme(Schemas.CUMMIN, ScanOp.MIN, a -> ((CumminAttributes) a).dim()),
                logarithmic());
    }

    private static OperatorDefinition running(
            OperatorSchema schema, ScanOp opcode, Function<Attributes, Along> along) {
        return OperatorDefinition.of(
                        schema,
                        m -> {
                            Along given = along.apply(m.attributes());
                            DType dtype = given.dtype;
                            DType out = Reductions.sumDType(m.input(0).dtype(), dtype);
                            if (out == DType.BOOL) {
                                throw m.error("argument 'dtype' is bool; choose a number's dtype");
                            }
                            Metas.dim(m, given.dim, m.input(0).dim());
                            m.compute(Metas.wide(out));
                            m.outputLike(0, out);
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            Tensor self = Inputs.get(inputs, 0);
                            long dim = along.apply(c.attributes()).dim;
                            try (Tensor converted = AlongDim.as(self, c.outputDType(0))) {
                                return scan(c, opcode, converted, dim);
                            }
                        });
    }

    private static Tensor scan(CompositeContext c, ScanOp opcode, Tensor self, long dim) {
        try (Tensor wide = AlongDim.as(self, c.dtype());
                Tensor canonical = Canonical.of(wide, Metas.wrap(dim, self.dim()));
                Tensor flat = c.scan(opcode, canonical)) {
            return AlongDim.result(flat, c.outputDType(0), c.outputSizes(0));
        }
    }

    private static OperatorDefinition extreme(
            OperatorSchema schema, ScanOp opcode, ToLongFunction<Attributes> along) {
        return OperatorDefinition.of(
                        schema,
                        m -> {
                            Tensor self = m.input(0);
                            Metas.dim(m, along.applyAsLong(m.attributes()), self.dim());
                            m.compute(Extremes.compute(self.dtype()));
                            m.output(0, self.dtype(), self.sizes());
                            m.output(1, DType.I64, self.sizes());
                        })
                .composite(
                        (c, inputs) -> {
                            Tensor self = Inputs.get(inputs, 0);
                            int dim = Metas.wrap(along.applyAsLong(c.attributes()), self.dim());
                            return extremes(c, opcode, self, dim);
                        })
                .differentiable(0)
                .gradient(
                        Saved.outputs(1),
                        g ->
                                AlongDim.toPlaces(
                                        g,
                                        along.applyAsLong(g.attributes()),
                                        g.output(1),
                                        g.inputSizes(0)));
    }

    /** An element wins where it equals the running extreme or is NaN; the last winner counts. */
    private static Tensor[] extremes(CompositeContext c, ScanOp opcode, Tensor self, int dim) {
        try (Tensor wide = AlongDim.as(self, c.dtype());
                Tensor canonical = Canonical.of(wide, dim);
                Tensor flat = c.scan(opcode, canonical);
                Tensor equal = canonical.eq(flat);
                Tensor nan = canonical.ne(canonical);
                Tensor wins = equal.bitwiseOr(nan);
                Tensor mask = wins.to(DType.I64);
                Tensor range = c.arange(DType.I64, Scalar.ZERO, Scalar.ONE, canonical.size(1));
                Tensor column = range.view(1, range.numel(), 1);
                Tensor winners = mask.mul(column);
                Tensor indices = c.scan(ScanOp.MAX, winners)) {
            return AlongDim.both(c, flat, indices);
        }
    }

    private static OperatorDefinition logarithmic() {
        ToLongFunction<Attributes> along = a -> ((LogcumsumexpAttributes) a).dim();
        return OperatorDefinition.of(
                        Schemas.LOGCUMSUMEXP,
                        m -> {
                            DType dtype = m.input(0).dtype();
                            if (!dtype.isFloating()) {
                                throw m.error("dtype " + dtype + " is not floating; use to(dtype)");
                            }
                            Metas.dim(m, along.applyAsLong(m.attributes()), m.input(0).dim());
                            m.compute(Metas.wide(dtype));
                            m.outputLike(0, dtype);
                        })
                .compositeSingle(
                        (c, inputs) ->
                                scan(
                                        c,
                                        ScanOp.LOGSUMEXP,
                                        Inputs.get(inputs, 0),
                                        along.applyAsLong(c.attributes())))
                .gradient(
                        Saved.inputs(0).andOutputs(0),
                        g -> ScanGradients.logarithm(g, along.applyAsLong(g.attributes())));
    }
}
