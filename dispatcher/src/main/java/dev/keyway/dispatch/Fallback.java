// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.Attributes;
import dev.keyway.DType;
import dev.keyway.FallbackPolicy;
import dev.keyway.FallbackRecord;
import dev.keyway.Tensor;
import dev.keyway.UnsupportedOperatorException;
import dev.keyway.schema.Argument;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    private final Set<String> announced = ConcurrentHashMap.newKeySet();

    Fallback(KeywayRuntime runtime) {
        this.runtime = runtime;
    }

    /**
     * The call on the host, if the thread's policy allows it and a host device serves it.
     *
     * @param why what the device lacks, for the error
     */
    Tensor[] call(
            ThreadState state,
            OperatorImpl operator,
            Attributes attributes,
            @Nullable TensorImpl out,
            DeviceImpl device,
            DType dtype,
            @Nullable Tensor[] inputs,
            String why) {
        if (state.fallback == FallbackPolicy.DENY) {
            throw unsupported(operator, device, dtype, why);
        }
        DeviceImpl host = host(operator, device, dtype);
        if (host == null) {
            throw unsupported(operator, device, dtype, why + ", and no host device serves it");
        }
        announce(state, operator, device, host);
        long start = System.nanoTime();
        @Nullable Tensor[] moved = new @Nullable Tensor[inputs.length];
        try {
            long bytes = 0;
            for (int i = 0; i < inputs.length; i++) {
                Tensor input = inputs[i];
                moved[i] = input == null ? null : input.to(host);
                bytes += input == null ? 0 : input.nbytes();
            }
            Tensor[] back = compute(operator, attributes, device, host, moved);
            bytes += writeBack(state, operator, inputs, moved);
            for (Tensor result : back) {
                bytes += result.nbytes();
            }
            record(operator, device, bytes, System.nanoTime() - start);
            return out == null ? back : write(state, out, (TensorImpl) back[0]);
        } finally {
            for (int i = 0; i < inputs.length; i++) {
                close(moved[i], inputs[i]);
            }
        }
    }

    private static Tensor[] compute(
            OperatorImpl operator,
            Attributes attributes,
            DeviceImpl device,
            DeviceImpl host,
            @Nullable Tensor[] moved) {
        Tensor[] results =
                moved.length == 0
                        ? new Tensor[] {operator.call(attributes, null, host)}
                        : operator.callBoxed(attributes, moved);
        Tensor[] back = new Tensor[results.length];
        for (int i = 0; i < results.length; i++) {
            back[i] = results[i].to(device);
            close(results[i], back[i]);
        }
        return back;
    }

    /** What the operator changed in its arguments; the bytes that this took. */
    private long writeBack(
            ThreadState state,
            OperatorImpl operator,
            @Nullable Tensor[] inputs,
            @Nullable Tensor[] moved) {
        List<Argument> arguments = operator.schema().tensorArguments();
        long bytes = 0;
        for (int i = 0; i < inputs.length && i < arguments.size(); i++) {
            if (inputs[i] instanceof TensorImpl input
                    && moved[i] != null
                    && arguments.get(i).mutated()) {
                Tensor changed = moved[i].to(input.deviceImpl());
                runtime.primitives.copy(state, input, (TensorImpl) changed);
                close(changed, input);
                input.bumpVersion();
                bytes += input.nbytes();
            }
        }
        return bytes;
    }

    private Tensor[] write(ThreadState state, TensorImpl out, TensorImpl result) {
        runtime.primitives.copy(state, out, result);
        result.close();
        out.bumpVersion();
        return new Tensor[] {out};
    }

    private static void close(@Nullable Tensor tensor, @Nullable Tensor unless) {
        if (tensor != null && tensor != unless) {
            tensor.close();
        }
    }

    private @Nullable DeviceImpl host(OperatorImpl operator, DeviceImpl device, DType dtype) {
        for (DeviceImpl candidate : runtime.devices.open()) {
            boolean serves =
                    candidate != device
                            && candidate.isHost()
                            && operator.slot(candidate, dtype).kind() != Slot.Kind.MISSING;
            if (serves) {
                return candidate;
            }
        }
        return null;
    }

    private void record(OperatorImpl operator, DeviceImpl device, long bytes, long nanos) {
        String name = operator.schema().qualifiedName();
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
    }

    /** Once for each operator and device. */
    private void announce(
            ThreadState state, OperatorImpl operator, DeviceImpl device, DeviceImpl host) {
        String name = operator.schema().qualifiedName();
        if (state.fallback == FallbackPolicy.ANNOUNCE
                && announced.add(name + "@" + device.name())) {
            LOG.log(
                    Level.WARNING,
                    "operator {0} is not supported on {1} and runs on {2}",
                    name,
                    device.name(),
                    host.name());
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

    /** What an operator, device and dtype lack, and the remedies. */
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
