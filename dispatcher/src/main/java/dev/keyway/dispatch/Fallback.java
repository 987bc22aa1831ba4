// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.Attributes;
import dev.keyway.DType;
import dev.keyway.FallbackPolicy;
import dev.keyway.FallbackRecord;
import dev.keyway.Tensor;
import dev.keyway.UnsupportedOperatorException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What happens when a device serves an operator by nothing: an error, or a host device with a
 * ledger.
 */
final class Fallback {
    private static final System.Logger LOG = System.getLogger("dev.keyway.fallback");

    private final KeywayRuntime runtime;
    private final Map<String, FallbackRecord> ledger = new ConcurrentHashMap<>();

    Fallback(KeywayRuntime runtime) {
        this.runtime = runtime;
    }

    Tensor[] call(
            ThreadState state,
            OperatorImpl operator,
            Attributes attributes,
            @Nullable TensorImpl out,
            DeviceImpl device,
            @Nullable Tensor[] inputs) {
        DType dtype = java.util.Objects.requireNonNull(state.meta.compute);
        DeviceImpl host = host(operator, device, dtype);
        if (state.fallback == FallbackPolicy.DENY || host == null) {
            throw unsupported(operator, device, dtype, "it has neither kernel nor composite");
        }
        long start = System.nanoTime();
        long bytes = 0;
        @Nullable Tensor[] moved = new @Nullable Tensor[inputs.length];
        Tensor[] results = {};
        try {
            for (int i = 0; i < inputs.length; i++) {
                Tensor input = inputs[i];
                moved[i] = input == null ? null : input.to(host);
                bytes += input == null ? 0 : input.nbytes();
            }
            results = operator.callBoxed(attributes, moved);
            Tensor[] back = new Tensor[results.length];
            for (int i = 0; i < results.length; i++) {
                back[i] = results[i].to(device);
                bytes += back[i].nbytes();
            }
            record(state, operator, device, bytes, System.nanoTime() - start);
            return out == null ? back : into(state, out, back[0]);
        } finally {
            // None is on the device, so that no result is among them.
            for (Tensor copy : moved) {
                if (copy != null) {
                    copy.close();
                }
            }
            for (Tensor result : results) {
                result.close();
            }
        }
    }

    private Tensor[] into(ThreadState state, TensorImpl out, Tensor result) {
        try (result) {
            runtime.primitives.copy(state, out, (TensorImpl) result);
        }
        out.bumpVersion();
        return new Tensor[] {out};
    }

    private @Nullable DeviceImpl host(OperatorImpl operator, DeviceImpl device, DType dtype) {
        for (DeviceImpl candidate : runtime.devices.open()) {
            boolean serves =
                    candidate != device
                            && candidate.isHost()
                            && operator.slot(candidate.backend(), dtype).kind()
                                    != Slot.Kind.MISSING;
            if (serves) {
                return candidate;
            }
        }
        return null;
    }

    private void record(
            ThreadState state, OperatorImpl operator, DeviceImpl device, long bytes, long nanos) {
        String name = operator.schema().qualifiedName();
        FallbackRecord entry =
                ledger.merge(
                        name + "@" + device.name(),
                        new FallbackRecord(name, device.name(), 1, bytes, nanos),
                        (a, b) ->
                                new FallbackRecord(
                                        name,
                                        device.name(),
                                        a.count() + b.count(),
                                        a.bytes() + b.bytes(),
                                        a.nanos() + b.nanos()));
        if (entry.count() == 1 && state.fallback == FallbackPolicy.ANNOUNCE) {
            LOG.log(
                    Level.WARNING,
                    "operator {0} is not supported on {1} and runs on the host",
                    name,
                    device.name());
        }
    }

    List<FallbackRecord> ledger() {
        List<FallbackRecord> entries = new ArrayList<>(ledger.values());
        entries.sort(java.util.Comparator.comparingLong(FallbackRecord::nanos).reversed());
        return entries;
    }

    static UnsupportedOperatorException unsupported(
            OperatorImpl operator, DeviceImpl device, DType dtype, String why) {
        return new UnsupportedOperatorException(message(operator, device, dtype, why));
    }

    static String message(OperatorImpl operator, DeviceImpl device, DType dtype, String why) {
        return operator
                + " is not supported for "
                + dtype
                + " on "
                + device.name()
                + " (plugin "
                + device.plugin()
                + "): "
                + why
                + "; convert with to(dtype), choose another device, or allow the host with"
                + " fallback(FallbackPolicy.ANNOUNCE)";
    }
}
