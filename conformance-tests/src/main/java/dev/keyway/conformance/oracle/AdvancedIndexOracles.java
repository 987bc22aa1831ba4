// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reading and writing {@code self[i0, :, i1 ...]}, and finding what is not zero. */
@AutoService(OracleFamily.class)
public final class AdvancedIndexOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public AdvancedIndexOracles() {}

    @Override
    public void register(Oracles.Table table) {
        table.add("index.Tensor", Oracle.single(AdvancedIndexOracles::index));
        table.add("index_put", Oracle.single(AdvancedIndexOracles::indexPut));
        table.add("nonzero", Oracle.single(AdvancedIndexOracles::nonzero));
        table.add("argwhere", Oracle.single(AdvancedIndexOracles::nonzero));
        table.add("masked_select", Oracle.single(AdvancedIndexOracles::maskedSelect));
    }

    /** The place in self of each element of the result, and the result's shape. */
    private record Places(long[] shape, int[] positions) {}

    private static List<@Nullable HostArray> positions(HostArray self, List<?> indices) {
        List<@Nullable HostArray> all = new ArrayList<>();
        for (Object given : indices) {
            HostArray index = (HostArray) given;
            if (index == null) {
                all.add(null);
            } else if (index.type() == ElementType.BOOL || index.type() == ElementType.U8) {
                List<long[]> found = found(index);
                for (int d = 0; d < index.rank(); d++) {
                    int dim = d;
                    all.add(
                            HostArray.ofIntegers(
                                    ElementType.I64,
                                    new long[] {found.size()},
                                    i -> found.get(i)[dim]));
                }
            } else {
                all.add(index);
            }
        }
        while (all.size() < self.rank()) {
            all.add(null);
        }
        return all;
    }

    private static List<long[]> found(HostArray array) {
        List<long[]> found = new ArrayList<>();
        for (int i = 0; i < array.numel(); i++) {
            if (array.type().isFloating() ? array.real(i) != 0 : array.integer(i) != 0) {
                found.add(Shapes.coordinates(i, array.shape()));
            }
        }
        return found;
    }

    private static Places places(HostArray self, List<?> indices) {
        List<@Nullable HostArray> positions = positions(self, indices);
        long[] broadcast = {};
        int runs = 0;
        int first = -1;
        for (int d = 0; d < self.rank(); d++) {
            HostArray index = positions.get(d);
            if (index != null) {
                broadcast = Shapes.broadcast(broadcast, index.shape());
                runs += d == 0 || positions.get(d - 1) == null ? 1 : 0;
                first = first < 0 ? d : first;
            }
        }
        int at = runs > 1 ? 0 : first;
        List<Long> shape = new ArrayList<>();
        for (int d = 0; d < self.rank(); d++) {
            if (positions.get(d) == null) {
                shape.add((long) self.size(d));
            }
        }
        for (int d = broadcast.length - 1; d >= 0; d--) {
            shape.add(at, broadcast[d]);
        }
        long[] full = shape.stream().mapToLong(s -> s).toArray();
        int[] from = new int[Shapes.numel(full)];
        for (int i = 0; i < from.length; i++) {
            from[i] = position(self, positions, Shapes.coordinates(i, full), at, broadcast.length);
        }
        return new Places(full, from);
    }

    private static int position(
            HostArray self, List<@Nullable HostArray> positions, long[] at, int start, int count) {
        long[] shared = java.util.Arrays.copyOfRange(at, start, start + count);
        long[] own = new long[self.rank()];
        int next = 0;
        for (int d = 0; d < own.length; d++) {
            HostArray index = positions.get(d);
            if (index == null) {
                next = next == start ? start + count : next;
                own[d] = at[next++];
            } else {
                long value = index.integer(Shapes.broadcastLinear(shared, index.shape()));
                own[d] = Math.floorMod(value, (long) self.size(d));
            }
        }
        return Shapes.linear(own, self.shape());
    }

    private static Expected index(Arguments arguments) {
        HostArray self = arguments.array("self");
        Places places = places(self, (List<?>) arguments.scalar("indices"));
        return Expected.exactly(self.pick(places.shape, i -> places.positions[i]));
    }

    private static Expected indexPut(Arguments arguments) {
        HostArray self = arguments.array("self");
        HostArray values = arguments.array("values");
        Places places = places(self, (List<?>) arguments.scalar("indices"));
        IndexingOracles.Sums sums = new IndexingOracles.Sums(self);
        Grid grid = Grid.of(self);
        for (int i = 0; i < places.positions.length; i++) {
            long[] at = Shapes.coordinates(i, places.shape);
            int from = Shapes.broadcastLinear(at, values.shape());
            sums.add(places.positions[i], values, from);
            grid.set(places.positions[i], values, from);
        }
        return arguments.flag("accumulate") ? sums.expected() : grid.exactly();
    }

    private static Expected nonzero(Arguments arguments) {
        HostArray self = arguments.array("self");
        List<long[]> found = found(self);
        int rank = self.rank();
        return Expected.exactly(
                HostArray.ofIntegers(
                        ElementType.I64,
                        new long[] {found.size(), rank},
                        i -> found.get(i / rank)[i % rank]));
    }

    private static Expected maskedSelect(Arguments arguments) {
        HostArray self = arguments.array("self");
        HostArray mask = arguments.array("mask");
        long[] shape = Shapes.broadcast(self.shape(), mask.shape());
        List<Integer> chosen = new ArrayList<>();
        for (int i = 0; i < Shapes.numel(shape); i++) {
            long[] at = Shapes.coordinates(i, shape);
            if (mask.integer(Shapes.broadcastLinear(at, mask.shape())) != 0) {
                chosen.add(Shapes.broadcastLinear(at, self.shape()));
            }
        }
        return Expected.exactly(self.pick(new long[] {chosen.size()}, chosen::get));
    }
}
