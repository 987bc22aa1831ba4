// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.checkpoint;

import dev.keyway.Device;
import dev.keyway.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;

/** Moves tensors between devices and safetensors entries. */
public final class TensorFiles {
    private TensorFiles() {}

    /**
     * {@return the tensor's elements; waits for its device}
     *
     * @param tensor the tensor
     */
    public static Safetensors.Entry entry(Tensor tensor) {
        byte[] bytes = new byte[Math.toIntExact(tensor.nbytes())];
        tensor.copyTo(MemorySegment.ofArray(bytes));
        return new Safetensors.Entry(tensor.dtype(), tensor.sizes(), bytes);
    }

    /**
     * {@return a tensor on the device, which the caller owns}
     *
     * @param device where the parameters are
     * @param entry what was read
     */
    public static Tensor tensor(Device device, Safetensors.Entry entry) {
        return device.keyway()
                .tensor(device, entry.dtype(), MemorySegment.ofArray(entry.bytes()), entry.sizes());
    }

    /**
     * {@return the entries whose names start with the prefix, as tensors under the rest of the
     * name}
     *
     * @param device where the parameters are
     * @param file what was read
     * @param prefix the beginning of the names
     */
    public static Map<String, Tensor> tensors(Device device, Safetensors file, String prefix) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        file.tensors()
                .forEach(
                        (name, entry) -> {
                            if (name.startsWith(prefix)) {
                                tensors.put(name.substring(prefix.length()), tensor(device, entry));
                            }
                        });
        return tensors;
    }
}
