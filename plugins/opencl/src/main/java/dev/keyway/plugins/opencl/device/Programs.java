// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.device;

import dev.keyway.DeviceException;
import dev.keyway.plugins.opencl.binding.ObjectFunctions;
import dev.keyway.plugins.opencl.binding.Queries;
import dev.keyway.plugins.opencl.binding.Status;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The compiled programs of a device: each is built when first needed, from the binary of an earlier
 * process where the cache has one, else from source.
 */
final class Programs {
    private static final int BUILD_LOG = 0x1183;
    private static final int BINARY_SIZES = 0x1165;
    private static final int BINARIES = 0x1166;

    private final OpenClDevice device;
    private final BinaryCache cache;
    private final String options;
    private final Map<KernelSource, Long> built = new ConcurrentHashMap<>();

    /** Programs compiled from source and taken from the cache, for tests. */
    final AtomicLong compiled = new AtomicLong();

    final AtomicLong restored = new AtomicLong();

    Programs(OpenClDevice device, BinaryCache cache) {
        this.device = device;
        this.cache = cache;
        this.options =
                "-cl-std=CL1.2"
                        + (device.info().correctDivision()
                                ? " -cl-fp32-correctly-rounded-divide-sqrt"
                                : "");
    }

    private ObjectFunctions objects() {
        return device.cl().objects();
    }

    /** The program; the first call for one builds it, others for the same wait. */
    long get(KernelSource source) {
        Long known = built.get(source);
        return known != null ? known : built.computeIfAbsent(source, this::build);
    }

    /** All that a program's binary depends on. */
    String key(KernelSource source) {
        DeviceInfo info = device.info();
        return String.join(
                "\n",
                info.platform(),
                info.name(),
                info.version(),
                info.driver(),
                options,
                source.text());
    }

    private Long build(KernelSource source) {
        String key = key(source);
        byte[] binary = cache.load(key);
        Long program = binary == null ? null : restore(binary);
        if (program != null) {
            restored.incrementAndGet();
            return program;
        }
        long fresh = compile(source.text());
        compiled.incrementAndGet();
        if (cache.isEnabled()) {
            cache.store(key, binary(fresh));
        }
        return fresh;
    }

    private long compile(String text) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment string = arena.allocateFrom(text);
            MemorySegment strings = arena.allocateFrom(ValueLayout.JAVA_LONG, string.address());
            MemorySegment status = arena.allocate(ValueLayout.JAVA_INT);
            long program =
                    objects()
                            .createProgramWithSource(
                                    device.context(), 1, strings.address(), 0, status.address());
            Status.check(status.get(ValueLayout.JAVA_INT, 0), "clCreateProgramWithSource");
            int code = build(arena, program);
            if (code != 0) {
                String log = log(program);
                objects().releaseProgram(program);
                throw new DeviceException(
                        "the driver of "
                                + device.info().name()
                                + " did not compile a kernel: "
                                + Status.name(code)
                                + "\n"
                                + log);
            }
            return program;
        }
    }

    /** Null when the driver does not take the binary: it is compiled again. */
    private @Nullable Long restore(byte[] binary) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, binary);
            MemorySegment pointers = arena.allocateFrom(ValueLayout.JAVA_LONG, bytes.address());
            MemorySegment lengths = arena.allocateFrom(ValueLayout.JAVA_LONG, binary.length);
            MemorySegment devices = arena.allocateFrom(ValueLayout.JAVA_LONG, device.info().id());
            MemorySegment status = arena.allocate(ValueLayout.JAVA_INT, 2);
            long program =
                    objects()
                            .createProgramWithBinary(
                                    device.context(),
                                    1,
                                    devices.address(),
                                    lengths.address(),
                                    pointers.address(),
                                    status.address() + 4,
                                    status.address());
            if (program == 0 || status.get(ValueLayout.JAVA_INT, 0) != 0) {
                return null;
            }
            if (build(arena, program) != 0) {
                objects().releaseProgram(program);
                return null;
            }
            return program;
        }
    }

    private int build(Arena arena, long program) {
        MemorySegment devices = arena.allocateFrom(ValueLayout.JAVA_LONG, device.info().id());
        MemorySegment text = arena.allocateFrom(options);
        return objects().buildProgram(program, 1, devices.address(), text.address(), 0, 0);
    }

    private String log(long program) {
        return Queries.string(
                (name, size, value, sizeOut) ->
                        device.cl()
                                .info()
                                .getProgramBuildInfo(
                                        program, device.info().id(), name, size, value, sizeOut),
                BUILD_LOG);
    }

    private byte[] binary(long program) {
        Queries.Query query =
                (name, size, value, sizeOut) ->
                        device.cl().info().getProgramInfo(program, name, size, value, sizeOut);
        int length = Math.toIntExact(Queries.number(query, BINARY_SIZES));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(Math.max(length, 1));
            MemorySegment pointers = arena.allocateFrom(ValueLayout.JAVA_LONG, bytes.address());
            Status.check(query.ask(BINARIES, 8, pointers.address(), 0), "binary of a program");
            return bytes.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
        }
    }

    void close() {
        built.values().forEach(program -> objects().releaseProgram(program));
        built.clear();
    }
}
