// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.attributes.BucketizeTensorAttributes;
import dev.keyway.attributes.SearchsortedScalarAttributes;
import dev.keyway.attributes.SearchsortedTensorAttributes;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.schema.Schemas;
import java.util.Arrays;
import java.util.List;

/**
 * Places in sorted sequences by binary search: the number of elements below the value, with {@code
 * right} of those not above it.
 */
@AutoService(OperatorFamily.class)
public final class Searches implements OperatorFamily {
    private record How(boolean small, boolean right) {}

    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(searchSorted(), searchSortedNumber(), bucketize());
    }

    private static OperatorDefinition searchSorted() {
        return OperatorDefinition.of(
                        Schemas.SEARCHSORTED_TENSOR,
                        m -> {
                            var a = m.attributes(SearchsortedTensorAttributes.class);
                            meta(m, 0, 1, a.outInt32());
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            var a = c.attributes(SearchsortedTensorAttributes.class);
                            How how = new How(a.outInt32(), a.right());
                            Tensor sequence = Inputs.get(inputs, 0);
                            return search(c, sequence, Inputs.get(inputs, 1), how);
                        })
                .notDifferentiable();
    }

    private static OperatorDefinition bucketize() {
        return OperatorDefinition.of(
                        Schemas.BUCKETIZE_TENSOR,
                        m -> {
                            var a = m.attributes(BucketizeTensorAttributes.class);
                            if (m.input(1).dim() != 1) {
                                throw m.error(
                                        "argument 'boundaries' has shape "
                                                + Arrays.toString(m.input(1).sizes())
                                                + ", expected one dimension");
                            }
                            meta(m, 1, 0, a.outInt32());
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            var a = c.attributes(BucketizeTensorAttributes.class);
                            How how = new How(a.outInt32(), a.right());
                            Tensor boundaries = Inputs.get(inputs, 1);
                            return search(c, boundaries, Inputs.get(inputs, 0), how);
                        })
                .notDifferentiable();
    }

    private static OperatorDefinition searchSortedNumber() {
        return OperatorDefinition.of(
                        Schemas.SEARCHSORTED_SCALAR,
                        m -> {
                            var a = m.attributes(SearchsortedScalarAttributes.class);
                            if (m.input(0).dim() != 1) {
                                throw m.error(
                                        "argument 'sorted_sequence' has shape "
                                                + Arrays.toString(m.input(0).sizes())
                                                + ", expected one dimension for a number");
                            }
                            numbers(m, m.input(0));
                            m.output(a.outInt32() ? DType.I32 : DType.I64, new long[0]);
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            var a = c.attributes(SearchsortedScalarAttributes.class);
                            How how = new How(a.outInt32(), a.right());
                            Tensor sequence = Inputs.get(inputs, 0);
                            try (Tensor value = c.fill(c.empty(sequence.dtype()), a.self())) {
                                return search(c, sequence, value, how);
                            }
                        })
                .notDifferentiable();
    }

    private static void numbers(MetaContext m, Tensor sequence) {
        if (sequence.dtype() == DType.BOOL) {
            throw m.error("is not defined for bool; convert with to(dtype)");
        }
        m.compute(Metas.wide(sequence.dtype()));
    }

    private static void meta(MetaContext m, int sequenceAt, int valuesAt, boolean small) {
        Tensor sequence = m.input(sequenceAt);
        Tensor values = m.input(valuesAt);
        numbers(m, sequence);
        boolean lead = sequence.dim() == values.dim() && sequence.dim() > 0;
        for (int d = 0; lead && d < sequence.dim() - 1; d++) {
            lead = sequence.size(d) == values.size(d);
        }
        if (sequence.dim() != 1 && !lead) {
            throw m.error(
                    "sequences of shape "
                            + Arrays.toString(sequence.sizes())
                            + " and values of shape "
                            + Arrays.toString(values.sizes())
                            + " do not go together: give one sequence, or one for each line of"
                            + " values");
        }
        if (sequence.dtype() != values.dtype()) {
            throw m.error(
                    "the sequence is "
                            + sequence.dtype()
                            + ", the values are "
                            + values.dtype()
                            + "; convert one with to(dtype)");
        }
        m.output(small ? DType.I32 : DType.I64, values.sizes());
    }

    /** Both as matrices with one sequence a row; a single sequence has all values in its row. */
    private static Tensor search(CompositeContext c, Tensor sequence, Tensor values, How how) {
        long n = sequence.size(sequence.dim() - 1);
        long rows = sequence.dim() == 1 ? 1 : sequence.numel() / Math.max(n, 1);
        if (values.numel() == 0 || n == 0) {
            DType dtype = c.outputDType(0);
            return Ops.zeros(c.device(), dtype, c.outputSizes(0));
        }
        try (Tensor sorted = AlongDim.wide(sequence);
                Tensor wanted = AlongDim.wide(values);
                Tensor lines = sorted.reshape(rows, n, 1);
                Tensor row = wanted.reshape(rows, wanted.numel() / rows, 1);
                Tensor places = bisect(c, lines, row, how.right)) {
            return AlongDim.result(places, c.outputDType(0), c.outputSizes(0));
        }
    }

    /**
     * As many halvings of the range as any value can need; values that have found their place stay.
     */
    private static Tensor bisect(CompositeContext c, Tensor lines, Tensor values, boolean right) {
        long n = lines.size(1);
        Tensor start = Ops.zeros(c.device(), DType.I64, values.sizes());
        Tensor end = Ops.fullLike(start, Scalar.of(n));
        for (long reach = n; reach > 0; reach /= 2) {
            try (Tensor low = start;
                    Tensor high = end;
                    Tensor sum = low.add(high);
                    Tensor two = Ops.fullLike(sum, Scalar.of(2L));
                    Tensor middle = sum.floorDivide(two);
                    Tensor inside = middle.clamp(null, Scalar.of(n - 1));
                    Tensor at = c.gather(lines, inside);
                    Tensor stops = right ? at.gt(values) : at.ge(values);
                    Tensor done = low.ge(high);
                    Tensor next = middle.add(1L);
                    Tensor further = Ops.where(stops, low, next);
                    Tensor nearer = Ops.where(stops, middle, high)) {
                start = Ops.where(done, low, further);
                end = Ops.where(done, high, nearer);
            }
        }
        end.close();
        return start;
    }
}
