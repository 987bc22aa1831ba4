// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

import java.util.ArrayList;
import java.util.List;

/** Cells of recurrent networks, element by element. */
@AutoService(OracleFamily.class)
public final class RecurrentOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public RecurrentOracles() {}

    @Override
    public void register(Oracles.Table table) {
        table.add("lstm_cell", RecurrentOracles::lstm);
        table.add("gru_cell", Oracle.single(RecurrentOracles::gru));
        table.add("rnn_tanh_cell", Oracle.single(a -> plain(a, true)));
        table.add("rnn_relu_cell", Oracle.single(a -> plain(a, false)));
    }

    /** {@code x w^T + b} for a row and a gate's element. */
    private static Approx linear(Arguments a, boolean state, int row, int gate) {
        HostArray x = a.array(state ? "hx" : "input");
        HostArray weight = a.array(state ? "w_hh" : "w_ih");
        HostArray bias = a.optionalArray(state ? "b_hh" : "b_ih");
        double u = Rounded.unit(x.type());
        int width = weight.size(1);
        List<Approx> terms = new ArrayList<>();
        for (int k = 0; k < width; k++) {
            terms.add(Approx.of(x.real(row * width + k), u).times(weight.real(gate * width + k)));
        }
        if (bias != null) {
            terms.add(Approx.of(bias.real(gate), u));
        }
        return Approx.sum(terms, u);
    }

    private static Approx gate(Arguments a, int row, int gate) {
        return linear(a, false, row, gate).plus(linear(a, true, row, gate));
    }

    private static List<Expected> lstm(Arguments a) {
        HostArray hx = a.array("hx");
        HostArray cx = a.array("cx");
        double u = Rounded.unit(hx.type());
        int hidden = hx.size(hx.rank() - 1);
        List<Approx> states = new ArrayList<>();
        List<Approx> cells = new ArrayList<>();
        for (int i = 0; i < hx.numel(); i++) {
            int row = i / hidden;
            int j = i % hidden;
            Approx in = gate(a, row, j).sigmoid();
            Approx forget = gate(a, row, hidden + j).sigmoid();
            Approx candidate = gate(a, row, 2 * hidden + j).tanh();
            Approx out = gate(a, row, 3 * hidden + j).sigmoid();
            Approx cell = forget.times(Approx.of(cx.real(i), u)).plus(in.times(candidate));
            cells.add(cell);
            states.add(out.times(cell.tanh()));
        }
        return List.of(
                Approx.expected(hx.type(), hx.shape(), states),
                Approx.expected(hx.type(), hx.shape(), cells));
    }

    private static Expected gru(Arguments a) {
        HostArray hx = a.array("hx");
        double u = Rounded.unit(hx.type());
        int hidden = hx.size(hx.rank() - 1);
        List<Approx> states = new ArrayList<>();
        for (int i = 0; i < hx.numel(); i++) {
            int row = i / hidden;
            int j = i % hidden;
            Approx reset = gate(a, row, j).sigmoid();
            Approx update = gate(a, row, hidden + j).sigmoid();
            Approx past = linear(a, true, row, 2 * hidden + j).times(reset);
            Approx fresh = linear(a, false, row, 2 * hidden + j).plus(past).tanh();
            Approx change = Approx.of(hx.real(i), u).minus(fresh);
            states.add(fresh.plus(update.times(change)));
        }
        return Approx.expected(hx.type(), hx.shape(), states);
    }

    private static Expected plain(Arguments a, boolean tanh) {
        HostArray hx = a.array("hx");
        int hidden = hx.size(hx.rank() - 1);
        List<Approx> states = new ArrayList<>();
        for (int i = 0; i < hx.numel(); i++) {
            Approx sum = gate(a, i / hidden, i % hidden);
            states.add(tanh ? sum.tanh() : sum.max(0));
        }
        return Approx.expected(hx.type(), hx.shape(), states);
    }
}
