// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

/** Choosing and filling by conditions: exact. */
@AutoService(OracleFamily.class)
public final class MaskOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public MaskOracles() {}

    @Override
    public void register(Oracles.Table table) {
        table.add(
                "masked_fill.Tensor",
                Oracle.single(
                        a -> {
                            HostArray self = a.array("self");
                            HostArray value = a.array("value").cast(self.type());
                            return where(self.type(), a.array("mask"), value, self);
                        }));
        table.add("masked_scatter", Oracle.single(MaskOracles::maskedScatter));
        table.add(
                "where.ScalarSelf",
                Oracle.single(
                        a -> {
                            HostArray other = a.array("other");
                            Object self = a.scalar("self");
                            ElementType type = new Promotion().tensor(other).number(self).result();
                            return where(
                                    type,
                                    a.array("condition"),
                                    Arguments.asArray(self, type),
                                    other.cast(type));
                        }));
        table.add(
                "where.ScalarOther",
                Oracle.single(
                        a -> {
                            HostArray self = a.array("self");
                            Object other = a.scalar("other");
                            ElementType type = new Promotion().tensor(self).number(other).result();
                            return where(
                                    type,
                                    a.array("condition"),
                                    self.cast(type),
                                    Arguments.asArray(other, type));
                        }));
        table.add("where.Scalar", Oracle.single(MaskOracles::whereScalars));
        table.add("one_hot", Oracle.single(MaskOracles::oneHot));
    }

    private static Expected whereScalars(Arguments arguments) {
        Object self = arguments.scalar("self");
        Object other = arguments.scalar("other");
        boolean real = self instanceof Double || other instanceof Double;
        boolean integral = self instanceof Long || other instanceof Long;
        ElementType type = real ? ElementType.F32 : integral ? ElementType.I64 : ElementType.BOOL;
        HostArray condition = arguments.array("condition");
        return where(
                type, condition, Arguments.asArray(self, type), Arguments.asArray(other, type));
    }

    private static Expected where(
            ElementType type, HostArray condition, HostArray self, HostArray other) {
        long[] shape =
                Shapes.broadcast(Shapes.broadcast(condition.shape(), self.shape()), other.shape());
        Grid grid = new Grid(type, shape);
        for (int i = 0; i < Shapes.numel(shape); i++) {
            long[] at = Shapes.coordinates(i, shape);
            boolean chosen = condition.integer(Shapes.broadcastLinear(at, condition.shape())) != 0;
            HostArray from = chosen ? self : other;
            grid.set(i, from, Shapes.broadcastLinear(at, from.shape()));
        }
        return grid.exactly();
    }

    private static Expected maskedScatter(Arguments arguments) {
        HostArray self = arguments.array("self");
        HostArray mask = arguments.array("mask");
        HostArray source = arguments.array("source");
        long[] shape = Shapes.broadcast(self.shape(), mask.shape());
        Grid grid = new Grid(self.type(), shape);
        int next = 0;
        for (int i = 0; i < Shapes.numel(shape); i++) {
            long[] at = Shapes.coordinates(i, shape);
            if (mask.integer(Shapes.broadcastLinear(at, mask.shape())) != 0) {
                grid.set(i, source, next++);
            } else {
                grid.set(i, self, Shapes.broadcastLinear(at, self.shape()));
            }
        }
        return grid.exactly();
    }

    private static Expected oneHot(Arguments arguments) {
        HostArray self = arguments.array("self");
        int given = (int) arguments.integer("num_classes");
        int largest = 0;
        for (int i = 0; i < self.numel(); i++) {
            largest = Math.max(largest, (int) self.integer(i));
        }
        int classes = given == -1 ? largest + 1 : given;
        long[] shape = java.util.Arrays.copyOf(self.shape(), self.rank() + 1);
        shape[self.rank()] = classes;
        return Expected.exactly(
                HostArray.ofIntegers(
                        ElementType.I64,
                        shape,
                        i -> self.integer(i / classes) == i % classes ? 1 : 0));
    }
}
