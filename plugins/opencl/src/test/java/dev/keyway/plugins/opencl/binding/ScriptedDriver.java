// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.binding;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Native functions that answer as drivers would, good ones and broken ones: no installed driver
 * breaks when told to. Platform {@code p} has the handle p + 1, its device {@code d} the handle 100
 * * (p + 1) + d.
 */
public final class ScriptedDriver implements AutoCloseable {
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    /**
     * What a platform says.
     *
     * @param name null for a failure to say it
     * @param listStatus of the list of its devices
     * @param deviceStatus of each device's information
     */
    public record Platform(
            @org.jspecify.annotations.Nullable String name,
            int listStatus,
            List<Integer> deviceStatus) {}

    private final Arena arena = Arena.ofShared();
    private final List<Platform> platforms;
    private final Map<String, MemorySegment> stubs = new HashMap<>();

    /** With these platforms. */
    public ScriptedDriver(Platform... platforms) {
        this.platforms = List.of(platforms);
    }

    /** Bound to these functions. */
    public InfoFunctions info() {
        try {
            stub("clGetPlatformIDs", "getPlatformIds", "iill");
            stub("clGetPlatformInfo", "getPlatformInfo", "ililll");
            stub("clGetDeviceIDs", "getDeviceIds", "illill");
            stub("clGetDeviceInfo", "getDeviceInfo", "ililll");
            stub("clGetProgramInfo", "getDeviceInfo", "ililll");
            stub("clGetEventInfo", "getDeviceInfo", "ililll");
            stub("clGetProgramBuildInfo", "getBuildInfo", "illilll");
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
        return new InfoFunctions(new Symbols(name -> Optional.ofNullable(stubs.get(name))));
    }

    private void stub(String function, String method, String signature)
            throws ReflectiveOperationException {
        Class<?>[] types = new Class<?>[signature.length() - 1];
        MemoryLayout[] layouts = new MemoryLayout[types.length];
        for (int i = 0; i < types.length; i++) {
            boolean wide = signature.charAt(i + 1) == 'l';
            types[i] = wide ? long.class : int.class;
            layouts[i] = wide ? ValueLayout.JAVA_LONG : ValueLayout.JAVA_INT;
        }
        MethodHandle target =
                MethodHandles.lookup().bind(this, method, MethodType.methodType(int.class, types));
        FunctionDescriptor descriptor = FunctionDescriptor.of(ValueLayout.JAVA_INT, layouts);
        stubs.put(function, Linker.nativeLinker().upcallStub(target, descriptor, arena));
    }

    private static int list(long[] ids, int entries, long out, long count) {
        if (count != 0) {
            ALL.set(ValueLayout.JAVA_INT, count, ids.length);
        }
        for (int i = 0; out != 0 && i < Math.min(entries, ids.length); i++) {
            ALL.set(ValueLayout.JAVA_LONG, out + 8L * i, ids[i]);
        }
        return 0;
    }

    private static int answer(byte[] bytes, long size, long value, long sizeOut) {
        if (sizeOut != 0) {
            ALL.set(ValueLayout.JAVA_LONG, sizeOut, bytes.length);
        }
        if (value != 0) {
            MemorySegment.copy(
                    bytes,
                    0,
                    ALL,
                    ValueLayout.JAVA_BYTE,
                    value,
                    (int) Math.min(size, bytes.length));
        }
        return 0;
    }

    int getPlatformIds(int entries, long out, long count) {
        long[] ids = new long[platforms.size()];
        Arrays.setAll(ids, i -> i + 1);
        return list(ids, entries, out, count);
    }

    int getPlatformInfo(long platform, int name, long size, long value, long sizeOut) {
        String text = platforms.get((int) platform - 1).name();
        return text == null
                ? -30
                : answer(text.getBytes(StandardCharsets.UTF_8), size, value, sizeOut);
    }

    int getDeviceIds(long platform, long types, int entries, long out, long count) {
        Platform of = platforms.get((int) platform - 1);
        long[] ids = new long[of.deviceStatus().size()];
        Arrays.setAll(ids, i -> 100 * platform + i);
        return of.listStatus() != 0 ? of.listStatus() : list(ids, entries, out, count);
    }

    /** Texts for names, version and extensions, else the number 256. */
    int getDeviceInfo(long device, int name, long size, long value, long sizeOut) {
        int status =
                platforms.get((int) (device / 100) - 1).deviceStatus().get((int) (device % 100));
        byte[] answer =
                switch (name) {
                    case 0x102B -> ("device " + device).getBytes(StandardCharsets.UTF_8);
                    case 0x102D -> "7.1".getBytes(StandardCharsets.UTF_8);
                    case 0x102F -> "OpenCL 3.0 scripted".getBytes(StandardCharsets.UTF_8);
                    case 0x1030 -> "cl_khr_fp64".getBytes(StandardCharsets.UTF_8);
                    default -> new byte[] {0, 1, 0, 0, 0, 0, 0, 0};
                };
        return status != 0 ? status : answer(answer, size, value, sizeOut);
    }

    int getBuildInfo(long program, long device, int name, long size, long value, long sizeOut) {
        return -30;
    }

    @Override
    public void close() {
        arena.close();
    }
}
