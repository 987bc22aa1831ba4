// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.device;

import dev.keyway.plugins.opencl.binding.OpenCl;
import dev.keyway.plugins.opencl.binding.Queries;
import dev.keyway.plugins.opencl.binding.Status;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** The devices of all platforms. */
public final class Platforms {
    private static final int NAME = 0x0902;
    private static final long ALL_TYPES = 0xFFFFFFFFL;

    private Platforms() {}

    /**
     * All devices, platform by platform in the loader's order; none is an empty list.
     *
     * @throws dev.keyway.DeviceException when a driver fails
     */
    public static List<DeviceInfo> devices(OpenCl cl) {
        List<DeviceInfo> found = new ArrayList<>();
        long[] platforms =
                list(
                        (entries, out, count) -> cl.info().getPlatformIDs(entries, out, count),
                        Status.PLATFORM_NOT_FOUND,
                        "clGetPlatformIDs");
        for (long platform : platforms) {
            String name =
                    Queries.string(
                            (parameter, size, value, sizeOut) ->
                                    cl.info()
                                            .getPlatformInfo(
                                                    platform, parameter, size, value, sizeOut),
                            NAME);
            long[] devices =
                    list(
                            (entries, out, count) ->
                                    cl.info()
                                            .getDeviceIDs(platform, ALL_TYPES, entries, out, count),
                            Status.DEVICE_NOT_FOUND,
                            "clGetDeviceIDs of platform " + name);
            for (long device : devices) {
                found.add(DeviceInfo.of(cl, device, name));
            }
        }
        return found;
    }

    private interface Lister {
        int list(int entries, long out, long count);
    }

    private static long[] list(Lister lister, int none, String what) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment count = arena.allocate(ValueLayout.JAVA_INT);
            int status = lister.list(0, 0, count.address());
            if (status == none) {
                return new long[0];
            }
            Status.check(status, what);
            int n = count.get(ValueLayout.JAVA_INT, 0);
            if (n == 0) {
                return new long[0];
            }
            MemorySegment ids = arena.allocate(ValueLayout.JAVA_LONG, n);
            Status.check(lister.list(n, ids.address(), 0), what);
            return ids.toArray(ValueLayout.JAVA_LONG);
        }
    }
}
