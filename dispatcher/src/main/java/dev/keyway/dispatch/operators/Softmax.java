// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.Attributes;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.attributes.LogSoftmaxAttributes;
import dev.keyway.attributes.LogSoftmaxBackwardDataAttributes;
import dev.keyway.attributes.LogSoftmaxDtypeAttributes;
import dev.keyway.attributes.SoftmaxAttributes;
import dev.keyway.attributes.SoftmaxBackwardDataAttributes;
import dev.keyway.attributes.SoftmaxDtypeAttributes;
import dev.keyway.attributes.SoftminAttributes;
import dev.keyway.operator.Meta;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.OperatorSchema;
import dev.keyway.schema.Schemas;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Softmax and its logarithm, with the largest element subtracted first. */
@AutoService(OperatorFamily.class)
public final class Softmax implements OperatorFamily {
    private record Along(long dim, @Nullable DType dtype) {}

    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(
                softmax(),
                logSoftmax(),
                softmaxBackward(),
                logSoftmaxBackward(),
                converting(
                        Schemas.SOFTMAX_DTYPE,
                        a -> {
                            SoftmaxDtypeAttributes given = (SoftmaxDtypeAttributes) a;
                            return new Along(given.dim(), given.dtype());
                        },
                        Tensor::softmax),
                converting(
                        Schemas.LOG_SOFTMAX_DTYPE,
                        a -> {
                            LogSoftmaxDtypeAttributes given = (LogSoftmaxDtypeAttributes) a;
                            return new Along(given.dim(), given.dtype());
                        },
                        Tensor::logSoftmax),
                converting(
                        Schemas.SOFTMIN,
                        a -> {
                            SoftminAttributes given = (SoftminAttributes) a;
                            return new Along(given.dim(), given.dtype());
                        },
                        Softmax::ofNegative));
    }

    private static void meta(MetaContext m, Along along) {
        Metas.dim(m, along.dim, m.input(0).dim());
        DType asked = along.dtype;
        DType dtype = asked == null ? m.input(0).dtype() : asked;
        if (!dtype.isFloating()) {
            throw m.error("dtype " + dtype + " is not floating; convert with to(dtype)");
        }
        m.compute(Metas.wide(dtype));
        m.outputLike(0, dtype);
    }

    private static Meta meta(ToLongFunction<Attributes> dim) {
        return m -> meta(m, new Along(dim.applyAsLong(m.attributes()), null));
    }

    private static OperatorDefinition softmax() {
        ToLongFunction<Attributes> dim = a -> ((SoftmaxAttributes) a).dim();
        return OperatorDefinition.of(Schemas.SOFTMAX, meta(dim))
                .compositeSingle(
                        (c, inputs) -> {
                            Tensor self = Inputs.get(inputs, 0);
                            if (self.numel() == 0) {
                                return self.clone();
                            }
                            long[] dims = {dim.applyAsLong(c.attributes())};
                            try (Tensor wide = AlongDim.as(self, c.dtype());
                                    Tensor largest = wide.amax(dims, true);
                                    Tensor shifted = wide.sub(largest);
                                    Tensor exp = shifted.exp();
                                    Tensor sum = exp.sum(dims, true);
                                    Tensor share = exp.div(sum)) {
                                return AlongDim.result(share, c.outputDType(0), self.sizes());
                            }
                        })
                .gradient(
                        Saved.outputs(0),
                        g -> {
                            long along = dim.applyAsLong(g.attributes());
                            g.set(0, Ops._softmaxBackwardData(g.grad(), g.output(0), along));
                        });
    }

    private static OperatorDefinition logSoftmax() {
        ToLongFunction<Attributes> dim = a -> ((LogSoftmaxAttributes) a).dim();
        return OperatorDefinition.of(Schemas.LOG_SOFTMAX, meta(dim))
                .compositeSingle(
                        (c, inputs) -> {
                            Tensor self = Inputs.get(inputs, 0);
                            if (self.numel() == 0) {
                                return self.clone();
                            }
                            long[] dims = {dim.applyAsLong(c.attributes())};
                            try (Tensor wide = AlongDim.as(self, c.dtype());
                                    Tensor largest = wide.amax(dims, true);
                                    Tensor shifted = wide.sub(largest);
                                    Tensor exp = shifted.exp();
                                    Tensor sum = exp.sum(dims, true);
                                    Tensor log = sum.log();
                                    Tensor less = shifted.sub(log)) {
                                return AlongDim.result(less, c.outputDType(0), self.sizes());
                            }
                        })
                .gradient(
                        Saved.outputs(0),
                        g -> {
                            long along = dim.applyAsLong(g.attributes());
                            g.set(0, Ops._logSoftmaxBackwardData(g.grad(), g.output(0), along));
                        });
    }

    private static Meta backwardMeta(ToLongFunction<Attributes> dim) {
        return m -> {
            Tensor grad = m.input(0);
            Tensor output = m.input(1);
            if (!Arrays.equals(grad.sizes(), output.sizes()) || grad.dtype() != output.dtype()) {
                throw m.error(
                        "argument 'grad_output' is "
                                + grad.dtype()
                                + Arrays.toString(grad.sizes())
                                + ", expected as 'output' "
                                + output.dtype()
                                + Arrays.toString(output.sizes()));
            }
            meta(m, new Along(dim.applyAsLong(m.attributes()), null));
        };
    }

    private static OperatorDefinition softmaxBackward() {
        ToLongFunction<Attributes> dim = a -> ((SoftmaxBackwardDataAttributes) a).dim();
        return OperatorDefinition.of(Schemas._SOFTMAX_BACKWARD_DATA, backwardMeta(dim))
                .compositeSingle(
                        (c, inputs) -> {
                            long[] dims = {dim.applyAsLong(c.attributes())};
                            try (Tensor grad = AlongDim.as(Inputs.get(inputs, 0), c.dtype());
                                    Tensor y = AlongDim.as(Inputs.get(inputs, 1), c.dtype());
                                    Tensor weighted = grad.mul(y);
                                    Tensor sum = weighted.sum(dims, true);
                                    Tensor mean = y.mul(sum);
                                    Tensor result = weighted.sub(mean)) {
                                return AlongDim.as(result, c.outputDType(0));
                            }
                        });
    }

    private static OperatorDefinition logSoftmaxBackward() {
        ToLongFunction<Attributes> dim = a -> ((LogSoftmaxBackwardDataAttributes) a).dim();
        return OperatorDefinition.of(Schemas._LOG_SOFTMAX_BACKWARD_DATA, backwardMeta(dim))
                .compositeSingle(
                        (c, inputs) -> {
                            long[] dims = {dim.applyAsLong(c.attributes())};
                            try (Tensor grad = AlongDim.as(Inputs.get(inputs, 0), c.dtype());
                                    Tensor y = AlongDim.as(Inputs.get(inputs, 1), c.dtype());
                                    Tensor power = y.exp();
                                    Tensor sum = grad.sum(dims, true);
                                    Tensor share = power.mul(sum);
                                    Tensor result = grad.sub(share)) {
                                return AlongDim.as(result, c.outputDType(0));
                            }
                        });
    }

    /** The function of one of the two, along a dimension. */
    private interface Kind {
        Tensor of(Tensor self, long dim);
    }

    private static OperatorDefinition converting(
            OperatorSchema schema, Function<Attributes, Along> along, Kind kind) {
        return OperatorDefinition.of(schema, m -> meta(m, along.apply(m.attributes())))
                .compositeSingle(
                        (c, inputs) -> {
                            Tensor self = Inputs.get(inputs, 0);
                            try (Tensor converted = AlongDim.as(self, c.outputDType(0))) {
                                return kind.of(converted, along.apply(c.attributes()).dim);
                            }
                        });
    }

    private static Tensor ofNegative(Tensor self, long dim) {
        try (Tensor negative = self.neg()) {
            return negative.softmax(dim);
        }
    }
}
