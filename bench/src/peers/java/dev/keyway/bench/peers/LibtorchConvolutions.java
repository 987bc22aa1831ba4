// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers;

import ai.djl.ndarray.NDArray;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.bench.compare.ContestFamily;
import dev.keyway.bench.peers.ConvolutionContest.Shape;
import dev.keyway.bench.peers.LibtorchFunction.Setup;
import dev.keyway.bench.peers.LibtorchFunction.Work;
import java.util.ArrayList;
import java.util.List;

/** Gradients of the convolutions of ResNet-18, and transposed ones, against libtorch. */
public final class LibtorchConvolutions implements ContestFamily {
    /** Channels, side of the image, output channels, window, stride and padding. */
    private static final int[][] RESNET_18 = {
        {3, 224, 64, 7, 2, 3},
        {64, 56, 64, 3, 1, 1},
        {64, 56, 128, 3, 2, 1},
        {64, 56, 128, 1, 2, 0},
        {128, 28, 128, 3, 1, 1},
        {128, 28, 256, 3, 2, 1},
        {128, 28, 256, 1, 2, 0},
        {256, 14, 256, 3, 1, 1},
        {256, 14, 512, 3, 2, 1},
        {256, 14, 512, 1, 2, 0},
        {512, 7, 512, 3, 1, 1}
    };

    private static final long[] ONES = {1, 1};
    private static final long[] NONE = {0, 0};
    private static final String BACKWARD =
            "_ZN2at4_ops20convolution_backward4callERKNS_6TensorES4_S4_N3c1016OptionalArrayRefINS5_6Sy"
                    + "mIntEEENS5_8ArrayRefIS7_EESA_SA_bSA_S7_St5arrayIbLm3EE";
    private static final String FORWARD =
            "_ZN2at4_ops11convolution4callERKNS_6TensorES4_RKSt8optionalIS2_EN3c108ArrayRefINS9_6SymIn"
                    + "tEEESC_SC_bSC_SB_";

    private final List<Entry> entries = new ArrayList<>();

    /** For {@code ServiceLoader}. */
    public LibtorchConvolutions() {
        for (int batch : new int[] {1, 8}) {
            for (int[] of : RESNET_18) {
                Shape shape = new Shape(batch, of[0], of[1], of[2], of[3], of[4], of[5], 1);
                backward(shape, true);
                backward(shape, false);
            }
            transposed(batch);
        }
    }

    @Override
    public String peer() {
        return "libtorch";
    }

    @Override
    public List<Entry> entries() {
        return entries;
    }

    private void add(String name, boolean quick, double products, String function, Setup setup) {
        entries.add(
                new Entry(
                        name,
                        quick,
                        threads ->
                                new LibtorchFunction(
                                        threads, products, "GFLOP/s", function, setup)));
    }

    private static float[] numbers(long seed, long... sizes) {
        return Numbers.normal((int) (sizes[0] * sizes[1] * sizes[2] * sizes[3]), seed);
    }

    private void backward(Shape shape, boolean ofInput) {
        int out = shape.out();
        long[] image = {shape.n(), shape.c(), shape.size(), shape.size()};
        long[] filter = {shape.k(), shape.c(), shape.window(), shape.window()};
        long[] result = {shape.n(), shape.k(), out, out};
        long[] stride = {shape.stride(), shape.stride()};
        long[] padding = {shape.padding(), shape.padding()};
        double places = (double) shape.n() * out * out;
        double taps = shape.window() * shape.window();
        String kind = (ofInput ? " input" : " weight") + " gradient at ";
        add(
                shape.toString().replace(" at ", kind),
                shape.n() == 1 && shape.c() == 128 && shape.stride() == 1,
                2 * places * shape.c() * shape.k() * taps,
                "at::convolution_backward",
                (ours, torch) -> {
                    Tensor input = ours.tensor(numbers(1, image), image);
                    Tensor weight = ours.tensor(numbers(2, filter), filter);
                    Tensor gradient = ours.tensor(numbers(3, result), result);
                    TorchCall call =
                            new TorchCall(torch, BACKWARD, 3)
                                    .tensor(torch.tensor(numbers(3, result), result))
                                    .tensor(torch.tensor(numbers(1, image), image))
                                    .tensor(torch.tensor(numbers(2, filter), filter))
                                    .optionalList()
                                    .list(stride)
                                    .list(padding)
                                    .list(ONES)
                                    .flag(false)
                                    .list(NONE)
                                    .symbolic(1)
                                    .flags(ofInput, !ofInput, false);
                    return ofInput
                            ? new Work(
                                    () ->
                                            Ops.convolutionBackwardInput(
                                                    gradient, weight, image, stride, padding, ONES,
                                                    1),
                                    call,
                                    () -> call.result(0),
                                    Math.sqrt(taps * shape.k()))
                            : new Work(
                                    () ->
                                            Ops.convolutionBackwardWeight(
                                                    gradient, input, filter, stride, padding, ONES,
                                                    1),
                                    call,
                                    () -> call.result(1),
                                    Math.sqrt(places));
                });
    }

    private void transposed(int batch) {
        long[] image = {batch, 128, 28, 28};
        long[] filter = {128, 64, 2, 2};
        long[] stride = {2, 2};
        add(
                "transposed conv 128->64 2x2/2 at 28 batch " + batch,
                batch == 1,
                2.0 * batch * 28 * 28 * 128 * 64 * 4,
                "at::convolution",
                (ours, torch) -> {
                    Tensor input = ours.tensor(numbers(1, image), image);
                    Tensor weight = ours.tensor(numbers(2, filter), filter);
                    NDArray theirInput = torch.tensor(numbers(1, image), image);
                    TorchCall call =
                            new TorchCall(torch, FORWARD, 1)
                                    .tensor(theirInput)
                                    .tensor(torch.tensor(numbers(2, filter), filter))
                                    .optional(null)
                                    .list(stride)
                                    .list(NONE)
                                    .list(ONES)
                                    .flag(true)
                                    .list(NONE)
                                    .symbolic(1);
                    return new Work(
                            () -> Ops.convTranspose2d(input, weight, null, stride),
                            call,
                            () -> call.result(0),
                            Math.sqrt(128));
                });
    }
}
