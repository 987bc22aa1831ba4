// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.kernel;

import dev.keyway.DType;
import dev.keyway.plugins.opencl.device.DeviceInfo;
import dev.keyway.plugins.opencl.device.KernelSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Templates over vectors as wide as the device's registers. */
final class Vectors {
    private static final Map<Key, KernelSource> SOURCES = new ConcurrentHashMap<>();

    private Vectors() {}

    private record Key(int width, boolean fused, DType dtype, DType second, String template) {}

    /** Elements in a vector. */
    static int width(DeviceInfo info, DType dtype) {
        return Math.max(2, info.vector() * 4 / dtype.itemSize());
    }

    /** {@code vectors.cl} with the template. */
    static KernelSource source(DeviceInfo info, DType dtype, String template) {
        return source(info, dtype, template, dtype);
    }

    /** The same with a second type, {@code R}. */
    static KernelSource source(DeviceInfo info, DType dtype, String template, DType second) {
        boolean fused = dtype == DType.F64 || dtype == DType.F32 && info.fma();
        return SOURCES.computeIfAbsent(
                new Key(width(info, dtype), fused, dtype, second, template), Vectors::create);
    }

    private static KernelSource create(Key key) {
        DType dtype = key.dtype;
        // Unsigned integers are defined to wrap around.
        String type = dtype.isIntegral() ? Types.unsigned(dtype) : Types.stored(dtype);
        Map<String, String> macros = new HashMap<>();
        macros.put("T", type);
        macros.put("V", Integer.toString(key.width));
        macros.put("TV", type + key.width);
        macros.put("MASK", (dtype.itemSize() == 8 ? "long" : "int") + key.width);
        macros.put("MULTIPLY_ADD(a, b, c)", key.fused ? "fma(a, b, c)" : "((a) * (b) + (c))");
        macros.put("R", Types.stored(key.second));
        macros.put("LOADR(p, i)", Types.load(key.second));
        macros.put("STORER(p, i, value)", Types.store(key.second));
        return KernelSource.of(macros, "vectors", key.template);
    }
}
