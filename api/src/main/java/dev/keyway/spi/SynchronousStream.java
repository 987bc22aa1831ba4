// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi;

/** The stream of devices that finish each kernel before {@code run} returns. */
final class SynchronousStream implements DeviceStream {
    @Override
    public DeviceEvent record() {
        return DeviceEvent.COMPLETE;
    }

    @Override
    public void waitFor(DeviceEvent event) {
        event.synchronize();
    }

    @Override
    public void synchronize() {}

    @Override
    public void close() {}
}
