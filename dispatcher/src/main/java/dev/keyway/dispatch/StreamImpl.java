// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.Event;
import dev.keyway.PluginException;
import dev.keyway.Scope;
import dev.keyway.Stream;
import dev.keyway.spi.DeviceStream;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A stream of a device. */
final class StreamImpl implements Stream {
    private final DeviceImpl device;
    private DeviceStream driver;
    private final AtomicBoolean closed = new AtomicBoolean();

    StreamImpl(DeviceImpl device, @Nullable DeviceStream driver) {
        this.device = device;
        if (driver == null) {
            throw new PluginException(device.plugin() + ": newStream returned null");
        }
        this.driver = driver;
    }

    DeviceStream driver() {
        return driver;
    }

    @Override
    public DeviceImpl device() {
        return device;
    }

    @Override
    public Event record() {
        return device.inCall(() -> new EventImpl(device, driver.record()));
    }

    /** An event, or null when the device is gone and nothing runs any more. */
    @Nullable Event recordUnlessGone() {
        ThreadState state = device.runtime().threadState();
        state.enter();
        try {
            return device.isGone() ? null : new EventImpl(device, driver.record());
        } finally {
            state.exit();
        }
    }

    @Override
    public void waitFor(Event event) {
        if (event instanceof EventImpl ours && ours.device().backend() == device.backend()) {
            ours.with(
                    this,
                    point -> {
                        device.checkOpen();
                        driver.waitFor(point);
                        return this;
                    });
        } else {
            // No backend knows another's events.
            event.synchronize();
        }
    }

    @Override
    public void synchronize() {
        device.inCall(
                () -> {
                    device.runtime().observers().hostSync(device);
                    driver.synchronize();
                    return this;
                });
    }

    @Override
    public Scope use() {
        ThreadState state = device.runtime().threadState();
        StreamImpl before = state.useStream(device, this);
        return () -> state.useStream(device, before);
    }

    @Override
    public void close() {
        if (this != device.defaultStream() && !device.isGone()) {
            ThreadState state = device.runtime().threadState();
            state.enter();
            try {
                // Of a device that is gone, the device closes the streams.
                if (!device.isGone()) {
                    device.forget(this);
                    closeDriver();
                }
            } finally {
                state.exit();
            }
        }
    }

    void closeDriver() {
        if (closed.compareAndSet(false, true)) {
            DeviceStream closing = driver;
            // Who still holds the stream must not hold the plugin.
            driver = DeviceStream.SYNCHRONOUS;
            closing.close();
        }
    }
}
