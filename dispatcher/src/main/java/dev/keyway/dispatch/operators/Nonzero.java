// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.schema.OperatorSchema;
import dev.keyway.schema.Schemas;
import java.util.ArrayList;
import java.util.List;

/** Results whose size depends on elements: reading it waits for the device. */
@AutoService(OperatorFamily.class)
public final class Nonzero implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(nonzero(Schemas.NONZERO), nonzero(Schemas.ARGWHERE), maskedSelect());
    }

    private static OperatorDefinition nonzero(OperatorSchema schema) {
        return OperatorDefinition.of(
                        schema,
                        m -> {
                            Tensor self = m.input(0);
                            m.compute(Metas.wide(self.dtype()));
                            m.outputBounded(0, DType.I64, new long[] {self.numel(), self.dim()});
                        })
                .compositeSingle(
                        (c, inputs) -> {
                            Tensor self = Inputs.get(inputs, 0);
                            try (Tensor flat = positions(c, self)) {
                                return coordinates(flat, self.sizes());
                            }
                        })
                .notDifferentiable();
    }

    /** The row-major positions of what is not zero. */
    static Tensor positions(CompositeContext c, Tensor self) {
        try (Temporaries t = new Temporaries()) {
            Tensor hit = self.dtype() == DType.BOOL ? self : t.keep(self.ne(0L));
            Tensor flat = t.keep(hit.reshape(-1L));
            return flat.numel() == 0 ? c.empty(DType.I64, 0) : c.nonzero(flat);
        }
    }

    private static Tensor coordinates(Tensor flat, long[] sizes) {
        long[] strides = Metas.strides(sizes);
        if (sizes.length == 0) {
            return Ops.zeros(flat.device(), DType.I64, flat.numel(), 0);
        }
        if (sizes.length == 1) {
            try (Tensor column = flat.view(flat.numel(), 1)) {
                return column.detach();
            }
        }
        try (Temporaries t = new Temporaries()) {
            List<Tensor> columns = new ArrayList<>();
            for (int d = 0; d < sizes.length; d++) {
                columns.add(t.keep(coordinate(flat, sizes[d], strides[d])));
            }
            return Ops.stack(columns, 1);
        }
    }

    /** The coordinate along one dimension of positions in a row-major shape. */
    static Tensor coordinate(Tensor flat, long size, long stride) {
        try (Temporaries t = new Temporaries()) {
            Tensor divisor = t.keep(Ops.full(flat.device(), DType.I64, stride));
            Tensor rows = stride == 1 ? flat : t.keep(flat.floorDivide(divisor));
            return rows.remainder(size);
        }
    }

    private static OperatorDefinition maskedSelect() {
        return OperatorDefinition.of(
                        Schemas.MASKED_SELECT,
                        m -> {
                            Masks.mask(m, 1, "mask");
                            Tensor self = m.input(0);
                            long[] sizes = Broadcasts.sizes(m, self.sizes(), m.input(1).sizes());
                            m.compute(Places.moves(self.dtype()));
                            m.outputBounded(0, self.dtype(), new long[] {Metas.product(sizes)});
                        })
                .keepInputs(1)
                .compositeSingle(
                        (c, inputs) -> {
                            Tensor self = Inputs.get(inputs, 0);
                            Tensor mask = Inputs.get(inputs, 1);
                            long[] sizes = broadcast(self.sizes(), mask.sizes());
                            try (Temporaries t = new Temporaries()) {
                                Tensor wide = t.keep(mask.expand(sizes));
                                Tensor places = t.keep(positions(c, wide));
                                Tensor all = t.keep(t.keep(self.expand(sizes)).reshape(-1L));
                                return all.indexSelect(0, places);
                            }
                        });
    }

    /** The meta function has checked that they broadcast. */
    private static long[] broadcast(long[] a, long[] b) {
        long[] result = new long[Math.max(a.length, b.length)];
        for (int d = 1; d <= result.length; d++) {
            long x = d <= a.length ? a[a.length - d] : 1;
            long y = d <= b.length ? b[b.length - d] : 1;
            result[result.length - d] = x == 1 ? y : x;
        }
        return result;
    }
}
