// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.DType;
import dev.keyway.nn.checkpoint.CheckpointException;
import dev.keyway.nn.checkpoint.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A checkpoint that does not fit is refused with one line that names each difference. */
class ResumeMismatchTest extends TrainingFixture {
    private static final String WEIGHT = "10.weight";

    @TempDir static Path checkpoints;
    private static Safetensors right;

    @BeforeAll
    static void save() {
        Path file = checkpoints.resolve("right");
        train(options(1, file, null), new Recording());
        right = Safetensors.read(file);
    }

    private static void fails(TrainingOptions options, String... parts) {
        CheckpointException error =
                assertThrows(CheckpointException.class, () -> train(options, new Recording()));
        String message = error.getMessage();
        assertTrue(message.startsWith("checkpoint " + options.resume() + " "), message);
        assertEquals(1, message.lines().count(), message);
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }

    private void tensorsFail(Consumer<Map<String, Safetensors.Entry>> change, String... parts) {
        Map<String, Safetensors.Entry> tensors = new TreeMap<>(right.tensors());
        change.accept(tensors);
        Path file = folder.resolve("changed");
        new Safetensors(tensors, right.metadata()).write(file);
        fails(options(1, null, file), parts);
    }

    private Path metadata(String name, String value) {
        Map<String, String> metadata = new TreeMap<>(right.metadata());
        metadata.put(name, value);
        Path file = folder.resolve("changed");
        new Safetensors(right.tensors(), metadata).write(file);
        return file;
    }

    private static Safetensors.Entry zeros(DType dtype, long... sizes) {
        int count = dtype.itemSize();
        for (long size : sizes) {
            count *= (int) size;
        }
        return new Safetensors.Entry(dtype, sizes, new byte[count]);
    }

    @Test
    void otherWeights() {
        String name = "model." + WEIGHT;
        tensorsFail(t -> t.remove(name), "architecture", "'" + WEIGHT + "' is missing");
        tensorsFail(t -> t.put("model.x", zeros(DType.F32, 2)), "'x' is unknown");
        tensorsFail(t -> t.put(name, zeros(DType.F32, 10, 99)), WEIGHT, "f32[10, 99]", "3136]");
        tensorsFail(t -> t.put(name, zeros(DType.F64, 10, 3136)), WEIGHT, "f64", "expected f32");
        tensorsFail(t -> t.put("other", zeros(DType.F32, 2)), "'other' is unknown");
        tensorsFail(Map::clear, "missing");
    }

    @Test
    void otherStateOfTheOptimizer() {
        String name = "optimizer." + WEIGHT;
        tensorsFail(t -> t.remove(name), "'" + name + "' is missing");
        tensorsFail(t -> t.put(name + ".exp_avg", zeros(DType.F32, 2)), "is of no parameter");
        tensorsFail(t -> t.put(name, zeros(DType.F32, 3136, 10)), name, "[3136, 10]", "3136]");
    }

    @Test
    void otherOptions() {
        Path file = checkpoints.resolve("right");
        fails(new TrainingOptions(data, 1, 30, 0.02, 2, null, file, 0), "seed is 1 there, 2 here");
        fails(new TrainingOptions(data, 1, 31, 0.02, 1, null, file, 0), "batch_size is 30 there");
        fails(new TrainingOptions(data, 1, 30, 0.03, 1, null, file, 0), "lr is 0.02 there, 0.03");
        fails(new TrainingOptions(data, 1, 30, 0.02, 1, null, file, 90), "limit is 0 there, 90");
        fails(new TrainingOptions(data, 1, 9, 0.02, 7, null, file, 0), "seed", "batch_size");
    }

    @Test
    void otherData() throws IOException {
        Path others = Files.createDirectory(folder.resolve("others"));
        FewImages.write(others, IMAGES, 60);
        Path labels = others.resolve("train-labels-idx1-ubyte");
        byte[] bytes = Files.readAllBytes(labels);
        bytes[20] = (byte) ((bytes[20] + 1) % 10);
        Files.write(labels, bytes);
        Path file = checkpoints.resolve("right");
        fails(new TrainingOptions(others, 1, 30, 0.02, 1, null, file, 0), "data is 297+33 images");
    }

    @ParameterizedTest
    @CsvSource({
        "epoch, 2",
        "epoch, -1",
        "epoch, 4294967297",
        "epoch, one",
        "epoch, ''",
        "best_accuracy, NaN",
        "best_accuracy, 1.5",
        "best_accuracy, high",
        "generator_seed, x",
        "generator_offset, 1e3",
        "format, other"
    })
    void brokenMetadata(String name, String value) {
        fails(options(1, null, metadata(name, value)), name, "'" + value + "'");
    }

    @ParameterizedTest
    @CsvSource({
        "epochs, 0",
        "batch_size, 0",
        "batch_size, -1",
        "lr, -1",
        "lr, NaN",
        "limit, -1",
        "seed, x",
        "format, other"
    })
    void brokenOptions(String name, String value) {
        Path file = metadata(name, value);
        CheckpointException error =
                assertThrows(CheckpointException.class, () -> TrainingOptions.resume(file, data));
        assertTrue(error.getMessage().contains(name), error.getMessage());
    }

    @Test
    void aFileThatIsOfNoTrainingRun() throws IOException {
        Path file = folder.resolve("weights");
        new Safetensors(right.tensors(), Map.of("format", "pt")).write(file);
        byte[] before = Files.readAllBytes(file);
        fails(options(1, file, file), "format is 'pt'");
        assertArrayEquals(before, Files.readAllBytes(file));
        new Safetensors(right.tensors(), Map.of()).write(file);
        fails(options(1, null, file), "not of a training run");
        Path corrupt = Files.write(folder.resolve("corrupt"), new byte[100]);
        fails(options(1, corrupt, corrupt), "header");
        assertArrayEquals(new byte[100], Files.readAllBytes(corrupt));
    }
}
