// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.device;

import dev.keyway.DeviceException;
import dev.keyway.plugins.opencl.binding.ObjectFunctions;
import dev.keyway.plugins.opencl.binding.Status;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Sets the arguments of kernels and submits them. Each stream has kernel objects of its own, since
 * arguments belong to the object. One thread at a time uses it, but for {@link #check}.
 */
final class Launcher {
    private static final int RECENT = 16;

    /** Rows of one launch: some drivers take no more groups in the second dimension. */
    private static final long ROWS = 65_535;

    private final OpenClDevice device;
    private final ObjectFunctions objects;
    private final long queue;
    private final ErrorReports errors;
    private final Map<Entry, Long> kernels = new HashMap<>();
    private final MemorySegment memory = Arena.ofAuto().allocate(1024, 64);
    private final MemorySegment ranges = Arena.ofAuto().allocate(ValueLayout.JAVA_LONG, 6);
    private final String[] recent = new String[RECENT];
    private int submitted;

    private record Entry(KernelSource source, String name) {}

    Launcher(OpenClDevice device, long queue, ErrorReports errors) {
        this.device = device;
        this.objects = device.cl().objects();
        this.queue = queue;
        this.errors = errors;
    }

    void launch(
            String operator,
            long program,
            KernelSource source,
            String name,
            WorkSize size,
            Arguments args) {
        long kernel =
                kernels.computeIfAbsent(new Entry(source, name), entry -> create(program, name));
        for (int i = 0; i < args.count(); i++) {
            set(kernel, i, args.write(i, memory));
        }
        if (args.isFallible()) {
            memory.set(ValueLayout.JAVA_LONG, 0, errors.buffer());
            set(kernel, args.count(), 8);
            memory.set(ValueLayout.JAVA_INT, 0, device.names().number(operator));
            set(kernel, args.count() + 1, 4);
        }
        recent[submitted++ % RECENT] = operator;
        for (long row = 0; row < size.y(); row += ROWS) {
            int status = enqueue(kernel, size, row, Math.min(ROWS, size.y() - row));
            Status.check(status, operator + ": submitting " + name);
        }
        if (args.isFallible()) {
            errors.arm();
        }
    }

    private int enqueue(long kernel, WorkSize size, long firstRow, long rows) {
        int group = size.group(device.info().processor());
        long[] values = {0, firstRow, size.global(group), rows, group, 1};
        MemorySegment.copy(values, 0, ranges, ValueLayout.JAVA_LONG, 0, values.length);
        long at = ranges.address();
        int dims = size.y() == 1 ? 1 : 2;
        return device.cl()
                .commands()
                .enqueueNDRangeKernel(queue, kernel, dims, at, at + 16, at + 32, 0, 0, 0);
    }

    private void set(long kernel, int index, long size) {
        int status = objects.setKernelArg(kernel, index, size, memory.address());
        if (status != 0) {
            Status.check(status, "argument " + index + " of a kernel");
        }
    }

    private long create(long program, String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(ValueLayout.JAVA_INT);
            long kernel =
                    objects.createKernel(
                            program, arena.allocateFrom(name).address(), status.address());
            Status.check(status.get(ValueLayout.JAVA_INT, 0), "clCreateKernel " + name);
            return kernel;
        }
    }

    /** An error of asynchronous work can come from any kernel since the queue was last empty. */
    void check(int status, String what) {
        if (status != 0) {
            throw new DeviceException(
                    what
                            + " failed: "
                            + Status.name(status)
                            + "; submitted last on "
                            + device.info().name()
                            + ": "
                            + recent());
        }
        submitted = 0;
    }

    private List<String> recent() {
        List<String> names = new ArrayList<>();
        int end = submitted;
        for (int i = Math.max(0, end - RECENT); i < end; i++) {
            names.add(recent[i % RECENT]);
        }
        return names;
    }

    void close() {
        kernels.values().forEach(objects::releaseKernel);
        kernels.clear();
    }
}
