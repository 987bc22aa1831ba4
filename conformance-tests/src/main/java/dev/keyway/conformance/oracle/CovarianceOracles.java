// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/** Covariances, correlations and distances of all pairs of rows. */
@AutoService(OracleFamily.class)
public final class CovarianceOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public CovarianceOracles() {}

    @Override
    public void register(Oracles.Table table) {
        table.add("cov", Oracle.single(CovarianceOracles::cov));
        table.add("corrcoef", Oracle.single(CovarianceOracles::corrcoef));
        table.add("pdist", Oracle.single(CovarianceOracles::distances));
    }

    private static int variables(HostArray self) {
        return self.rank() == 2 ? self.size(0) : 1;
    }

    private static long[] shape(HostArray self) {
        int variables = variables(self);
        return variables == 1 ? new long[0] : new long[] {variables, variables};
    }

    private static ElementType floating(ElementType type) {
        return type.isFloating() ? type : ElementType.F32;
    }

    private static Expected cov(Arguments arguments) {
        HostArray self = arguments.array("self");
        @Nullable HostArray counts = arguments.optionalArray("fweights");
        @Nullable HostArray shares = arguments.optionalArray("aweights");
        Promotion promotion = new Promotion().tensor(self);
        if (shares != null) {
            promotion.tensor(shares);
        }
        ElementType type = floating(promotion.result());
        List<Approx> all = covariances(self, counts, shares, arguments.integer("correction"), type);
        return Approx.expected(type, shape(self), all);
    }

    private static List<Approx> covariances(
            HostArray self,
            @Nullable HostArray counts,
            @Nullable HostArray shares,
            long correction,
            ElementType type) {
        double u = Rounded.unit(type);
        int variables = variables(self);
        int n = self.numel() / Math.max(variables, 1);
        List<Approx> weights = new ArrayList<>();
        List<Approx> squares = new ArrayList<>();
        for (int k = 0; k < n; k++) {
            Approx count = Approx.of(counts == null ? 1 : counts.real(k), u);
            Approx share = Approx.of(shares == null ? 1 : shares.real(k), u);
            weights.add(count.times(share));
            squares.add(count.times(share).times(share));
        }
        Approx total = Approx.sum(weights, u);
        Approx lost =
                shares == null || correction == 0
                        ? Approx.of(correction, u)
                        : Approx.sum(squares, u).times(correction).over(total);
        Approx divisor = total.minus(lost).max(0);
        List<List<Approx>> rows = new ArrayList<>();
        for (int v = 0; v < variables; v++) {
            rows.add(centred(self, v, n, weights, total, u));
        }
        List<Approx> results = new ArrayList<>();
        for (int i = 0; i < variables; i++) {
            for (int j = 0; j < variables; j++) {
                List<Approx> products = new ArrayList<>();
                for (int k = 0; k < n; k++) {
                    products.add(
                            rows.get(i).get(k).times(rows.get(j).get(k).times(weights.get(k))));
                }
                results.add(Approx.sum(products, u).over(divisor));
            }
        }
        return results;
    }

    private static List<Approx> centred(
            HostArray self, int row, int n, List<Approx> weights, Approx total, double u) {
        List<Approx> weighted = new ArrayList<>();
        for (int k = 0; k < n; k++) {
            weighted.add(Approx.of(self.real(row * n + k), u).times(weights.get(k)));
        }
        Approx mean = Approx.sum(weighted, u).over(total);
        List<Approx> centred = new ArrayList<>();
        for (int k = 0; k < n; k++) {
            centred.add(Approx.of(self.real(row * n + k), u).minus(mean));
        }
        return centred;
    }

    private static Expected corrcoef(Arguments arguments) {
        HostArray self = arguments.array("self");
        ElementType type = floating(self.type());
        int variables = variables(self);
        List<Approx> cov = covariances(self, null, null, 1, type);
        List<Approx> results = new ArrayList<>();
        for (int i = 0; i < variables; i++) {
            for (int j = 0; j < variables; j++) {
                Approx left = cov.get(i * variables + i);
                Approx right = cov.get(j * variables + j);
                Approx value = cov.get(i * variables + j).over(left.sqrt()).over(right.sqrt());
                results.add(value.max(-1).negated().max(-1).negated());
            }
        }
        return Approx.expected(type, shape(self), results);
    }

    private static Expected distances(Arguments arguments) {
        HostArray self = arguments.array("self");
        double p = arguments.real("p");
        double u = Rounded.unit(self.type());
        int n = self.size(0);
        int width = self.size(1);
        List<Approx> results = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            for (int j = i + 1; j < n; j++) {
                List<Approx> sizes = new ArrayList<>();
                for (int k = 0; k < width; k++) {
                    Approx x = Approx.of(self.real(i * width + k), u);
                    sizes.add(x.minus(Approx.of(self.real(j * width + k), u)).abs());
                }
                results.add(norm(sizes, p, u));
            }
        }
        return Approx.expected(self.type(), new long[] {results.size()}, results);
    }

    private static Approx norm(List<Approx> sizes, double p, double u) {
        if (p == 0) {
            return Approx.of(sizes.stream().filter(s -> s.value() != 0).count(), u);
        }
        if (Double.isInfinite(p)) {
            Approx largest = Approx.of(0, u);
            for (Approx size : sizes) {
                largest = size.value() > largest.value() ? size : largest;
            }
            return largest;
        }
        if (p == 2) {
            return Approx.sum(sizes.stream().map(s -> s.times(s)).toList(), u).sqrt();
        }
        return Approx.sum(sizes.stream().map(s -> s.pow(p)).toList(), u).pow(1 / p);
    }
}
