// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.spi.Backend;
import dev.keyway.spi.DeviceDescription;
import dev.keyway.spi.DeviceDriver;
import dev.keyway.spi.DeviceMemory;
import dev.keyway.spi.DeviceStream;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.PluginInfo;
import dev.keyway.spi.Services;
import dev.keyway.spi.toolkit.PlainKernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A device of the suite's own, of which the host has no address, so that there is always another
 * device to copy to and from, also where a plugin is checked alone.
 */
final class Neighbour implements Backend, PlainKernels.Access {
    static final PluginInfo PLUGIN = new PluginInfo("dev.keyway.conformance", "1.0.0", "the suite");

    private static final class Allocation {
        private final Arena arena = Arena.ofShared();
        private final MemorySegment bytes;

        Allocation(long size) {
            bytes = arena.allocate(size, 64);
        }
    }

    @Override
    public String deviceType() {
        return "neighbour";
    }

    @Override
    public List<DeviceDescription> probe(Services services) {
        String words = "a device of the conformance suite";
        return List.of(DeviceDescription.usable(0, words, words).withRank(Integer.MIN_VALUE));
    }

    @Override
    public DeviceDriver open(int index, Services services) {
        return new Driver();
    }

    @Override
    public void register(KernelRegistry registry) {
        PlainKernels.register(registry, this);
    }

    @Override
    public MemorySegment memory(Tensor tensor) {
        return part(
                tensor.storage().handle(), tensor.storage().offset(), tensor.storage().nbytes());
    }

    @Override
    public void submit(KernelCall call, Runnable work) {
        work.run();
    }

    private static MemorySegment part(Object handle, long offset, long bytes) {
        return ((Allocation) handle).bytes.asSlice(offset, bytes);
    }

    private static final class Driver implements DeviceDriver {
        @Override
        public boolean computes(DType dtype) {
            return dtype == DType.F32;
        }

        @Override
        public DeviceMemory memory() {
            return new Memory();
        }

        @Override
        public DeviceStream newStream() {
            return DeviceStream.SYNCHRONOUS;
        }

        @Override
        public void close() {}
    }

    private static final class Memory implements DeviceMemory {
        @Override
        public boolean isHost() {
            return false;
        }

        @Override
        public long capacity() {
            return 1L << 30;
        }

        @Override
        public Object allocate(long bytes) {
            return new Allocation(bytes);
        }

        @Override
        public void free(Object handle) {
            ((Allocation) handle).arena.close();
        }

        @Override
        public long address(Object handle) {
            return 0;
        }

        @Override
        public void copyFromHost(
                MemorySegment source, Object handle, long offset, long bytes, DeviceStream stream) {
            MemorySegment.copy(source, 0, part(handle, offset, bytes), 0, bytes);
        }

        @Override
        public void copyToHost(
                Object handle, long offset, MemorySegment target, long bytes, DeviceStream stream) {
            MemorySegment.copy(part(handle, offset, bytes), 0, target, 0, bytes);
        }
    }
}
