// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

import java.util.ArrayList;
import java.util.List;

/** Slices as often as a tensor says. */
@AutoService(OracleFamily.class)
public final class RepeatOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public RepeatOracles() {}

    @Override
    public void register(Oracles.Table table) {
        table.add("repeat_interleave.self_Tensor", Oracle.single(RepeatOracles::repeat));
    }

    private static Expected repeat(Arguments arguments) {
        HostArray given = arguments.array("self");
        HostArray repeats = arguments.array("repeats");
        boolean flat = arguments.get("dim") == null || given.rank() == 0;
        HostArray self = flat ? given.reshape(given.numel()) : given;
        int dim = flat ? 0 : Shapes.dimension(arguments.integer("dim"), self.rank());
        List<Long> places = new ArrayList<>();
        for (int i = 0; i < self.size(dim); i++) {
            long count = repeats.integer(repeats.numel() == 1 ? 0 : i);
            for (long k = 0; k < count; k++) {
                places.add((long) i);
            }
        }
        long[] shape = self.shape();
        shape[dim] = places.size();
        return Expected.exactly(
                self.pick(
                        shape,
                        i -> {
                            long[] at = Shapes.coordinates(i, shape);
                            at[dim] = places.get((int) at[dim]);
                            return Shapes.linear(at, self.shape());
                        }));
    }
}
