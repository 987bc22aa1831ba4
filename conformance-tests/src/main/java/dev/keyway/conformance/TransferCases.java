// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import static dev.keyway.conformance.DeviceCases.require;

import dev.keyway.Device;
import dev.keyway.Tensor;
import dev.keyway.spi.Registration;

import java.util.Arrays;

/** Copies between host and device, of all sizes, and to every other device and back. */
final class TransferCases {
    private static final int[] SIZES = {0, 1, 2, 15, 16, 17, 1_023, 65_537, 300_007};

    private TransferCases() {}

    static void add(DeviceCases.Group group) {
        for (int size : SIZES) {
            group.add(size + " numbers to the device and back", size, b -> roundTrip(b, size));
        }
        group.add("a part of a tensor to the host", 1_000, TransferCases::part);
        group.add("to every other device and back", 1_000, TransferCases::otherDevices);
    }

    private static float[] numbers(int size) {
        float[] numbers = new float[size];
        for (int i = 0; i < size; i++) {
            numbers[i] = i + 0.5f;
        }
        return numbers;
    }

    private static void equal(float[] actual, float[] expected) {
        int at = Arrays.mismatch(actual, expected);
        require(
                at < 0,
                "of " + expected.length + " numbers the one at " + at + " came back changed");
    }

    /** Of two tensors with unlike numbers, so that memory that both have shows. */
    private static void roundTrip(Workbench bench, int size) {
        float[] numbers = numbers(size);
        float[] others = numbers(size + 1);
        for (int i = 0; i < others.length; i++) {
            others[i] = -others[i];
        }
        Tensor x = bench.keep(bench.keyway().tensor(bench.device(), numbers, size));
        Tensor y = bench.keep(bench.keyway().tensor(bench.device(), others, size + 1));
        equal(x.toFloatArray(), numbers);
        equal(y.toFloatArray(), others);
    }

    private static void part(Workbench bench) {
        float[] numbers = numbers(1_000);
        Tensor x = bench.keep(bench.keyway().tensor(bench.device(), numbers, 1_000));
        Tensor middle = bench.keep(x.slice(0, 100L, 900L, 1));
        equal(middle.toFloatArray(), Arrays.copyOfRange(numbers, 100, 900));
        Tensor row = bench.keep(bench.keep(x.view(10, 100)).select(0, 7));
        equal(row.toFloatArray(), Arrays.copyOfRange(numbers, 700, 800));
    }

    /** One of them is the suite's own, so that there is another device in any case. */
    private static void otherDevices(Workbench bench) {
        float[] numbers = numbers(1_000);
        Tensor x = bench.keep(bench.keyway().tensor(bench.device(), numbers, 20, 50));
        float[] turned = bench.keep(x.t()).toFloatArray();
        try (Registration _ = bench.keyway().register(new Neighbour(), Neighbour.PLUGIN)) {
            for (Device other : bench.keyway().devices()) {
                if (other != bench.device()) {
                    thereAndBack(x, bench.device(), other, numbers, turned);
                }
            }
        }
    }

    private static void thereAndBack(
            Tensor x, Device here, Device other, float[] numbers, float[] turned) {
        try (Tensor there = x.to(other);
                Tensor back = there.to(here);
                Tensor transposed = x.t();
                Tensor view = transposed.to(other);
                Tensor viewBack = view.to(here)) {
            equal(there.toFloatArray(), numbers);
            equal(back.toFloatArray(), numbers);
            equal(viewBack.toFloatArray(), turned);
        }
    }
}
