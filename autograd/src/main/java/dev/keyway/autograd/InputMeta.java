// SPDX-License-Identifier: Apache-2.0
package dev.keyway.autograd;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Tensor;

/**
 * What is always known of an input.
 *
 * @param sizes its shape
 * @param strides its strides
 * @param storageOffset its offset
 * @param dtype its dtype
 * @param device its device
 */
record InputMeta(long[] sizes, long[] strides, long storageOffset, DType dtype, Device device) {
    static InputMeta of(Tensor tensor) {
        return new InputMeta(
                tensor.sizes(),
                tensor.strides(),
                tensor.storageOffset(),
                tensor.dtype(),
                tensor.device());
    }
}
