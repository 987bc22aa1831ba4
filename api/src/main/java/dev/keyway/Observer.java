// SPDX-License-Identifier: Apache-2.0
package dev.keyway;

import java.util.List;

/** Sees calls as they happen, on the calling thread; must be quick and must not call operators. */
public interface Observer {
    /**
     * Before a kernel, composite or view runs.
     *
     * @param operator qualified name
     * @param device the device of the call
     * @param computeDType the dtype in which it is computed
     */
    void before(Operator operator, Device device, DType computeDType);

    /**
     * After it ran or failed.
     *
     * @param operator qualified name
     * @param device the device of the call
     * @param computeDType the dtype in which it is computed
     */
    void after(Operator operator, Device device, DType computeDType);

    /**
     * The host waits for a device.
     *
     * @param device the device that is waited for
     */
    default void hostSync(Device device) {}

    /**
     * Operators that were put off inside {@link Keyway#fuse}, each with its {@link #before} and
     * {@link #after} when it was called, are now computed together. Outside fuse, an operator whose
     * operands are converted is computed together with the conversions only while nobody observes,
     * so that a profile of f16 and bf16 shows more time than the call takes without one.
     *
     * @param operators in the order of their calls
     * @param device the device that computes
     */
    default void fused(List<Operator> operators, Device device) {}
}
