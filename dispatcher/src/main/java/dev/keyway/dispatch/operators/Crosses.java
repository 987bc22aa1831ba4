// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.attributes.CrossAttributes;
import dev.keyway.attributes.LinalgCrossAttributes;
import dev.keyway.attributes.MatrixPowerAttributes;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.schema.Schemas;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Cross products, powers of matrices and bilinear forms. */
@AutoService(OperatorFamily.class)
public final class Crosses implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(cross(), linalgCross(), matrixPower(), bilinear());
    }

    private static void crossMeta(MetaContext m, int dim, long[] sizes) {
        DType dtype = m.promote(null);
        if (dtype == DType.BOOL) {
            throw m.error("is not defined for bool; convert with to(dtype)");
        }
        if (m.input(0).size(dim) != 3 || m.input(1).size(dim) != 3) {
            throw m.error(
                    "dimension "
                            + dim
                            + " of shapes "
                            + Arrays.toString(m.input(0).sizes())
                            + " and "
                            + Arrays.toString(m.input(1).sizes())
                            + " must have size 3");
        }
        m.compute(Metas.wide(dtype));
        m.output(dtype, sizes);
    }

    private static void sameRank(MetaContext m) {
        if (m.input(0).dim() != m.input(1).dim() || m.input(0).dim() == 0) {
            throw m.error(
                    "shapes "
                            + Arrays.toString(m.input(0).sizes())
                            + " and "
                            + Arrays.toString(m.input(1).sizes())
                            + " must have the same number of dimensions, at least one");
        }
    }

    private static OperatorDefinition cross() {
        return OperatorDefinition.of(
                        Schemas.CROSS,
                        m -> {
                            sameRank(m);
                            long[] sizes =
                                    Broadcasts.sizes(m, m.input(0).sizes(), m.input(1).sizes());
                            Long given = m.attributes(CrossAttributes.class).dim();
                            int dim =
                                    given == null
                                            ? firstOfThree(m.input(0).sizes())
                                            : Metas.dim(m, given, sizes.length);
                            if (dim < 0) {
                                throw m.error(
                                        "shape "
                                                + Arrays.toString(m.input(0).sizes())
                                                + " has no dimension of size 3");
                            }
                            crossMeta(m, dim, sizes);
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            Tensor self = Inputs.get(inputs, 0);
                            Long given = c.attributes(CrossAttributes.class).dim();
                            int dim =
                                    given == null
                                            ? firstOfThree(self.sizes())
                                            : Metas.wrap(given, self.dim());
                            return crossed(c, self, Inputs.get(inputs, 1), dim);
                        });
    }

    private static int firstOfThree(long[] sizes) {
        for (int d = 0; d < sizes.length; d++) {
            if (sizes[d] == 3) {
                return d;
            }
        }
        return -1;
    }

    private static OperatorDefinition linalgCross() {
        return OperatorDefinition.of(
                        Schemas.LINALG_CROSS,
                        m -> {
                            sameRank(m);
                            long[] sizes =
                                    Broadcasts.sizes(m, m.input(0).sizes(), m.input(1).sizes());
                            long dim = m.attributes(LinalgCrossAttributes.class).dim();
                            crossMeta(m, Metas.dim(m, dim, sizes.length), sizes);
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            Tensor self = Inputs.get(inputs, 0);
                            long dim = c.attributes(LinalgCrossAttributes.class).dim();
                            return crossed(
                                    c, self, Inputs.get(inputs, 1), Metas.wrap(dim, self.dim()));
                        });
    }

    /** a[1] b[2] - a[2] b[1] and so on around: both turned by one and by two. */
    private static Tensor crossed(CompositeContext c, Tensor self, Tensor other, int dim) {
        try (Temporaries t = new Temporaries()) {
            Tensor a = t.converted(self, c.dtype());
            Tensor b = t.converted(other, c.dtype());
            long[] dims = {dim};
            Tensor a1 = t.keep(a.roll(new long[] {-1}, dims));
            Tensor a2 = t.keep(a.roll(new long[] {-2}, dims));
            Tensor b1 = t.keep(b.roll(new long[] {-1}, dims));
            Tensor b2 = t.keep(b.roll(new long[] {-2}, dims));
            Tensor plus = t.keep(a1.mul(b2));
            Tensor minus = t.keep(a2.mul(b1));
            Tensor difference = t.keep(plus.sub(minus));
            return difference.dtype() == c.outputDType(0)
                    ? difference.view(difference.sizes())
                    : difference.to(c.outputDType(0));
        }
    }

    private static OperatorDefinition matrixPower() {
        return OperatorDefinition.of(
                        Schemas.MATRIX_POWER,
                        m -> {
                            Tensor self = m.input(0);
                            if (self.dim() < 2 || self.size(-1) != self.size(-2)) {
                                throw m.error(
                                        "argument 'self' has shape "
                                                + Arrays.toString(self.sizes())
                                                + ", expected square matrices");
                            }
                            if (self.dtype() == DType.BOOL) {
                                throw m.error("is not defined for bool; convert with to(dtype)");
                            }
                            long n = m.attributes(MatrixPowerAttributes.class).n();
                            if (n < 0) {
                                throw m.error(
                                        "argument 'n' is "
                                                + n
                                                + "; negative powers need an inverse, which is not"
                                                + " supported");
                            }
                            m.compute(Metas.wide(self.dtype()));
                            m.outputLike(0, self.dtype());
                        })
                .compositeSingle(Crosses::power);
    }

    /** By squaring, from the lowest bit of n. */
    private static Tensor power(CompositeContext c, @Nullable Tensor[] inputs) {
        Tensor self = Inputs.get(inputs, 0);
        long n = c.attributes(MatrixPowerAttributes.class).n();
        try (Temporaries t = new Temporaries()) {
            if (n == 0) {
                Tensor ones = t.keep(Ops.ones(c.device(), self.dtype(), self.size(-1)));
                Tensor eye = t.keep(ones.diagEmbed());
                return t.keep(eye.expand(self.sizes())).clone();
            }
            Tensor square = t.converted(self, c.dtype());
            Tensor result = null;
            for (long rest = n; rest > 0; rest >>= 1) {
                if ((rest & 1) != 0) {
                    result = result == null ? square : t.keep(result.matmul(square));
                }
                if (rest > 1) {
                    square = t.keep(square.matmul(square));
                }
            }
            Tensor power = java.util.Objects.requireNonNull(result);
            return power.dtype() == c.outputDType(0) ? power.clone() : power.to(c.outputDType(0));
        }
    }

    private static OperatorDefinition bilinear() {
        return OperatorDefinition.of(
                        Schemas.BILINEAR,
                        m -> {
                            DType dtype = Matrix.sameDType(m, 0, 1);
                            Matrix.sameDType(m, 0, 2);
                            Matrix.dims(m, 2, "weight", 3);
                            Tensor weight = m.input(2);
                            long[] sizes = m.input(0).sizes();
                            long[] others = m.input(1).sizes();
                            boolean fits = sizes.length == others.length && sizes.length > 0;
                            for (int d = 0; fits && d < sizes.length - 1; d++) {
                                fits = sizes[d] == others[d];
                            }
                            if (!fits
                                    || sizes[sizes.length - 1] != weight.size(1)
                                    || others[others.length - 1] != weight.size(2)) {
                                throw m.error(
                                        "arguments 'input1' "
                                                + Arrays.toString(sizes)
                                                + " and 'input2' "
                                                + Arrays.toString(others)
                                                + " do not fit 'weight' "
                                                + Arrays.toString(weight.sizes())
                                                + " [out, in1, in2]");
                            }
                            Tensor bias = m.inputOrNull(3);
                            if (bias != null
                                    && (bias.dim() != 1 || bias.size(0) != weight.size(0))) {
                                throw m.error(
                                        "argument 'bias' has shape "
                                                + Arrays.toString(bias.sizes())
                                                + ", expected ["
                                                + weight.size(0)
                                                + "]");
                            }
                            sizes[sizes.length - 1] = weight.size(0);
                            m.compute(Metas.wide(dtype));
                            m.output(dtype, sizes);
                        })
                .compositeSingle(Crosses::bilinear);
    }

    /** Rows of input1 times weight give a matrix for each row, which meets input2's. */
    private static Tensor bilinear(CompositeContext c, @Nullable Tensor[] inputs) {
        try (Temporaries t = new Temporaries()) {
            Tensor weight = t.converted(Inputs.get(inputs, 2), c.dtype());
            long out = weight.size(0);
            long in1 = weight.size(1);
            long in2 = weight.size(2);
            long rows = in1 == 0 ? 0 : Inputs.get(inputs, 0).numel() / in1;
            Tensor x = t.converted(Inputs.get(inputs, 0), c.dtype());
            Tensor y = t.converted(Inputs.get(inputs, 1), c.dtype());
            Tensor left = t.keep(x.reshape(rows, in1));
            Tensor right = t.keep(y.reshape(rows, in2, 1));
            Tensor byInput = t.keep(t.keep(weight.permute(1, 0, 2)).reshape(in1, out * in2));
            Tensor matrices = t.keep(t.keep(left.mm(byInput)).view(rows, out, in2));
            Tensor products = t.keep(matrices.bmm(right));
            Tensor result = t.keep(products.view(c.outputSizes(0)));
            Tensor bias = inputs[3];
            if (bias != null) {
                result = t.keep(result.add(t.converted(bias, c.dtype())));
            }
            return result.dtype() == c.outputDType(0)
                    ? result.view(result.sizes())
                    : result.to(c.outputDType(0));
        }
    }
}
