// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.Attributes;
import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.spi.DeviceDriver;
import dev.keyway.spi.DeviceStream;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.Workers;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The call object of one thread, used again for every kernel. Its scratch memory grows and stays.
 */
final class KernelCallImpl extends KernelCall {
    private final WorkerPool workers;
    private final MetaContextImpl meta;
    private final OperatorNames names;
    private Attributes attributes = Attributes.NONE;

    /** It holds nothing of a plugin that has left, so it stays between calls. */
    private @Nullable StreamImpl stream;

    private MemorySegment scratch = MemorySegment.NULL;
    private long used;
    private final List<TensorImpl> workspaces = new ArrayList<>(0);

    /** Workspaces and derived forms of this kernel: one look at the end of each. */
    private int lent;

    /** Of the derived forms that the kernel reads; each counted once for it. */
    private final List<StorageImpl> held = new ArrayList<>(0);

    /** Whether the attributes may belong to a plugin. */
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

    KernelCallImpl prepare(Attributes newAttributes, StreamImpl newStream) {
        holds = true;
        set(newAttributes, newStream);
        return this;
    }

    /** Writes fields only where they change: a write of a reference costs a GC barrier. */
    private void set(Attributes newAttributes, StreamImpl newStream) {
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
     * @param newStream the device's default stream
     * @param operator the number of the operator
     */
    KernelCallImpl prepareShort(Attributes newAttributes, StreamImpl newStream, int operator) {
        shortcut = operator;
        set(newAttributes, newStream);
        return this;
    }

    /** Ends what {@link #prepareShort} began. */
    void end() {
        shortcut = -1;
        giveBack();
    }

    /** From the stream's own blocks, so that whoever gets one next comes after this kernel. */
    @Override
    public Tensor workspace(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException(
                    operatorName() + ": a workspace of " + bytes + " bytes");
        }
        StreamImpl on = current();
        long[] sizes = {bytes};
        TensorImpl memory = KeywayRuntime.allocate(on.device(), on, DType.U8, sizes, null);
        workspaces.add(memory);
        lent++;
        return memory;
    }

    @Override
    public @Nullable Tensor derived(Tensor input, Object form, long bytes, Consumer<Tensor> fill) {
        StreamImpl on = current();
        StorageImpl storage = ((TensorImpl) input).storage;
        if (storage.device != on.device()) {
            return null;
        }
        TensorImpl memory = storage.derived().get((TensorImpl) input, form, bytes, on, fill);
        if (memory != null) {
            held.add(memory.storage);
            lent++;
        }
        return memory;
    }

    /** Ends a kernel: takes back its workspaces and the forms that it read. */
    void giveBack() {
        if (lent != 0) {
            lent = 0;
            held.forEach(StorageImpl::release);
            held.clear();
            workspaces.forEach(TensorImpl::close);
            workspaces.clear();
        }
    }

    void clear() {
        if (holds) {
            holds = false;
            if (attributes != Attributes.NONE) {
                attributes = Attributes.NONE;
            }
        }
    }

    private StreamImpl current() {
        if (stream == null) {
            throw new IllegalStateException("a kernel's call was used after the kernel");
        }
        return stream;
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
    public DeviceDriver driver() {
        return current().device().driver();
    }

    @Override
    public DeviceStream stream() {
        return current().driver();
    }

    @Override
    public Workers workers() {
        return workers;
    }

    /** Memory already handed out in this call stays valid: a larger piece is a new one. */
    @Override
    public long scratch(long bytes) {
        Sentinels sentinels = current().device().allocator().sentinels();
        if (sentinels != null) {
            return between(sentinels, bytes);
        }
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

    /** Memory of its own, which stays until the next kernel whatever becomes of the sentinels. */
    private long between(Sentinels sentinels, long bytes) {
        GuardedScratch piece = sentinels.scratch(bytes, operatorName());
        outgrown.add(piece.around);
        used = Math.max(used, 64); // so that the next kernel lets go of it
        return piece.address();
    }
}
