// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.attributes.UniqueAttributes;
import dev.keyway.attributes.UniqueConsecutiveAttributes;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.schema.Schemas;
import dev.keyway.spi.ScatterOp;
import java.util.List;

/**
 * Distinct elements of all, ascending, or of neighbours; on request where each element went and how
 * many there are of each. What is not asked for comes back empty. NaN differ from each other. The
 * number of results is read from the device.
 */
@AutoService(OperatorFamily.class)
public final class Uniques implements OperatorFamily {
    private record Asked(boolean inverse, boolean counts) {}

    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(unique(), consecutive());
    }

    private static void meta(MetaContext m, Asked asked) {
        Tensor self = m.input(0);
        long[] most = {self.numel()};
        long[] none = {0};
        m.compute(Metas.wide(self.dtype()));
        m.outputBounded(0, self.dtype(), most);
        m.output(1, DType.I64, asked.inverse ? self.sizes() : none);
        if (asked.counts) {
            m.outputBounded(2, DType.I64, most);
        } else {
            m.output(2, DType.I64, none);
        }
    }

    private static OperatorDefinition unique() {
        return OperatorDefinition.of(
                        Schemas.UNIQUE,
                        m -> {
                            UniqueAttributes a = m.attributes(UniqueAttributes.class);
                            meta(m, new Asked(a.returnInverse(), a.returnCounts()));
                        })
                .composite(
                        (c, inputs) -> {
                            UniqueAttributes a = c.attributes(UniqueAttributes.class);
                            Tensor self = Inputs.get(inputs, 0);
                            Asked asked = new Asked(a.returnInverse(), a.returnCounts());
                            if (self.numel() == 0) {
                                return nothing(c, self);
                            }
                            try (Tensor wide = AlongDim.wide(self);
                                    Tensor line = wide.reshape(1, wide.numel(), 1)) {
                                Tensor[] sorted = c.sort(line, false);
                                try (Tensor values = sorted[0];
                                        Tensor places = sorted[1];
                                        Tensor flat = values.view(values.numel());
                                        Runs runs = Runs.of(c, flat)) {
                                    return results(c, runs, places, asked);
                                }
                            }
                        })
                .notDifferentiable();
    }

    private static OperatorDefinition consecutive() {
        return OperatorDefinition.of(
                        Schemas.UNIQUE_CONSECUTIVE,
                        m -> {
                            var a = m.attributes(UniqueConsecutiveAttributes.class);
                            meta(m, new Asked(a.returnInverse(), a.returnCounts()));
                        })
                .composite(
                        (c, inputs) -> {
                            var a = c.attributes(UniqueConsecutiveAttributes.class);
                            Tensor self = Inputs.get(inputs, 0);
                            if (self.numel() == 0) {
                                return nothing(c, self);
                            }
                            Asked asked = new Asked(a.returnInverse(), a.returnCounts());
                            Scalar zero = Scalar.ZERO;
                            long n = self.numel();
                            try (Tensor wide = AlongDim.wide(self);
                                    Tensor flat = wide.reshape(n);
                                    Tensor places = c.arange(DType.I64, zero, Scalar.ONE, n);
                                    Runs runs = Runs.of(c, flat)) {
                                return results(c, runs, places, asked);
                            }
                        })
                .notDifferentiable();
    }

    private static Tensor[] nothing(CompositeContext c, Tensor self) {
        return new Tensor[] {
            c.empty(self.dtype(), 0), c.empty(DType.I64, c.outputSizes(1)), c.empty(DType.I64, 0)
        };
    }

    /**
     * Runs of equal neighbours.
     *
     * @param elements all elements
     * @param starts whether a run starts
     * @param places where runs start
     */
    private record Runs(Tensor elements, Tensor starts, Tensor places) implements AutoCloseable {
        static Runs of(CompositeContext c, Tensor flat) {
            long n = flat.numel();
            Tensor starts = starts(c, flat, n);
            return new Runs(flat, starts, c.nonzero(starts));
        }

        private static Tensor starts(CompositeContext c, Tensor flat, long n) {
            Tensor first = Ops.ones(c.device(), DType.BOOL, 1);
            if (n == 1) {
                return first;
            }
            try (first;
                    Tensor later = flat.narrow(0, 1, n - 1);
                    Tensor earlier = flat.narrow(0, 0, n - 1);
                    Tensor differs = later.ne(earlier)) {
                return Ops.cat(List.of(first, differs), 0);
            }
        }

        @Override
        public void close() {
            starts.close();
            places.close();
        }
    }

    private static Tensor[] results(CompositeContext c, Runs runs, Tensor from, Asked asked) {
        try (Tensor values = runs.elements.indexSelect(0, runs.places)) {
            return new Tensor[] {
                AlongDim.result(values, c.outputDType(0), values.sizes()),
                asked.inverse ? inverse(c, runs, from) : c.empty(DType.I64, 0),
                asked.counts ? counts(c, runs) : c.empty(DType.I64, 0)
            };
        }
    }

    /** The number of its run for each element, at the element's place. */
    private static Tensor inverse(CompositeContext c, Runs runs, Tensor from) {
        long n = runs.elements.numel();
        Tensor places = c.empty(DType.I64, 1, n, 1);
        try (places;
                Tensor numbers = runs.starts.cumsum(0);
                Tensor ranks = numbers.sub(1L);
                Tensor source = ranks.view(1, n, 1);
                Tensor index = from.view(1, n, 1)) {
            c.scatter(ScatterOp.SET, places, index, source);
            return AlongDim.result(places, DType.I64, c.outputSizes(1));
        }
    }

    /** The distance to the next run's start. */
    private static Tensor counts(CompositeContext c, Runs runs) {
        long n = runs.elements.numel();
        try (Tensor end = c.fill(c.empty(DType.I64, 1), Scalar.of(n));
                Tensor bounds = Ops.cat(List.of(runs.places, end), 0);
                Tensor later = bounds.narrow(0, 1, runs.places.numel())) {
            return later.sub(runs.places);
        }
    }
}
