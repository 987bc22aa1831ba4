// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.DType;
import dev.keyway.Scalar;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Numbers that stand for operands, as 0-dimensional tensors on one device; the last used stay. Each
 * stream has its own, since nothing orders one stream's writing before another's reading.
 */
final class ScalarCache {
    private static final int CAPACITY = 256;

    private final DeviceImpl device;
    private final Map<Key, TensorImpl> tensors = new LinkedHashMap<>(64, 0.75f, true);
    private volatile Entry last = new Entry(null, null);

    ScalarCache(DeviceImpl device) {
        this.device = device;
    }

    /** The number converted to the dtype; the caller must not close or change it. */
    TensorImpl get(Scalar value, DType dtype) {
        StreamImpl stream = stream();
        Entry recent = last;
        if (recent.key != null
                && recent.tensor != null
                && recent.key.dtype == dtype
                && recent.key.stream == stream
                && recent.key.value.equals(value)) {
            return recent.tensor;
        }
        synchronized (tensors) {
            Key key = new Key(value, dtype, stream);
            TensorImpl tensor = tensors.computeIfAbsent(key, this::create);
            last = new Entry(key, tensor);
            evict(tensor);
            return tensor;
        }
    }

    private StreamImpl stream() {
        return device.isSynchronous()
                ? device.defaultStream()
                : device.runtime().threadState().streamOf(device);
    }

    /** Dropped, not closed: a call of another thread may hold it; the collector frees it. */
    private void evict(TensorImpl keep) {
        if (tensors.size() > CAPACITY) {
            Key eldest = tensors.keySet().iterator().next();
            if (tensors.get(eldest) != keep) {
                tensors.remove(eldest);
            }
        }
    }

    private TensorImpl create(Key key) {
        KeywayRuntime runtime = device.runtime();
        ThreadState state = runtime.threadState();
        int before = state.made.pause();
        Fusion fusion = state.fusion();
        state.fusion(null); // a new number concerns nothing that was put off
        try {
            TensorImpl tensor = runtime.allocate(device, key.dtype, new long[0]);
            try {
                runtime.primitives.fill(state, tensor, key.value);
                return tensor;
            } catch (RuntimeException | Error e) {
                tensor.close();
                throw e;
            }
        } finally {
            state.fusion(fusion);
            state.made.resume(before);
        }
    }

    /** Lets go of the numbers of a stream that closes, and so of the memory that they hold. */
    void forget(StreamImpl stream) {
        synchronized (tensors) {
            tensors.keySet().removeIf(key -> key.stream == stream);
            last = new Entry(null, null);
        }
    }

    void clear() {
        synchronized (tensors) {
            tensors.clear();
            last = new Entry(null, null);
        }
    }

    private record Key(Scalar value, DType dtype, StreamImpl stream) {}

    private record Entry(
            @org.jspecify.annotations.Nullable Key key,
            @org.jspecify.annotations.Nullable TensorImpl tensor) {}
}
