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
    private final OperatorNames names;
    private Attributes attributes = Attributes.NONE;
    private DeviceStream stream = DeviceStream.SYNCHRONOUS;
    private MemorySegment scratch = MemorySegment.NULL;
    private long used;
    private @Nullable Tensor workspace;

    /** Whether attributes or stream may belong to a plugin. */
    private boolean holds;

    /** The operator that runs without a meta context; -1 for none. */
    private int shortcut = -1;

    /** Pieces handed out earlier in the same kernel, kept reachable until it ends. */
    private final List<MemorySegment> outgrown = new ArrayList<>();

    KernelCallImpl(WorkerPool workers, MetaContextImpl meta, OperatorNames names) {
        this.names = names;
        this.workers = workers;
        this.meta = meta;
    }

    KernelCallImpl prepare(Attributes newAttributes, DeviceStream newStream) {
        holds = true;
        set(newAttributes, newStream);
        return this;
    }

    /** Writes fields only where they change: a write of a reference costs a GC barrier. */
    private void set(Attributes newAttributes, DeviceStream newStream) {
        if (attributes != newAttributes) {
            attributes = newAttributes;
        }
        if (stream != newStream) {
            stream = newStream;
        }
        if (used != 0) {
            used = 0;
            outgrown.clear();
        }
    }

    /**
     * For a kernel of a synchronous device that is run without a meta context; {@link #end} follows
     * it.
     *
     * @param newAttributes of a class of the API, as they stay until the next call
     * @param operator the number of the operator
     */
    KernelCallImpl prepareShort(Attributes newAttributes, int operator) {
        shortcut = operator;
        set(newAttributes, DeviceStream.SYNCHRONOUS);
        return this;
    }

    /** Ends what {@link #prepareShort} began. */
    void end() {
        shortcut = -1;
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
        if (holds) {
            holds = false;
            set(Attributes.NONE, DeviceStream.SYNCHRONOUS);
        }
    }

    @Override
    public String operatorName() {
        if (meta.composite == null && shortcut >= 0) {
            return names.get(shortcut);
        }
        OperatorImpl operator = meta.composite != null ? meta.composite : meta.operator();
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
