// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.attributes.BucketizeScalarAttributes;
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
import org.jspecify.annotations.Nullable;

/**
 * Places in sorted sequences by binary search: the number of elements below the value, with {@code
 * right} of those not above it.
 */
@AutoService(OperatorFamily.class)
public final class Searches implements OperatorFamily {
    private record How(boolean small, boolean right) {
        /** From the flag and the word, of which the word wins where it is given. */
        static How of(boolean small, boolean right, @Nullable String side) {
            return new How(small, side == null ? right : side.equals("right"));
        }
    }

    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(searchSorted(), searchSortedNumber(), bucketize(), bucketizeNumber());
    }

    private static OperatorDefinition searchSorted() {
        return OperatorDefinition.of(
                        Schemas.SEARCHSORTED_TENSOR,
                        m -> {
                            var a = m.attributes(SearchsortedTensorAttributes.class);
                            side(m, a.side(), a.right());
                            sorter(m, 2);
                            meta(m, 0, 1, a.outInt32());
                        })
                .keepInputs(2)
                .compositeSingle(
                        (c, inputs) -> {
                            var a = c.attributes(SearchsortedTensorAttributes.class);
                            How how = How.of(a.outInt32(), a.right(), a.side());
                            Tensor values = Inputs.get(inputs, 1);
                            try (Tensor sequence = sorted(inputs, 2)) {
                                return search(c, sequence, values, how);
                            }
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
                            side(m, a.side(), a.right());
                            sorter(m, 1);
                            number(m, "sorted_sequence", a.self(), a.outInt32());
                        })
                .keepInputs(1)
                .compositeSingle(
                        (c, inputs) -> {
                            var a = c.attributes(SearchsortedScalarAttributes.class);
                            How how = How.of(a.outInt32(), a.right(), a.side());
                            try (Tensor sequence = sorted(inputs, 1)) {
                                return search(c, sequence, a.self(), how);
                            }
                        })
                .notDifferentiable();
    }

    private static OperatorDefinition bucketizeNumber() {
        return OperatorDefinition.of(
                        Schemas.BUCKETIZE_SCALAR,
                        m -> {
                            var a = m.attributes(BucketizeScalarAttributes.class);
                            number(m, "boundaries", a.self(), a.outInt32());
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            var a = c.attributes(BucketizeScalarAttributes.class);
                            How how = new How(a.outInt32(), a.right());
                            return search(c, Inputs.get(inputs, 0), a.self(), how);
                        })
                .notDifferentiable();
    }

    /** Promotes as other operators do, so that 2.5 finds its place among integers. */
    private static void number(MetaContext m, String name, Scalar value, boolean small) {
        Tensor sequence = m.input(0);
        if (sequence.dim() != 1) {
            throw m.error(
                    "argument '"
                            + name
                            + "' has shape "
                            + Arrays.toString(sequence.sizes())
                            + ", expected one dimension for a number");
        }
        DType dtype = promoted(m, value);
        if (dtype == DType.BOOL) {
            throw m.error("is not defined for bool; convert with to(dtype)");
        }
        m.compute(Metas.wide(dtype));
        m.output(small ? DType.I32 : DType.I64, new long[0]);
    }

    /** Of the sequence and the number; the sorter does not count. */
    private static DType promoted(MetaContext m, Scalar value) {
        DType own = m.input(0).dtype();
        if (value.dtype().isFloating() && !own.isFloating()) {
            return DType.F32;
        }
        return own == DType.BOOL && value.dtype() != DType.BOOL ? DType.I64 : own;
    }

    private static Tensor search(CompositeContext c, Tensor sequence, Scalar value, How how) {
        try (Tensor wide = AlongDim.as(sequence, c.dtype());
                Tensor number = c.fill(c.empty(c.dtype()), value)) {
            return search(c, wide, number, how);
        }
    }

    private static void side(MetaContext m, @Nullable String side, boolean right) {
        if (side != null && !side.equals("left") && !side.equals("right")) {
            throw m.error("argument 'side' is '" + side + "', expected 'left' or 'right'");
        }
        if (right && side != null && side.equals("left")) {
            throw m.error("arguments 'side' left and 'right' true contradict each other");
        }
    }

    private static void sorter(MetaContext m, int input) {
        Tensor sorter = input < m.inputCount() ? m.inputOrNull(input) : null;
        if (sorter != null) {
            Checks.dtype(m, input, "sorter", DType.I64);
            Checks.shape(m, input, "sorter", m.input(0).sizes());
        }
    }

    /** The sequence in the order of the sorter, where there is one. */
    private static Tensor sorted(@Nullable Tensor[] inputs, int at) {
        Tensor sequence = Inputs.get(inputs, 0);
        Tensor sorter = at < inputs.length ? inputs[at] : null;
        return sorter == null ? sequence.view(sequence.sizes()) : sequence.gather(-1, sorter);
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
