// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.DType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A process that saves checkpoints over a file, tells when the first is done, and goes on until it
 * is killed or has saved enough. Version n holds many tensors with all bytes n, and n in its
 * metadata.
 */
final class SavingProcess {
    static final String READY = "ready";

    /** Many writes make it likely that a process is killed between two. */
    private static final int TENSORS = 2000;

    private static final int ELEMENTS = 2003;

    private SavingProcess() {}

    /** Arguments: the file, the first version, how many to save. */
    public static void main(String[] arguments) {
        Path file = Path.of(arguments[0]);
        long first = Long.parseLong(arguments[1]);
        long count = Long.parseLong(arguments[2]);
        try {
            for (long version = first; version < first + count; version++) {
                checkpoint(version).write(file);
                if (version == first) {
                    System.out.println(READY);
                }
            }
        } catch (CheckpointException e) {
            System.out.println(e.getMessage());
            System.exit(4);
        }
    }

    static Safetensors checkpoint(long version) {
        byte[] elements = new byte[ELEMENTS];
        Arrays.fill(elements, (byte) version);
        Safetensors.Entry entry = new Safetensors.Entry(DType.U8, new long[] {ELEMENTS}, elements);
        Map<String, Safetensors.Entry> tensors = new HashMap<>();
        for (int i = 0; i < TENSORS; i++) {
            tensors.put("model." + i, entry);
        }
        return new Safetensors(tensors, Map.of("version", String.valueOf(version)));
    }

    /** Reads the checkpoint, checks that it is whole, and tells its version. */
    static long check(Path file) {
        Safetensors read = Safetensors.read(file);
        long version = Long.parseLong(read.metadata().getOrDefault("version", "none"));
        Safetensors expected = checkpoint(version);
        assertEquals(expected.tensors().keySet(), read.tensors().keySet());
        expected.tensors()
                .forEach(
                        (name, entry) ->
                                assertArrayEquals(entry.bytes(), read.tensor(name).bytes(), name));
        return version;
    }

    /** Starts such a process; the command is put before the call of java. */
    static Process start(List<String> before, Path file, long first, long count)
            throws IOException {
        List<String> command = new ArrayList<>(before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx200m"));
        command.addAll(List.of("-XX:-UsePerfData", "-cp", System.getProperty("java.class.path")));
        command.add(SavingProcess.class.getName());
        command.addAll(List.of(file.toString(), String.valueOf(first), String.valueOf(count)));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }
}
