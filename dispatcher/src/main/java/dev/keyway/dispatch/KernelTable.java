// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.DType;
import dev.keyway.DeviceException;
import dev.keyway.dispatch.KernelLayer.Entry;
import dev.keyway.dispatch.KernelLayer.Primitive;
import dev.keyway.spi.Kernel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The kernels for one backend, its own and those of other plugins. The list of layers is immutable
 * and swapped whole; the first layer that has a kernel serves.
 */
final class KernelTable {
    private volatile List<KernelLayer> layers = List.of();

    synchronized void add(KernelLayer layer) {
        List<KernelLayer> more = new ArrayList<>(layers);
        more.add(layer);
        more.sort(KernelLayer.ORDER);
        layers = List.copyOf(more);
    }

    synchronized void remove(KernelLayer layer) {
        List<KernelLayer> fewer = new ArrayList<>(layers);
        fewer.remove(layer);
        layers = List.copyOf(fewer);
    }

    /** Best first. */
    List<KernelLayer> layers() {
        return layers;
    }

    /** The kernel of a family. */
    @Nullable Entry family(Enum<?> opcode, DType dtype) {
        for (KernelLayer layer : layers) {
            Entry entry = layer.family(opcode, dtype);
            if (entry != null) {
                return entry;
            }
        }
        return null;
    }

    /** The kernel of a primitive without an opcode. */
    @Nullable Entry primitive(Primitive primitive, DType dtype) {
        for (KernelLayer layer : layers) {
            Entry entry = layer.primitive(primitive, dtype);
            if (entry != null) {
                return entry;
            }
        }
        return null;
    }

    /** The kernel that converts. */
    @Nullable Entry copy(DType from, DType to) {
        for (KernelLayer layer : layers) {
            Entry entry = layer.copy(from, to);
            if (entry != null) {
                return entry;
            }
        }
        return null;
    }

    /** The error of a kernel that failed, with whose it is. */
    DeviceException failed(Kernel kernel, String operator, DeviceImpl device, Throwable error) {
        String plugin =
                layers.stream()
                        .filter(layer -> layer.made(kernel))
                        .findFirst()
                        .map(layer -> layer.plugin().toString())
                        .orElse(device.plugin());
        return new DeviceException(
                operator
                        + ": the kernel of plugin "
                        + plugin
                        + " failed on "
                        + device
                        + ": "
                        + error,
                error);
    }
}
