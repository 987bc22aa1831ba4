// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import static dev.keyway.conformance.DeviceCases.require;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.sample.Profile;

import java.util.ArrayList;
import java.util.List;

/**
 * Pointwise operators inside {@link dev.keyway.Keyway#fuse}, in every dtype in which the device
 * computes: the bits of the same code outside. Where the plugin computes no chains, {@code explain}
 * has to say so, and the operators run one by one inside fuse, too.
 */
final class FusionCases {
    private static final int[] SIZES = {
        0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 257, 1_025, 2_051
    };
    private static final int[] BEYOND = {-1, 0, 1, 2, 3, 7, 9, 15, 17, 67};
    private static final int CHAINS = 8;

    private FusionCases() {}

    static void add(DeviceCases.Group group, Profile profile, Device device) {
        group.add(
                "chains are computed together, or explain says that the plugin computes none",
                1_000,
                bench -> claim(bench, profile, group.seed()));
        for (ElementType type : ElementType.values()) {
            if (computes(device, type)) {
                add(group, profile, type);
            }
        }
    }

    private static boolean computes(Device device, ElementType type) {
        return device.computes(ElementTypes.dtype(type.wide()));
    }

    private static void add(DeviceCases.Group group, Profile profile, ElementType type) {
        long seed = group.seed();
        group.add(
                type,
                "each pointwise operator gives the same bits inside fuse",
                500,
                bench -> each(bench, profile, seed, type));
        group.add(type, "chains of all sizes give the same bits", 600, b -> sizes(b, seed, type));
        group.add(
                type,
                "chains of views and broadcast tensors give the same bits",
                700,
                bench -> layouts(bench, seed, type));
        group.add(
                type, "chains of mixed dtypes give the same bits", 800, b -> mixed(b, seed, type));
        group.add(
                type,
                "chains with several results give the same bits",
                900,
                bench -> several(bench, seed, type));
    }

    /** A plugin that registers kernels for chains has some; one without says so. */
    private static void claim(Workbench bench, Profile profile, long seed) {
        Fusing fusing = new Fusing(bench);
        FusedTensors tensors = new FusedTensors(bench, seed, fusing.smallest());
        int together = 0;
        for (ElementType type : ElementType.values()) {
            if (computes(bench.device(), type)) {
                Tensor x = tensors.of(type, 0, 0);
                Tensor y = tensors.of(type, 0, 1);
                together +=
                        fusing.count(
                                () ->
                                        bench.keep(
                                                bench.keyway()
                                                        .fuse(() -> tensors.chain(x, y, type))));
            }
        }
        if (!fusing.isOffered()) {
            require(together == 0, "explain says that the plugin computes no chains, but it does");
            return;
        }
        for (FusedCall call : FusedCall.all(bench, profile, seed, ElementType.F32)) {
            List<Tensor> arguments = tensors.of(call, 0);
            if (fusing.isPutOff(call.name(), call.attributes(), arguments.toArray(Tensor[]::new))) {
                int count =
                        fusing.count(
                                () -> bench.keep(bench.keyway().fuse(() -> call.run(arguments))));
                require(count == 1, "explain says that " + call.name() + " is put off, it is not");
                together++;
            }
        }
        require(
                together > 0,
                "the plugin registers kernels for chains, but they take none of the operators");
    }

    private static void each(Workbench bench, Profile profile, long seed, ElementType type) {
        Fusing fusing = new Fusing(bench);
        FusedTensors tensors = new FusedTensors(bench, seed, fusing.smallest());
        int checked = 0;
        for (FusedCall call : FusedCall.all(bench, profile, seed, type)) {
            if (call.types().stream().allMatch(t -> computes(bench.device(), t))) {
                for (int form = 0; form < FusedTensors.FORMS; form++) {
                    List<Tensor> arguments = tensors.of(call, form);
                    Tensor[] array = arguments.toArray(Tensor[]::new);
                    if (call.isLowered()
                            || fusing.isPutOff(call.name(), call.attributes(), array)) {
                        String what = call.name() + " of " + type + ", layouts " + form;
                        fusing.check(what, () -> call.run(arguments));
                        checked++;
                    }
                }
            }
        }
        require(checked > 0, "there is no pointwise operator of " + type);
    }

    private static void sizes(Workbench bench, long seed, ElementType type) {
        Fusing fusing = new Fusing(bench);
        long smallest = fusing.smallest();
        FusedTensors tensors = new FusedTensors(bench, seed, smallest);
        List<long[]> shapes = new ArrayList<>(List.of(new long[0], new long[] {3, 0, 2}));
        for (int size : SIZES) {
            shapes.add(new long[] {size});
        }
        for (int more : BEYOND) {
            shapes.add(new long[] {Math.max(0, smallest + more)});
        }
        shapes.add(new long[] {2 * smallest + 3});
        shapes.add(new long[] {smallest / 35 + 1, 5, 7});
        for (long[] shape : shapes) {
            Tensor x = tensors.dense(type, shape);
            Tensor y = tensors.dense(type, shape);
            fusing.check("a chain of " + type, () -> tensors.chain(x, y, type));
        }
    }

    private static void layouts(Workbench bench, long seed, ElementType type) {
        Fusing fusing = new Fusing(bench);
        FusedTensors tensors = new FusedTensors(bench, seed, fusing.smallest());
        for (int form = 0; form < FusedTensors.FORMS; form++) {
            Tensor x = tensors.of(type, form, 0);
            Tensor y = tensors.of(type, form, 1);
            String what = "a chain of " + type + ", layouts " + form;
            fusing.check(what, () -> tensors.chain(x, y, type));
            fusing.check(what + ", exchanged", () -> tensors.chain(y, x, type));
        }
    }

    private static void mixed(Workbench bench, long seed, ElementType type) {
        Fusing fusing = new Fusing(bench);
        long smallest = fusing.smallest();
        for (int number = 0; number < CHAINS; number++) {
            long chain = seed * CHAINS + number;
            try (Workbench own = new Workbench(bench.keyway(), bench.device())) {
                FusedTensors tensors = new FusedTensors(own, chain, smallest);
                List<Tensor> inputs = tensors.mixed(type);
                fusing.check(
                        "chain " + number + " from " + type,
                        () -> tensors.randomChain(chain, inputs));
            }
        }
    }

    /** In place, to tensors that were there before, with a view in between. */
    private static void several(Workbench bench, long seed, ElementType type) {
        Fusing fusing = new Fusing(bench);
        FusedTensors tensors = new FusedTensors(bench, seed, fusing.smallest());
        Tensor x = tensors.of(type, 0, 0);
        Tensor y = tensors.of(type, 0, 1);
        DType dtype = ElementTypes.dtype(type);
        Tensor[] first = new Tensor[2];
        Tensor[] second = new Tensor[2];
        for (int i = 0; i < 2; i++) {
            first[i] = bench.keep(Ops.zeros(bench.device(), dtype, x.sizes()));
            second[i] = bench.keep(Ops.zeros(bench.device(), dtype, x.sizes()));
        }
        results(x, y, first[0], second[0]).close();
        int together =
                fusing.count(
                        () ->
                                bench.keyway()
                                        .fuse(() -> results(x, y, first[1], second[1]))
                                        .close());
        Fusing.same("the first result", bench.download(first[0]), bench.download(first[1]));
        Fusing.same("the second result", bench.download(second[0]), bench.download(second[1]));
        require(together == 0 || fusing.isOffered(), "chains that the plugin does not offer");
        Tensor turned = bench.keep(y.t());
        fusing.check("a view of a chain", () -> bench.keep(bench.keep(x.mul(y)).t()).add(turned));
        fusing.check("a chain in place", () -> bench.keep(bench.keep(x.mul(y)).add_(x)).mul_(y));
    }

    private static Tensor results(Tensor x, Tensor y, Tensor first, Tensor second) {
        Ops.mulOut(first, x, y);
        Ops.addOut(second, first, x);
        first.add_(y);
        return first.maximum(second);
    }
}
