// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.kernel;

import dev.keyway.DType;
import dev.keyway.plugins.opencl.device.DeviceInfo;
import dev.keyway.plugins.opencl.device.KernelSource;
import java.util.HashMap;
import java.util.Map;

/** Templates over vectors as wide as the device's registers. */
final class Vectors {
    private Vectors() {}

    /** Elements in a vector. */
    static int width(DeviceInfo info, DType dtype) {
        return Math.max(2, info.vector() * 4 / dtype.itemSize());
    }

    /** {@code vectors.cl} with the template. */
    static KernelSource source(DeviceInfo info, DType dtype, String template) {
        return source(info, dtype, template, Map.of());
    }

    /** The same with further macros. */
    static KernelSource source(
            DeviceInfo info, DType dtype, String template, Map<String, String> more) {
        int width = width(info, dtype);
        // Unsigned integers are defined to wrap around.
        String type = dtype.isIntegral() ? Types.unsigned(dtype) : Types.stored(dtype);
        boolean fused = dtype == DType.F64 || dtype == DType.F32 && info.fma();
        Map<String, String> macros = new HashMap<>(more);
        macros.put("T", type);
        macros.put("V", Integer.toString(width));
        macros.put("TV", type + width);
        macros.put("MASK", (dtype.itemSize() == 8 ? "long" : "int") + width);
        macros.put("MULTIPLY_ADD(a, b, c)", fused ? "fma(a, b, c)" : "((a) * (b) + (c))");
        return KernelSource.of(macros, "vectors", template);
    }
}
