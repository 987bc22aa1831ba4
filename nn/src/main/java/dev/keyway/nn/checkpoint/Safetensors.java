// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.keyway.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Named arrays in the safetensors format: the header's length as a little-endian 64-bit number, the
 * header as JSON, the elements. Files are written to a temporary name, forced to disk and renamed,
 * so that a crash leaves the old file or the new one.
 *
 * @param tensors by name
 * @param metadata strings by name
 */
public record Safetensors(Map<String, Entry> tensors, Map<String, String> metadata) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String METADATA = "__metadata__";
    private static final long LONGEST_HEADER = 100_000_000;

    /**
     * An array.
     *
     * @param dtype its dtype
     * @param sizes its shape
     * @param bytes row-major, little-endian
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Entry(DType dtype, long[] sizes, byte[] bytes) {}

    /** Copies the maps, ordered by name. */
    public Safetensors {
        tensors = new TreeMap<>(tensors);
        metadata = new TreeMap<>(metadata);
    }

    /**
     * Writes the file atomically.
     *
     * @throws CheckpointException when that fails; a file that was there before stays as it was
     */
    public void write(Path file) {
        Path target = file.toAbsolutePath();
        Path temporary = target.resolveSibling(target.getFileName() + ".tmp");
        try {
            try (FileChannel channel =
                    FileChannel.open(
                            temporary,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE)) {
                byte[] header = header();
                ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
                write(channel, length.putLong(header.length).flip());
                write(channel, ByteBuffer.wrap(header));
                for (Entry entry : tensors.values()) {
                    write(channel, ByteBuffer.wrap(entry.bytes));
                }
                channel.force(true);
            }
            Files.move(
                    temporary,
                    target,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            forceFolder(target);
        } catch (IOException e) {
            throw new CheckpointException(
                    "checkpoint "
                            + file
                            + " can't be written: "
                            + e
                            + "; choose a folder that exists and is writable",
                    e);
        }
    }

    private static void forceFolder(Path target) throws IOException {
        Path folder = target.getParent();
        if (folder != null) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    private static void write(FileChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    private byte[] header() throws JsonProcessingException {
        ObjectNode root = JSON.createObjectNode();
        ObjectNode strings = root.putObject(METADATA);
        metadata.forEach(strings::put);
        long offset = 0;
        for (Map.Entry<String, Entry> named : tensors.entrySet()) {
            Entry entry = named.getValue();
            ObjectNode node = root.putObject(named.getKey());
            node.put("dtype", entry.dtype.toString().toUpperCase(Locale.ROOT));
            ArrayNode shape = node.putArray("shape");
            Arrays.stream(entry.sizes).forEach(shape::add);
            node.putArray("data_offsets").add(offset).add(offset + entry.bytes.length);
            offset += entry.bytes.length;
        }
        String text = JSON.writeValueAsString(root);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        byte[] padded = Arrays.copyOf(bytes, (bytes.length + 7) / 8 * 8);
        Arrays.fill(padded, bytes.length, padded.length, (byte) ' ');
        return padded;
    }

    /**
     * Reads a file.
     *
     * @throws CheckpointException naming the file and what is wrong
     */
    public static Safetensors read(Path file) {
        try {
            return new Reader(file, Files.readAllBytes(file)).read();
        } catch (IOException e) {
            throw new CheckpointException("checkpoint " + file + " can't be read: " + e, e);
        }
    }

    private record Reader(Path file, byte[] bytes) {
        Safetensors read() {
            if (bytes.length < 8) {
                throw error("has " + bytes.length + " bytes, too short for a header");
            }
            long length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
            if (length < 2 || length > LONGEST_HEADER || length > bytes.length - 8) {
                throw error(
                        "states a header of " + length + " bytes, the file has " + bytes.length);
            }
            JsonNode root = parse((int) length);
            int start = 8 + (int) length;
            Map<String, Entry> tensors = new TreeMap<>();
            Map<String, String> metadata = new TreeMap<>();
            TreeMap<Long, Long> ranges = new TreeMap<>();
            root.properties()
                    .forEach(
                            field -> {
                                if (field.getKey().equals(METADATA)) {
                                    field.getValue()
                                            .properties()
                                            .forEach(
                                                    s ->
                                                            metadata.put(
                                                                    s.getKey(),
                                                                    s.getValue().asText()));
                                } else {
                                    Entry entry =
                                            entry(field.getKey(), field.getValue(), start, ranges);
                                    tensors.put(field.getKey(), entry);
                                }
                            });
            checkCovered(ranges, bytes.length - start);
            return new Safetensors(tensors, metadata);
        }

        private JsonNode parse(int length) {
            try {
                JsonNode root = JSON.readTree(new String(bytes, 8, length, StandardCharsets.UTF_8));
                if (root == null || !root.isObject()) {
                    throw error("has a header that is no JSON object");
                }
                return root;
            } catch (JsonProcessingException e) {
                throw new CheckpointException(
                        "checkpoint " + file + " has a corrupt header: " + e.getOriginalMessage(),
                        e);
            }
        }

        private Entry entry(String name, JsonNode node, int start, TreeMap<Long, Long> ranges) {
            DType dtype = dtype(name, node.path("dtype").asText());
            JsonNode shape = node.path("shape");
            JsonNode offsets = node.path("data_offsets");
            if (!shape.isArray() || !offsets.isArray() || offsets.size() != 2) {
                throw error("has an entry '" + name + "' without shape or data_offsets");
            }
            long[] sizes = new long[shape.size()];
            long need = dtype.itemSize();
            for (int d = 0; d < sizes.length; d++) {
                sizes[d] = shape.get(d).asLong(-1);
                if (sizes[d] < 0) {
                    throw error("has an entry '" + name + "' with size " + shape.get(d));
                }
                need = Math.multiplyExact(need, sizes[d]);
            }
            long from = offsets.get(0).asLong(-1);
            long to = offsets.get(1).asLong(-1);
            if (from < 0 || to < from || to > bytes.length - start || to - from != need) {
                throw error(
                        "has an entry '"
                                + name
                                + "' at bytes "
                                + from
                                + " to "
                                + to
                                + " of "
                                + (bytes.length - start)
                                + ", its shape "
                                + Arrays.toString(sizes)
                                + " of "
                                + dtype
                                + " needs "
                                + need);
            }
            if (need > 0 && ranges.put(from, to) != null) {
                throw error("has entries that overlap at byte " + from);
            }
            byte[] data = Arrays.copyOfRange(bytes, start + (int) from, start + (int) to);
            return new Entry(dtype, sizes, data);
        }

        private DType dtype(String name, String text) {
            for (DType dtype : DType.values()) {
                if (dtype.toString().toUpperCase(Locale.ROOT).equals(text)) {
                    return dtype;
                }
            }
            throw error("has an entry '" + name + "' of unknown dtype '" + text + "'");
        }

        private void checkCovered(TreeMap<Long, Long> ranges, long end) {
            long at = 0;
            for (Map.Entry<Long, Long> range : ranges.entrySet()) {
                if (range.getKey() != at) {
                    throw error(
                            (range.getKey() < at ? "has entries that overlap" : "has a gap")
                                    + " at byte "
                                    + Math.min(at, range.getKey()));
                }
                at = range.getValue();
            }
            if (at != end) {
                throw error("has " + (end - at) + " bytes behind the last entry");
            }
        }

        private CheckpointException error(String what) {
            return new CheckpointException("checkpoint " + file + " " + what);
        }
    }
}
