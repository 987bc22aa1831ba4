// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Random numbers in the shape of a tensor or by weights; from the words of {@link RandomBits}. */
@AutoService(OracleFamily.class)
public final class RandomOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public RandomOracles() {}

    @Override
    public void register(Oracles.Table table) {
        table.add("rand_like", Oracle.single(a -> reals(a, i -> uniform(a, i), i -> 0)));
        table.add("randn_like", Oracle.single(a -> reals(a, i -> normal(a, i), i -> 0)));
        table.add("randint_like", Oracle.single(a -> integers(a, "low", "high")));
        table.add("random.from", Oracle.single(a -> integers(a, "from", "to")));
        table.add("uniform", Oracle.single(RandomOracles::scaled));
        table.add(
                "normal",
                Oracle.single(
                        a ->
                                moved(
                                        a.array("self").type(),
                                        a.array("self").shape(),
                                        i -> normal(a, i) * a.real("std"),
                                        i -> a.real("mean"))));
        table.add("exponential", Oracle.single(RandomOracles::exponential));
        table.add(
                "bernoulli",
                Oracle.single(
                        a ->
                                reals(
                                        a,
                                        i ->
                                                bits(a).uniform(ElementType.F32, i)
                                                                < a.array("self").real(i)
                                                        ? 1
                                                        : 0,
                                        i -> 0)));
        table.add("normal.Tensor_float", Oracle.single(a -> normal(a, "mean", null)));
        table.add("normal.float_Tensor", Oracle.single(a -> normal(a, null, "std")));
        table.add("normal.Tensor_Tensor", Oracle.single(a -> normal(a, "mean", "std")));
        table.add("randperm", Oracle.single(RandomOracles::randperm));
        table.add("multinomial", Oracle.single(RandomOracles::multinomial));
    }

    private static RandomBits bits(Arguments arguments) {
        long[] state = arguments.integers("generator");
        return new RandomBits(state[0], state[1]);
    }

    private static double normal(Arguments arguments, int i) {
        return bits(arguments).normal(arguments.array("self").type(), i);
    }

    private static double uniform(Arguments arguments, int i) {
        return bits(arguments).uniform(arguments.array("self").type().computeType(), i);
    }

    private static Expected reals(
            Arguments arguments, IntToDoubleFunction value, IntToDoubleFunction bound) {
        HostArray self = arguments.array("self");
        return Expected.within(self.type(), self.shape(), value, bound);
    }

    private static Expected integers(Arguments arguments, String low, String high) {
        HostArray self = arguments.array("self");
        RandomBits bits = bits(arguments);
        long from = arguments.integer(low);
        long to = arguments.integer(high);
        return Expected.exactly(
                HostArray.ofIntegers(ElementType.I64, self.shape(), i -> bits.integer(i, from, to))
                        .cast(self.type()));
    }

    /** A product and a sum: each rounds once, and the bounds of the range once. */
    private static Expected moved(
            ElementType type, long[] shape, IntToDoubleFunction scaled, IntToDoubleFunction shift) {
        return Expected.within(
                type,
                shape,
                i -> scaled.applyAsDouble(i) + shift.applyAsDouble(i),
                i ->
                        3
                                * type.ulp(
                                        Math.abs(scaled.applyAsDouble(i))
                                                + Math.abs(shift.applyAsDouble(i))));
    }

    private static Expected scaled(Arguments arguments) {
        double from = arguments.real("from");
        double width = arguments.real("to") - from;
        HostArray self = arguments.array("self");
        return moved(self.type(), self.shape(), i -> uniform(arguments, i) * width, i -> from);
    }

    private static Expected exponential(Arguments arguments) {
        ElementType type = arguments.array("self").type();
        double lambd = arguments.real("lambd");
        IntToDoubleFunction value = i -> -StrictMath.log(1 - uniform(arguments, i)) / lambd;
        return reals(arguments, value, i -> 4 * type.ulp(value.applyAsDouble(i)));
    }

    private static Expected normal(
            Arguments arguments, @Nullable String mean, @Nullable String std) {
        HostArray center = mean == null ? null : arguments.array(mean);
        HostArray width = std == null ? null : arguments.array(std);
        Promotion promotion = new Promotion();
        long[] shape = {};
        for (HostArray given : new @Nullable HostArray[] {center, width}) {
            if (given != null) {
                promotion.tensor(given);
                shape = Shapes.broadcast(shape, given.shape());
            }
        }
        long[] full = shape;
        RandomBits bits = bits(arguments);
        return moved(
                promotion.result(),
                full,
                i ->
                        bits.normal(promotion.result(), i)
                                * (width == null ? arguments.real("std") : at(width, i, full)),
                i -> center == null ? arguments.real("mean") : at(center, i, full));
    }

    private static double at(HostArray array, int i, long[] shape) {
        return array.real(Shapes.broadcastLinear(Shapes.coordinates(i, shape), array.shape()));
    }

    private static Expected randperm(Arguments arguments) {
        RandomBits bits = bits(arguments);
        int n = (int) arguments.integer("n");
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            order.add(i);
        }
        order.sort(Comparator.comparingLong(i -> bits.word(i)));
        return Expected.exactly(
                HostArray.ofIntegers(ElementType.I64, new long[] {n}, order::get)
                        .cast(arguments.type("dtype")));
    }

    private static Expected multinomial(Arguments arguments) {
        HostArray self = arguments.array("self");
        int samples = (int) arguments.integer("num_samples");
        int categories = self.size(self.rank() - 1);
        int rows = self.numel() / categories;
        RandomBits bits = bits(arguments);
        long[] chosen = new long[rows * samples];
        for (int row = 0; row < rows; row++) {
            if (arguments.flag("replacement")) {
                replaced(self, row, categories, samples, bits, chosen);
            } else {
                distinct(self, row, categories, samples, bits, chosen);
            }
        }
        long[] shape = self.rank() == 1 ? new long[] {samples} : new long[] {self.size(0), samples};
        return Expected.exactly(HostArray.ofIntegers(ElementType.I64, shape, i -> chosen[i]));
    }

    /** The first category whose running sum, rounded to f32, is above u times the last. */
    private static void replaced(
            HostArray self, int row, int categories, int samples, RandomBits bits, long[] chosen) {
        float[] sums = new float[categories];
        double sum = 0;
        for (int k = 0; k < categories; k++) {
            sum += (float) self.real(row * categories + k);
            sums[k] = (float) sum;
        }
        for (int i = 0; i < samples; i++) {
            int element = row * samples + i;
            float u = (float) bits.uniform(ElementType.F32, element);
            float wanted = u * sums[categories - 1];
            int k = 0;
            while (k < categories - 1 && sums[k] <= wanted) {
                k++;
            }
            chosen[element] = k;
        }
    }

    private static void distinct(
            HostArray self, int row, int categories, int samples, RandomBits bits, long[] chosen) {
        List<Integer> order = new ArrayList<>();
        double[] keys = new double[categories];
        for (int k = 0; k < categories; k++) {
            int element = row * categories + k;
            double weight = self.real(element);
            double u = bits.uniform(ElementType.F32, element);
            keys[k] = weight > 0 ? -StrictMath.log(1 - u) / weight : Double.POSITIVE_INFINITY;
            order.add(k);
        }
        order.sort(Comparator.comparingDouble(k -> keys[k]));
        for (int i = 0; i < samples; i++) {
            chosen[row * samples + i] = order.get(i);
        }
    }
}
