// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers.onnx;

import dev.keyway.bench.models.ResNet18;

/** Models by ONNX Runtime alone. */
public final class PeerModels {
    private PeerModels() {}

    /** Our ResNet-18 as an ONNX model. */
    public static byte[] resNet18(ResNet18 model, int batch) {
        return ResNet18Onnx.of(model, batch);
    }

    /** Inference of such a model on one image. */
    public static Runnable resNet18(byte[] file, float[] image, int threads) {
        OnnxRuntime session = new OnnxRuntime(file, threads, "logits", 1, ResNet18.CLASSES);
        session.input("image", image, 1, 3, 224, 224);
        return session::run;
    }
}
