// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.KeywayBuilder;
import dev.keyway.nn.training.FashionMnistTraining;
import dev.keyway.nn.training.TrainingOptions;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Does what {@link TrainCommand} says; apart, so that other commands do not load the training. */
final class TrainRun {
    private final TrainCommand command;
    private final Terminal terminal;

    TrainRun(TrainCommand command, Terminal terminal) {
        this.command = command;
        this.terminal = terminal;
    }

    void run(TrainingOptions options) {
        Integer threads = command.threads();
        KeywayBuilder builder = Keyway.builder().fallback(command.fallback.policy());
        if (threads != null) {
            builder = builder.threads(threads);
        }
        try (Keyway keyway = command.common.open(terminal, builder)) {
            CommonOptions.warn(terminal, keyway.deviceStatus());
            Device device = command.device.find(keyway, terminal);
            boolean json = command.common.json();
            try (TrainingOutput output = new TrainingOutput(terminal, device, json)) {
                double accuracy = new FashionMnistTraining(device, options, output).run();
                output.close();
                FallbackOption.print(terminal, keyway);
                if (json) {
                    Map<String, Object> result = result(device, options, output, accuracy);
                    result.put("fallbacks", keyway.fallbackLedger());
                    Json.print(terminal.out(), result);
                } else {
                    terminal.out()
                            .println(String.format(Locale.ROOT, "test accuracy: %.4f", accuracy));
                }
            }
        }
    }

    private static Map<String, Object> result(
            Device device, TrainingOptions options, TrainingOutput output, double accuracy) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("device", device.name());
        result.put("seed", options.seed());
        result.put("batchSize", options.batchSize());
        result.put("lr", options.lr());
        result.put("epochs", output.epochs());
        if (options.save() != null) {
            result.put("checkpoint", options.save().toString());
        }
        result.put("testAccuracy", accuracy);
        return result;
    }
}
