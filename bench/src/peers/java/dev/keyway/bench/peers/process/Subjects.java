// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers.process;

import dev.keyway.DType;
import dev.keyway.Generator;
import dev.keyway.Keyway;
import dev.keyway.MemoryFormat;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.bench.models.MiniLm;
import dev.keyway.bench.models.ResNet18;
import dev.keyway.bench.peers.Numbers;
import dev.keyway.bench.peers.onnx.PeerModels;
import dev.keyway.bench.peers.training.PeerTraining;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The subjects by name. */
final class Subjects {
    private static final int BATCH = 8;
    private static final int IMAGE = 3 * 224 * 224;

    private Subjects() {}

    /** ResNet-18 for one image as an ONNX model. */
    static byte[] resNet18() {
        try (Keyway keyway = Keyway.open()) {
            ResNet18 model = model(keyway);
            return PeerModels.resNet18(model, 1);
        }
    }

    private static ResNet18 model(Keyway keyway) {
        Generator generator = new Generator(1);
        ResNet18 model = new ResNet18(keyway.device("cpu"), generator);
        model.randomizeNorms(generator);
        return model;
    }

    static Subject open(String name, int threads, Path file) throws IOException {
        return switch (name) {
            case "keyway-inference" -> new OurInference(threads);
            case "onnxruntime-inference" -> {
                Runnable run =
                        PeerModels.resNet18(
                                Files.readAllBytes(file), Numbers.normal(IMAGE, 1), threads);
                yield of(run);
            }
            case "keyway-encoder" -> new OurEncoder(threads);
            case "keyway-training" -> of(PeerTraining.ours(BATCH, threads));
            case "libtorch-training" -> of(PeerTraining.libtorch(BATCH, threads));
            default -> throw new IllegalArgumentException("no subject is called " + name);
        };
    }

    private static Subject of(Runnable run) {
        return new Subject() {
            @Override
            public void run() {
                run.run();
            }

            @Override
            public void close() {}
        };
    }

    private static final class OurInference implements Subject {
        private final Keyway keyway;
        private final ResNet18 model;
        private final Tensor image;

        OurInference(int threads) {
            keyway = Keyway.builder().threads(threads).open();
            model = model(keyway);
            model.fuse();
            image = keyway.tensor(keyway.device("cpu"), Numbers.normal(IMAGE, 1), 1, 3, 224, 224);
        }

        @Override
        public void run() {
            try (var scope = keyway.noGrad();
                    Tensor ordered = image.contiguous(MemoryFormat.CHANNELS_LAST)) {
                model.forward(ordered).close();
            }
        }

        @Override
        public void close() {
            image.close();
            model.close();
            keyway.close();
        }
    }

    /** The size of MiniLM on one text of 128 words, with random weights. */
    private static final class OurEncoder implements Subject {
        private static final long WORDS = 128;

        private final Keyway keyway;
        private final MiniLm model;
        private final Tensor text;

        OurEncoder(int threads) {
            keyway = Keyway.builder().threads(threads).open();
            model = new MiniLm(keyway.device("cpu"));
            model.eval();
            text = Ops.zeros(keyway.device("cpu"), DType.I64, 1, WORDS);
        }

        @Override
        public void run() {
            try (var scope = keyway.noGrad()) {
                model.forward(text).close();
            }
        }

        @Override
        public void close() {
            text.close();
            model.close();
            keyway.close();
        }
    }
}
