// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.attributes.GroupNormAttributes;
import dev.keyway.attributes.InstanceNormAttributes;
import dev.keyway.operator.CompositeContext;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.schema.Schemas;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Group normalization (Wu and He, "Group Normalization", 2018), as layer normalization of the
 * groups; instance normalization, as batch normalization with an image's channels as channels.
 */
@AutoService(OperatorFamily.class)
public final class GroupNormalization implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(groupNorm(), instanceNorm());
    }

    private static OperatorDefinition groupNorm() {
        OperatorDefinition definition =
                OperatorDefinition.of(
                        Schemas.GROUP_NORM,
                        m -> {
                            long groups = m.attributes(GroupNormAttributes.class).numGroups();
                            DType dtype = Checks.floating(m, 0, "input");
                            Tensor input = m.input(0);
                            if (input.dim() < 2 || groups < 1 || input.size(1) % groups != 0) {
                                throw Checks.wrongShape(
                                        m,
                                        0,
                                        "input",
                                        "[n, channels, ...] with channels divisible by num_groups "
                                                + groups);
                            }
                            for (int i = 1; i < 3; i++) {
                                String name = i == 1 ? "weight" : "bias";
                                Checks.dtype(m, i, name, dtype);
                                Checks.shape(m, i, name, input.size(1));
                            }
                            m.compute(Metas.wide(dtype));
                            m.outputLike(0, dtype);
                        });
        return Wide.single(definition, GroupNormalization::normalizeGroups);
    }

    private static Tensor normalizeGroups(CompositeContext c, @Nullable Tensor[] inputs) {
        var a = c.attributes(GroupNormAttributes.class);
        Tensor input = Inputs.get(inputs, 0);
        if (input.numel() == 0) {
            return input.clone();
        }
        long rows = input.size(0) * a.numGroups();
        long[] width = {input.numel() / rows};
        long[] channels = new long[input.dim() - 1];
        Arrays.fill(channels, 1);
        channels[0] = input.size(1);
        try (Tensor matrix = input.reshape(rows, width[0]);
                Tensor unit = Ops.layerNorm(matrix, width, null, null, a.eps());
                Tensor shaped = unit.view(input.sizes());
                Tensor weight = reshaped(inputs[1], channels);
                Tensor bias = reshaped(inputs[2], channels)) {
            return LayerNormalization.affine(shaped, weight, bias);
        }
    }

    private static @Nullable Tensor reshaped(@Nullable Tensor tensor, long[] sizes) {
        return tensor == null ? null : tensor.reshape(sizes);
    }

    private static OperatorDefinition instanceNorm() {
        OperatorDefinition definition =
                OperatorDefinition.of(
                                Schemas.INSTANCE_NORM,
                                m -> {
                                    check(m);
                                    DType dtype = m.input(0).dtype();
                                    m.compute(Metas.wide(dtype));
                                    m.outputLike(0, dtype);
                                    if (!m.attributes(InstanceNormAttributes.class)
                                            .useInputStats()) {
                                        m.changesNothing();
                                    }
                                })
                        .keepInputs(3, 4);
        return Wide.single(definition, GroupNormalization::normalizeInstances);
    }

    private static void check(MetaContext m) {
        Checks.floating(m, 0, "input");
        Tensor input = m.input(0);
        if (input.dim() < 3) {
            throw Checks.wrongShape(m, 0, "input", "[n, channels, ...] with at least 3 dimensions");
        }
        String[] names = {"input", "weight", "bias", "running_mean", "running_var"};
        for (int i = 1; i < names.length; i++) {
            Checks.shape(m, i, names[i], input.size(1));
        }
        boolean statistics = m.inputOrNull(3) != null && m.inputOrNull(4) != null;
        boolean own = m.attributes(InstanceNormAttributes.class).useInputStats();
        if (!own && !statistics) {
            throw m.error("running_mean and running_var are needed without use_input_stats");
        }
        if (own && input.numel() > 0 && input.numel() / input.size(0) / input.size(1) < 2) {
            throw Checks.wrongShape(m, 0, "input", "more than one value in each image's channel");
        }
    }

    private static Tensor normalizeInstances(CompositeContext c, @Nullable Tensor[] inputs) {
        var a = c.attributes(InstanceNormAttributes.class);
        Tensor input = Inputs.get(inputs, 0);
        long batch = input.size(0);
        long channels = input.size(1);
        if (input.numel() == 0) {
            return input.clone();
        }
        try (Tensor images = input.reshape(1, batch * channels, -1L);
                Tensor weight = repeated(inputs[1], batch);
                Tensor bias = repeated(inputs[2], batch);
                Tensor mean = repeated(inputs[3], batch);
                Tensor variance = repeated(inputs[4], batch);
                Tensor out =
                        Ops.batchNorm(
                                images,
                                weight,
                                bias,
                                mean,
                                variance,
                                a.useInputStats(),
                                a.momentum(),
                                a.eps())) {
            if (a.useInputStats()) {
                average(inputs[3], mean, batch, channels);
                average(inputs[4], variance, batch, channels);
            }
            return out.view(input.sizes());
        }
    }

    /** The values of all images' channels, a copy. */
    private static @Nullable Tensor repeated(@Nullable Tensor values, long batch) {
        if (values == null) {
            return null;
        }
        try (Tensor row = values.unsqueeze(0);
                Tensor all = row.expand(batch, values.size(0));
                Tensor dense = all.clone()) {
            return dense.view(-1L);
        }
    }

    private static void average(
            @Nullable Tensor running, @Nullable Tensor all, long batch, long channels) {
        if (running != null && all != null) {
            try (Tensor rows = all.view(batch, channels);
                    Tensor mean = rows.mean(0)) {
                running.copy_(mean);
            }
        }
    }
}
