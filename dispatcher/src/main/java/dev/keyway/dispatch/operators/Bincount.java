// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.attributes.BincountAttributes;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.schema.Schemas;
import dev.keyway.spi.ScatterOp;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How often each number from 0 to the largest occurs, or the sum of the weights where it occurs: in
 * f32 for f32 weights, else in f64. The largest is read from the device.
 */
@AutoService(OperatorFamily.class)
public final class Bincount implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(
                OperatorDefinition.of(Schemas.BINCOUNT, Bincount::meta)
                        .keepInputs(0, 1)
                        .compositeSingle(Bincount::count)
                        .notDifferentiable());
    }

    private static void meta(MetaContext m) {
        Tensor self = m.input(0);
        if (self.dim() != 1 || !self.dtype().isIntegral()) {
            throw m.error(
                    "argument 'self' is "
                            + self.dtype()
                            + Arrays.toString(self.sizes())
                            + ", expected one dimension of integers");
        }
        long least = m.attributes(BincountAttributes.class).minlength();
        if (least < 0) {
            throw m.error("argument 'minlength' is " + least + ", expected 0 or more");
        }
        Tensor weights = m.inputCount() > 1 ? m.inputOrNull(1) : null;
        if (weights != null && !Arrays.equals(weights.sizes(), self.sizes())) {
            throw m.error(
                    "argument 'weights' has shape "
                            + Arrays.toString(weights.sizes())
                            + ", expected that of 'self', "
                            + Arrays.toString(self.sizes()));
        }
        DType out =
                weights == null ? DType.I64 : weights.dtype() == DType.F32 ? DType.F32 : DType.F64;
        m.compute(out);
        // The shapes give no bound: any number may be the largest.
        m.outputBounded(0, out, new long[] {Long.MAX_VALUE});
    }

    private static Tensor count(CompositeContext c, @Nullable Tensor[] inputs) {
        Tensor self = Inputs.get(inputs, 0);
        long bins = c.attributes(BincountAttributes.class).minlength();
        DType dtype = c.outputDType(0);
        if (self.numel() == 0) {
            // As in PyTorch, without elements there are no weights to name a dtype.
            return Ops.zeros(c.device(), dtype, bins);
        }
        try (Tensor places = AlongDim.as(self, DType.I64)) {
            bins = Math.max(bins, size(c, places));
            Tensor weights = inputs.length > 1 ? inputs[1] : null;
            try (Tensor counts = Ops.zeros(c.device(), dtype, 1, bins, 1);
                    Tensor source =
                            weights == null
                                    ? Ops.ones(c.device(), dtype, 1)
                                    : AlongDim.as(weights, dtype);
                    Tensor line = source.reshape(1, source.numel(), 1);
                    Tensor values = line.expand(1, places.numel(), 1);
                    Tensor index = places.reshape(1, places.numel(), 1)) {
                c.scatter(ScatterOp.ADD, counts, index, values);
                return AlongDim.result(counts, dtype, new long[] {bins});
            }
        }
    }

    /** One more than the largest number. */
    private static long size(CompositeContext c, Tensor places) {
        try (Tensor least = places.amin();
                Tensor most = places.amax()) {
            if (least.itemLong() < 0) {
                throw c.error(
                        "argument 'self' contains " + least.itemLong() + "; expected 0 or more");
            }
            return most.itemLong() + 1;
        }
    }
}
