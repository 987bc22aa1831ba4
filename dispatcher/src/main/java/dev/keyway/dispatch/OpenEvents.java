// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.ClosedException;
import dev.keyway.spi.DeviceStream.DeviceEvent;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The events of one device that are not closed yet. Those that nobody refers to any more are closed
 * when the next one is recorded, on a thread that is in a call, so that no other thread ever runs a
 * plugin's code. Thread-safe.
 */
final class OpenEvents {
    private final Set<Held> open = ConcurrentHashMap.newKeySet();
    private final ReferenceQueue<Object> dropped = new ReferenceQueue<>();

    /** Takes over the vendor's event for as long as {@code owner} is there. */
    Held hold(Object owner, DeviceEvent event) {
        for (Reference<?> old = dropped.poll(); old != null; old = dropped.poll()) {
            ((Held) old).close();
        }
        Held held = new Held(owner, event);
        open.add(held);
        return held;
    }

    /** Closes all; the streams are done. */
    void close() {
        Failures failures = new Failures();
        for (Held held : open) {
            failures.run(held::close);
        }
        failures.rethrow("closing events failed");
    }

    /** A vendor's event. Whoever closes it while others use it leaves that to the last of them. */
    final class Held extends PhantomReference<Object> {
        private DeviceEvent event;
        private int users;
        private boolean closing;

        private Held(Object owner, DeviceEvent event) {
            super(owner, dropped);
            this.event = event;
        }

        /** The event, until {@link #release}. */
        synchronized DeviceEvent acquire() {
            if (closing) {
                throw new ClosedException("event used after close");
            }
            users++;
            return event;
        }

        synchronized void release() {
            users--;
            closeUnused();
        }

        synchronized void close() {
            if (!closing) {
                closing = true;
                closeUnused();
            }
        }

        private void closeUnused() {
            if (closing && users == 0) {
                DeviceEvent done = event;
                // Who still holds this must not hold the plugin.
                event = DeviceEvent.COMPLETE;
                open.remove(this);
                done.close();
            }
        }
    }
}
