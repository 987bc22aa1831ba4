// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.Attributes;
import dev.keyway.Tensor;
import dev.keyway.spi.DeviceStream;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.Workers;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The call object of one thread, used again for every kernel. Its scratch memory grows and stays.
 */
final class KernelCallImpl extends KernelCall {
    private final WorkerPool workers;
    private final MetaContextImpl meta;
    private Attributes attributes = Attributes.NONE;
    private DeviceStream stream = DeviceStream.SYNCHRONOUS;
    private MemorySegment scratch = MemorySegment.NULL;
    private long used;
    private @Nullable Tensor workspace;

    /** Pieces handed out earlier in the same kernel, kept reachable until it ends. */
    private final List<MemorySegment> outgrown = new ArrayList<>();

    KernelCallImpl(WorkerPool workers, MetaContextImpl meta) {
        this.workers = workers;
        this.meta = meta;
    }

    KernelCallImpl prepare(Attributes newAttributes, DeviceStream newStream) {
        attributes = newAttributes;
        stream = newStream;
        used = 0;
        if (!outgrown.isEmpty()) {
            outgrown.clear();
        }
        return this;
    }

    /** Lends the memory that the kernel's plan asked for; null takes it back. */
    void lend(@Nullable Tensor memory) {
        workspace = memory;
    }

    @Override
    public Tensor workspace() {
        if (workspace == null) {
            throw new IllegalStateException(
                    operatorName() + ": the kernel asked for workspace without a plan");
        }
        return workspace;
    }

    void clear() {
        attributes = Attributes.NONE;
        stream = DeviceStream.SYNCHRONOUS;
    }

    @Override
    public String operatorName() {
        OperatorImpl operator = meta.operator();
        return operator == null ? "copy" : operator.schema().qualifiedName();
    }

    @Override
    public Attributes attributes() {
        return attributes;
    }

    @Override
    public DeviceStream stream() {
        return stream;
    }

    @Override
    public Workers workers() {
        return workers;
    }

    /** Memory already handed out in this call stays valid: a larger piece is a new one. */
    @Override
    public long scratch(long bytes) {
        long rounded = (bytes + 63) & -64L;
        if (scratch.byteSize() - used < rounded) {
            outgrown.add(scratch);
            scratch = Arena.ofAuto().allocate(Math.max(rounded, 2 * scratch.byteSize()), 64);
            used = 0;
        }
        long address = scratch.address() + used;
        used += rounded;
        return address;
    }
}
