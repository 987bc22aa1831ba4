// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

import java.util.function.DoublePredicate;
import java.util.function.LongPredicate;

/** Tests of each element, all exact, and what replaces elements that fail one. */
@AutoService(OracleFamily.class)
public final class TestOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public TestOracles() {}

    @Override
    public void register(Oracles.Table table) {
        test(table, "isnan", Double::isNaN, x -> false);
        test(table, "isinf", Double::isInfinite, x -> false);
        test(table, "isfinite", Double::isFinite, x -> true);
        test(table, "signbit", x -> Math.copySign(1, x) < 0, x -> x < 0);
        Elementwise.keeping(table, "positive", x -> x, x -> x);
        Elementwise.keeping(table, "trunc", x -> x < 0 ? Math.ceil(x) : Math.floor(x), x -> x);
        Elementwise.keeping(table, "sgn", TestOracles::signum, x -> Long.signum(x));
        table.add("nan_to_num", Oracle.single(TestOracles::nanToNum));
    }

    private static double signum(double x) {
        return x > 0 ? 1 : x < 0 ? -1 : 0;
    }

    private static void test(
            Oracles.Table table, String name, DoublePredicate real, LongPredicate integer) {
        table.add(
                name,
                Oracle.single(
                        arguments -> {
                            HostArray self = arguments.array("self");
                            boolean floating = self.type().isFloating();
                            return Expected.exactly(
                                    HostArray.ofIntegers(
                                            ElementType.BOOL,
                                            self.shape(),
                                            i ->
                                                    (floating
                                                                    ? real.test(self.real(i))
                                                                    : integer.test(self.integer(i)))
                                                            ? 1
                                                            : 0));
                        }));
    }

    private static Expected nanToNum(Arguments arguments) {
        HostArray self = arguments.array("self");
        ElementType type = self.type();
        if (!type.isFloating()) {
            return Expected.exactly(self);
        }
        double nan = arguments.get("nan") == null ? 0 : arguments.real("nan");
        double top = arguments.get("posinf") == null ? type.largest() : arguments.real("posinf");
        double low = arguments.get("neginf") == null ? -type.largest() : arguments.real("neginf");
        return Expected.exactly(
                HostArray.ofReals(
                        type,
                        self.shape(),
                        i -> {
                            double x = self.real(i);
                            return Double.isNaN(x)
                                    ? nan
                                    : Double.isFinite(x) ? x : x > 0 ? top : low;
                        }));
    }
}
