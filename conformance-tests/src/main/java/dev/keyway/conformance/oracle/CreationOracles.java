// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

import java.util.List;

/**
 * Factories, fills, casts and random numbers: exact, to the bit. The argument {@code generator} is
 * the pair of seed and block offset.
 */
@AutoService(OracleFamily.class)
public final class CreationOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public CreationOracles() {}

    @Override
    public void register(Oracles.Table table) {
        table.add("full", Oracle.single(a -> full(a, a.integers("size"), a.scalar("fill_value"))));
        table.add("zeros", Oracle.single(a -> full(a, a.integers("size"), 0L)));
        table.add("ones", Oracle.single(a -> full(a, a.integers("size"), 1L)));
        table.add("full_like", Oracle.single(a -> like(a, a.scalar("fill_value"))));
        table.add("zeros_like", Oracle.single(a -> like(a, 0L)));
        table.add("ones_like", Oracle.single(a -> like(a, 1L)));
        table.add("fill", Oracle.single(a -> like(a, a.scalar("value"))));
        table.add("zero", Oracle.single(a -> like(a, 0L)));
        table.add("arange", Oracle.single(CreationOracles::arange));
        table.add("copy", Oracle.single(CreationOracles::copy));
        table.add(
                "_to_dtype",
                Oracle.single(a -> Expected.exactly(a.array("self").cast(a.type("dtype")))));
        table.add("rand", Oracle.single(CreationOracles::rand));
        table.add("randn", Oracle.single(CreationOracles::randn));
        table.add("randint", Oracle.single(CreationOracles::randint));
        table.add("bernoulli.p", Oracle.single(CreationOracles::bernoulli));
        table.add("dropout", Oracle.single(CreationOracles::dropout));
    }

    private static Expected full(Arguments arguments, long[] shape, Object value) {
        return filled(arguments.type("dtype"), shape, value);
    }

    private static Expected like(Arguments arguments, Object value) {
        HostArray self = arguments.array("self");
        return filled(self.type(), self.shape(), value);
    }

    private static Expected filled(ElementType type, long[] shape, Object value) {
        return Expected.exactly(Arguments.asArray(value, type).pick(shape, i -> 0));
    }

    /** {@code start + i step}, rounded once or, with separate multiply and add, twice. */
    private static Expected arange(Arguments arguments) {
        ElementType type = arguments.type("dtype");
        Object first = arguments.scalar("start");
        Object step = arguments.scalar("step");
        double start = Arguments.asReal(first);
        double difference = Arguments.asReal(step);
        double length = (arguments.real("end") - start) / difference;
        long[] shape = {Math.max(0, (long) Math.ceil(length))};
        if (type.isFloating()) {
            return Expected.within(
                    type,
                    shape,
                    i -> start + i * difference,
                    i -> type.ulp(Math.max(Math.abs(start), Math.abs(i * difference))));
        }
        long from = Arguments.asArray(first, type).integer(0);
        long by = Arguments.asArray(step, type).integer(0);
        return Expected.exactly(HostArray.ofIntegers(type, shape, i -> from + i * by));
    }

    private static Expected copy(Arguments arguments) {
        HostArray self = arguments.array("self");
        HostArray source = arguments.array("src").cast(self.type());
        return Expected.exactly(
                source.pick(
                        self.shape(),
                        i ->
                                Shapes.broadcastLinear(
                                        Shapes.coordinates(i, self.shape()), source.shape())));
    }

    private static RandomBits bits(Arguments arguments) {
        long[] state = arguments.integers("generator");
        return new RandomBits(state[0], state[1]);
    }

    private static Expected rand(Arguments arguments) {
        ElementType type = arguments.type("dtype");
        RandomBits bits = bits(arguments);
        return Expected.exactly(
                HostArray.ofReals(type, arguments.integers("size"), i -> bits.uniform(type, i)));
    }

    private static Expected randn(Arguments arguments) {
        ElementType type = arguments.type("dtype");
        RandomBits bits = bits(arguments);
        return Expected.exactly(
                HostArray.ofReals(type, arguments.integers("size"), i -> bits.normal(type, i)));
    }

    private static Expected randint(Arguments arguments) {
        RandomBits bits = bits(arguments);
        long low = arguments.integer("low");
        long high = arguments.integer("high");
        ElementType type = arguments.type("dtype");
        long[] shape = arguments.integers("size");
        return Expected.exactly(
                type.isFloating()
                        ? HostArray.ofReals(type, shape, i -> bits.integer(i, low, high))
                        : HostArray.ofIntegers(type, shape, i -> bits.integer(i, low, high)));
    }

    private static Expected bernoulli(Arguments arguments) {
        HostArray self = arguments.array("self");
        double p = arguments.real("p");
        RandomBits bits = bits(arguments);
        return Expected.exactly(
                HostArray.ofIntegers(
                                ElementType.BOOL,
                                self.shape(),
                                i -> bits.uniform(ElementType.F32, i) < p ? 1 : 0)
                        .cast(self.type()));
    }

    /** Keeps an element with probability 1 - p and scales it by 1 / (1 - p); two roundings. */
    private static Expected dropout(Arguments arguments) {
        HostArray input = arguments.array("input");
        double keep = 1 - arguments.real("p");
        if (!arguments.flag("train")) {
            return Expected.exactly(input);
        }
        RandomBits bits = bits(arguments);
        double[] values = new double[input.numel()];
        for (int i = 0; i < values.length; i++) {
            boolean kept = bits.uniform(ElementType.F32, i) < keep;
            values[i] = kept ? input.real(i) / keep : 0;
        }
        return Expected.within(
                input.type(),
                input.shape(),
                i -> values[i],
                i -> values[i] == 0 ? 0 : 2 * input.type().ulp(values[i]));
    }

    /** The random operators, whose bits PyTorch does not share. */
    static List<String> random() {
        return List.of("rand", "randn", "randint", "bernoulli.p", "dropout");
    }
}
