// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.Device;
import dev.keyway.Event;
import dev.keyway.Scope;
import dev.keyway.Stream;
import dev.keyway.spi.DeviceStream;
import dev.keyway.spi.DeviceStream.DeviceEvent;

/** A stream of a device. */
final class StreamImpl implements Stream {
    private final DeviceImpl device;
    private DeviceStream driver;

    StreamImpl(DeviceImpl device, DeviceStream driver) {
        this.device = device;
        this.driver = driver;
    }

    DeviceStream driver() {
        return driver;
    }

    @Override
    public Device device() {
        return device;
    }

    @Override
    public Event record() {
        return new EventImpl(driver.record());
    }

    @Override
    public void waitFor(Event event) {
        if (event instanceof EventImpl ours) {
            driver.waitFor(ours.event);
        } else {
            event.synchronize();
        }
    }

    @Override
    public void synchronize() {
        device.runtime().observers().hostSync(device);
        driver.synchronize();
    }

    @Override
    public Scope use() {
        ThreadState state = device.runtime().threadState();
        StreamImpl before = state.useStream(device, this);
        return () -> state.useStream(device, before);
    }

    @Override
    public void close() {
        if (this != device.defaultStream()) {
            device.forget(this);
            closeDriver();
        }
    }

    void closeDriver() {
        DeviceStream closing = driver;
        driver = DeviceStream.SYNCHRONOUS;
        closing.close();
    }

    private record EventImpl(DeviceEvent event) implements Event {
        @Override
        public boolean isComplete() {
            return event.isComplete();
        }

        @Override
        public void synchronize() {
            event.synchronize();
        }
    }
}
