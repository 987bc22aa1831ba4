// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn;

import dev.keyway.ArgumentException;
import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Generator;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Layers of recurrent cells over {@code [steps, n, features]}, or {@code [n, steps, features]} with
 * {@code batchFirst}. Each layer reads the outputs of the one below, of both directions where it is
 * bidirectional; between layers there may be dropout. Parameters have PyTorch's names: {@code
 * weight_ih_l0}, {@code weight_hh_l0_reverse} and so on. Packed sequences are not supported.
 */
public abstract class Recurrent extends NnModule {
    private static final String[] NAMES = {"weight_ih", "weight_hh", "bias_ih", "bias_hh"};

    private final RecurrentOptions options;
    private final long hidden;
    private final List<Tensor[]> cells = new ArrayList<>();

    /**
     * Outputs and last states.
     *
     * @param output of the last layer for each step; directions side by side
     * @param hidden last state of each layer and direction, {@code [layers * directions, n,
     *     hidden]}
     * @param cell likewise of the cells of an LSTM, else null
     */
    public record Result(Tensor output, Tensor hidden, @Nullable Tensor cell)
            implements AutoCloseable {
        @Override
        public void close() {
            output.close();
            hidden.close();
            if (cell != null) {
                cell.close();
            }
        }
    }

    /** Layers in f32 whose weights have {@code gates} times the hidden size. */
    Recurrent(
            Device device,
            long features,
            long hidden,
            int gates,
            RecurrentOptions options,
            @Nullable Generator generator) {
        this.options = options;
        this.hidden = hidden;
        for (int layer = 0; layer < options.layers(); layer++) {
            for (int direction = 0; direction < options.directions(); direction++) {
                long inputs = layer == 0 ? features : hidden * options.directions();
                long rows = gates * hidden;
                long[][] shapes = {{rows, inputs}, {rows, hidden}, {rows}, {rows}};
                Tensor[] cell = new Tensor[options.bias() ? 4 : 2];
                for (int i = 0; i < cell.length; i++) {
                    String name = NAMES[i] + "_l" + layer + (direction == 1 ? "_reverse" : "");
                    cell[i] =
                            register(
                                    name,
                                    Init.uniform(device, DType.F32, generator, hidden, shapes[i]));
                }
                cells.add(cell);
            }
        }
    }

    /**
     * One step: the new state, and the new cell of an LSTM.
     *
     * @param weights input, hidden, and their biases, null without
     */
    abstract Tensor[] step(Tensor input, Tensor[] states, @Nullable Tensor[] weights);

    /** How many states a cell has. */
    abstract int states();

    /** The outputs, from states of zeros. */
    @Override
    public final Tensor forward(Tensor input) {
        Result result = run(input, null, null);
        result.hidden().close();
        if (result.cell() != null) {
            result.cell().close();
        }
        return result.output();
    }

    /**
     * Outputs and last states.
     *
     * @param input the input
     * @param hx first states {@code [layers * directions, n, hidden]}; null for zeros
     * @param cx first cells of an LSTM; null for zeros
     * @return outputs and last states; the caller owns them
     */
    public final Result run(Tensor input, @Nullable Tensor hx, @Nullable Tensor cx) {
        if (input.dim() != 3) {
            throw new ArgumentException(
                    getClass().getSimpleName()
                            + ": argument 'input' has shape "
                            + Arrays.toString(input.sizes())
                            + ", expected 3 dimensions; a sequence without batch needs"
                            + " unsqueeze");
        }
        List<Tensor[]> last = new ArrayList<>();
        Tensor current = options.batchFirst() ? input.transpose(0, 1) : input.view(input.sizes());
        for (int layer = 0; layer < options.layers(); layer++) {
            try (Tensor below = current;
                    Tensor dropped =
                            Ops.dropout(below, options.dropout(), isTraining() && layer > 0)) {
                current = layer(dropped, layer, hx, cx, last);
            }
        }
        try (Tensor all = current) {
            Tensor output = options.batchFirst() ? all.transpose(0, 1) : all.view(all.sizes());
            return new Result(output, stacked(last, 0), states() == 2 ? stacked(last, 1) : null);
        }
    }

    private Tensor layer(
            Tensor input,
            int layer,
            @Nullable Tensor hx,
            @Nullable Tensor cx,
            List<Tensor[]> last) {
        List<Tensor> directions = new ArrayList<>();
        for (int direction = 0; direction < options.directions(); direction++) {
            int index = layer * options.directions() + direction;
            Tensor[] first = new Tensor[states()];
            first[0] = state(input, hx, index);
            if (states() == 2) {
                first[1] = state(input, cx, index);
            }
            directions.add(sequence(input, index, direction == 1, first, last));
        }
        try {
            return directions.size() == 1
                    ? directions.getFirst().view(directions.getFirst().sizes())
                    : Ops.cat(directions, 2);
        } finally {
            directions.forEach(Tensor::close);
        }
    }

    private Tensor state(Tensor input, @Nullable Tensor given, int index) {
        return given == null
                ? Ops.zeros(input.device(), input.dtype(), input.size(1), hidden)
                : given.select(0, index);
    }

    /** Runs one direction of one layer; takes over the first states. */
    private Tensor sequence(
            Tensor input, int index, boolean reverse, Tensor[] first, List<Tensor[]> last) {
        @Nullable Tensor[] weights = Arrays.copyOf(cells.get(index), 4);
        int steps = Math.toIntExact(input.size(0));
        List<Tensor> outputs = new ArrayList<>();
        Tensor[] states = first;
        for (int t = 0; t < steps; t++) {
            try (Tensor x = input.select(0, reverse ? steps - 1 - t : t)) {
                Tensor[] next = step(x, states, weights);
                outputs.add(reverse ? 0 : t, next[0].view(next[0].sizes()));
                for (Tensor old : states) {
                    old.close();
                }
                states = next;
            }
        }
        last.add(states);
        try {
            return Ops.stack(outputs, 0);
        } finally {
            outputs.forEach(Tensor::close);
        }
    }

    private static Tensor stacked(List<Tensor[]> states, int which) {
        List<Tensor> all = states.stream().map(s -> s[which]).toList();
        try {
            return Ops.stack(all, 0);
        } finally {
            all.forEach(Tensor::close);
        }
    }
}
