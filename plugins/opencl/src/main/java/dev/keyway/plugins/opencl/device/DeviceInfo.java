// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.device;

import dev.keyway.plugins.opencl.binding.InfoFunctions;
import dev.keyway.plugins.opencl.binding.Queries;
import dev.keyway.plugins.opencl.binding.Queries.Query;
import java.util.Locale;

/**
 * What a device says of itself.
 *
 * @param id the handle
 * @param platform the platform's name
 * @param name the device's name
 * @param version {@code OpenCL 1.2 ...}
 * @param driver the driver's version
 * @param processor whether it is a CPU, on which the work-items of a group follow each other
 * @param available whether it and its compiler can be used
 * @param units compute units
 * @param memory bytes
 * @param largest bytes of the largest buffer
 * @param group work-items that a work-group may have
 * @param vector elements of f32 that the device's registers hold, a power of two
 * @param fp64 whether it computes in f64
 * @param denormals whether f32 keeps denormals
 * @param correctDivision whether f32 division and square root can round correctly
 * @param fma whether f32 has a fused multiply-add
 * @param unified whether host and device share memory
 * @param littleEndian its byte order
 */
public record DeviceInfo(
        long id,
        String platform,
        String name,
        String version,
        String driver,
        boolean processor,
        boolean available,
        int units,
        long memory,
        long largest,
        long group,
        int vector,
        boolean fp64,
        boolean denormals,
        boolean correctDivision,
        boolean fma,
        boolean unified,
        boolean littleEndian) {
    /** Set to {@code off}, makes every device one without f64. For tests of such devices. */
    public static final String FP64_PROPERTY = "keyway.opencl.fp64";

    private static final int TYPE = 0x1000;
    private static final int TYPE_CPU = 1 << 1;
    private static final int MAX_COMPUTE_UNITS = 0x1002;
    private static final int MAX_WORK_GROUP_SIZE = 0x1004;
    private static final int MAX_MEM_ALLOC_SIZE = 0x1010;
    private static final int SINGLE_FP_CONFIG = 0x101B;
    private static final int GLOBAL_MEM_SIZE = 0x101F;
    private static final int ENDIAN_LITTLE = 0x1026;
    private static final int AVAILABLE = 0x1027;
    private static final int COMPILER_AVAILABLE = 0x1028;
    private static final int NAME = 0x102B;
    private static final int DRIVER_VERSION = 0x102D;
    private static final int VERSION = 0x102F;
    private static final int EXTENSIONS = 0x1030;
    private static final int HOST_UNIFIED_MEMORY = 0x1035;
    private static final int NATIVE_VECTOR_WIDTH_FLOAT = 0x103A;
    private static final int FP_DENORM = 1;
    private static final int FP_FMA = 1 << 5;
    private static final int FP_CORRECTLY_ROUNDED_DIVIDE_SQRT = 1 << 7;

    static DeviceInfo of(InfoFunctions info, long id, String platform) {
        Query query =
                (name, size, value, sizeOut) -> info.getDeviceInfo(id, name, size, value, sizeOut);
        boolean available =
                Queries.number(query, AVAILABLE) != 0
                        && Queries.number(query, COMPILER_AVAILABLE) != 0;
        String extensions = " " + Queries.string(query, EXTENSIONS) + " ";
        long config = Queries.number(query, SINGLE_FP_CONFIG);
        long vector = Math.clamp(Queries.number(query, NATIVE_VECTOR_WIDTH_FLOAT, 4), 4, 16);
        return new DeviceInfo(
                id,
                platform,
                Queries.string(query, NAME),
                Queries.string(query, VERSION),
                Queries.string(query, DRIVER_VERSION),
                (Queries.number(query, TYPE) & TYPE_CPU) != 0,
                available,
                (int) Queries.number(query, MAX_COMPUTE_UNITS),
                Queries.number(query, GLOBAL_MEM_SIZE),
                Queries.number(query, MAX_MEM_ALLOC_SIZE),
                Queries.number(query, MAX_WORK_GROUP_SIZE),
                (int) Long.highestOneBit(vector),
                extensions.contains(" cl_khr_fp64 ")
                        && !"off".equals(System.getProperty(FP64_PROPERTY)),
                (config & FP_DENORM) != 0,
                (config & FP_CORRECTLY_ROUNDED_DIVIDE_SQRT) != 0,
                (config & FP_FMA) != 0,
                Queries.number(query, HOST_UNIFIED_MEMORY, 0) != 0,
                Queries.number(query, ENDIAN_LITTLE, 1) != 0);
    }

    /** For people. */
    public String description() {
        return String.format(
                Locale.ROOT,
                "%s (%s, driver %s), %d units, %.1f GiB%s",
                name,
                platform,
                driver,
                units,
                memory / (double) (1L << 30),
                fp64 ? "" : ", no f64");
    }

    /** Why the plugin can't use it; empty when it can. */
    public String obstacle() {
        if (!available) {
            return "the device or its compiler is not available";
        }
        if (version.startsWith("OpenCL 1.0") || version.startsWith("OpenCL 1.1")) {
            return "it has " + version + ", the plugin needs OpenCL 1.2";
        }
        if (!littleEndian) {
            return "it is big-endian";
        }
        return group < WorkSize.GROUP
                ? "its work-groups have at most " + group + " items, " + WorkSize.GROUP + " needed"
                : "";
    }
}
