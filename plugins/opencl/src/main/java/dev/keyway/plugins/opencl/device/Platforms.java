// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.device;

import dev.keyway.DeviceException;
import dev.keyway.plugins.opencl.binding.InfoFunctions;
import dev.keyway.plugins.opencl.binding.Queries;
import dev.keyway.plugins.opencl.binding.Status;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** The devices of all platforms. One that fails does not hide the others. */
public final class Platforms {
    private static final int NAME = 0x0902;
    private static final long ALL_TYPES = 0xFFFFFFFFL;

    private final InfoFunctions info;
    private final List<DeviceInfo> devices = new ArrayList<>();
    private final List<Broken> broken = new ArrayList<>();

    private Platforms(InfoFunctions info) {
        this.info = info;
    }

    /**
     * What there is.
     *
     * @param devices those that answer, platform by platform in the loader's order
     * @param broken platforms and devices whose driver does not answer
     */
    public record Listing(List<DeviceInfo> devices, List<Broken> broken) {
        /** Copies the lists. */
        public Listing {
            devices = List.copyOf(devices);
            broken = List.copyOf(broken);
        }
    }

    /**
     * A platform or a device that does not answer.
     *
     * @param what for people
     * @param reason what the driver said
     */
    public record Broken(String what, String reason) {}

    /**
     * Asks all platforms; no platform is an empty list.
     *
     * @throws DeviceException when the loader itself fails
     */
    public static Listing list(InfoFunctions info) {
        Platforms platforms = new Platforms(info);
        long[] ids = ids(info::getPlatformIDs, Status.PLATFORM_NOT_FOUND, "clGetPlatformIDs");
        for (int i = 0; i < ids.length; i++) {
            platforms.platform(i, ids[i]);
        }
        return new Listing(platforms.devices, platforms.broken);
    }

    private void platform(int number, long platform) {
        String name = "OpenCL platform " + number;
        try {
            name =
                    Queries.string(
                            (parameter, size, value, sizeOut) ->
                                    info.getPlatformInfo(platform, parameter, size, value, sizeOut),
                            NAME);
            long[] ids =
                    ids(
                            (entries, out, count) ->
                                    info.getDeviceIDs(platform, ALL_TYPES, entries, out, count),
                            Status.DEVICE_NOT_FOUND,
                            "clGetDeviceIDs");
            for (int i = 0; i < ids.length; i++) {
                device(ids[i], name, i);
            }
        } catch (DeviceException e) {
            broken.add(new Broken(name, String.valueOf(e.getMessage())));
        }
    }

    private void device(long id, String platform, int number) {
        try {
            devices.add(DeviceInfo.of(info, id, platform));
        } catch (DeviceException e) {
            String what = "device " + number + " of " + platform;
            broken.add(new Broken(what, String.valueOf(e.getMessage())));
        }
    }

    private interface Lister {
        int list(int entries, long out, long count);
    }

    private static long[] ids(Lister lister, int none, String what) {
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
