// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.checkpoint;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;

/** Reads safetensors: no more is allocated than the file has bytes, whatever it states. */
final class SafetensorsReader {
    private static final long LONGEST_HEADER = 100_000_000;

    private SafetensorsReader() {}

    static Safetensors read(Path file) {
        if (Files.isDirectory(file)) {
            throw new CheckpointException("checkpoint " + file + " can't be read: it is a folder");
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return read(channel);
        } catch (SafetensorsHeader.FormatException e) {
            throw new CheckpointException("checkpoint " + file + " " + e.getMessage(), e);
        } catch (IOException e) {
            throw new CheckpointException(
                    "checkpoint " + file + " can't be read: " + AtomicFile.reason(e), e);
        }
    }

    private static Safetensors read(FileChannel channel) throws IOException {
        long size = channel.size();
        if (size < 8) {
            throw new SafetensorsHeader.FormatException(
                    "has " + size + " bytes, too short for a header");
        }
        ByteBuffer start = ByteBuffer.wrap(bytes(channel, 0, 8));
        long length = start.order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (length < 2 || length > LONGEST_HEADER || length > size - 8) {
            throw new SafetensorsHeader.FormatException(
                    "states a header of "
                            + Long.toUnsignedString(length)
                            + " bytes, the file has "
                            + size
                            + " (the header at most "
                            + LONGEST_HEADER
                            + "); it is truncated or no safetensors file");
        }
        long data = 8 + length;
        SafetensorsHeader header =
                SafetensorsHeader.parse(bytes(channel, 8, (int) length), size - data);
        Map<String, Safetensors.Entry> tensors = new TreeMap<>();
        for (Map.Entry<String, SafetensorsHeader.Slot> named : header.slots().entrySet()) {
            SafetensorsHeader.Slot slot = named.getValue();
            byte[] elements = bytes(channel, data + slot.from(), (int) slot.nbytes());
            tensors.put(
                    named.getKey(), new Safetensors.Entry(slot.dtype(), slot.sizes(), elements));
        }
        return new Safetensors(tensors, header.metadata());
    }

    private static byte[] bytes(FileChannel channel, long position, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(count);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                throw new EOFException("it became shorter while it was read");
            }
        }
        return buffer.array();
    }
}
