// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.device;

import dev.keyway.DType;
import dev.keyway.plugins.opencl.binding.ObjectFunctions;
import dev.keyway.plugins.opencl.binding.OpenCl;
import dev.keyway.plugins.opencl.binding.Status;
import dev.keyway.spi.DeviceDriver;
import dev.keyway.spi.DeviceMemory;
import dev.keyway.spi.DeviceStream;
import dev.keyway.spi.KernelCall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** An open device with a context of its own, which is created when first used. */
public final class OpenClDevice implements DeviceDriver {
    private final OpenCl cl;
    private final DeviceInfo info;
    private volatile long context;
    private final OpenClMemory memory;
    private final Programs programs;
    private final OperatorNames names = new OperatorNames();

    /** Opens it. */
    public OpenClDevice(OpenCl cl, DeviceInfo info) {
        this.cl = cl;
        this.info = info;
        this.memory = new OpenClMemory(this);
        this.programs = new Programs(this, BinaryCache.configured());
    }

    private static long createContext(ObjectFunctions objects, long device) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment devices = arena.allocateFrom(ValueLayout.JAVA_LONG, device);
            MemorySegment status = arena.allocate(ValueLayout.JAVA_INT);
            long context = objects.createContext(0, 1, devices.address(), 0, 0, status.address());
            Status.check(status.get(ValueLayout.JAVA_INT, 0), "clCreateContext");
            return context;
        }
    }

    OpenCl cl() {
        return cl;
    }

    /** What it can. */
    public DeviceInfo info() {
        return info;
    }

    /** The device of a call. */
    public static OpenClDevice of(KernelCall call) {
        return (OpenClDevice) call.driver();
    }

    long context() {
        long known = context;
        return known != 0 ? known : openContext();
    }

    private synchronized long openContext() {
        if (context == 0) {
            context = createContext(cl.objects(), info.id());
        }
        return context;
    }

    Programs programs() {
        return programs;
    }

    OperatorNames names() {
        return names;
    }

    @Override
    public boolean computes(DType dtype) {
        return switch (dtype) {
            case BOOL, I32, I64, F32 -> true;
            case F64 -> info.fp64();
            default -> false;
        };
    }

    @Override
    public DeviceMemory memory() {
        return memory;
    }

    @Override
    public DeviceStream newStream() {
        return new OpenClStream(this);
    }

    @Override
    public void close() {
        memory.close();
        programs.close();
        if (context != 0) {
            Status.check(cl.objects().releaseContext(context), "clReleaseContext");
        }
    }
}
