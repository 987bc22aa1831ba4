// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.ArgumentException;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.attributes.ScatterReduceAttributes;
import dev.keyway.attributes.ScatterReduceTwoAttributes;
import dev.keyway.attributes.ScatterValueReduceAttributes;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.operator.Saved;
import dev.keyway.schema.Schemas;
import dev.keyway.spi.ScatterOp;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Placing elements where they meet by a sum, product, mean or extreme. */
@AutoService(OperatorFamily.class)
public final class ScatterReductions implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(scatterReduce(), scatterWithReduce(), scatterValueReduce());
    }

    private static final Function<String, ArgumentException> NEVER =
            message -> new ArgumentException(message);

    /** The primitive of a reduction; a mean is a sum that is divided afterwards. */
    private static ScatterOp opcode(String reduce, Function<String, ArgumentException> error) {
        return switch (reduce) {
            case "sum", "mean" -> ScatterOp.ADD;
            case "prod" -> ScatterOp.MUL;
            case "amax" -> ScatterOp.AMAX;
            case "amin" -> ScatterOp.AMIN;
            default ->
                    throw error.apply(
                            "argument 'reduce' is '"
                                    + reduce
                                    + "', expected sum, prod, mean, amax or amin");
        };
    }

    private static OperatorDefinition scatterReduce() {
        return OperatorDefinition.of(
                        Schemas.SCATTER_REDUCE_TWO,
                        m -> {
                            var a = m.attributes(ScatterReduceTwoAttributes.class);
                            opcode(a.reduce(), m::error);
                            Scatters.meta(m, a.dim());
                        })
                .keepInputs(1)
                .compositeSingle(ScatterReductions::reduced)
                .gradient(Saved.inputs(0, 1, 2).andOutputs(0), ScatterReduceGradient::backward);
    }

    private static Tensor reduced(CompositeContext c, @Nullable Tensor[] inputs) {
        var a = c.attributes(ScatterReduceTwoAttributes.class);
        Tensor self = Inputs.get(inputs, 0);
        Tensor index = Inputs.get(inputs, 1);
        Tensor src = Inputs.get(inputs, 2);
        int dim = Metas.wrap(a.dim(), self.dim());
        ScatterOp op = opcode(a.reduce(), NEVER);
        try (Temporaries t = new Temporaries()) {
            Tensor base = self;
            if (!a.includeSelf()) {
                Tensor number = t.keep(Places.number(c, c.dtype(), neutral(op, c.dtype())));
                Tensor start = t.keep(number.expand(index.sizes()));
                base = t.keep(Places.scattered(c, ScatterOp.SET, self, index, start, dim));
            }
            Tensor wide = t.keep(Places.scattered(c, op, base, index, src, dim));
            if (a.reduce().equals("mean")) {
                wide = t.keep(mean(t, wide, index, dim, a.includeSelf()));
            }
            Tensor narrow = t.converted(wide, c.outputDType(0));
            return t.keep(narrow.view(narrow.sizes())).detach();
        }
    }

    /** What changes nothing; where self is left out the sum starts there. */
    private static Scalar neutral(ScatterOp op, DType dtype) {
        return switch (op) {
            case MUL -> Scalar.ONE;
            case AMAX ->
                    dtype.isFloating()
                            ? Scalar.of(Double.NEGATIVE_INFINITY)
                            : Scalar.of(smallest(dtype));
            case AMIN ->
                    dtype.isFloating()
                            ? Scalar.of(Double.POSITIVE_INFINITY)
                            : Scalar.of(dtype == DType.BOOL ? 1 : ~smallest(dtype));
            default -> Scalar.ZERO;
        };
    }

    private static long smallest(DType dtype) {
        return switch (dtype) {
            case BOOL -> 0;
            case I32 -> Integer.MIN_VALUE;
            default -> Long.MIN_VALUE;
        };
    }

    private static Tensor mean(
            Temporaries t, Tensor sums, Tensor index, int dim, boolean includeSelf) {
        Tensor divisor = t.keep(counts(sums, index, dim, includeSelf));
        return sums.dtype().isFloating() ? sums.div(divisor) : sums.floorDivide(divisor);
    }

    /** How many elements met at each place, at least 1. */
    static Tensor counts(Tensor like, Tensor index, long dim, boolean includeSelf) {
        try (Temporaries t = new Temporaries()) {
            Tensor start = t.keep(includeSelf ? Ops.onesLike(like) : Ops.zerosLike(like));
            Tensor one = t.keep(Ops.ones(like.device(), like.dtype()));
            Tensor ones = t.keep(one.expand(index.sizes()));
            Tensor counted = t.keep(start.scatterAdd(dim, index, ones));
            return counted.clamp(Scalar.ONE);
        }
    }

    /** {@code scatter} with {@code reduce}: by PyTorch's older names of two reductions. */
    private static String renamed(String reduce, Function<String, ArgumentException> error) {
        return switch (reduce) {
            case "add" -> "sum";
            case "multiply" -> "prod";
            default ->
                    throw error.apply(
                            "argument 'reduce' is '"
                                    + reduce
                                    + "', expected add or multiply; scatter_reduce has more");
        };
    }

    private static OperatorDefinition scatterWithReduce() {
        return OperatorDefinition.of(
                        Schemas.SCATTER_REDUCE,
                        m -> {
                            var a = m.attributes(ScatterReduceAttributes.class);
                            renamed(a.reduce(), m::error);
                            Scatters.meta(m, a.dim());
                        })
                .keepInputs(1)
                .compositeSingle(
                        (c, inputs) -> {
                            var a = c.attributes(ScatterReduceAttributes.class);
                            return Inputs.get(inputs, 0)
                                    .scatterReduce(
                                            a.dim(),
                                            Inputs.get(inputs, 1),
                                            Inputs.get(inputs, 2),
                                            renamed(a.reduce(), NEVER));
                        });
    }

    private static OperatorDefinition scatterValueReduce() {
        return OperatorDefinition.of(
                        Schemas.SCATTER_VALUE_REDUCE,
                        m -> {
                            var a = m.attributes(ScatterValueReduceAttributes.class);
                            renamed(a.reduce(), m::error);
                            Scatters.meta(m, a.dim());
                        })
                .keepInputs(1)
                .compositeSingle(
                        (c, inputs) -> {
                            var a = c.attributes(ScatterValueReduceAttributes.class);
                            Tensor self = Inputs.get(inputs, 0);
                            Tensor index = Inputs.get(inputs, 1);
                            try (Tensor number = Places.number(c, self.dtype(), a.value());
                                    Tensor source = number.expand(index.sizes())) {
                                String reduce = renamed(a.reduce(), NEVER);
                                return self.scatterReduce(a.dim(), index, source, reduce);
                            }
                        });
    }
}
