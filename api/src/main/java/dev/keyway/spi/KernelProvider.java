// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi;

/**
 * Kernels for a device that another plugin brings: for an operator of one's own, or better ones for
 * operators that are there. A class with a public constructor without arguments, named in {@code
 * META-INF/services/dev.keyway.spi.KernelProvider}. The device's plugin may come and go before or
 * after; the kernels serve whichever backends have the device type.
 *
 * <p>Several plugins may name a kernel for one operator. The highest {@link #ranking} serves; where
 * two are equal, the plugin whose symbolic name comes first; within one plugin the newest. A
 * backend's own kernels have ranking 0. When the one that serves leaves, the next one does.
 */
public interface KernelProvider {
    /**
     * {@return the device type that the kernels are for, as {@link Backend#deviceType}: {@code
     * cpu}}
     */
    String deviceType();

    /**
     * {@return the kernels' rank among those of other plugins} Above 0 they win over the backend's
     * own, below 0 they serve what the backend lacks.
     */
    int ranking();

    /**
     * Names the kernels, as {@link Backend#register} does. Called once, on the thread that
     * registers the provider; the registry takes nothing afterwards.
     *
     * @param registry takes the kernels
     */
    void register(KernelRegistry registry);
}
