// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.keyway.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The JSON header of a safetensors file.
 *
 * @param slots where each tensor lies, by name
 * @param metadata strings by name
 */
record SafetensorsHeader(Map<String, Slot> slots, Map<String, String> metadata) {
    static final String METADATA = "__metadata__";

    private static final int LARGEST = Integer.MAX_VALUE - 16;
    private static final int LONGEST_QUOTE = 80;
    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    /**
     * A tensor's place.
     *
     * @param from its first byte, counted from the end of the header
     * @param nbytes its size
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Slot(DType dtype, long[] sizes, long from, long nbytes) {}

    /** What is wrong, without the file's name. */
    static final class FormatException extends IOException {
        private static final long serialVersionUID = 1L;

        FormatException(String message) {
            super(message);
        }

        FormatException(String message, Throwable cause) {
            super(message, cause);
        }

        @Override
        public String getMessage() {
            return String.valueOf(super.getMessage());
        }
    }

    /** The widest elements first, then by name, so that each tensor's elements are aligned. */
    static List<Map.Entry<String, Safetensors.Entry>> ordered(Safetensors file) {
        List<Map.Entry<String, Safetensors.Entry>> all = new ArrayList<>(file.tensors().entrySet());
        all.sort(Comparator.comparingInt(named -> -named.getValue().dtype().itemSize()));
        return all;
    }

    /** The header of a file, padded with spaces to a multiple of 8. */
    static byte[] write(Safetensors file) {
        ObjectNode root = JSON.createObjectNode();
        ObjectNode strings = root.putObject(METADATA);
        file.metadata().forEach(strings::put);
        long offset = 0;
        for (Map.Entry<String, Safetensors.Entry> named : ordered(file)) {
            Safetensors.Entry entry = named.getValue();
            ObjectNode node = root.putObject(named.getKey());
            node.put("dtype", name(entry.dtype()));
            ArrayNode shape = node.putArray("shape");
            Arrays.stream(entry.sizes()).forEach(shape::add);
            node.putArray("data_offsets").add(offset).add(offset + entry.bytes().length);
            offset += entry.bytes().length;
        }
        byte[] bytes = root.toString().getBytes(StandardCharsets.UTF_8);
        byte[] padded = Arrays.copyOf(bytes, Math.ceilDiv(bytes.length, 8) * 8);
        Arrays.fill(padded, bytes.length, padded.length, (byte) ' ');
        return padded;
    }

    /**
     * Parses and checks a header: every tensor's bytes fit its shape, and together they cover the
     * data once.
     *
     * @param dataBytes bytes of the file behind the header
     */
    static SafetensorsHeader parse(byte[] bytes, long dataBytes) throws FormatException {
        JsonNode root = json(bytes);
        Map<String, Slot> slots = new TreeMap<>();
        Map<String, String> metadata = new TreeMap<>();
        TreeMap<Long, Slot> ranges = new TreeMap<>();
        for (Map.Entry<String, JsonNode> field : root.properties()) {
            if (field.getKey().equals(METADATA)) {
                metadata(field.getValue(), metadata);
                continue;
            }
            Slot slot = slot(quote(field.getKey()), field.getValue(), dataBytes);
            slots.put(field.getKey(), slot);
            if (slot.nbytes > 0 && ranges.put(slot.from, slot) != null) {
                throw new FormatException("has entries that overlap at byte " + slot.from);
            }
        }
        checkCovered(ranges, dataBytes);
        return new SafetensorsHeader(slots, metadata);
    }

    private static JsonNode json(byte[] bytes) throws FormatException {
        if (bytes[0] != '{') {
            throw new FormatException("has a header that does not start with '{'");
        }
        try {
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            return JSON.readTree(text);
        } catch (CharacterCodingException e) {
            throw new FormatException("has a header that is no UTF-8", e);
        } catch (JsonProcessingException e) {
            throw new FormatException("has a corrupt header: " + e.getOriginalMessage(), e);
        }
    }

    private static void metadata(JsonNode node, Map<String, String> metadata)
            throws FormatException {
        if (!node.isObject()) {
            throw new FormatException("has " + METADATA + " that is no JSON object");
        }
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            if (!field.getValue().isTextual()) {
                throw new FormatException("has metadata " + quote(field.getKey()) + " of no text");
            }
            metadata.put(field.getKey(), field.getValue().textValue());
        }
    }

    private static Slot slot(String name, JsonNode node, long dataBytes) throws FormatException {
        DType dtype = dtype(name, node.path("dtype"));
        JsonNode shape = node.path("shape");
        JsonNode offsets = node.path("data_offsets");
        if (!shape.isArray() || !offsets.isArray() || offsets.size() != 2) {
            throw new FormatException("has an entry " + name + " without shape or data_offsets");
        }
        long[] sizes = new long[shape.size()];
        for (int d = 0; d < sizes.length; d++) {
            sizes[d] = number(name, "size", shape.get(d));
        }
        long need = Safetensors.Entry.nbytes(dtype, sizes);
        if (need < 0) {
            throw new FormatException("has an entry " + name + " of more than 2^63 bytes");
        }
        long from = number(name, "offset", offsets.get(0));
        long to = number(name, "offset", offsets.get(1));
        if (to < from || to > dataBytes || to - from != need) {
            throw new FormatException(
                    String.format(
                            Locale.ROOT,
                            "has an entry %s at bytes %d to %d of %d; its shape of %d dimensions"
                                    + " and %s needs %d bytes",
                            name,
                            from,
                            to,
                            dataBytes,
                            sizes.length,
                            dtype,
                            need));
        }
        if (need > LARGEST) {
            throw new FormatException(
                    "has an entry " + name + " of " + need + " bytes, over 2 GiB");
        }
        return new Slot(dtype, sizes, from, need);
    }

    private static long number(String name, String what, JsonNode node) throws FormatException {
        if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < 0) {
            throw new FormatException(
                    "has an entry " + name + " with " + what + " " + quote(node.toString()));
        }
        return node.longValue();
    }

    private static DType dtype(String name, JsonNode node) throws FormatException {
        for (DType dtype : DType.values()) {
            if (name(dtype).equals(node.textValue())) {
                return dtype;
            }
        }
        throw new FormatException(
                "has an entry " + name + " of unknown dtype " + quote(node.toString()));
    }

    private static String name(DType dtype) {
        return dtype.toString().toUpperCase(Locale.ROOT);
    }

    private static void checkCovered(TreeMap<Long, Slot> ranges, long end) throws FormatException {
        long at = 0;
        for (Slot slot : ranges.values()) {
            if (slot.from != at) {
                String what = slot.from < at ? "has entries that overlap" : "has a gap";
                throw new FormatException(what + " at byte " + Math.min(at, slot.from));
            }
            at = slot.from + slot.nbytes;
        }
        if (at != end) {
            throw new FormatException("has " + (end - at) + " bytes behind the last entry");
        }
    }

    private static String quote(String text) {
        boolean whole = text.length() <= LONGEST_QUOTE;
        return "'" + (whole ? text : text.substring(0, LONGEST_QUOTE) + "...") + "'";
    }
}
