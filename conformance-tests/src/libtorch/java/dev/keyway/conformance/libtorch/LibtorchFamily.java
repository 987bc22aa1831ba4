// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.libtorch;

/** How a family of operators is called in libtorch; found by {@code ServiceLoader}. */
public interface LibtorchFamily {
    /** Adds what differs from a call under the operator's name with the same arguments. */
    void register(LibtorchTable table);
}
