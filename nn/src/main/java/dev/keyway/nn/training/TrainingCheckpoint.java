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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
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

    /** Saves the state after {@code at.epoch()} epochs. */
    static void save(
            Path file,
            NnModule model,
            Optimizer optimizer,
            Generator generator,
            TrainingMetadata run,
            TrainingCheckpoint at) {
        Map<String, Safetensors.Entry> tensors = new LinkedHashMap<>();
        model.stateDict()
                .forEach((name, tensor) -> tensors.put(MODEL + name, TensorFiles.entry(tensor)));
        optimizer
                .state()
                .forEach(
                        (name, tensor) -> tensors.put(OPTIMIZER + name, TensorFiles.entry(tensor)));
        Map<String, String> metadata = run.write();
        metadata.put("epoch", String.valueOf(at.epoch));
        metadata.put("best_accuracy", String.valueOf(at.bestAccuracy));
        metadata.put("generator_seed", String.valueOf(generator.seed()));
        metadata.put("generator_offset", String.valueOf(generator.offset()));
        new Safetensors(tensors, metadata).write(file);
    }

    /**
     * Restores a state; nothing is changed when the checkpoint does not fit.
     *
     * @throws CheckpointException naming every difference of architecture or options
     */
    static TrainingCheckpoint load(
            Path file,
            Device device,
            NnModule model,
            Optimizer optimizer,
            Generator generator,
            TrainingMetadata run) {
        Safetensors saved = Safetensors.read(file);
        MetadataReader metadata = new MetadataReader(file, saved.metadata());
        run.checkEqual(metadata);
        int epoch = metadata.integer("epoch", 0, run.options().epochs());
        double best = metadata.number("best_accuracy", 0, 1);
        long seed = metadata.integer("generator_seed");
        long offset = metadata.integer("generator_offset");
        checkOptimizer(metadata, saved, model);
        Map<String, Tensor> weights = TensorFiles.tensors(device, saved, MODEL);
        Map<String, Tensor> state = TensorFiles.tensors(device, saved, OPTIMIZER);
        try {
            model.loadStateDict(weights);
            optimizer.loadState(state);
        } catch (ArgumentException e) {
            throw metadata.error(e.getMessage(), e);
        } finally {
            weights.values().forEach(Tensor::close);
            state.values().forEach(Tensor::close);
        }
        generator.setState(seed, offset);
        return new TrainingCheckpoint(epoch, best);
    }

    /** SGD remembers one velocity for each parameter. */
    private static void checkOptimizer(MetadataReader metadata, Safetensors saved, NnModule model) {
        List<String> problems = new ArrayList<>();
        Map<String, Tensor> parameters = model.namedParameters();
        saved.tensors()
                .forEach(
                        (name, entry) -> {
                            if (!name.startsWith(OPTIMIZER)) {
                                if (!name.startsWith(MODEL)) {
                                    problems.add("'" + name + "' is unknown");
                                }
                                return;
                            }
                            Tensor parameter = parameters.get(name.substring(OPTIMIZER.length()));
                            if (parameter == null) {
                                problems.add("'" + name + "' is of no parameter");
                            } else if (parameter.dtype() != entry.dtype()
                                    || !Arrays.equals(parameter.sizes(), entry.sizes())) {
                                problems.add(
                                        "'"
                                                + name
                                                + "' is "
                                                + entry.dtype()
                                                + Arrays.toString(entry.sizes())
                                                + ", expected "
                                                + parameter.dtype()
                                                + Arrays.toString(parameter.sizes()));
                            }
                        });
        parameters.keySet().stream()
                .map(name -> OPTIMIZER + name)
                .filter(name -> !saved.tensors().containsKey(name))
                .forEach(name -> problems.add("'" + name + "' is missing"));
        if (!problems.isEmpty()) {
            throw metadata.error("it is of another architecture: " + String.join("; ", problems));
        }
    }
}
