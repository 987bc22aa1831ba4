// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.operator.Composite;
import dev.keyway.operator.Meta;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.schema.OperatorSchema;
import dev.keyway.schema.Schemas;
import java.util.Arrays;
import java.util.List;

/** Products with vectors. */
@AutoService(OperatorFamily.class)
public final class VectorProducts implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(
                mv(),
                OperatorDefinition.of(Schemas.DOT, dots("tensor")).compositeSingle(DOT),
                OperatorDefinition.of(Schemas.VDOT, dots("other")).compositeSingle(DOT),
                inner(),
                outer(Schemas.OUTER),
                outer(Schemas.GER),
                kron(),
                trace());
    }

    /** Fails unless the matrix has as many columns as the vector has elements. */
    static void inner(MetaContext m, Tensor matrix, Tensor vector) {
        if (matrix.size(-1) != vector.size(-1)) {
            throw m.error(
                    "shapes "
                            + Arrays.toString(matrix.sizes())
                            + " and "
                            + Arrays.toString(vector.sizes())
                            + " can't be multiplied: "
                            + matrix.size(-1)
                            + " and "
                            + vector.size(-1)
                            + " terms");
        }
    }

    private static OperatorDefinition mv() {
        return OperatorDefinition.of(
                        Schemas.MV,
                        m -> {
                            Matrix.dims(m, 0, "self", 2);
                            Matrix.dims(m, 1, "vec", 1);
                            DType dtype = Matrix.sameDType(m, 0, 1);
                            inner(m, m.input(0), m.input(1));
                            m.compute(Metas.wide(dtype));
                            m.output(dtype, m.input(0).size(0));
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            Tensor self = Inputs.get(inputs, 0);
                            try (Tensor column = Inputs.get(inputs, 1).unsqueeze(1);
                                    Tensor product = self.mm(column)) {
                                return product.reshape(self.size(0));
                            }
                        });
    }

    private static Meta dots(String name) {
        return m -> {
            Matrix.dims(m, 0, "self", 1);
            Matrix.dims(m, 1, name, 1);
            DType dtype = Matrix.sameDType(m, 0, 1);
            inner(m, m.input(0), m.input(1));
            m.compute(Metas.wide(dtype));
            m.output(dtype);
        };
    }

    private static final Composite.Single DOT =
            (c, inputs) -> {
                try (Tensor row = Inputs.get(inputs, 0).unsqueeze(0);
                        Tensor column = Inputs.get(inputs, 1).unsqueeze(1);
                        Tensor product = row.mm(column)) {
                    return product.reshape(new long[0]);
                }
            };

    private static OperatorDefinition inner() {
        return OperatorDefinition.of(
                        Schemas.INNER,
                        m -> {
                            Tensor self = m.input(0);
                            Tensor other = m.input(1);
                            if (self.dim() == 0 || other.dim() == 0) {
                                DType dtype = m.promote(null);
                                m.compute(Metas.wide(dtype));
                                m.outputBroadcast(dtype);
                                return;
                            }
                            DType dtype = Matrix.sameDType(m, 0, 1);
                            inner(m, self, other);
                            long[] sizes = new long[self.dim() + other.dim() - 2];
                            System.arraycopy(self.sizes(), 0, sizes, 0, self.dim() - 1);
                            System.arraycopy(
                                    other.sizes(), 0, sizes, self.dim() - 1, other.dim() - 1);
                            m.compute(Metas.wide(dtype));
                            m.output(dtype, sizes);
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            Tensor self = Inputs.get(inputs, 0);
                            Tensor other = Inputs.get(inputs, 1);
                            if (self.dim() == 0 || other.dim() == 0) {
                                return self.mul(other);
                            }
                            try (Temporaries t = new Temporaries()) {
                                long terms = self.size(-1);
                                long rows = product(self.sizes());
                                long columns = product(other.sizes());
                                Tensor left = t.keep(self.reshape(rows, terms));
                                Tensor right = t.keep(other.reshape(columns, terms));
                                Tensor product = t.keep(left.mm(t.keep(right.t())));
                                return product.reshape(c.outputSizes(0));
                            }
                        });
    }

    /** The product of all sizes but the last. */
    private static long product(long[] sizes) {
        return Metas.product(Arrays.copyOf(sizes, sizes.length - 1));
    }

    private static OperatorDefinition outer(OperatorSchema schema) {
        return OperatorDefinition.of(
                        schema,
                        m -> {
                            Matrix.dims(m, 0, "self", 1);
                            Matrix.dims(m, 1, "vec2", 1);
                            DType dtype = m.promote(null);
                            m.compute(Metas.wide(dtype));
                            m.output(dtype, m.input(0).size(0), m.input(1).size(0));
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            try (Tensor column = Inputs.get(inputs, 0).unsqueeze(1)) {
                                return column.mul(Inputs.get(inputs, 1));
                            }
                        });
    }

    private static OperatorDefinition kron() {
        return OperatorDefinition.of(
                        Schemas.KRON,
                        m -> {
                            DType dtype = m.promote(null);
                            long[] a = padded(m.input(0), m.input(1).dim());
                            long[] b = padded(m.input(1), a.length);
                            long[] sizes = new long[a.length];
                            Arrays.setAll(sizes, d -> a[d] * b[d]);
                            m.compute(Metas.wide(dtype));
                            m.output(dtype, sizes);
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            Tensor self = Inputs.get(inputs, 0);
                            Tensor other = Inputs.get(inputs, 1);
                            long[] a = padded(self, other.dim());
                            long[] b = padded(other, a.length);
                            long[] left = new long[2 * a.length];
                            long[] right = new long[2 * a.length];
                            Arrays.setAll(left, d -> d % 2 == 0 ? a[d / 2] : 1);
                            Arrays.setAll(right, d -> d % 2 == 0 ? 1 : b[d / 2]);
                            try (Tensor x = self.reshape(left);
                                    Tensor y = other.reshape(right);
                                    Tensor product = x.mul(y)) {
                                return product.reshape(c.outputSizes(0));
                            }
                        });
    }

    /** The sizes with ones in front up to a number of dimensions. */
    private static long[] padded(Tensor tensor, int dims) {
        long[] sizes = new long[Math.max(tensor.dim(), dims)];
        Arrays.fill(sizes, 1);
        System.arraycopy(tensor.sizes(), 0, sizes, sizes.length - tensor.dim(), tensor.dim());
        return sizes;
    }

    private static OperatorDefinition trace() {
        return OperatorDefinition.of(
                        Schemas.TRACE,
                        m -> {
                            Matrix.dims(m, 0, "self", 2);
                            DType dtype = m.input(0).dtype();
                            if (dtype == DType.BOOL) {
                                throw m.error("is not defined for bool; convert with to(dtype)");
                            }
                            DType result = dtype.isFloating() ? dtype : DType.I64;
                            m.compute(Metas.wide(result));
                            m.output(result);
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            try (Tensor diagonal = Inputs.get(inputs, 0).diagonal()) {
                                return diagonal.sum();
                            }
                        });
    }
}
