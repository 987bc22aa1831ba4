// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.training;

import dev.keyway.nn.checkpoint.Safetensors;
import dev.keyway.nn.data.ImageDataset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * What decides a run's bits and can't change in its middle, as a checkpoint keeps it.
 *
 * @param options the run's options
 * @param data checksum of the images it trains on and holds out
 */
record TrainingMetadata(TrainingOptions options, String data) {
    private static final String FORMAT = "keyway-training-1";

    static TrainingMetadata of(
            TrainingOptions options, ImageDataset train, ImageDataset validation) {
        CRC32 crc = new CRC32();
        for (ImageDataset part : List.of(train, validation)) {
            crc.update(part.images());
            crc.update(part.labels());
        }
        return new TrainingMetadata(
                options,
                "%d+%d images, CRC-32 %08x"
                        .formatted(train.count(), validation.count(), crc.getValue()));
    }

    /** As texts by name. */
    Map<String, String> write() {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("format", FORMAT);
        metadata.put("epochs", String.valueOf(options.epochs()));
        metadata.putAll(fixed());
        return metadata;
    }

    private Map<String, String> fixed() {
        Map<String, String> fixed = new LinkedHashMap<>();
        fixed.put("seed", String.valueOf(options.seed()));
        fixed.put("batch_size", String.valueOf(options.batchSize()));
        fixed.put("lr", String.valueOf(options.lr()));
        fixed.put("limit", String.valueOf(options.limit()));
        fixed.put("data", data);
        return fixed;
    }

    /** Only the number of epochs may be another, so that a run can be prolonged. */
    void checkEqual(MetadataReader saved) {
        checkFormat(saved);
        List<String> problems = new ArrayList<>();
        fixed().forEach(
                        (name, here) -> {
                            String there = saved.text(name);
                            if (!there.equals(here)) {
                                problems.add(name + " is " + there + " there, " + here + " here");
                            }
                        });
        if (!problems.isEmpty()) {
            throw saved.error(
                    "it is of a run with other options: "
                            + String.join("; ", problems)
                            + "; use the same ones, or start a new run");
        }
    }

    private static void checkFormat(MetadataReader saved) {
        String format = saved.text("format");
        if (!format.equals(FORMAT)) {
            throw saved.error("its format is '" + format + "', expected '" + FORMAT + "'");
        }
    }

    /** The options of the run that saved a checkpoint, to go on from it. */
    static TrainingOptions options(Path file, Path data) {
        MetadataReader saved = new MetadataReader(file, Safetensors.read(file).metadata());
        checkFormat(saved);
        return new TrainingOptions(
                data,
                saved.integer("epochs", 1, Integer.MAX_VALUE),
                saved.integer("batch_size", 1, Integer.MAX_VALUE),
                saved.number("lr", Double.MIN_VALUE, Double.MAX_VALUE),
                saved.integer("seed"),
                null,
                file,
                saved.integer("limit", 0, Integer.MAX_VALUE));
    }
}
