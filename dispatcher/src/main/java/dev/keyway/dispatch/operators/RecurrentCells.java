// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.schema.OperatorSchema;
import dev.keyway.schema.Schemas;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Cells of recurrent networks: long short-term memory (Hochreiter and Schmidhuber, 1997, with the
 * forget gate of Gers and others, 2000), gated recurrent units (Cho and others, 2014, with the
 * reset behind the product) and Elman's (1990).
 */
@AutoService(OperatorFamily.class)
public final class RecurrentCells implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(
                lstm(),
                gru(),
                plain(Schemas.RNN_TANH_CELL, Tensor::tanh),
                plain(Schemas.RNN_RELU_CELL, Tensor::relu));
    }

    /** Checks the arguments from the input on; the gates are {@code gates} times the state. */
    private static DType check(MetaContext m, int weights, int gates) {
        DType dtype = Checks.floating(m, 0, "input");
        String[] states = weights == 3 ? new String[] {"hx", "cx"} : new String[] {"hx"};
        String[] rest = {"w_ih", "w_hh", "b_ih", "b_hh"};
        Tensor input = m.input(0);
        Tensor hx = m.input(1);
        if (input.dim() != 1 && input.dim() != 2) {
            throw Checks.wrongShape(m, 0, "input", "[n, features] or [features]");
        }
        if (hx.dim() != input.dim() || input.dim() == 2 && hx.size(0) != input.size(0)) {
            throw Checks.wrongShape(m, 1, "hx", "as many rows as the input");
        }
        long hidden = hx.size(-1);
        for (int i = 0; i < states.length; i++) {
            Checks.dtype(m, 1 + i, states[i], dtype);
            Checks.shape(m, 1 + i, states[i], hx.sizes());
        }
        for (int i = 0; i < rest.length; i++) {
            Checks.dtype(m, weights + i, rest[i], dtype);
        }
        Checks.shape(m, weights, "w_ih", gates * hidden, input.size(-1));
        Checks.shape(m, weights + 1, "w_hh", gates * hidden, hidden);
        Checks.shape(m, weights + 2, "b_ih", gates * hidden);
        Checks.shape(m, weights + 3, "b_hh", gates * hidden);
        m.compute(Metas.wide(dtype));
        m.output(0, dtype, hx.sizes());
        return dtype;
    }

    private static Tensor linear(Tensor x, @Nullable Tensor[] inputs, int weight) {
        return Ops.linear(x, Inputs.get(inputs, weight), inputs[weight + 2]);
    }

    private static Tensor gate(Tensor gates, int index, long hidden) {
        return gates.narrow(-1, index * hidden, hidden);
    }

    private static OperatorDefinition lstm() {
        OperatorDefinition definition =
                OperatorDefinition.of(
                        Schemas.LSTM_CELL,
                        m -> {
                            DType dtype = check(m, 3, 4);
                            m.output(1, dtype, m.input(1).sizes());
                        });
        return Wide.several(definition, (c, inputs) -> lstm(inputs));
    }

    private static Tensor[] lstm(@Nullable Tensor[] inputs) {
        Tensor hx = Inputs.get(inputs, 1);
        long hidden = hx.size(-1);
        try (Tensor fromInput = linear(Inputs.get(inputs, 0), inputs, 3);
                Tensor fromState = linear(hx, inputs, 4);
                Tensor gates = fromInput.add(fromState);
                Tensor i = gate(gates, 0, hidden);
                Tensor f = gate(gates, 1, hidden);
                Tensor g = gate(gates, 2, hidden);
                Tensor o = gate(gates, 3, hidden);
                Tensor in = i.sigmoid();
                Tensor forget = f.sigmoid();
                Tensor candidate = g.tanh();
                Tensor out = o.sigmoid();
                Tensor kept = forget.mul(Inputs.get(inputs, 2));
                Tensor taken = in.mul(candidate)) {
            Tensor cy = kept.add(taken);
            try (Tensor bounded = cy.tanh()) {
                return new Tensor[] {out.mul(bounded), cy};
            }
        }
    }

    private static OperatorDefinition gru() {
        OperatorDefinition definition =
                OperatorDefinition.of(Schemas.GRU_CELL, m -> check(m, 2, 3));
        return Wide.single(definition, (c, inputs) -> gru(inputs));
    }

    private static Tensor gru(@Nullable Tensor[] inputs) {
        Tensor hx = Inputs.get(inputs, 1);
        long hidden = hx.size(-1);
        try (Tensor x = linear(Inputs.get(inputs, 0), inputs, 2);
                Tensor h = linear(hx, inputs, 3);
                Tensor xr = gate(x, 0, hidden);
                Tensor hr = gate(h, 0, hidden);
                Tensor xz = gate(x, 1, hidden);
                Tensor hz = gate(h, 1, hidden);
                Tensor xn = gate(x, 2, hidden);
                Tensor hn = gate(h, 2, hidden);
                Tensor sumR = xr.add(hr);
                Tensor reset = sumR.sigmoid();
                Tensor sumZ = xz.add(hz);
                Tensor update = sumZ.sigmoid();
                Tensor past = reset.mul(hn);
                Tensor sumN = xn.add(past);
                Tensor fresh = sumN.tanh();
                Tensor change = hx.sub(fresh);
                Tensor part = change.mul(update)) {
            return fresh.add(part);
        }
    }

    private static OperatorDefinition plain(
            OperatorSchema schema, UnaryOperator<Tensor> activation) {
        OperatorDefinition definition = OperatorDefinition.of(schema, m -> check(m, 2, 1));
        return Wide.single(
                definition,
                (c, inputs) -> {
                    try (Tensor x = linear(Inputs.get(inputs, 0), inputs, 2);
                            Tensor h = linear(Inputs.get(inputs, 1), inputs, 3);
                            Tensor sum = x.add(h)) {
                        return activation.apply(sum);
                    }
                });
    }
}
