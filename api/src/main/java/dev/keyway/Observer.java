// SPDX-License-Identifier: Apache-2.0
package dev.keyway;

/** Sees calls as they happen, on the calling thread; must be quick and must not call operators. */
public interface Observer {
    /** Before a kernel, composite or view runs. */
    void before(Operator operator, Device device, DType computeDType);

    /** After it ran or failed. */
    void after(Operator operator, Device device, DType computeDType);

    /** The host waits for a device. */
    default void hostSync(Device device) {}
}
