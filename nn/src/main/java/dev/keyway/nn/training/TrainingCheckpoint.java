// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.training;

import dev.keyway.ArgumentException;
import dev.keyway.Device;
import dev.keyway.Generator;
import dev.keyway.Tensor;
import dev.keyway.nn.NnModule;
import dev.keyway.nn.checkpoint.CheckpointException;
import dev.keyway.nn.checkpoint.Safetensors;
import dev.keyway.nn.checkpoint.TensorFiles;
import dev.keyway.nn.optim.Optimizer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * All that a run needs to go on exactly: model, optimizer, epoch, generator.
 *
 * @param epoch epochs done
 * @param bestAccuracy the best on the held-out images so far
 */
record TrainingCheckpoint(int epoch, double bestAccuracy) {
    private static final String MODEL = "model.";
    private static final String OPTIMIZER = "optimizer.";

    static void save(
            Path file,
            NnModule model,
            Optimizer optimizer,
            Generator generator,
            TrainingOptions options,
            TrainingCheckpoint at) {
        Map<String, Safetensors.Entry> tensors = new LinkedHashMap<>();
        model.stateDict()
                .forEach((name, tensor) -> tensors.put(MODEL + name, TensorFiles.entry(tensor)));
        optimizer
                .state()
                .forEach(
                        (name, tensor) -> tensors.put(OPTIMIZER + name, TensorFiles.entry(tensor)));
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("format", "keyway-training-1");
        metadata.put("epoch", String.valueOf(at.epoch));
        metadata.put("best_accuracy", String.valueOf(at.bestAccuracy));
        metadata.put("generator_seed", String.valueOf(generator.seed()));
        metadata.put("generator_offset", String.valueOf(generator.offset()));
        metadata.put("seed", String.valueOf(options.seed()));
        metadata.put("epochs", String.valueOf(options.epochs()));
        metadata.put("batch_size", String.valueOf(options.batchSize()));
        metadata.put("lr", String.valueOf(options.lr()));
        metadata.put("limit", String.valueOf(options.limit()));
        new Safetensors(tensors, metadata).write(file);
    }

    static TrainingCheckpoint load(
            Path file, Device device, NnModule model, Optimizer optimizer, Generator generator) {
        Safetensors saved = Safetensors.read(file);
        Map<String, Tensor> weights = TensorFiles.tensors(device, saved, MODEL);
        Map<String, Tensor> state = TensorFiles.tensors(device, saved, OPTIMIZER);
        try {
            model.loadStateDict(weights);
            optimizer.loadState(state);
            generator.setState(
                    number(file, saved, "generator_seed"), number(file, saved, "generator_offset"));
            String best = saved.metadata().getOrDefault("best_accuracy", "0");
            return new TrainingCheckpoint(
                    (int) number(file, saved, "epoch"), Double.parseDouble(best));
        } catch (ArgumentException | NumberFormatException e) {
            throw new CheckpointException(
                    "checkpoint " + file + " does not fit: " + e.getMessage(), e);
        } finally {
            weights.values().forEach(Tensor::close);
            state.values().forEach(Tensor::close);
        }
    }

    /** The options of the run that saved the checkpoint. */
    static TrainingOptions options(Path file, Path data) {
        Safetensors saved = Safetensors.read(file);
        try {
            return new TrainingOptions(
                    data,
                    Math.toIntExact(number(file, saved, "epochs")),
                    Math.toIntExact(number(file, saved, "batch_size")),
                    Double.parseDouble(saved.metadata().getOrDefault("lr", "")),
                    number(file, saved, "seed"),
                    null,
                    file,
                    Math.toIntExact(number(file, saved, "limit")));
        } catch (ArithmeticException | IllegalArgumentException e) {
            throw new CheckpointException(
                    "checkpoint " + file + " does not fit: " + e.getMessage(), e);
        }
    }

    private static long number(Path file, Safetensors saved, String name) {
        String text = saved.metadata().get(name);
        if (text == null) {
            throw new CheckpointException(
                    "checkpoint " + file + " has no '" + name + "'; it is not of a training run");
        }
        return Long.parseLong(text);
    }
}
