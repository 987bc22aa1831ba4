// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.Tensor;
import dev.keyway.attributes.MeshgridAttributes;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.schema.Schemas;
import java.util.Arrays;
import java.util.List;

/** Tensors expanded to one shape; views all. */
@AutoService(OperatorFamily.class)
public final class Grids implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(broadcastTensors(), meshgrid());
    }

    private static OperatorDefinition broadcastTensors() {
        return OperatorDefinition.of(
                        Schemas.BROADCAST_TENSORS,
                        m -> {
                            long[] sizes = m.input(0).sizes();
                            for (int i = 1; i < m.inputCount(); i++) {
                                sizes = Broadcasts.sizes(m, sizes, m.input(i).sizes());
                            }
                            m.compute(m.input(0).dtype());
                            for (int i = 0; i < m.inputCount(); i++) {
                                m.output(i, m.input(i).dtype(), sizes);
                            }
                        })
                .composite(
                        (c, inputs) -> {
                            Tensor[] views = new Tensor[inputs.length];
                            for (int i = 0; i < views.length; i++) {
                                views[i] = Inputs.get(inputs, i).expand(c.outputSizes(i));
                            }
                            return views;
                        });
    }

    private static boolean swaps(MetaContext m) {
        String indexing = m.attributes(MeshgridAttributes.class).indexing();
        if (!indexing.equals("ij") && !indexing.equals("xy")) {
            throw m.error("argument 'indexing' is '" + indexing + "', expected ij or xy");
        }
        return indexing.equals("xy") && m.inputCount() > 1;
    }

    private static OperatorDefinition meshgrid() {
        return OperatorDefinition.of(
                        Schemas.MESHGRID,
                        m -> {
                            long[] sizes = new long[m.inputCount()];
                            boolean swaps = swaps(m);
                            for (int i = 0; i < sizes.length; i++) {
                                Tensor next = m.input(i);
                                if (next.dim() > 1) {
                                    throw m.error(
                                            "tensor "
                                                    + i
                                                    + " has shape "
                                                    + Arrays.toString(next.sizes())
                                                    + ", expected at most one dimension");
                                }
                                if (next.dtype() != m.input(0).dtype()) {
                                    throw m.error(
                                            "tensor "
                                                    + i
                                                    + " has dtype "
                                                    + next.dtype()
                                                    + ", the first "
                                                    + m.input(0).dtype()
                                                    + "; convert one with to(dtype)");
                                }
                                sizes[place(i, swaps)] = next.numel();
                            }
                            m.compute(m.input(0).dtype());
                            for (int i = 0; i < sizes.length; i++) {
                                m.output(i, m.input(0).dtype(), sizes);
                            }
                        })
                .composite(
                        (c, inputs) -> {
                            boolean swaps =
                                    c.attributes(MeshgridAttributes.class).indexing().equals("xy")
                                            && inputs.length > 1;
                            Tensor[] views = new Tensor[inputs.length];
                            for (int i = 0; i < views.length; i++) {
                                Tensor next = Inputs.get(inputs, i);
                                long[] single = new long[views.length];
                                Arrays.fill(single, 1);
                                single[place(i, swaps)] = next.numel();
                                try (Tensor shaped = next.reshape(single)) {
                                    views[i] = shaped.expand(c.outputSizes(i));
                                }
                            }
                            return views;
                        });
    }

    /** With xy the first two dimensions change places. */
    private static int place(int input, boolean swaps) {
        return swaps && input < 2 ? 1 - input : input;
    }
}
