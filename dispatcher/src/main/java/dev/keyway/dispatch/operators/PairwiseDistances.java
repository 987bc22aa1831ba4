// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.attributes.PdistAttributes;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.schema.Schemas;
import java.util.List;

/** Distances of each row from those below it: the upper triangle of {@code cdist} with itself. */
@AutoService(OperatorFamily.class)
public final class PairwiseDistances implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        OperatorDefinition definition =
                OperatorDefinition.of(
                        Schemas.PDIST,
                        m -> {
                            double p = m.attributes(PdistAttributes.class).p();
                            if (m.input(0).dim() != 2) {
                                throw Checks.wrongShape(m, 0, "self", "[rows, columns]");
                            }
                            if (!(p >= 0)) {
                                throw m.error("argument 'p' is " + p + ", must not be negative");
                            }
                            DType dtype = Checks.floating(m, 0, "self");
                            long n = m.input(0).size(0);
                            m.compute(Metas.wide(dtype));
                            m.output(dtype, Math.max(0, n * (n - 1) / 2));
                        });
        return List.of(
                Wide.single(
                        definition,
                        (c, inputs) -> {
                            double p = c.attributes(PdistAttributes.class).p();
                            Tensor self = Inputs.get(inputs, 0);
                            long n = self.size(0);
                            long[] places = places(n);
                            try (Tensor all = Ops.cdist(self, self, p);
                                    Tensor flat = all.reshape(n * n);
                                    Tensor index =
                                            c.device()
                                                    .keyway()
                                                    .tensor(c.device(), places, places.length)) {
                                return flat.indexSelect(0, index);
                            }
                        }));
    }

    private static long[] places(long n) {
        long[] places = new long[Math.toIntExact(Math.max(0, n * (n - 1) / 2))];
        int at = 0;
        for (long row = 0; row < n; row++) {
            for (long column = row + 1; column < n; column++) {
                places[at++] = row * n + column;
            }
        }
        return places;
    }
}
