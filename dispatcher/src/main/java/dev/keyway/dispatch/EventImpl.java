// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.Event;
import dev.keyway.PluginException;
import dev.keyway.spi.DeviceStream.DeviceEvent;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An event of a device; complete when the device is gone, as nothing runs any more. */
final class EventImpl implements Event {
    private final DeviceImpl device;
    private final OpenEvents.Held held;

    /** Inside a call. */
    EventImpl(DeviceImpl device, @Nullable DeviceEvent event) {
        if (event == null) {
            throw new PluginException(device.plugin() + ": record of a stream returned null");
        }
        this.device = device;
        this.held = device.events().hold(this, event);
    }

    DeviceImpl device() {
        return device;
    }

    /** Runs the code with the vendor's event, inside a call; {@code gone} when there is none. */
    <T> T with(T gone, Function<DeviceEvent, T> code) {
        ThreadState state = device.runtime().threadState();
        state.enter();
        try {
            if (device.isGone()) {
                return gone;
            }
            DeviceEvent event = held.acquire();
            try {
                return code.apply(event);
            } finally {
                held.release();
            }
        } finally {
            state.exit();
        }
    }

    @Override
    public boolean isComplete() {
        return with(true, DeviceEvent::isComplete);
    }

    @Override
    public void synchronize() {
        device.checkOpen();
        with(
                true,
                event -> {
                    event.synchronize();
                    return true;
                });
    }

    @Override
    public void close() {
        ThreadState state = device.runtime().threadState();
        state.enter();
        try {
            // Of a device that is gone, the device closes the events.
            if (!device.isGone()) {
                held.close();
            }
        } finally {
            state.exit();
        }
    }
}
