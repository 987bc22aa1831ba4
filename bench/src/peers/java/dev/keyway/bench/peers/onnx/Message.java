// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A protobuf message that is being written, field by field. */
final class Message {
    private final ByteString.Output bytes = ByteString.newOutput();
    private final CodedOutputStream out = CodedOutputStream.newInstance(bytes);

    private interface Writing {
        void run() throws IOException;
    }

    private Message write(Writing writing) {
        try {
            writing.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    Message number(int field, long value) {
        return write(() -> out.writeInt64(field, value));
    }

    Message text(int field, String value) {
        return write(() -> out.writeString(field, value));
    }

    Message real(int field, float value) {
        return write(() -> out.writeFloat(field, value));
    }

    Message message(int field, Message value) {
        return bytes(field, value.done());
    }

    Message bytes(int field, ByteString value) {
        return write(() -> out.writeBytes(field, value));
    }

    ByteString done() {
        write(out::flush);
        return bytes.toByteString();
    }
}
