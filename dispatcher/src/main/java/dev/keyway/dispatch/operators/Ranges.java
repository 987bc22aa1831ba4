// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.attributes.EyeAttributes;
import dev.keyway.attributes.EyeMAttributes;
import dev.keyway.attributes.LinspaceAttributes;
import dev.keyway.attributes.LogspaceAttributes;
import dev.keyway.attributes.TrilIndicesAttributes;
import dev.keyway.attributes.TriuIndicesAttributes;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.schema.Schemas;
import java.util.List;

/** Evenly spaced numbers, identity matrices and the places of triangles. */
@AutoService(OperatorFamily.class)
public final class Ranges implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(
                linspace(), logspace(), eye(), rectangularEye(), trilIndices(), triuIndices());
    }

    private static void steps(MetaContext m, long steps, DType dtype) {
        if (steps < 0) {
            throw m.error("argument 'steps' is " + steps + ", must not be negative");
        }
        if (dtype == DType.BOOL) {
            throw m.error("is not defined for bool; choose another dtype");
        }
        m.compute(dtype.isFloating() ? Metas.wide(dtype) : DType.F32);
        m.output(dtype, steps);
    }

    private static OperatorDefinition linspace() {
        return OperatorDefinition.of(
                        Schemas.LINSPACE,
                        m -> {
                            LinspaceAttributes a = m.attributes(LinspaceAttributes.class);
                            steps(m, a.steps(), a.dtype());
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            LinspaceAttributes a = c.attributes(LinspaceAttributes.class);
                            Tensor wide = spaced(c, a.start(), a.end(), a.steps());
                            return Creation.converted(wide, c.outputDType(0));
                        })
                .notDifferentiable();
    }

    /**
     * The first half counts from the start, the second from the end, so that both are exact; the
     * ends of integers are cut off first, as in PyTorch.
     */
    private static Tensor spaced(CompositeContext c, Scalar start, Scalar end, long steps) {
        DType dtype = c.outputDType(0).isFloating() ? c.dtype() : counting(c);
        boolean whole = !c.outputDType(0).isFloating() && steps > 1;
        double first = whole ? start.longValue() : start.doubleValue();
        double last = whole ? end.longValue() : end.doubleValue();
        double step = steps > 1 ? (last - first) / (steps - 1) : 0;
        long half = steps == 1 ? 1 : steps / 2;
        try (Temporaries t = new Temporaries()) {
            Tensor front = t.keep(c.arange(dtype, Scalar.of(first), Scalar.of(step), half));
            double middle = last - step * (steps - 1 - half);
            Tensor back = t.keep(c.arange(dtype, Scalar.of(middle), Scalar.of(step), steps - half));
            if (steps < 2) {
                return Ops.cat(List.of(front, back));
            }
            Tensor all = Ops.cat(List.of(front, back));
            try (Tensor tip = all.narrow(0, steps - 1, 1)) {
                tip.fill_(Scalar.of(last));
            }
            return all;
        }
    }

    /** Integers are counted in f64 where the device has it, as PyTorch does. */
    private static DType counting(CompositeContext c) {
        return c.device().computes(DType.F64) ? DType.F64 : DType.F32;
    }

    private static OperatorDefinition logspace() {
        return OperatorDefinition.of(
                        Schemas.LOGSPACE,
                        m -> {
                            LogspaceAttributes a = m.attributes(LogspaceAttributes.class);
                            steps(m, a.steps(), a.dtype());
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            LogspaceAttributes a = c.attributes(LogspaceAttributes.class);
                            try (Tensor exponents = spaced(c, a.start(), a.end(), a.steps());
                                    Tensor base =
                                            Places.number(
                                                    c, exponents.dtype(), Scalar.of(a.base()))) {
                                return Creation.converted(base.pow(exponents), c.outputDType(0));
                            }
                        })
                .notDifferentiable();
    }

    private static void matrix(MetaContext m, long rows, long columns, DType dtype) {
        if (rows < 0 || columns < 0) {
            throw m.error("sizes " + rows + " and " + columns + " must not be negative");
        }
        m.compute(dtype);
        m.output(dtype, rows, columns);
    }

    private static Tensor identity(CompositeContext c) {
        Tensor full = Ops.zeros(c.device(), c.outputDType(0), c.outputSizes(0));
        try (Tensor diagonal = full.diagonal()) {
            diagonal.fill_(1L);
        }
        return full;
    }

    private static OperatorDefinition eye() {
        return OperatorDefinition.of(
                        Schemas.EYE,
                        m -> {
                            EyeAttributes a = m.attributes(EyeAttributes.class);
                            matrix(m, a.n(), a.n(), a.dtype());
                        })
                .compositeSingle((c, inputs) -> identity(c))
                .notDifferentiable();
    }

    private static OperatorDefinition rectangularEye() {
        return OperatorDefinition.of(
                        Schemas.EYE_M,
                        m -> {
                            EyeMAttributes a = m.attributes(EyeMAttributes.class);
                            matrix(m, a.n(), a.m(), a.dtype());
                        })
                .compositeSingle((c, inputs) -> identity(c))
                .notDifferentiable();
    }

    /** Rows and columns of the places on one side of a diagonal. */
    private static long[][] places(long rows, long columns, long offset, boolean lower) {
        long count = 0;
        for (long row = 0; row < rows; row++) {
            long bound = Math.max(0, Math.min(columns, row + offset + (lower ? 1 : 0)));
            count += lower ? bound : columns - bound;
        }
        long[][] places = new long[2][Math.toIntExact(count)];
        int at = 0;
        for (long row = 0; row < rows; row++) {
            long bound = Math.max(0, Math.min(columns, row + offset + (lower ? 1 : 0)));
            for (long column = lower ? 0 : bound; column < (lower ? bound : columns); column++) {
                places[0][at] = row;
                places[1][at++] = column;
            }
        }
        return places;
    }

    private static void indices(
            MetaContext m, long rows, long columns, long offset, boolean lower, DType dtype) {
        if (rows < 0 || columns < 0) {
            throw m.error("sizes " + rows + " and " + columns + " must not be negative");
        }
        if (dtype != DType.I64 && dtype != DType.I32) {
            throw m.error("argument 'dtype' is " + dtype + ", expected i64 or i32");
        }
        m.compute(dtype);
        m.output(dtype, 2, places(rows, columns, offset, lower)[0].length);
    }

    private static Tensor indices(CompositeContext c, long[][] places) {
        long[] flat = new long[2 * places[0].length];
        System.arraycopy(places[0], 0, flat, 0, places[0].length);
        System.arraycopy(places[1], 0, flat, places[0].length, places[0].length);
        Tensor wide = c.device().keyway().tensor(c.device(), flat, c.outputSizes(0));
        return Creation.converted(wide, c.outputDType(0));
    }

    private static OperatorDefinition trilIndices() {
        return OperatorDefinition.of(
                        Schemas.TRIL_INDICES,
                        m -> {
                            var a = m.attributes(TrilIndicesAttributes.class);
                            indices(m, a.row(), a.col(), a.offset(), true, a.dtype());
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            var a = c.attributes(TrilIndicesAttributes.class);
                            return indices(c, places(a.row(), a.col(), a.offset(), true));
                        })
                .notDifferentiable();
    }

    private static OperatorDefinition triuIndices() {
        return OperatorDefinition.of(
                        Schemas.TRIU_INDICES,
                        m -> {
                            var a = m.attributes(TriuIndicesAttributes.class);
                            indices(m, a.row(), a.col(), a.offset(), false, a.dtype());
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            var a = c.attributes(TriuIndicesAttributes.class);
                            return indices(c, places(a.row(), a.col(), a.offset(), false));
                        })
                .notDifferentiable();
    }
}
