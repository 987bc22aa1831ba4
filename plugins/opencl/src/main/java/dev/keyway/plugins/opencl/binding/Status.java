// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.binding;

import dev.keyway.DeviceException;
import dev.keyway.OutOfMemoryException;
import java.util.Map;

/** Status codes. */
public final class Status {
    /** No platform is installed, says the ICD loader. */
    public static final int PLATFORM_NOT_FOUND = -1001;

    /** A platform has no device of the wanted type. */
    public static final int DEVICE_NOT_FOUND = -1;

    private static final Map<Integer, String> NAMES =
            Map.ofEntries(
                    Map.entry(-1, "CL_DEVICE_NOT_FOUND"),
                    Map.entry(-2, "CL_DEVICE_NOT_AVAILABLE"),
                    Map.entry(-3, "CL_COMPILER_NOT_AVAILABLE"),
                    Map.entry(-4, "CL_MEM_OBJECT_ALLOCATION_FAILURE"),
                    Map.entry(-5, "CL_OUT_OF_RESOURCES"),
                    Map.entry(-6, "CL_OUT_OF_HOST_MEMORY"),
                    Map.entry(-11, "CL_BUILD_PROGRAM_FAILURE"),
                    Map.entry(-14, "CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST"),
                    Map.entry(-30, "CL_INVALID_VALUE"),
                    Map.entry(-36, "CL_INVALID_COMMAND_QUEUE"),
                    Map.entry(-38, "CL_INVALID_MEM_OBJECT"),
                    Map.entry(-42, "CL_INVALID_BINARY"),
                    Map.entry(-43, "CL_INVALID_BUILD_OPTIONS"),
                    Map.entry(-46, "CL_INVALID_KERNEL_NAME"),
                    Map.entry(-48, "CL_INVALID_KERNEL"),
                    Map.entry(-49, "CL_INVALID_ARG_INDEX"),
                    Map.entry(-50, "CL_INVALID_ARG_VALUE"),
                    Map.entry(-51, "CL_INVALID_ARG_SIZE"),
                    Map.entry(-52, "CL_INVALID_KERNEL_ARGS"),
                    Map.entry(-54, "CL_INVALID_WORK_GROUP_SIZE"),
                    Map.entry(-55, "CL_INVALID_WORK_ITEM_SIZE"),
                    Map.entry(-58, "CL_INVALID_EVENT"),
                    Map.entry(-61, "CL_INVALID_BUFFER_SIZE"),
                    Map.entry(-63, "CL_INVALID_GLOBAL_WORK_SIZE"),
                    Map.entry(-1001, "CL_PLATFORM_NOT_FOUND_KHR"));

    private Status() {}

    /**
     * Does nothing for success.
     *
     * @throws OutOfMemoryException when the device has no room
     * @throws DeviceException for every other error, naming what failed
     */
    public static void check(int status, String what) {
        switch (status) {
            case 0 -> {}
            case -4, -6, -61 -> throw new OutOfMemoryException(what + ": " + name(status));
            default -> throw new DeviceException(what + ": " + name(status));
        }
    }

    /** The name with the number. */
    public static String name(int status) {
        return NAMES.getOrDefault(status, "error") + " (" + status + ")";
    }
}
